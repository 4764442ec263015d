"""What only the film of the channels draws: lights that add up, and a channel under its slice of the kernel."""

from typing import Any

import matplotlib
import numpy as np
from manim import DL, DR, LEFT, UL, UP, UR, Group, ImageMobject
from manim.constants import RESAMPLING_ALGORITHMS
from matplotlib.colors import LinearSegmentedColormap

from mathcore.image_channels import Trace
from scenes._marks.colour_scale import Scale
from scenes._marks.frames import REST, glide
from scenes._marks.grid import Grid, places_of
from scenes._marks.halo import with_halo
from scenes._marks.line import Segments
from scenes._marks.window import windows
from scenes._stage.clock import follow
from scenes._stage.film import Film
from scenes._stage.refs import Ref
from scenes._stage.words import NumberText

CHANNELS = ("red", "green", "blue")
LIGHTS = [f"{name} light" for name in CHANNELS]  # colour maps from black to the full light
FINE = 288  # pixels, at least, of a plane of light
RULE = "activation(y_(i, j)) = sum_c sum_(a, b) weight(w_(a, b, c)) thin data(x_(i + a, thin j + b, thin c))"
PLANE_X, SEEN_X, KERNEL_X, SUM_X = -5.4, -3.12, -0.7, 0.68  # of a row
ROW_SIDE, ROW_APART, ROW_Y = 2.0, 2.1, -0.1

for _name, _light in zip(LIGHTS, np.eye(3), strict=True):
    matplotlib.colormaps.register(LinearSegmentedColormap.from_list(_name, [np.zeros(3), _light]), force=True)


def map_scale(trace: Trace, signed: str) -> Scale:
    """One scale for all maps of a kernel."""
    return scale_of(np.append(trace.partial, trace.output), signed)


def weight_scale(trace: Trace, signed: str) -> Scale:
    """The same for its weights, which are told apart from images whatever their signs."""
    return Scale.around_zero(signed, trace.kernel)


def scale_of(values: np.ndarray, signed: str) -> Scale:
    """Greys from zero up, or `signed` colours as far below zero as above."""
    return Scale.around_zero(signed, values) if values.min() < 0 else Scale.spanning("gray", np.append(values, 0))


def digits_to_thousandths(value: float) -> int:
    """So many significant digits that sums end at the same decimal: at thousandths, or from 1 on at hundredths."""
    if not (rounded := abs(round(value, 3))):
        return 4
    magnitude = int(np.floor(np.log10(rounded)))
    return 4 + magnitude - (magnitude >= 0)


def middle_of_slide(place: float) -> int:
    """The place that a window which glides on is nearest to."""
    return int(place + (1 - REST) / 2)


def most_coloured(image: np.ndarray) -> tuple[int, int]:
    """Row and column of the cell whose channels differ most [row col channel]."""
    row, col = np.unravel_index(np.ptp(image, axis=2).argmax(), image.shape[:2])
    return int(row), int(col)


class ColourImage(ImageMobject):
    """A picture [row col channel], 0 to 1, in its own colours; along an axis its first so many cells are there."""

    def __init__(self, values: np.ndarray, side: float) -> None:
        opaque = np.ones((*values.shape[:2], 1))
        self._whole = np.rint(255 * np.concatenate([values, opaque], axis=2)).astype(np.uint8)
        super().__init__(self._whole)
        self.set_resampling_algorithm(RESAMPLING_ALGORITHMS["nearest"])
        self.height = side

    def at(self, cells: float) -> None:
        """Show the first so many cells, row by row."""
        self.pixel_array = self._whole.copy()
        self.pixel_array.reshape(-1, 4)[round(cells) :] = 0
        self.orig_alpha_pixel_array = self.pixel_array[:, :, 3].copy()


