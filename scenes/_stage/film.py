"""The stage that every film plays on: its trace, its theme, its words, its beats.

A film is a list of beats. Each answers one question and ends in a still that makes sense on its own. The
stage keeps the times of beats and captions, and holds a picture until its caption can have been read.
"""

import importlib
import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import ceil
from pathlib import Path
from typing import Any, ClassVar, Self, TypeVar, overload

import numpy as np
from manim import DOWN, LEFT, UL, UR, Group, Mobject, Scene, VMobject, config, linear
from manim.utils.rate_functions import smooth, squish_rate_func

from scenes._marks.number import Number
from scenes._marks.typeset import Typeset, cut_to, formula, quoted, sentence
from scenes._stage.brand import BESIDE
from scenes._stage.clock import Going, UpdateFromAlpha, go, marks
from scenes._stage.fade import FadeIn, FadeOut, without
from scenes._stage.layout import Place, Ranges, Slot, Span
from scenes._stage.refs import Refs
from scenes._stage.theme import THEMES, Theme
from scenes._stage.told import told
from scenes._stage.words import Filled, FilmWords, Name, cut_to_fit

TITLE, BODY, SMALL = 44, 30, 24  # font sizes; nothing is smaller
LARGER = 1.3  # times as large are captions in a taller frame
MARGIN = 0.3
HOLD = 1.0  # seconds without motion at the end of a beat
FADE = 0.35
QUICK = 0.6  # seconds in which things come and go
GONE, BEGUN = 0.55, 0.4  # shares of a swap when what leaves is gone, and when what enters begins
SHORTEST_WAIT = 0.05
ROUNDING = 1e-6  # frames that the arithmetic of floats may add
Played = TypeVar("Played", bound=Callable[..., None])


@dataclass
class Beat:
    """A section of the film, in seconds from its start."""

    name: str
    loop: bool
    start: float
    stop: float = 0.0
    title: str = ""  # in the film's language
    seen: str = ""  # what is to be seen in it, for who cannot see it
    notes: str = ""  # for who speaks over it

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
    key: str = ""  # of the sentence, whatever the numbers in it
    stood: bool = False  # before the beat that the film was cut to

    def reading_time(self) -> float:
        """Seconds that a viewer needs for it."""
        return 1 + self.letters / 15


@lru_cache(maxsize=8)
def _computed(concept: Any, params: Any) -> Any:
    """The trace of a twin: a film is played twice, without drawing and with, and its twin trained once."""
    return concept.compute(params)


@overload
def beat(method: Played) -> Played: ...
@overload
def beat(
    *, loop: bool = False, summary: bool = False, when: Callable[[Any], bool] = ...
) -> Callable[[Played], Played]: ...
def beat(
    method: Any = None,
    *,
    loop: bool = False,
    summary: bool = False,
    when: Callable[[Any], bool] = lambda trace: True,
) -> Any:
    """Mark a method of a film as a beat; beats are played in the order in which they are written.

    Args:
        method: what is marked.
        loop: whether it ends as it began, for a GIF on a slide.
        summary: whether its end shows what a knob does, where the film is seen at many settings (see `beats.py`).
        when: for which traces the film has it.
    """

    def planned(method: Any) -> Any:
        method.plan = loop, when
        return method

    return planned(method) if method else planned


