"""What only the film of the gradient through time draws: a chain of states, and bars that stand on a running sum."""

from collections.abc import Callable
from typing import Any, Self

import numpy as np
from manim import DL, DOWN, DR, LEFT, ORIGIN, PI, RIGHT, UP, VGroup, VMobject

from scenes._marks.band_panel import BandPanel
from scenes._marks.bars import OUTLINE, Bars
from scenes._marks.dots import Dots
from scenes._marks.halo import with_halo
from scenes._marks.line import Line, Segments, closed, dashed
from scenes._marks.number import Number, digit_height
from scenes._marks.panel import Panel
from scenes._marks.typeset import Typeset, descent
from scenes._stage.clock import follow
from scenes._stage.film import SMALL, Film
from scenes._stage.layout import Slot

STATES, RADIUS, RING = 2.25, 0.24, 0.33  # of the chain: height, radius of a state, and of one that is lit
INPUTS, TIE = 1.55, 0.3  # height of the inputs' numbers; from there to where their lines begin
NAMES, LEFT_END, PITCH = -6.55, -6.8, 0.8  # of what stands at the left; least distance of two names on the chain
THINNEST = 0.04  # height of a bar that is drawn
VALUE, BESIDE, ABOVE = 30, 0.26, 0.12  # of what bars tell: size; from a bar to its middle, and to its foot
NARROW, WIDEST = 0.85, 1.2  # bands in which two of these have room; a distance at which they surely have
OFF = 0.08  # least distance of a value from the line at 1
MET = 0.5  # share of its turn in which a bar meets its factor
APART = 0.12  # distance of two numbers in a row
PADDING = 0.2  # of the range of a running sum, on either side
SMALLEST = 1e-3  # mean factor that has room for three digits
DERIVATIVE = "gradient(partial h_T slash partial h_1)"
WEIGHTS = "weight(w_h) = {w_h} quad weight(w_x) = {w_x}"
HEADS, MEANS, NAMED = (2.5, 1.98), -0.95, -1.1  # heights above the panel of a run; feet of what is below, of its name
MIDDLE, LINE = 0.6, 0.3  # height of a question in it; between two lines of a name


class Chain(VGroup):
    """The states h_0 to h_T in a row, joined by the recurrent weight.

    `at(back)`: on the way back from h_T so many states have been reached; they and the way between them are lit.

    Args:
        film: it writes the numbers.
        panel: whose bands are the steps.
    """

    def __init__(self, film: Film, panel: BandPanel) -> None:
        pitch, theme = panel.width / panel.bands, film.theme
        self._x = np.array([panel.x[0] - pitch, *panel.x])
        centres = np.stack([self._x, np.full_like(self._x, STATES), 0 * self._x], axis=1)
        edges = Segments(centres[:-1], centres[1:], theme.weight, 5, 1)
        self._way = with_halo(Line(centres[:0:-1], theme.gradient, 9), theme)
        self._rings = with_halo(Dots(np.zeros((0, 3)), theme.gradient, min(RING, 0.54 * pitch)), theme)
        discs = [
            with_halo(Dots(centres, colour, radius), theme)
            for colour, radius in ((theme.activation, RADIUS), (theme.background, RADIUS - 0.05))
        ]
        numbers = VGroup(*map(film.number, times_of(film)))
        for number, centre in zip(numbers, centres, strict=True):
            number.move_to(centre)
        every = int(np.ceil(PITCH / pitch))
        names = VGroup(*(film.typeset("weight(w_h)", size=SMALL) for _ in range(0, panel.bands, every)))
        for name, left, right in zip(names, centres[:-1:every], centres[1::every], strict=False):
            name.move_to((left + right) / 2 + 0.33 * UP)
        super().__init__(edges, self._way, self._rings, *discs, numbers, names)

    def at(self, back: float) -> None:
        """Light the way back, as far as it has come."""
        places = self._way.corners
        self._way.at(max(back - 1, 0))
        self._rings.put(places[: int(back + 1e-9)])
        if back < 1:
            self._way.points = self._way.points[:0]


