"""Axes as manim's users write them."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from manim import Axes, MathTypst

from bench._lecture import THEME


def panel(
    x_range: Sequence[float], y_range: Sequence[float], size: tuple[float, float], corner: Any, places: int = 0
) -> Axes:
    """Axes with numbers of so many decimal places, whose lowest values stand at `corner`."""
    axes = Axes(
        x_range=list(x_range),
        y_range=list(y_range),
        x_length=size[0],
        y_length=size[1],
        tips=False,
        axis_config={
            "color": THEME.faint,
            "include_numbers": True,
            "label_constructor": MathTypst,
            "decimal_number_config": {"num_decimal_places": places},
            "font_size": 24,
        },
    )
    return axes.shift(np.array(corner) - axes.c2p(x_range[0], y_range[0]))
