"""The kernels that image filters share: tables of weights, named as image libraries name them."""

import difflib
from itertools import islice
from pathlib import Path
from typing import Literal, get_args

import numpy as np

from mathcore._cells import NumberCells
from mathcore._data import read_text, rows_of
from mathcore._error import InputError

KernelName = Literal["gaussian", "box", "sharpen", "sobel_x", "sobel_y", "laplacian", "identity"]
LARGEST_SIDE, LARGEST_WEIGHT, LEAST_WEIGHT = 9, 1e4, 1e-3  # of a kernel from a file: what a film can show

FIXED_KERNELS = {
    "sharpen": [[0, -1, 0], [-1, 5, -1], [0, -1, 0]],
    "sobel_x": [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]],
    "sobel_y": [[-1, -2, -1], [0, 0, 0], [1, 2, 1]],
    "laplacian": [[0, 1, 0], [1, -4, 1], [0, 1, 0]],
    "identity": [[0, 0, 0], [0, 1, 0], [0, 0, 0]],
}


def make_kernel(name: str, size: int) -> np.ndarray:
    """The weights [krow kcol] of a kernel; gaussian and box sum to 1 at any odd size."""
    if name in FIXED_KERNELS:
        return np.array(FIXED_KERNELS[name], dtype=float)
    if name == "box":
        return np.full((size, size), 1 / size**2)
    deviation = 0.3 * (size / 2 - 1.5) + 0.8  # OpenCV's rule for a Gaussian of which only the size is known
    profile = np.exp(-((np.arange(size) - size // 2) ** 2) / (2 * deviation**2))
    weights = np.outer(profile, profile)
    normalised: np.ndarray = weights / weights.sum()
    return normalised


def read_kernel(path: Path) -> np.ndarray:
    """The weights [krow kcol] in a CSV file of numbers without a header: square, of an odd side up to 9.

    Commas, semicolons and tabs separate; decimals follow a point or, in the whole table, a comma.

    Raises:
        InputError: the file is missing or no text, its cells are no numbers, or they are no such kernel.
    """
    if not path.suffix and not path.exists():
        raise InputError(_unknown(str(path)))
    text = read_text(path)
    separator = next((sign for sign in "\t;" if sign in text), ",")  # where there is one of these, commas are decimal
    rows = [(line, _filled(row)) for line, row in islice(rows_of(path, text, separator), LARGEST_SIDE + 1)]
    if not rows:
        raise InputError(f"{path} has no numbers.")
    cells = NumberCells(path, separator, LARGEST_WEIGHT)
    _refuse_words(path, rows[0][1])
    _refuse_shape(path, [(line, len(row)) for line, row in rows])
    kernel = np.array([[cells.number(line, str(k), cell) for k, cell in enumerate(row, 1)] for line, row in rows])
    cells.check()
    largest = np.abs(kernel).max()
    if 0 < largest < LEAST_WEIGHT:
        raise InputError(f"{path} has no weight beyond {largest:g}, too small to be shown; multiply all of them.")
    return kernel


def _unknown(name: str) -> str:
    near = difflib.get_close_matches(name.lower(), get_args(KernelName), n=1)
    hint = f"did you mean {near[0]}" if near else f"kernels are {', '.join(get_args(KernelName))}"
    return f"there is no kernel {name!r}, nor such a file; {hint}{'?' if near else '.'}"


def _filled(row: list[str]) -> list[str]:
    """A row up to its last cell that is not blank: programs add separators."""
    return row[: max(k for k, cell in enumerate(row, 1) if cell.strip())]


def _refuse_words(path: Path, first: list[str]) -> None:
    """Refuse a table whose first row has no number in it, such as a header."""
    for cell in first:
        if any(sign.isdigit() for sign in cell) and len(cell.split()) == 1:
            return
    raise InputError(
        f"{path}, line 1: {first[0].strip()[:40]!r} is not a number; a kernel is numbers alone, without a header, "
        "with commas, semicolons or tabs between them."
    )


def _refuse_shape(path: Path, widths: list[tuple[int, int]]) -> None:
    """Refuse a table [row] of lines and their widths that is no kernel."""
    rows, width = len(widths), widths[0][1]
    for line, other in widths:
        if other != width:
            raise InputError(f"{path}, line {line}: {other} weights, where the rows above have {width}.")
    if max(rows, width) > LARGEST_SIDE:
        more = "or more " if rows > LARGEST_SIDE else ""
        raise InputError(
            f"{path} has {rows} {more}x {width} weights; at most {LARGEST_SIDE} x {LARGEST_SIDE} can be shown."
        )
    if rows != width or rows % 2 == 0:
        raise InputError(
            f"{path} has {rows} x {width} weights; a kernel is square with an odd side, so fill it up with zeros."
        )
