"""One place of a window on an image: what it sees, the weights, their products, and the sum in the output."""

from typing import Any

import numpy as np

from scenes._plates.cells import Shades, Table
from scenes._plates.sheet import THIN, Sheet
from scenes._theme import Theme

TOP, SIDE, SMALL_SIDE, LARGEST_CELL = 0.7, 4.5, 1.95, 1.1  # cm
IMAGE, OUTPUT = 0.4, 11.1  # cm from the left
SMALL_TABLES = {
    "window": (6.6, 0.0),
    "kernel": (6.6, 2.7),
    "products": (9.2, 1.35),
}  # middle; below TOP
TIMES = 6.6, TOP + 2.12  # between window and kernel
BALANCED = 1e-9  # a kernel of a smaller sum leaves nothing of an even image


def weigh(
    page: Sheet,
    panel: Any,
    image: np.ndarray,
    kernel: np.ndarray,
    output: np.ndarray,
    corner: tuple[int, int],
    stride: int,
) -> dict[str, Table]:
    """Draw the tables of a convolution for the window that leaves the cell `corner` of the output.

    Args:
        page: where it stands.
        panel: the whole sheet.
        image: what the window slides over [row col], its padding included.
        kernel: the weights [krow kcol].
        output: the sums [orow ocol].
        corner: row and column of the sum.
        stride: cells from one place of the window to the next.

    Returns:
        the tables by name, to be named.
    """
    theme, size, (row, col) = page.theme, len(kernel), np.multiply(corner, stride).tolist()
    view = image[row : row + size, col : col + size]
    values = {"image": image, "window": view, "kernel": kernel, "products": view * kernel, "output": output}
    shades, side = _shades(theme, values), min(SMALL_SIDE, LARGEST_CELL * size)
    places = {"image": (IMAGE, TOP), "output": (OUTPUT, TOP)}
    places |= {name: (middle - side / 2, TOP + below) for name, (middle, below) in SMALL_TABLES.items()}
    tables = {
        name: Table(page, panel, each, shades[name], places[name], side if name in SMALL_TABLES else SIDE)
        for name, each in values.items()
    }
    tables["image"].frame(row, col, size, theme.weight).bar()
    tables["output"].frame(*corner, 1, theme.activation).bar()
    for there, here in ((row, 0), (row + size, size)):  # from the window on the image to what it sees
        ends = tables["image"].at(there, col + size), tables["window"].at(here, 0)
        panel.plot(*zip(*ends, strict=True), color=theme.weight, linewidth=THIN)
    panel.text(*TIMES, "\N{MULTIPLICATION SIGN}", ha="center", va="center")
    return tables


def _shades(theme: Theme, values: dict[str, np.ndarray]) -> dict[str, Shades]:
    """Signed colours for what has numbers in its cells, grey for what may have none, so that it prints in grey."""
    kernel, products, output = values["kernel"], values["products"], values["output"]
    light, signed = Shades.spanning("gray", values["image"]), Shades.around_zero(theme.signed, products)
    if abs(kernel.sum()) < BALANCED:
        sums = Shades.around_zero("gray", output)
    else:  # the mean of some cells is no lighter than they are
        sums = Shades.spanning("gray", output) if kernel.min() < 0 else light
    return {
        "image": light,
        "window": light,
        "kernel": Shades.around_zero(theme.signed, kernel),
        "products": signed if kernel.min() < 0 else Shades("gray", 0, kernel.max()),
        "output": sums,
    }


def weighted_sum(stride: int, rings: int) -> str:
    """The output's formula; stride and rings of padding stand in it where they matter."""
    times, less = rf"{stride}\," * (stride > 1), f"-{rings}" * (rings > 0)
    place = rf"{times}i+a{less},\;{times}j+b{less}"
    return rf"activation[y_{{i,j}}] = \sum_{{a,b}}\,weight[w_{{a,b}}]\;data[x_{{{place}}}]"