class Film(Scene):
    """Base of every film; a film adds `build`, which makes its marks, and its beats.

    Pictures read its `trace`; what it writes takes references, `refs` (see `_stage/refs.py`).

    Args:
        trace: what to show; by default what the concept computes with its default knobs.
        language: "en" or "fr".
        theme: its colours.
        ranges: of panels whose axes are those of other films, too.
        burnt: whether captions stand in the picture.
        titled: whether the title does.
        tall: how many times as tall the frame is as one of 16:9.
        earliest: by beat, for a voice: the earliest start of each caption, then of its end, in seconds from its start.
        options: manim's own.
    """

    shares_axes = True  # with films of other knobs, where they are seen side by side
    elastic: ClassVar[bool] = False  # whether its picture may be drawn taller; else there is room above it and below

    def __init__(
        self,
        trace: Any = None,
        language: str = "en",
        theme: Theme = THEMES["dark"],
        ranges: Ranges = (),
        *,
        burnt: bool = True,
        titled: bool = True,
        tall: float = 1,
        earliest: Mapping[str, Sequence[float]] = {},
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self._burnt, self._titled, self._tall, self._earliest = burnt, titled, tall, earliest
        self._coming: Iterator[float] = iter(())  # of these, those of the beat that is played
        name = Path(inspect.getfile(type(self))).stem
        self.concept = importlib.import_module(f"mathcore.{name}")
        self.trace = trace or self.concept.compute()
        self.refs = Refs(self.trace)
        self.words = FilmWords(name, language)
        self.theme = theme
        self.beats: list[Beat] = []
        self.captions: list[Caption] = []
        self._caption: Mobject = Group()
        self.rule: Mobject = Group()
        self.ranges: dict[Place, tuple[Span, Span]] = {}  # what each panel has by itself
        self._shared = {place: spans for place, *spans in ranges}
        self._clock: dict[str, float] = {}  # where each axis stands
        self._passing: dict[int, tuple[Mobject, float]] = {}  # marks that are seen only on their way, up to a pace

    def setup(self) -> None:
        """Colour the background, write the title, make the marks."""
        self.camera.background_color = self.theme.background
        self.title = self.say("title", size=TITLE).to_corner(UL, buff=MARGIN)
        if self._titled:
            self.add(self.title)
        self.build()

    def build(self) -> None:
        """Make the marks that the beats show."""

    def construct(self) -> None:
        """Play the beats, in the order in which they are written."""
        for name, method in vars(type(self)).items():
            loop, when = getattr(method, "plan", (False, lambda trace: False))
            if when(self.trace):
                self.begin(name, loop=loop)
                method(self)
                if loop:
                    self._go_round(method)

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
        names, room = {name: value for name, value in values.items() if isinstance(value, Name)}, self._room()

        def said(cut: Sequence[str]) -> Filled:
            return self.words.sentence(key, **{**values, **dict(zip(names, cut, strict=True))})

        def fits(cut: Sequence[str]) -> bool:
            return sentence(said(cut), self.theme.text, BODY).width <= room

        text = said(cut_to_fit(list(names.values()), fits))
        whole = str(self.words.sentence(key, **values))
        self.captions.append(Caption(whole, self.time, letters=len(quoted(text)) - len('""'), key=key))
        self.remove(self._caption)
        self._caption = self._at_foot(text) if self._burnt else Group()
        self.play(FadeIn(self._caption), run_time=FADE)

    def _at_foot(self, text: Filled) -> Typeset:
        """A caption where it stands; in a frame that is taller than 16:9 it is larger, on several lines."""
        size, most = (LARGER * BODY, self._room()) if self._tall > 1 else (BODY, np.inf)
        return sentence(text, self.theme.text, size, most).to_edge(DOWN, buff=MARGIN)

    def _room(self) -> float:
        """How wide a caption may be."""
        return float(config.frame_width) - 2 * BESIDE

    @property
    def caption_shown(self) -> Mobject:
        """The sentence at the foot, or nothing."""
        return self._caption

    def reading_time_left(self, least: float = 1.0) -> float:
        """Seconds that the caption still needs but for a last still, at least so many: its thing moves meanwhile."""
        last = self.captions[-1]
        return max(least, last.start + last.reading_time() - HOLD - self.time)

    def begin(self, name: str, *, loop: bool = False) -> None:
        """Begin a beat: a section, a pause point, a slide, a still."""
        self._end_beat()
        self.next_section(name)
        seen, notes = (told(self.words, f"{kind}_{name}", self.refs) for kind in ("seen", "notes"))
        self.beats.append(Beat(name, loop, self.time, title=self.words.title(name), seen=seen, notes=notes))
        self._coming = iter(self._earliest.get(name, ()))

    def add(self, *drawings: Mobject) -> Self:
        """Bring drawings to the stage; a mark that was not there joins where its axes stand."""
        there = {id(part) for one in self.mobjects for part in one.get_family()}
        super().add(*drawings)
        for mark in marks(drawings):
            if id(mark) not in there:
                go(mark, **self._clock)
        return self

    def jump(self, *only: Mobject, **places: float) -> None:
        """Be at a place on each of some axes at once: all marks along them, or `only` those of some drawings."""
        self._clock |= {} if only else places
        for mark in marks(only or self.mobjects, places):
            go(mark, **places)

    def going(self, *only: Mobject, rate: Any = linear, seconds: float = 1, **places: float) -> Going:
        """The animation of marks that go to a place on each of some axes, to be played beside others.

        All that are on the stage go and, from then on, what joins them is there, too; or `only` those of some drawings.
        """
        self._clock |= {} if only else places
        return Going(marks(only or self.mobjects, places), places, run_time=seconds, rate_func=rate)

    def run(self, seconds: float | None = None, *only: Mobject, rate: Any = linear, **places: float) -> None:
        """Go to a place on each of some axes, by default for as long as the caption needs to be read."""
        seconds = seconds or self.reading_time_left()
        passing = [mark for mark, _ in self._passing.values() if set(mark.along) & set(places) and not only]
        going = Going([*marks(only or self.mobjects, places), *passing], places, run_time=seconds, rate_func=rate)
        followed = [mark for mark in passing if going.pace(mark) <= self._passing[id(mark)][1]]
        self._clock |= {} if only else places
        going.move(0)
        super().add(*followed)
        self.play(going)
        self.remove(*followed)

    def passing(self, mark: Any, most: float = np.inf) -> Any:
        """Have a mark on stage only while it goes, at most so many places a second, up to which the eye follows it."""
        self._passing[id(mark)] = mark, most
        return mark

    def grow(self, *lines: Any, seconds: float | None = None, rate: Any = linear) -> None:
        """Draw lines, segments or dots from their beginning, by default for as long as the caption needs."""
        there = {id(part) for one in self.mobjects for part in one.get_family()}
        self.add(*(line for line in (line.show(0) for line in lines) if id(line) not in there))
        seconds = seconds or self.reading_time_left()
        self.drive(lambda share: [line.show(share) for line in lines], *lines, seconds=seconds, rate=rate)

    def swap(
        self, leaving: Iterable[Mobject] = (), entering: Iterable[Mobject] = (), *others: Any, seconds: float = QUICK
    ) -> None:
        """What leaves fades out, and when it is nearly gone what enters fades in; all else that is given moves."""
        gone, come = [*leaving], [*entering]
        turns = ((0, GONE), (BEGUN, 1)) if gone and come else ((0, 1), (0, 1))
        fades = [
            fade(*group, rate_func=squish_rate_func(smooth, *part))
            for fade, group, part in zip((FadeOut, FadeIn), (gone, come), turns, strict=True)
            if group
        ]
        self.play(*fades, *others, run_time=seconds)

    def new_page(self, entering: Iterable[Mobject], *staying: Mobject) -> None:
        """Another picture in place of all but the title and what is staying; the caption goes with its picture."""
        kept = {id(part) for one in (self.title, *staying) for part in one.get_family()}
        self.swap([part for one in self.mobjects for part in without(kept, one)], entering)
        self.rule = Group()

    def blink(self, mark: VMobject, seconds: float = 0.9, times: int = 3) -> None:
        """Call the eye to a mark."""
        points = mark.points

        def turn(share: float) -> None:
            mark.points = points[:0] if int(share * 2 * times) % 2 else points

        self.drive(turn, mark, seconds=seconds)

    def write_rule(self, markup: str, *, seconds: float = 1, size: float = BODY, **values: Any) -> None:
        """Write a formula at the top right, in place of the one before."""
        before, self.rule = self.rule, self.typeset(markup, size=size, **values).to_corner(UR, buff=MARGIN)
        self.swap([before] * bool(len(before)), [self.rule], seconds=seconds)

    def axes_in(self, slot: Slot, across: Span, up: Span) -> tuple[Span, Span]:
        """The ranges of a panel in a slot: its own, or those that it shares with the films of other knobs."""
        if not self.shares_axes:
            return across, up
        here = [place for place in self.ranges if place[:4] == slot]
        place = (*slot, len(here))
        self.ranges[place] = across, up
        across, up = self._shared.get(place, (across, up))
        return across, up

    def source(self, path: Path | None) -> str:
        """What the data are called: the user's file, or the course's own."""
        return Name(path.name) if path else self.words.sentence("source")

    def drive(self, move: Callable[[float], Any], *drawings: Mobject, seconds: float, rate: Any = linear) -> None:
        """Let `move(share)` change the `drawings`, all on stage, while a share grows from 0 to 1."""
        self.play(UpdateFromAlpha(move, *drawings, run_time=seconds, rate_func=rate))

    def rerun(self, **knobs: Any) -> Any:
        """The twin of the trace: the same knobs and seed, but for those named."""
        return _computed(self.concept, self.concept.Params(**{**dict(self.trace.params), **knobs}))

    def refs_of(self, twin: Any) -> Refs:
        """The references to a twin of the trace."""
        ours = dict(self.trace.params)
        return Refs(twin, {name: value for name, value in twin.params if value != ours[name]})

    def _let_read(self) -> None:
        """Hold the picture until the caption has stood for its reading time, then for as long as a voice needs."""
        last = self.captions[-1] if self.captions else None
        if last and (missing := last.start + last.reading_time() - self.time) > SHORTEST_WAIT:
            self.wait(missing)
        self._let_speak()
        if last:
            last.stop = self.time

    def _go_round(self, method: Callable[[Self], None]) -> None:
        """Play a loop again, as often as a voice leaves it time; one that says something is played once."""
        beat = self.beats[-1]
        end = beat.start + self._earliest.get(beat.name, (0.0,))[-1]
        seconds, says = self.time - beat.start, any(caption.start >= beat.start for caption in self.captions)
        while not says and self.time + HOLD + seconds + HOLD <= end:
            self.wait(HOLD)
            method(self)

    def _let_speak(self) -> None:
        """Hold the picture for whole frames, until what is next may begin."""
        if (earliest := next(self._coming, None)) is not None:
            frames = ceil((self.beats[-1].start + earliest - self.time) * config.frame_rate - ROUNDING)
            if frames > 0:
                self.wait((frames + 0.5) / config.frame_rate)  # of which manim drops the half

    def _end_beat(self) -> None:
        if self.beats:
            self.wait(HOLD)
            self._let_read()
            self.beats[-1].stop = self.time