class Steps(VMobject):
    """A bar in each band from one height to another, which grow in turn; the lowest are as thin as can be seen.

    `at(grown)`: so many have grown, the latest perhaps in part.

    Args:
        x: the middle of each band.
        ends: heights on the frame where each bar begins and ends [2 band].
        thickness: of a bar.
        color: of all bars.
        turns: when the turn of each band comes.
    """

    def __init__(self, x: np.ndarray, ends: np.ndarray, thickness: float, color: str, turns: np.ndarray) -> None:
        super().__init__(fill_color=color, fill_opacity=0.9, stroke_width=0)
        self._x, self._ends, self._thickness, self._turns = x, ends, thickness, turns

    def at(self, grown: float) -> None:
        """Show the bars of which so many have grown."""
        share = np.clip(grown - self._turns, 0, 1)
        starts, heights = self._ends[0], share * (self._ends[1] - self._ends[0])
        thin = np.abs(heights) < THINNEST
        starts, heights = np.where(thin, starts + (heights - THINNEST) / 2, starts), np.where(thin, THINNEST, heights)
        seen, depth = share > 0, np.zeros_like(self._x)
        corners = OUTLINE * np.stack([np.full_like(self._x, self._thickness), heights, depth], axis=-1)[:, None]
        self.points = closed((corners + np.stack([self._x, starts, depth], axis=-1)[:, None])[seen])


class Running(VGroup):
    """What the sum has come to, beside the latest of its bars, on the side where there is more room.

    `at(grown)`: so many terms have been added, the latest perhaps in part.
    """

    def __init__(self, film: Film, bands: BandPanel, panel: Panel) -> None:
        running, (foot, top) = film.trace.running, panel.axes.box[:, 1]
        ends = np.sort(panel.at(0, np.stack([running, np.append(running[1:], 0)]))[..., 1], axis=0)  # [end band]
        middles = np.where(top - ends[1] > ends[0] - foot, ends[1] + BESIDE, ends[0] - BESIDE)
        self._places = np.stack([bands.x, middles, 0 * middles], axis=1)[::-1]
        self._written, self._right = [film.words.number(ref) for ref in film.refs.running[::-1]], panel.axes.box[1, 0]
        self._number = film.number(colour=film.theme.gradient, size=VALUE, anchor=ORIGIN)
        self._name = film.say("so_far", size=26, colour=film.theme.gradient)
        self._drop = descent(self._name) * 26 / SMALL + digit_height(VALUE) / 2
        super().__init__(with_halo(self._number, film.theme), with_halo(self._name, film.theme))

    def at(self, grown: float) -> None:
        """A sum is written when its last term is half there; the name is at the first two."""
        done = int(grown + 0.5)
        self._number.write(self._written[max(done - 1, 0)])
        x, y, _ = self._places[max(done - 1, 0)]
        self._number.centred_at(np.array([min(x, self._right - self._number.width / 2), y, 0]))
        self._number.set_opacity(float(done > 0))
        self._name.move_to([self._number.get_left()[0] - ABOVE, y - self._drop, 0], DR).set_opacity(float(0 < done < 3))


class Passing(Bars):
    """Bars that come one after the other, from the last band back, each as high as the one before it.

    There it meets its factor, which gives it its own height. `at(grown)`: so many have come, the latest perhaps in
    part.
    """

    def __init__(self, panel: BandPanel, values: np.ndarray, color: str) -> None:
        heights = panel.scale.height(values)
        super().__init__(panel.x, panel.foot, heights, panel.thickness, color, panel.turns(back=True))

    def heights(self, grown: float) -> np.ndarray:
        """How high each bar is now [band]."""
        share, own = np.clip(grown - self._turns, 0, 1), self._states[0]
        before, changed = np.append(own[1:], own[-1]), np.clip((share - MET) / (1 - MET), 0, 1)
        heights: np.ndarray = np.where(share > 0, before + changed * (own - before), 0)
        return heights

    def at(self, grown: float = np.inf, state: float = 0) -> Self:
        """Show those that have come."""
        return self._put(self.heights(grown))


