"""The stage that every film plays on: its trace, its theme, its words, its beats.

A film is a list of beats. Each answers one question and ends in a still that makes sense on its own. The
stage keeps the times of beats and captions, and holds a picture until its caption can have been read.
"""

import importlib
import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from manim import DOWN, LEFT, UL, Animation, FadeIn, Group, Mobject, Scene, config, linear

from scenes._marks.number import Number
from scenes._marks.typeset import Typeset, cut_to, formula, sentence
from scenes._stage.sources import sourced
from scenes._stage.theme import THEMES
from scenes._stage.words import Name, Words

TITLE, BODY, SMALL = 44, 30, 24  # font sizes; nothing is smaller
MARGIN = 0.3
HOLD = 1.0  # seconds without motion at the end of a beat
FADE = 0.35
SHORTEST_WAIT = 0.05


@dataclass
class Beat:
    """A section of the film, in seconds from its start."""

    name: str
    loop: bool
    start: float
    stop: float = 0.0
    title: str = ""  # in the film's language

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return self.stop - self.start


@dataclass
class Caption:
    """A sentence at the foot of the picture, in seconds from the start of the film; `letters` stand on the picture."""

    text: str
    start: float
    stop: float = 0.0
    letters: int = 0

    def reading_time(self) -> float:
        """Seconds that a viewer needs for it."""
        return 1 + self.letters / 15


@lru_cache(maxsize=8)
def _computed(concept: Any, params: Any) -> Any:
    """The trace of a twin: a film is played twice, without drawing and with, and its twin trained once."""
    return concept.compute(params)


class UpdateFromAlpha(Animation):
    """Calls `move(share)` with a share that grows from 0 to 1; it copies and interpolates nothing.

    Args:
        move: changes the drawings.
        drawings: all that `move` changes; they are on the stage already.
    """

    def __init__(self, move: Callable[[float], Any], *drawings: Mobject, **options: Any) -> None:
        self.move = move
        super().__init__(Group(*drawings), introducer=True, **options)

    def _setup_scene(self, scene: Scene) -> None: ...
    def begin(self) -> None: ...
    def finish(self) -> None:
        self.interpolate(1)

    def interpolate(self, alpha: float) -> None:
        self.move(self.rate_func(alpha))


class Film(Scene):
    """Base of every film; a film adds `construct`, the list of its beats.

    The numbers of `trace` and its knobs know their source (see `_sources`); what shows them remembers it.

    Args:
        trace: what to show; by default what the concept computes with its default knobs.
        language: "en" or "fr".
        theme: "dark" or "light".
        options: manim's own.
    """

    def __init__(self, trace: Any = None, language: str = "en", theme: str = "dark", **options: Any) -> None:
        super().__init__(**options)
        name = Path(inspect.getfile(type(self))).stem
        self.concept = importlib.import_module(f"mathcore.{name}")
        self._given = trace or self.concept.compute()
        self.trace = sourced(self._given)
        self.words = Words(name, language)
        self.theme = THEMES[theme]
        self.beats: list[Beat] = []
        self.captions: list[Caption] = []
        self._caption: Mobject = Group()

    def setup(self) -> None:
        """Colour the background and write the title."""
        self.camera.background_color = self.theme.background
        self.title = self.say("title", size=TITLE).to_corner(UL, buff=MARGIN)
        self.add(self.title)

    def tear_down(self) -> None:
        """Let the last beat end like the others."""
        self._end_beat()
        super().tear_down()

    def say(self, key: str, *, size: float = BODY, colour: str | None = None, **values: Any) -> Typeset:
        """A sentence of the concept's texts, in the film's language, with its {placeholders} filled in."""
        return sentence(self.words.sentence(key, **values), colour or self.theme.text, size)

    def label(self, text: str, *, size: float = SMALL, room: float = np.inf) -> Typeset:
        """A name that the user gave, such as that of a column, cut to so much room."""
        return cut_to(room, [Name(text)], lambda names: sentence(names[0], self.theme.faint, size))

    def typeset(self, markup: str, *, size: float = BODY, **values: Any) -> Typeset:
        """A formula in Typst's math; `{name}` stands for a value, `weight(w)` colours w as a weight."""
        return formula(self.words.formula(markup, **values), self.theme, size)

    def number(
        self, value: Any = np.nan, colour: str | None = None, *, size: float = SMALL, anchor: np.ndarray = LEFT
    ) -> Number:
        """A written number that can be changed by `rewrite`; NaN, a question mark, leaves it open."""
        return Number(self.words.number(value), colour or self.theme.text, size, anchor)

    def rewrite(self, number: Number, value: Any) -> None:
        """Change a number on the stage to another value."""
        number.write(self.words.number(value))

    def caption(self, key: str, **values: Any) -> None:
        """Put a sentence at the foot, once the one before has stood long enough to be read.

        Names in it are cut to the room that there is; what other formats say is whole.
        """
        self._let_read()
        names = {name: value for name, value in values.items() if isinstance(value, Name)}

        def write(cut: Sequence[str]) -> Typeset:
            said = self.words.sentence(key, **{**values, **dict(zip(names, cut, strict=True))})
            return sentence(said, self.theme.text, BODY)

        written = cut_to(config.frame_width - 2 * MARGIN, list(names.values()), write).to_edge(DOWN, buff=MARGIN)
        shown = len(written.source) - len('#""')
        self.captions.append(Caption(str(self.words.sentence(key, **values)), self.time, letters=shown))
        self.remove(self._caption)
        self.play(FadeIn(written), run_time=FADE)
        self._caption = written

    def reading_time_left(self, least: float = 1.0) -> float:
        """Seconds that the caption still needs but for a last still, at least so many: its thing moves meanwhile."""
        last = self.captions[-1]
        return max(least, last.start + last.reading_time() - HOLD - self.time)

    def beat(self, name: str, *, loop: bool = False) -> None:
        """Begin a section: a pause point, a slide, a still."""
        self._end_beat()
        self.next_section(name)
        self.beats.append(Beat(name, loop, self.time, title=self.words.title(name)))

    def drive(self, move: Callable[[float], Any], *drawings: Mobject, seconds: float, rate: Any = linear) -> None:
        """Let `move(share)` change the `drawings`, all on stage, while a share grows from 0 to 1."""
        self.play(UpdateFromAlpha(move, *drawings, run_time=seconds, rate_func=rate))

    def rerun(self, **knobs: Any) -> Any:
        """The twin of the trace: the same knobs and seed, but for those named."""
        params = dict(self._given.params)
        turned = {name: value for name, value in knobs.items() if value != params[name]}
        return sourced(_computed(self.concept, self.concept.Params(**{**params, **turned})), turned)

    def _let_read(self) -> None:
        """Hold the picture until the caption has stood for its reading time."""
        if self.captions:
            last = self.captions[-1]
            missing = last.start + last.reading_time() - self.time
            if missing > SHORTEST_WAIT:
                self.wait(missing)
            last.stop = self.time

    def _end_beat(self) -> None:
        if self.beats:
            self.wait(HOLD)
            self._let_read()
            self.beats[-1].stop = self.time
