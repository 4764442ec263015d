"""Texts that are drawn larger than the film has set them, as far as each stays clear of what stands around it.

A film is laid out for texts of its own size. Each is drawn around a point that stays where it was, at a size that is
found by playing the film once: up to the size asked for, the frame's margin is kept, no two texts come to touch, and no
line, dot or bar comes to lie in a text that it was clear of.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

import numpy as np
from manim import UP, Mobject, VMobject

from scenes._marks.number import Number, digit_height
from scenes._marks.typeset import Typeset
from scenes._stage.brand import FOOT, HIGHEST, logo_box
from scenes._stage.film import MARGIN, Film
from scenes._stage.layout import WIDTH, View, height_of
from scenes._stage.seen import boxes, drawn, parts, points_of, words
from scenes._stage.stretch import Stretch, stretched

CLEAR = 0.06  # units that stay free around a text
APART = np.array([0.16, 0.06])  # between two, side by side and one above the other, or as much as there was
SLACK = 0.005  # by which letters at the margin reach into it
NOISE = 1e-6
SAMPLES = 6  # points of a curve at which it is looked for
POWERS = np.linspace(0, 1, SAMPLES)[:, None]
BEZIER = np.concatenate([(1 - POWERS) ** 3, 3 * (1 - POWERS) ** 2 * POWERS, 3 * (1 - POWERS) * POWERS**2, POWERS**3], 1)
SIDES = 0.0, -1.0, 1.0
CORNERS = [(x, y) for x in SIDES for y in SIDES]  # the middle first


class Grown(NamedTuple):
    """How a text is drawn: so many times as large, around a point given in half widths and heights from its middle."""

    times: float
    x: float
    y: float


Growth = dict[int, Grown]  # by the number of a text, in the order in which the film makes them


class _State(NamedTuple):
    """What stands at one moment."""

    texts: list[int]  # their numbers
    low: np.ndarray  # [text xy]
    high: np.ndarray
    pins: np.ndarray  # [text xy] where numbers are fixed; NaN for other texts
    shapes: list[tuple[np.ndarray, np.ndarray]]  # of each text: points [point xy] of all else near it, and whose


class Fit(NamedTuple):
    """How a film is drawn: what is seen of its frame, its larger texts, and how much taller it is."""

    view: View
    growth: Growth
    stretch: Stretch


class Room:
    """Looks at a film while it is played, and tells how far its texts may grow.

    Args:
        most: how many times as large a text is at most.
        height: of the frame that is seen.
        stretch: how much taller the picture is drawn than it was laid out.
        close: whether no more of the frame is seen than there is something in.
        corner: of a logo, which keeps its place; "" where there is none.
    """

    def __init__(self, most: float, height: float, stretch: Stretch, *, close: bool, corner: str = "") -> None:
        self._most, self._stretch, self._close = most, stretch, close
        self._foot = (FOOT + HIGHEST) * (close and bool(corner))  # kept free for it
        self._logo = np.empty((0, 2))
        if corner and not close:
            self._logo = _rectangle(*logo_box(corner, WIDTH, height)) - [0, stretch.below / 2]
        self._frame = WIDTH, height
        self._states: list[_State] = []
        self._groups: dict[int, object] = {}  # texts that are to have one size
        self._numbers: set[int] = set()
        self._corners: dict[int, tuple[float, float]] = {}  # that stay where they are, in half widths and heights
        self._low, self._high = np.full(2, np.inf), np.full(2, -np.inf)  # of all that was seen

    def look(self, film: Film) -> None:
        """See what stands on the stage now."""
        with stretched(film.mobjects, self._stretch):
            self._look(film)

    def _look(self, film: Film) -> None:
        seen = drawn(film)
        if seen:
            low, high = boxes([one.points for one in seen])
            self._low, self._high = np.minimum(self._low, low.min(axis=0)), np.maximum(self._high, high.max(axis=0))
        texts = list(words(film, seen)) if self._most > 1 else []
        if texts:
            self._remember(film, seen, texts)

    def _remember(self, film: Film, seen: Sequence[Mobject], texts: Sequence[Typeset | Number]) -> None:
        """Keep where texts stand, and what is near them."""
        self._group(film, texts)
        low, high = boxes([points_of(text) for text in texts])
        self._numbers |= {text.made for text in texts if isinstance(text, Number)}
        inked = {id(part) for text in texts for part in parts([text])}
        shapes = [_samples(one) for one in seen if isinstance(one, VMobject) and id(one) not in inked]
        shapes.append(self._logo)
        points = np.concatenate(shapes)
        owners = np.repeat(np.arange(len(shapes)), [len(one) for one in shapes])
        reach = self._most * (high - low) + CLEAR
        near = [
            (np.abs(points - middle) <= far).all(axis=1) for middle, far in zip((low + high) / 2, reach, strict=True)
        ]
        close = [(points[there], owners[there]) for there in near]
        pins = np.array([_pin(text)[:2] if isinstance(text, Number) else (np.nan, np.nan) for text in texts])
        self._states.append(_State([text.made for text in texts], low, high, pins, close))

    def fit(self) -> Fit:
        """How the film is drawn."""
        view = self._view()
        middle, half = np.array([view.x, view.y]), np.array([view.width, view.height]) / 2 - MARGIN
        self._edges = middle - half + [0, self._foot], middle + half
        for state in self._states:
            for text, low, high in zip(state.texts, state.low, state.high, strict=True):
                self._corners.setdefault(text, self._corner(low, high))
        return Fit(view, self._growth(), self._stretch)

    def spare(self) -> float:
        """How many times as tall the picture may be for as much of the frame to be seen along its height as across."""
        across, up = self._taken()
        return max(across * self._frame[1] / self._frame[0] / up, 1)

    def _taken(self) -> tuple[float, float]:
        """Width and height of what there is something in, the margin included."""
        across, up = np.minimum(self._high - self._low + 2 * MARGIN + [0, self._foot], self._frame)
        return float(across), float(up)

    def _view(self) -> View:
        """What is seen of the frame."""
        width, height = self._frame
        if not self._close:
            return View(0, -self._stretch.below / 2, width, height)
        across, up = self._taken()
        share = max(across / width, up / height)
        canvas = max(height, self._stretch.times * height_of("16:9"))  # some of it may be seen on no frame
        room = np.array([width - share * width, canvas - share * height]) / 2
        x, y = np.clip((self._low + self._high - [0, self._foot]) / 2, -room, room)
        return View(float(x), float(y), share * width, share * height)

    def _growth(self) -> Growth:
        """How each text is drawn."""
        least = self._least()
        for text in [text for text, times in least.items() if times < self._most and text not in self._numbers]:
            self._turn(text)
        least, sizes = self._least(), defaultdict(list)
        for text, times in least.items():
            sizes[self._groups[text]].append(times)
        return {text: Grown(min(sizes[self._groups[text]]), *self._corners[text]) for text in least}

    def _group(self, film: Film, texts: Sequence[Typeset | Number]) -> None:
        """Captions have one size, and so have the texts of one size that belong to one drawing."""
        parents = {id(child): id(one) for one in parts(film.mobjects) for child in one.submobjects}
        captions = {id(part) for part in parts([film.caption_shown])}
        for text in texts:
            alone = id(text) in captions or id(text) not in parents
            parent = "caption" if id(text) in captions else text.made if alone else parents[id(text)]
            self._groups.setdefault(text.made, (parent, text.font_size))

    def _corner(self, low: np.ndarray, high: np.ndarray) -> tuple[float, float]:
        """What of a text stays where it is: the middle, or what is at a margin."""
        x, y = (high > self._edges[1] - CLEAR).astype(float) - (low < self._edges[0] + CLEAR)
        return float(x), float(y)

    def _least(self) -> dict[int, float]:
        """How far each text may grow, with the corners as they are."""
        least: dict[int, float] = defaultdict(lambda: self._most)
        for state in self._states:
            for text, times in zip(state.texts, self._times(state, range(len(state.texts))), strict=True):
                least[text] = min(least[text], times)
        return least

    def _turn(self, text: int) -> None:
        """Keep another corner of a text in place, where it may then grow further."""
        tried = {}
        for corner in CORNERS:
            self._corners[text] = corner
            places = ((state, state.texts.index(text)) for state in self._states if text in state.texts)
            tried[corner] = min(float(self._times(state, [place])[0]) for state, place in places)
        self._corners[text] = max(tried, key=lambda corner: tried[corner])

    def _times(self, state: _State, places: Sequence[int]) -> np.ndarray:
        """How far some texts of a state may grow [text], if all others grow as far."""
        corners = np.array([self._corners[text] for text in state.texts])
        fixed = (state.low + state.high) / 2 + corners * (state.high - state.low) / 2
        fixed = np.where(np.isnan(state.pins), fixed, state.pins)
        below, above = fixed - state.low, state.high - fixed  # what grows [text xy]
        chosen = list(places)
        first, last = self._edges[0] - SLACK, self._edges[1] + SLACK
        margins = np.minimum(_ratio(fixed - first, below), _ratio(last - fixed, above))[chosen]
        apart = fixed[chosen, None] - fixed[None]
        sizes = below[chosen, None] + above[None], above[chosen, None] + below[None]  # to its left, to its right
        gaps = state.low[chosen, None] - state.high[None], state.low[None] - state.high[chosen, None]
        before, after = (
            _ratio(way - np.clip(gap, 0, APART), size)
            for way, gap, size in zip((apart, -apart), gaps, sizes, strict=True)
        )
        pairs = np.maximum(before, after).max(axis=2)
        pairs[np.arange(len(chosen)), chosen] = np.inf
        pairs[pairs < 1 - NOISE] = np.inf  # they touch already
        free = [_free(*state.shapes[k], fixed[k], below[k], above[k]) for k in chosen]
        all_of = np.min([margins.min(axis=1), pairs.min(axis=1), free], axis=0)
        return np.clip(all_of, 1, self._most)


def _ratio(room: np.ndarray, size: np.ndarray) -> np.ndarray:
    """How many times as large a size may be to have so much room; what has none grows without end."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(size > NOISE, room / size, np.where(room > -NOISE, np.inf, -np.inf))