class Lights(ImageMobject):
    """Three planes of light that lie on one another at 0, side by side at 1; where they overlap they add up.

    Args:
        values: [row col channel], 0 to 1.
        side: of a plane.
        apart: from the middle of a plane to that of the next when they lie side by side.
    """

    def __init__(self, values: np.ndarray, side: float, apart: float) -> None:
        fine = -(-FINE // len(values))
        planes = np.rint(255 * values).astype(np.uint8).repeat(fine, axis=0).repeat(fine, axis=1)
        self._planes, self._gap = planes, round(apart * len(planes) / side)
        super().__init__(self._laid(0))
        self.set_resampling_algorithm(RESAMPLING_ALGORITHMS["nearest"])
        self.height = side

    def at(self, share: float) -> None:
        """Lay the planes so far apart."""
        self.pixel_array = self._laid(share)
        self.orig_alpha_pixel_array = self.pixel_array[:, :, 3].copy()

    def _laid(self, share: float) -> np.ndarray:
        side = len(self._planes)
        table = np.zeros((side, side + 2 * self._gap, 4), dtype=np.uint8)
        for channel in range(3):
            left = round(self._gap * (1 + share * (channel - 1)))
            table[:, left : left + side, channel] = self._planes[..., channel]
            table[:, left : left + side, 3] = 255
        return table


class ChannelRow:
    """A channel and its window, the slice of the kernel for it, and the sum of their products.

    Along "place" the window visits the channel, along "term_0" (of the first channel) its products are added up.
    """

    def __init__(self, film: Film, channel: int) -> None:
        t, refs, y = film.trace, film.refs, ROW_Y + ROW_APART * (1 - channel)
        self._film, self._channel, self.axis = film, channel, f"term_{channel}"
        light, size = Scale(LIGHTS[channel]), len(t.kernel)
        self.views, self.written = windows(refs.image[..., channel], size, 1), True
        self.plane = Grid(film, ([PLANE_X, y, 0], ROW_SIDE), t.image[..., channel], light)
        places = places_of(t.image, 3)
        self.seen = Grid(film, ([SEEN_X, y, 0], ROW_SIDE), self.views[0], light, places=places)
        weights = weight_scale(t, film.theme.signed)
        kernel, places = refs.kernel[..., channel], places_of(t.kernel, 3)
        self.kernel = Grid(film, ([KERNEL_X, y, 0], ROW_SIDE), kernel, weights, places=places)
        self.kernel.cells.framed(film.theme.weight)
        self.letter = film.say(f"letter_{CHANNELS[channel]}", size=34).next_to(self.plane.cells, LEFT, buff=0.12)
        self.times = film.typeset("times", size=34).move_to([(SEEN_X + KERNEL_X) / 2, y, 0])
        self.equals = film.typeset("=", size=34).move_to([SUM_X - 0.2, y, 0])
        follow(self.equals, self.axis, at=self._equal)
        self.cols = t.output.shape[1]
        corners = np.argwhere(np.ones(t.output.shape))
        self._spots = self.plane.blocks(corners, size)[0]
        self.frame = self.plane.frames(corners[:1], "weight", size)
        self.lines = with_halo(Segments(np.zeros((0, 3)), np.zeros((0, 3)), film.theme.weight, 2, 1), film.theme)
        follow(self.frame, "place", at=self._slide)
        follow(self.lines, "place", at=self._lead)
        follow(self.seen.cells, "place", at=self._see)
        number = film.number(size=36).centred_at(np.array([SUM_X, y, 0]))
        self.sum = follow(number, "place", self.axis, at=lambda *at: self._add(number, *at))
        terms = np.argwhere(t.kernel[..., 0] < np.inf)
        self.cursors = [grid.cursor(terms, "text", self.axis) for grid in (self.seen, self.kernel)]

    def _see(self, place: float) -> None:
        self.seen.cells.paint(self.views[middle_of_slide(place)], written=self.written)

    def _slide(self, place: float) -> None:
        self.frame.put(glide(self._spots, place)[None])

    def _lead(self, place: float) -> None:
        """From the window's right corners to its enlargement."""
        centre, half = glide(self._spots, place), self.frame.side / 2
        starts = [centre + half * corner for corner in (UR, DR)]
        self.lines.join(np.array(starts), np.array([self.seen.cells.map.get_corner(corner) for corner in (UL, DL)]))

    def _equal(self, term: float) -> None:
        """An equals sign stands before an open sum and before the whole one, not while products are added."""
        self.equals.set_opacity(_counted(term) in (0, self.views[0].size))

    def _add(self, number: Any, place: float, term: float) -> None:
        added, where = _counted(term), (self._channel, *divmod(middle_of_slide(place), self.cols))
        number.write(sum_text(self._film, self._film.refs.sum("product", added, where) if added else None))


def _counted(term: float) -> int:
    """How many products are added up where the cursors are: all up to the one that they stand at."""
    return int(np.ceil(term - 1e-9))


def sum_text(film: Film, ref: Ref | None) -> NumberText:
    """A sum to thousandths, or an open one."""
    if ref is None:
        return film.words.number(np.nan)
    return film.words.number(ref, digits=digits_to_thousandths(ref.value), decimals=3)


def names_of_lights(film: Film, apart: float, y: float) -> Group:
    """The names of the channels, above the planes of light; they come when the planes part."""
    names = Group(*(film.say(f"name_{name}") for name in CHANNELS))

    def at(share: float) -> None:
        for k, name in enumerate(names):
            name.move_to([share * apart * (k - 1), y, 0], UP).set_opacity(max(2 * share - 1, 0))

    return follow(names, "apart", at=at)


def gather(film: Film, starts: Any, end: np.ndarray) -> Segments:
    """Lines from some points to the one where what they carry is added."""
    points = np.array(starts, dtype=float)
    return Segments(points, np.broadcast_to(end, points.shape), film.theme.faint, 3, 1)


def stack(film: Film, planes: np.ndarray, scales: Any, x: float, side: float, apart: float, y: float) -> list[Grid]:
    """Tables [channel row col] one below the other."""
    return [
        Grid(film, ([x, y + apart * (1 - k), 0], side), plane, scale)
        for k, (plane, scale) in enumerate(zip(planes, scales, strict=True))
    ]


def equation(film: Film, xs: Any, y: float) -> Group:
    """The signs between four things in a row: two pluses and an equals sign."""
    signs = zip(("+", "+", "="), xs[:-1], xs[1:], strict=True)
    return Group(*(film.typeset(sign, size=44).move_to([(a + b) / 2, y, 0]) for sign, a, b in signs))
