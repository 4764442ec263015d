"""A grid of values as manim's users draw it: a Square for each cell, and a DecimalNumber in it."""

from typing import Any

import numpy as np
from manim import (
    BLACK,
    DOWN,
    LEFT,
    RIGHT,
    UL,
    WHITE,
    DecimalNumber,
    ManimColor,
    MathTypst,
    Rectangle,
    Square,
    VGroup,
    interpolate_color,
)

from bench._lecture import THEME


def grey(share: float) -> ManimColor:
    """Black at 0, white at 1."""
    return interpolate_color(BLACK, WHITE, float(np.clip(share, 0, 1)))


def grid(values: np.ndarray, side: float, low: float = 0, high: float = 1, *, written: bool = False) -> VGroup:
    """A Square per value [row col], row by row, and behind them in the group a number per value if `written`."""
    size = side / len(values)
    shares = (values - low) / (high - low)
    cells = VGroup(
        *(
            Square(size, fill_color=grey(share), fill_opacity=1, stroke_color=THEME.faint, stroke_width=1.5)
            for share in shares.flat
        )
    )
    cells.arrange_in_grid(*values.shape, buff=0)
    if not written:
        return cells
    inks = (BLACK if share > 0.45 else WHITE for share in shares.flat)
    numbers = (number(value).set_color(ink) for value, ink in zip(values.flat, inks, strict=True))
    return VGroup(cells, VGroup(*(one.move_to(cell) for one, cell in zip(numbers, cells, strict=True))))


def number(value: float, size: float = 24, places: int = 2, **options: Any) -> DecimalNumber:
    """A number that can be changed by `set_value`."""
    return DecimalNumber(value, num_decimal_places=places, mob_class=MathTypst, font_size=size, **options)


def block(cells: VGroup, row: int, col: int, size: int, columns: int, color: str) -> Square:
    """A frame around `size` x `size` cells whose upper left one is (row, col)."""
    side = cells[0].width
    frame = Square(size * side, color=color, stroke_width=5)
    return frame.move_to(cells[row * columns + col].get_corner(UL), UL)


def colour_bar(low: float, high: float, width: float) -> VGroup:
    """The greys from the lowest value to the highest, with both."""
    bar = Rectangle(width=width - 1.2, height=0.2, stroke_width=0, fill_opacity=1)
    bar.set_fill(color=[BLACK, WHITE]).set_sheen_direction(RIGHT)
    ends = number(low, places=1).next_to(bar, LEFT, buff=0.12), number(high, places=1).next_to(bar, RIGHT, buff=0.12)
    return VGroup(bar, *ends)


def below(bar: VGroup, cells: Any) -> VGroup:
    """A colour bar under a panel."""
    return bar.next_to(cells, DOWN, buff=0.26)
