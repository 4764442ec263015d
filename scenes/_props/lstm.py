"""What only the film of lstm draws.

A heat strip: one row per unit, one column per time, which fills from the left.
The gates and states of an LSTM over a sequence: a formula, a heat strip and one unit's value in each row.
Products that run back from the end of a sequence, on a logarithmic axis.
Loss and accuracy of two training runs, side by side: one run as a line, its twin as dashes.
"""

from typing import Any

import numpy as np
from manim import DOWN, LEFT, RIGHT, UP, Group, Rectangle, VGroup

from scenes._marks.axes import Axes
from scenes._marks.cells import ColourBar, Scale
from scenes._marks.dots import Dots
from scenes._marks.halo import with_halo
from scenes._marks.line import Dashes, Line, Lines
from scenes._marks.scales import LogScale
from scenes._marks.typeset import sentence

FRAME = 0.04  # width of a strip's frame


class Strip(Group):
    """`values` [time unit] in a frame of a given size, empty at first.

    Args:
        values: what to show.
        size: width and height.
        centre: where its middle is.
        scale: the colours.
        edge: colour of the frame.
        unit: the row that an arrowhead points at.
        theme: for the colour of the mark.
    """

    def __init__(
        self, values: np.ndarray, size: tuple[float, float], centre: Any, scale: Scale, edge: str, unit: int, theme: Any
    ) -> None:
        self._rows = values.T
        self.map = scale.map(self._rows, size[1]).stretch_to_fit_width(size[0]).move_to(centre)
        row = size[1] / len(self._rows)
        beside = self.map.get_center() + np.array([size[0] / 2 + 0.12, size[1] / 2 - (unit + 0.5) * row, 0])
        mark = Dots(beside, theme.text, 0.09, corners=3).rotate(np.pi / 2)
        width, height = np.array(size) + FRAME  # outside the image, where its colour is seen
        super().__init__(self.map, mark, Rectangle(edge, height, width, stroke_width=100 * FRAME).move_to(centre))
        self.show(0)

    def show(self, count: float) -> None:
        """Show the first `count` columns; the last one may be partial, and fills from above."""
        units, times = self._rows.shape
        order = np.arange(units * times).reshape(times, units).T
        self.map.paint(np.where(order < round(count * units), self._rows, np.nan))


START, SIZE, TOP, PITCH = -2.3, (7.9, 0.64), 2.15, 0.9  # left edge, size of a strip, first row, from row to row
SATURATION = 3.0  # beyond it tanh c is within 0.005 of ±1: the cell's colours go no further
ROWS = {  # name: the colour and the formula
    "f": ("good", "good(f_t) = sigma(W_f [h_(t-1), data(x_t)] + b_f)"),
    "i": ("data", "data(i_t) = sigma(W_i [h_(t-1), data(x_t)] + b_i)"),
    "candidate": ("data", "data(tilde(c)_t) = tanh(W_c [h_(t-1), data(x_t)] + b_c)"),
    "c": ("activation", "activation(c_t) = good(f_t) activation(c_(t-1)) + data(i_t) data(tilde(c)_t)"),
    "o": ("validation", "validation(o_t) = sigma(W_o [h_(t-1), data(x_t)] + b_o)"),
    "h": ("activation", "activation(h_t) = validation(o_t) tanh activation(c_t)"),
}


