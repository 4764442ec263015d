"""How well the text and the marks of a film stand out from what is really behind them."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from inks import Easel, Seen
from looking import name
from manim import Mobject
from moments import Opacities, Played, moments, stop_at

import mathcore
from export.render import player
from export.render.settings import RenderSettings
from scenes._marks.cells import Figures
from scenes._marks.number import Number
from scenes._marks.typeset import Typeset
from scenes._stage.theme import Theme
from scenes._stage.words import FilmWords

LOWEST = {"text": 4.5, "mark": 3.0, "scaffold": 1.5}  # contrast of each kind
CROSSED = {"text": 10, "mark": 25}  # per cent of a drawing that may stand out less, as where lines cross
BEGUN = 12  # pixels: what has fewer within an animation has hardly begun to be drawn
GONE = 0.1  # an ink up to this opacity is a shadow of what is no longer there
HEIGHT = 480  # pixels of the frames that are looked at
LONGEST_NAME = 40


class Sight(NamedTuple):
    """A drawing at a moment of a film."""

    kind: str  # "text", "mark" or "scaffold": axes, grids, what was and is no more, all that is drawn `faint`
    name: str
    contrast: float
    size: int  # pixels
    beat: str = ""
    time: float = 0.0

    @property
    def reserve(self) -> float:
        """Its contrast as a multiple of what it needs."""
        return self.contrast / LOWEST[self.kind]

    def __str__(self) -> str:
        return f"{self.contrast:.2f} {self.kind} {self.name} ({self.beat}, {self.time:.1f} s)"


def audit(trace: mathcore.Trace, look: RenderSettings, film: Played, words: type[FilmWords] = FilmWords) -> list[Sight]:
    """For every drawing of a film the moment at which it stands out least.

    What an animation makes more or less opaque, or has hardly begun to draw, is not judged while it does so; at
    the end of a beat all is.

    Args:
        trace: what the film shows.
        look: its language and theme.
        film: its beats, as rehearsed with those words.
        words: of which language its sentences are.
    """
    lowest: dict[tuple[str, str], Sight] = {}
    with player.staged(trace, replace(look, height=HEIGHT)) as scene:
        scene.words = words(trace.concept, look.language)
        easel = Easel(scene.renderer.camera)

        def look_around(time: float, before: Opacities | None) -> None:
            for drawing, sight in sights(easel, scene.mobjects, scene.theme):
                known = lowest.get(sight[:2])
                comes_or_goes = before and (before.changed(drawing) or sight.size < BEGUN)
                if not comes_or_goes and not (known and known.contrast <= sight.contrast):
                    lowest[sight[:2]] = sight._replace(beat=scene.beats[-1].name, time=time)

        stop_at(scene, moments(film), look_around)
        scene.render()
    return sorted(lowest.values(), key=lambda sight: sight.reserve)


def sights(easel: Easel, mobjects: Sequence[Mobject], theme: Theme) -> Iterator[tuple[Mobject, Sight]]:
    """Every drawing of a picture, each as well as the best of its inks is seen: its fill or its outline."""
    chains = {id(leaf): chain for mobject in mobjects for leaf, chain in _chains(mobject)}
    best: dict[int, tuple[Mobject, Sight]] = {}
    for seen in easel.look(mobjects):
        sight = _sight(seen, chains[id(seen.drawing)], theme)
        known = best.get(id(seen.drawing))
        if sight and not (known and known[1].contrast >= sight.contrast):
            best[id(seen.drawing)] = seen.drawing, sight
    yield from best.values()


def _chains(mobject: Mobject, owners: tuple[Mobject, ...] = ()) -> Iterator[tuple[Mobject, tuple[Mobject, ...]]]:
    """All that a drawing is made of, each with what it belongs to, itself the last."""
    owners += (mobject,)
    yield mobject, owners
    for part in mobject.submobjects:
        yield from _chains(part, owners)


def _sight(seen: Seen, chain: tuple[Mobject, ...], theme: Theme) -> Sight | None:
    """How an ink is seen; not at all where it is gone, or upon its own colour, as a ball upon its trail."""
    hues = {colour: meaning for meaning, colour in theme.colours().items()}
    ink = hues.get("#{:02x}{:02x}{:02x}".format(*np.rint(255 * seen.ink[:3]).astype(int)), "")
    text = next((owner for owner in chain if isinstance(owner, Typeset | Number | Figures)), None)
    if text:
        contrast, size = np.percentile(seen.contrasts, CROSSED["text"]), len(seen.contrasts)
        return Sight("text", name(text)[:LONGEST_NAME], float(contrast), size)
    label = "/".join([type(one).__name__ for one in chain if type(one).__module__.startswith("scenes")] + [ink])
    if ink == "faint":
        return Sight("scaffold", label, seen.alone, len(seen.contrasts))
    others = seen.contrasts[~seen.alike]
    if seen.ink[3] <= GONE or not len(others):
        return None
    return Sight("mark", label, float(np.percentile(others, CROSSED["mark"])), len(others))