class Reading(VGroup):
    """The value of the latest bar that is complete above it, and the factor that the next of the first few meets.

    `at(grown)`: so many bars are complete, and perhaps a part of the next. The first bar keeps its value.

    Args:
        film: it writes the numbers.
        panel: where the bars are.
        heights: of the bars, when so many have grown [band].
        slow: how many bars come slowly enough for their factor to be read.
    """

    def __init__(self, film: Film, panel: BandPanel, heights: Callable[[float], np.ndarray], slow: int = 1) -> None:
        refs, self._heights, self._x = film.refs, heights, panel.x[::-1]
        self._foot, self._line = panel.foot, line_at_one(panel)
        self._pitch, self._thickness = panel.width / panel.bands, panel.thickness
        self._written = [film.words.number(ref.magnitude) for ref in refs.passed[::-1]]
        self._latest, first = (film.number(colour=film.theme.gradient, size=VALUE, anchor=ORIGIN) for _ in range(2))
        self._first = first.write(self._written[0])
        self._gates = [
            film.typeset("times gradient({factor})", size=VALUE, factor=ref) for ref in refs.factor[:-slow:-1]
        ]
        self._ends = panel.left, panel.left + panel.width
        super().__init__(self._latest, first, *self._gates)
        self.set_stroke(film.theme.background, 6, background=True)  # they stand on the lines of the scale

    def at(self, grown: float) -> None:
        """A value is written when its bar has it."""
        done, tops = max(int(grown + 1e-9) - 1, 0), self._heights(grown)[::-1]
        gate = done if grown > done + 1 + 1e-9 and done < len(self._gates) else -1
        for k, factor in enumerate(self._gates):
            place = self._above(self._x[k + 1], factor.width / 2, tops)
            factor.next_to(place, UP, buff=0).set_opacity(float(k == gate))
        wide = self._latest.write(self._written[done]).width / 2
        x = min(self._x[done], self._x[done] + self._thickness / 2 - wide)  # not over the bar before
        x = np.clip(x, self._ends[0] + wide + ABOVE, self._ends[1] - wide)
        self._latest.anchored_at(self._above(x, wide, tops))
        self._latest.set_opacity(float(grown >= 1 and (gate < 0 or self._pitch > NARROW)))
        wide = self._first.width / 2
        self._first.anchored_at(self._above(min(self._x[0], self._ends[1] - wide), wide, tops))
        self._first.set_opacity(float(self._x[0] - x > WIDEST))

    def _above(self, x: float, wide: float, tops: np.ndarray) -> np.ndarray:
        """Where a number stands above all the bars that it would hide, and off the line at 1."""
        foot = self._foot + tops[np.abs(self._x - x) < wide + self._thickness / 2].max() + ABOVE
        tall = digit_height(VALUE)
        crossed = abs(foot + tall / 2 - self._line) < tall / 2 + OFF
        return np.array([x, self._line + ABOVE if crossed else foot, 0])


def times_of(film: Film) -> list[Any]:
    """References to the times from 0 on."""
    places = film.refs.places("time")
    return [places[0], *(place.ordinal for place in places)]


def row(
    film: Film, bands: BandPanel, refs: Any, role: str, height: float, axis: str, *, back: bool = True, first: int = 0
) -> VGroup:
    """A number in each band from the `first` on, or in as many as have room, which come in turn along an axis.

    What finds no room beside the number at its right has two digits and is smaller, or is left out.
    """
    turns, free = bands.turns(back=back), bands.left + bands.width
    numbers = {}
    for k in range(bands.bands - 1, first - 1, -1):
        for digits, size in ((3, 28), (2, 28), (2, SMALL)):
            number = film.number(colour=getattr(film.theme, role), size=size, anchor=ORIGIN)
            number.write(film.words.number(refs[k], digits=digits, tidy=not refs[k].value))
            wide = number.width / 2
            x = min(bands.x[k], bands.left + bands.width - wide)
            if x + wide <= free:
                numbers[k], free = number.centred_at(np.array([x, height, 0])), x - wide - APART
                break

    def show(grown: float) -> None:
        for k, number in numbers.items():
            number.set_opacity(float(grown > turns[k]))

    return follow(VGroup(*numbers.values()), axis, at=show)


def signed_panel(film: Film, slot: Slot, values: Any, ticks: int) -> Panel:
    """A panel for values of both signs, with a line at 0 and some room on either side."""
    low, high = min(0, np.min(values)), max(0, np.max(values))
    room = PADDING * ((high - low) or 1)
    panel = Panel(film, slot, [0, 1], [low - room, high + room], ticks=(0, ticks))
    panel.drawn.add(panel.levels(0, "faint"))
    return panel