class Gates:
    """The rows by name; `letters` stand above them, `cursor` marks the time, `belt` carries the cell state.

    Args:
        stage: where they stand.
        trace: of an LSTM, with x [time symbol] and the six quantities of the rows [time unit].
        unit: the one whose row is marked and whose values are written.
    """

    def __init__(self, stage: Any, trace: Any, unit: int) -> None:
        self._stage, self._trace, self._unit = stage, trace, unit
        self.columns = START + SIZE[0] * (np.arange(len(trace.x)) + 0.5) / len(trace.x)  # [time]
        symbols = [sentence(chr(ord("A") + k), stage.theme.data, 30) for k in trace.x.argmax(axis=1)]
        places = zip(symbols, self.columns, strict=True)
        self.letters = VGroup(*(symbol.move_to([x, TOP + 0.62, 0]) for symbol, x in places))
        self.strips = {name: self._strip(name, row) for row, name in enumerate(ROWS)}
        self.formulas = {
            name: stage.typeset(markup, size=26).next_to(self.strips[name], LEFT, buff=0.2)
            for name, (_, markup) in ROWS.items()
        }
        self.numbers = {
            name: stage.number(colour=getattr(stage.theme, colour)).centred_at(
                self.strips[name].get_right() + 0.12 * RIGHT
            )
            for name, (colour, _) in ROWS.items()
        }
        self.belt = Dots(self._links(0), stage.theme.activation, 0.055)
        size = 5 * PITCH + SIZE[1] + 0.1, SIZE[0] / len(trace.x)
        self.cursor = with_halo(Rectangle(stage.theme.text, *size, stroke_width=3), stage.theme)
        self.bars = self._bars()
        self.point(1)

    def row(self, name: str) -> Group:
        """Formula, strip and number of a row."""
        return Group(self.formulas[name], self.strips[name], self.numbers[name])

    def point(self, count: int) -> Any:
        """Put the cursor on the last of the first `count` letters."""
        return self.cursor.move_to([self.columns[count - 1], TOP - 2.5 * PITCH, 0])

    def fill(self, name: str, count: int) -> None:
        """Show the first `count` columns of a row, and the marked unit's last value."""
        self.strips[name].show(count)
        self._stage.rewrite(self.numbers[name], getattr(self._trace, name)[count - 1, self._unit])

    def compute(self, name: str, count: int, seconds: float) -> None:
        """Fill the column of one letter of a row, unit by unit; then write the marked unit's value."""
        strip = self.strips[name]
        self._stage.drive(lambda share: strip.show(count - 1 + share), strip, seconds=seconds)
        self.fill(name, count)
        self._stage.add(self.numbers[name])

    def sweep(self, first: int, last: int, seconds: float) -> None:
        """Read the letters from `first` to `last`, or take them back."""
        moving = *self.strips.values(), *self.numbers.values(), self.cursor, self.belt
        self._stage.drive(lambda share: self.read(first + share * (last - first)), *moving, seconds=seconds)

    def read(self, letters: float) -> None:
        """Show every row after so many `letters`; the belt has moved by as many columns."""
        self.belt.put(self._links(letters))
        self.point(round(letters))
        for name in ROWS:
            self.fill(name, round(letters))

    def scale(self, name: str) -> Scale:
        """The colours of a row: gates lie between 0 and 1, the others on both sides of 0."""
        if name in ("f", "i", "o"):
            return Scale(self._stage.theme.sizes)
        reach = min(float(np.abs(self._trace.c).max()), SATURATION) if name == "c" else 1.0
        return Scale(self._stage.theme.signed, -reach, reach)

    def _links(self, letters: float) -> np.ndarray:
        """The dots of the belt below the cell's strip [link 3], one a column."""
        x = self.columns + (letters % 1) * (self.columns[1] - self.columns[0])
        links = np.stack([x, np.full_like(x, self.strips["c"].get_bottom()[1] - 0.12), 0 * x], axis=1)
        return links[x < START + SIZE[0]]

    def _bars(self) -> Group:
        """What the colours stand for, below the rows."""
        stage, bars = self._stage, Group()
        for name, rows in (("f", "f_t, i_t, o_t"), ("h", "tilde(c)_t, h_t"), ("c", "c_t")):
            label, scale = stage.typeset(rows, size=24), self.scale(name)
            clipped = float(np.abs(getattr(self._trace, name)).max()) > scale.high
            bar = ColourBar(scale, 2.9 if clipped else 2.2, stage.theme, stage.words, clipped=clipped)
            bars.add(Group(label, bar).arrange(RIGHT, buff=0.12))
        return bars.arrange(RIGHT, buff=0.45).move_to([1.6, TOP - 5 * PITCH - 0.62, 0])

    def _strip(self, name: str, row: int) -> Strip:
        theme, values = self._stage.theme, getattr(self._trace, name)
        centre = np.array([START + SIZE[0] / 2, TOP - row * PITCH, 0])
        edge = getattr(theme, ROWS[name][0])
        return Strip(values, SIZE, centre, self.scale(name), edge, self._unit, theme)


class Products(VGroup):
    """The axis; `lines` draws on it.

    Args:
        stage: where it stands.
        corner: lower left corner of the panel.
        size: width and height of the panel.
        x: where each time stands on the frame [time].
        values: what shall have room on it.
    """

    def __init__(
        self, stage: Any, corner: np.ndarray, size: tuple[float, float], x: np.ndarray, values: np.ndarray
    ) -> None:
        self._theme, self._foot, self._x = stage.theme, corner[1], x
        self._decades = LogScale(corner, size, values, stage.theme)
        super().__init__(self._decades)

    def lines(self, products: np.ndarray, unit: int, colour: str, *, dashed: bool = False) -> VGroup:
        """Products [time unit], each unit thin and `unit` thick as well; they begin at the end."""
        heights = self._foot + self._decades.height(products)
        paths = np.stack(np.broadcast_arrays(self._x[:, None], heights, 0.0), axis=-1)[::-1]  # [time unit 3]
        marked = paths[:, unit]
        thick = Dashes(marked, colour, 6) if dashed else Line(marked, colour, 6)
        return VGroup(Lines(np.moveaxis(paths, 1, 0), colour, 2, 0.8), with_halo(thick, self._theme))


TRAINING_SIZE, CORNERS = (5.4, 3.6), ((-6.0, -2.0), (0.9, -2.0))


class Training(VGroup):
    """Two panels, the loss at the left; `ours` and `theirs` are the curves of the two runs.

    Args:
        stage: where it stands; its sentences `name_loss`, `name_accuracy` and `name_step` name the axes.
        losses: of both runs [2 step].
        accuracies: of both runs [2 step].
    """

    def __init__(self, stage: Any, losses: np.ndarray, accuracies: np.ndarray) -> None:
        super().__init__()
        self.ours, self.theirs = VGroup(), VGroup()
        steps, theme = np.arange(losses.shape[1]), stage.theme
        panels = zip(CORNERS, (losses, accuracies), (1.05 * losses.max(), 1.05), ("loss", "accuracy"), strict=True)
        for corner, values, top, name in panels:
            place = np.array([*corner, 0.0])
            axes = Axes(place, TRAINING_SIZE, (0, steps[-1]), (0, top), theme, stage.words)
            title = stage.say(f"name_{name}", size=24, colour=theme.loss if name == "loss" else theme.text)
            step = stage.say("name_step", size=24, colour=theme.faint).next_to(axes, DOWN, buff=0.12)
            self.add(axes, step.set_x(place[0] + TRAINING_SIZE[0] / 2))
            self.add(title.next_to(place + TRAINING_SIZE[1] * UP, UP, buff=0.12).align_to(place, LEFT))
            ours, theirs = (axes.at(steps, run) for run in values)
            self.ours.add(Line(ours, theme.good, 4))
            self.theirs.add(with_halo(Dashes(theirs, theme.bad, 4), theme))
