"""Plays films without drawing them, once for all tests that ask: beats, captions, what is wrong with the pictures."""

from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from conftest import computed, without_warnings
from looking import LOOKS, name
from manim import Wait

import mathcore
from export.render import player
from export.render.settings import RenderSettings
from mathcore import _catalog
from scenes._stage.brand import CORNERS, logo_box
from scenes._stage.film import MARGIN, Beat, Caption, Film
from scenes._stage.seen import boxes, drawn, points_of, words
from scenes._stage.words import LANGUAGES, Filled, FilmWords

SMALLEST_TEXT = 24
TOUCH = 0.01  # units by which boxes may overlap
EDGE = np.array([64 / 9, 4.0])
LOGO_PLACES = np.array([logo_box(corner, *(2 * EDGE)) for corner in CORNERS])  # [corner end xy]


class Rehearsal(NamedTuple):
    """A film as it was played; times are in seconds, exact to the frame."""

    beats: tuple[Beat, ...]
    captions: tuple[Caption, ...]
    seconds: float
    waits: float  # seconds in which nothing is animated
    faults: frozenset[str]  # of all the pictures that its animations end in


class Longest(FilmWords):
    """Every sentence in the language in which it is longer: what has room for these has room for either's."""

    def sentence(self, key: str, **values: Any) -> Filled:
        return max((FilmWords(self.concept, language).sentence(key, **values) for language in LANGUAGES), key=len)


def rehearsed(
    concept: str, look: RenderSettings = LOOKS[0], words: type[FilmWords] = FilmWords, **knobs: Any
) -> Rehearsal:
    """The rehearsal of a concept with these knobs."""
    return _rehearsed(concept, look, words, _catalog.turned(concept, knobs))


@cache
def _rehearsed(concept: str, look: RenderSettings, words: type[FilmWords], params: Any) -> Rehearsal:
    return rehearse(computed(concept, **dict(params)), look, words)


def rehearse(trace: mathcore.Trace, look: RenderSettings, words: type[FilmWords] = FilmWords) -> Rehearsal:
    """Play the film of a trace."""
    found, waits = set[str](), []
    with without_warnings(), player.staged(trace, look) as scene:
        scene.words, play = words(trace.concept, look.language), scene.play

        def play_and_look(*animations: Any, **options: Any) -> None:
            start = scene.time
            play(*animations, **options)
            waits.append((scene.time - start) * isinstance(animations[0], Wait))
            beat = scene.beats[-1].name if scene.beats else "setup"
            found.update(f"{beat}: {fault}" for fault in faults(scene))

        scene.play = play_and_look
        scene.render()
    return Rehearsal(tuple(scene.beats), tuple(scene.captions), scene.time, sum(waits), frozenset(found))


def faults(scene: Film) -> Iterator[str]:
    """What is wrong with the picture as it stands."""
    seen = drawn(scene)
    for mobject, low, high in zip(seen, *boxes([mobject.points for mobject in seen]), strict=True):
        if (low < -EDGE).any() or (high > EDGE).any():
            yield f"{name(mobject)} leaves the frame: {low} {high}"
        if ((low < LOGO_PLACES[:, 1]) & (high > LOGO_PLACES[:, 0])).all(axis=1).any():
            yield f"{name(mobject)} stands where a logo may stand: {low} {high}"
    texts = list(words(scene, seen))
    lows, highs = boxes([points_of(text) for text in texts])
    for text, low, high in zip(texts, lows, highs, strict=True):
        if text.font_size < SMALLEST_TEXT:
            yield f"{name(text)} is small: {text.font_size}"
        if (low < MARGIN - EDGE - TOUCH).any() or (high > EDGE - MARGIN + TOUCH).any():
            yield f"{name(text)} stands in the margin: {low} {high}"
    for one, other, corner in overlaps(lows, highs):
        yield f"{name(texts[one])} and {name(texts[other])} overlap at {corner}"


def overlaps(lows: np.ndarray, highs: np.ndarray) -> Iterator[tuple[int, int, np.ndarray]]:
    """Which of some boxes [box xy] overlap, in pairs, and where."""
    corners = np.maximum(lows[:, None], lows)  # of what two have in common [box box xy]
    common = (np.minimum(highs[:, None], highs) - corners > TOUCH).all(axis=2)
    for one, other in np.argwhere(np.triu(common, 1)):
        yield one, other, corners[one, other]
