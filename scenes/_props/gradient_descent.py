"""What only the film of gradient descent draws: rows with the line that shall fit them, and a table of iterates."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, Self

import numpy as np
from manim import DOWN, RIGHT, UL, UP, VGroup

from scenes._marks.away import Away
from scenes._marks.axes import Axes
from scenes._marks.dots import Dots
from scenes._marks.halo import with_halo
from scenes._marks.line import Dashes, Line, Segments
from scenes._marks.number import Number
from scenes._stage.clock import follow
from scenes._stage.film import Film
from scenes._stage.layout import Slot
from scenes._stage.rows import drawn_rows, from_zero

MOST_HIGHER = 2.0  # times the height of the data that a panel may have for the sake of a line
OVERHANG = 0.9  # of the name of y to the left of the panel


class Fit(VGroup):
    """The panel; its parts `frame`, `dots` and `line` may be animated apart.

    Where a table has too many rows for a panel, it is not `whole`, and the frame says how many rows are drawn.

    Args:
        film: where it stands; its trace has the rows, its sentence `rows_drawn` says how many are drawn.
        corner: lower left corner of the panel.
        size: width and height of the panel.
        names: what the two columns are called.
        radius: of a dot.
        w: a weight whose line shall fit in, too, where the panel need not be more than twice as high for it.
    """

    def __init__(
        self,
        film: Film,
        corner: np.ndarray,
        size: tuple[float, float],
        names: tuple[str, str],
        radius: float,
        w: float = 0,
    ) -> None:
        x, y = film.trace.x, film.trace.y
        rows = drawn_rows(x, y)
        rows = rows[np.argsort(x[rows], kind="stable")]  # dots and gaps come from left to right
        self._x, self._y, self._theme = x[rows], y[rows], film.theme
        across, up = film.axes_in(Slot(corner[0], corner[1], *size), from_zero(x), _heights(x, y, w))
        self.axes = Axes(corner, size, across, up, film.theme, film.words)
        x_name = film.label(names[0], room=size[0]).move_to(corner + size[0] / 2 * RIGHT + 0.68 * DOWN)
        y_name = film.label(names[1], room=size[0]).next_to(corner + size[1] * UP, UP, buff=0.22)
        y_name.shift(max(0.0, corner[0] - OVERHANG - y_name.get_left()[0]) * RIGHT)
        self.frame = VGroup(self.axes, x_name, y_name)
        self.whole = len(rows) == len(x)
        if not self.whole:
            amounts = {"drawn": film.refs.drawn_of("x", len(rows)), "count": film.refs.length("sample")}
            amount = film.say("rows_drawn", size=24, colour=film.theme.faint, **amounts)
            self.frame.add(amount.next_to(corner + [*size, 0], UL, buff=0.15))
        self._rows = self.axes.at(self._x, self._y)
        self.dots = with_halo(Dots(self._rows, film.theme.data, radius, 0.75), film.theme)
        self._away = Away(self.axes.box, film.theme.weight, gap=0.06)
        self.line = with_halo(Line(np.zeros((2, 3)), film.theme.weight, 5).add(self._away), film.theme)
        super().__init__(self.frame, self.dots, self.line)

    def scan(self, weights: Callable[[float], float], axis: str) -> Line:
        """Have the line turn along an axis to the weights at its places."""
        return follow(self.line, axis, at=lambda place: self.turn(weights(place)))

    def best(self, w: float) -> Dashes:
        """The dashed line of another weight."""
        return with_halo(Dashes(self.axes.line(w, 0, 0), self._theme.good, 5), self._theme)

    def turn(self, w: float) -> Self:
        """Turn the line to another weight; where it misses the panel, a sign points to its end."""
        ends, last = self.axes.line(w, 0, 0), max(self.axes.low[0], self.axes.low[0] + self.axes.span[0], key=abs)
        self.line.through(ends)
        self._away.put(ends[:0] if len(ends) else self.axes.near(last, w * last))
        return self

    def gaps(self, w: float) -> Segments:
        """From every row that is drawn to the line, from left to right."""
        rows, line = (self.axes.clamped(self._x, y) for y in (self._y, w * self._x))
        return Segments(rows, line, self._theme.loss, opacity=0.75)


def _heights(x: np.ndarray, y: np.ndarray, w: float) -> tuple[float, float]:
    """The range of the upright axis: that of y, and of the line of w where it is not far outside."""
    with np.errstate(over="ignore"):
        (low, high), (lowest, highest) = from_zero(y), from_zero(np.concatenate([y, w * np.array(from_zero(x))]))
    return (lowest, highest) if highest - lowest <= MOST_HIGHER * (high - low) else (low, high)


ROW, HEAD = 0.37, 0.5  # heights, in units of the frame


class Column(NamedTuple):
    """A heading in Typst math, references to the values below it, their colour, and the right edge on the frame."""

    heading: str
    refs: Sequence[Any] | np.ndarray
    colour: str
    right: float


class Table(VGroup):
    """Headings at height `top`, and below them as many of the latest rows as there is room for.

    Args:
        film: where it stands; it writes the numbers.
        columns: from left to right.
        top: height of the headings' middle.
        rows: how many rows fit.
    """

    def __init__(self, film: Film, columns: list[Column], top: float, rows: int) -> None:
        self._words, self._columns = film.words, columns
        heads = [film.typeset(column.heading, size=26).move_to([column.right, top, 0], RIGHT) for column in columns]
        self._cells = [[_cell(film, column, top - HEAD - row * ROW) for column in columns] for row in range(rows)]
        self._last = -1  # index of the row that was shown last
        super().__init__(*heads, *(cell for row in self._cells for cell in row))

    def at(self, step: float) -> None:
        """Show the rows up to a step; the oldest leave at the top, those to come are empty."""
        last = int(step + 1e-9)
        if last == self._last:
            return
        self._last, first = last, max(0, last - len(self._cells) + 1)
        for index, row in enumerate(self._cells, start=first):
            for column, cell in zip(self._columns, row, strict=True):
                cell.set_opacity(index <= last)
                if index <= last:
                    cell.write(self._words.number(column.refs[index]))


def _cell(film: Film, column: Column, height: float) -> Number:
    cell = film.number(column.refs[0], column.colour, anchor=RIGHT)
    return cell.centred_at(np.array([column.right, height, 0.0])).set_opacity(0)