def signed_bars(
    film: Film, bands: BandPanel, panel: Panel, ends: tuple[np.ndarray, np.ndarray], role: str, axis: str, *, back: bool
) -> Steps:
    """Bars between two values in each band of a panel, which grow along an axis."""
    heights = np.stack([panel.at(0, values)[:, 1] for values in ends])
    bars = Steps(bands.x, heights, bands.thickness, getattr(film.theme, role), bands.turns(back=back))
    return follow(with_halo(bars, film.theme), axis)


def terms(film: Film, bands: BandPanel, panel: Panel, trace: Any, axis: str) -> Steps:
    """The terms of a gradient, from the last step back, each on the sum of those before it."""
    ends = np.append(trace.running[1:], 0), trace.running
    return signed_bars(film, bands, panel, ends, "gradient", axis, back=True)


def bracket(film: Film, bands: BandPanel, many: int, height: float) -> Line:
    """A bracket over the last so many bands, which grows from the last one."""
    left, right = bands.x[-many] - bands.thickness / 2, bands.x[-1] + bands.thickness / 2
    corners = [[right, height - 0.12, 0], [right, height, 0], [left, height, 0], [left, height - 0.12, 0]]
    return Line(np.array(corners), film.theme.text, 3)


def named(film: Film, markup: str, height: float, *, size: float = 26, upright: bool = False) -> Typeset:
    """What bars or a row of numbers are, at their left."""
    name = film.typeset(markup, size=size)
    return name.rotate(PI / 2).move_to([NAMES, height, 0]) if upright else name.move_to([LEFT_END, height, 0], LEFT)


def line_at_one(bands: BandPanel) -> float:
    """The height on the frame at which 1 stands."""
    return float(bands.foot + bands.scale.height(np.ones(1))[0])


def mean_name(film: Film) -> VGroup:
    """What the numbers below the panels of the runs are, in two lines at their left."""
    lines = VGroup(film.say("mean_above", size=SMALL), film.say("mean_below", size=SMALL))
    for line, foot in zip(lines, (NAMED + LINE, NAMED), strict=True):
        line.move_to([LEFT_END, foot, 0], DL).shift(descent(line) * DOWN)
    return lines


def level(film: Film, bands: BandPanel) -> VMobject:
    """A dashed line where nothing has been gained nor lost."""
    start = np.array([bands.left, line_at_one(bands), 0])
    return dashed(start, start + bands.width * RIGHT, film.theme.text, 2)


def question(film: Film, x: float, y: float) -> Number:
    """A question mark at a place where bars will be."""
    return film.number(colour=film.theme.gradient, size=54, anchor=ORIGIN).centred_at(np.array([x, y, 0]))


class Head:
    """Above a panel the weights of a run and what of its gradient reaches h_1; below it the mean factor and the fate.

    `answer` is what takes the place of what is `open`.
    """

    def __init__(self, film: Film, bands: BandPanel, trace: Any) -> None:
        refs, (left, right) = film.refs_of(trace), (bands.left, bands.left + bands.width)
        knobs = {"w_h": refs.params.w_h, "w_x": refs.params.w_x}
        weights = film.typeset(WEIGHTS, size=VALUE, **knobs)
        weights.move_to([left, HEADS[0], 0], LEFT)
        equation = film.typeset(f"{DERIVATIVE} =", size=VALUE).move_to([left, HEADS[1], 0], LEFT)
        value = film.typeset(f"{DERIVATIVE} = gradient({{passed}})", size=VALUE, passed=refs.passed[0])
        value.align_to(equation, DL)
        written = film.words.number(refs.per_step, digits=3 if trace.per_step >= SMALLEST else 1)
        mean = film.number(colour=film.theme.gradient, size=VALUE).write(written)
        mean.anchored_at(np.array([left, MEANS, 0]))
        fate, colour = trace.outcome(), film.theme.good if trace.outcome() == "kept" else film.theme.bad
        word = film.say(fate, size=VALUE, colour=colour).move_to([right, MEANS, 0], DR)
        word.shift(descent(word) * VALUE / SMALL * DOWN)
        self.weights, self.open = weights, VGroup(equation, question(film, (left + right) / 2, MIDDLE))
        self.answer = VGroup(value, mean, word)