def _free(shapes: np.ndarray, owners: np.ndarray, fixed: np.ndarray, below: np.ndarray, above: np.ndarray) -> float:
    """How far a text may grow until a shape comes to lie in it that did not."""
    if not len(shapes):
        return np.inf
    way, (_, starts) = shapes - fixed, np.unique(owners, return_index=True)
    reached, close = (  # how large the text is when it comes to each shape, and when it comes close to it
        np.minimum.reduceat(
            np.where(way > 0, _ratio(way - room, above), _ratio(-way - room, below)).max(axis=1), starts
        )
        for room in (0, CLEAR)
    )
    return float(min(close[reached > 1], default=np.inf))


def _samples(path: VMobject) -> np.ndarray:
    """Points along a path [point xy]."""
    curves = path.points[: len(path.points) // 4 * 4, :2].reshape(-1, 4, 2)
    sampled: np.ndarray = np.einsum("sp,cpx->csx", BEZIER, curves).reshape(-1, 2)
    return np.nan_to_num(sampled)


def _rectangle(low: tuple[float, float], high: tuple[float, float]) -> np.ndarray:
    """Points [point xy] all over a rectangle."""
    across, up = (np.linspace(*ends, 2 * SAMPLES) for ends in zip(low, high, strict=True))
    return np.stack(np.meshgrid(across, up), axis=-1).reshape(-1, 2)


@contextmanager
def grown(mobjects: Sequence[Mobject], growth: Growth) -> Iterator[None]:
    """Inside the block the texts among some drawings are as large as they are to be drawn."""
    before = []
    for text in parts(mobjects):
        if isinstance(text, Typeset | Number) and text.made in growth and growth[text.made].times > 1:
            paths = [part for part in parts([text]) if len(part.points)]
            before += [(path, path.points) for path in paths]
            _grow(text, paths, growth[text.made])
    try:
        yield
    finally:
        for path, points in before:
            path.points = points


def _pin(number: Number) -> np.ndarray:
    """The point of a number that stays where it is, whatever it says."""
    return number.place + digit_height(number.font_size) / 2 * UP


def _grow(text: Typeset | Number, paths: Sequence[Mobject], grown: Grown) -> None:
    """Draw a text larger."""
    points = np.concatenate([path.points for path in paths])
    low, high = points.min(axis=0), points.max(axis=0)
    fixed = (low + high) / 2 + np.array([grown.x, grown.y, 0]) * (high - low) / 2
    if isinstance(text, Number):
        fixed = _pin(text)
    for path in paths:
        path.points = fixed + grown.times * (path.points - fixed)
