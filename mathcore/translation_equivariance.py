"""Translation equivariance: shift the input of a convolution, and its output shifts with it, exactly.

    y(i) = Σₖ w(k) · x(s·i + k)         k = −2 ... 2: the window lies around s·i, as in the notes; x = 0 outside
    d(i) = y'(i) − y(i − shift // s)    y' the output for x'(t) = x(t − shift); zeros are pushed in for i < shift // s

Arrays count from 0: w(k) is `kernel[k + 2]`. Zero padding makes as many outputs as there are places at s = 1. With s a
divisor of the shift, the window of y' at i meets the same values as that of y at i − shift / s, wherever neither window
reaches beyond the series, nor onto what the shift has pushed in or out:

    valid(i) = 1  where  shift + 2 ≤ s·i ≤ n − 3  and  s divides shift,  else 0

There d is 0 whatever x, w and the padding are. At the border it fails, since zeros stand in for what was pushed out;
and a stride s leaves only multiples of s: at stride 2, a shift of 9 moves the output by neither 4 nor 5 cells.

The series is a row of pixels of a handwritten digit, between zeros. Its grey values and the weights are whole numbers,
so that sums are exact and 0 means 0. The weights are neither symmetric nor antisymmetric: a flipped kernel shows.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple

import numpy as np
import torch
from pydantic import BaseModel, Field
from torch.nn import functional

import mathcore
from mathcore import Sweep, quantity
from mathcore._data import DATA, read_grey
from mathcore._training import seeded

LENGTH = 48  # of the series
ROW, BLACK = 4, 255  # of the digit: the row of pixels; the grey value of ink
WIDTH = 12  # pixels of it that are not 0
KERNEL = (-1, -1, -1, 1, 2)  # answers to a rise
REACH = len(KERNEL) // 2  # of the window, to either side


class Params(BaseModel, frozen=True, extra="forbid"):
    """The knobs."""

    shift: int = Field(10, ge=1, le=40, description="places that the input is moved to the right")
    position: int = Field(20, ge=0, le=36, description="place of the first pixel that is not 0")
    stride: int = Field(1, ge=1, le=4, description="places from one window to the next")


SWEEP = Sweep("shift", (1, 14))


@dataclass(frozen=True, kw_only=True)
class Trace(mathcore.Trace):
    """A series and its output under a kernel, before a shift and after it."""

    params: Params
    x: np.ndarray = quantity("time", "a row of a handwritten 3, grey values 0 to 255", dtype=int, tolerance=0)
    x_shifted: np.ndarray = quantity(
        "time", "the same, moved to the right; zeros are pushed in", dtype=int, tolerance=0
    )
    kernel: np.ndarray = quantity("tap", "weights of the window", dtype=int, tolerance=0)
    product: np.ndarray = quantity("out tap", "each weight times the value under it, for x", dtype=int)
    product_shifted: np.ndarray = quantity("out tap", "the same for x_shifted", dtype=int)
    y: np.ndarray = quantity("out", "output for x: the sum of the products", dtype=int, tolerance=0)
    y_shifted: np.ndarray = quantity("out", "output for x_shifted", dtype=int, tolerance=0)
    cells: np.ndarray = quantity("", "cells that y is moved by: shift // stride", dtype=int, tolerance=0)
    y_moved: np.ndarray = quantity("out", "y, moved by so many cells; zeros are pushed in", dtype=int, tolerance=0)
    difference: np.ndarray = quantity("out", "y_shifted - y_moved", dtype=int, tolerance=0)
    valid: np.ndarray = quantity("out", "1 where the difference must be 0, else 0", dtype=int, tolerance=0)
    responding: np.ndarray = quantity("", "outputs with y_shifted or y_moved not 0", dtype=int, tolerance=0)
    differing: np.ndarray = quantity("", "outputs with a difference that is not 0", dtype=int, tolerance=0)

    def outcome(self) -> Literal["exact", "gone", "stray", "border"]:
        """What the shift does: the output follows it exactly, or the series has left, or which obstacle there is."""
        if not self.x_shifted.any():
            return "gone"
        if not self.differing:
            return "exact"
        return "stray" if self.params.shift % self.params.stride else "border"

    def cases(self) -> dict[str, dict[str, int]]:
        """Knobs near those of the trace at which it holds and at which it does not, the position the same in all.

        inside, border: stride 1; half of the row is pushed out over the border. stray, even: a longer stride, a shift
        that it does not divide, and one that it does.
        """
        position = min(max(self.params.position, REACH), LENGTH // 2)
        shift, stride = min(self.params.shift, LENGTH - WIDTH - REACH - position), max(self.params.stride, 2)
        stray = shift if shift % stride else shift - 1
        shifts = {
            "inside": (shift, 1), "border": (LENGTH - WIDTH // 2 - position, 1),
            "stray": (stray, stride), "even": (stray - stray % stride + stride, stride),
        }  # fmt: skip
        return {name: {"position": position, "shift": by, "stride": step} for name, (by, step) in shifts.items()}

    def mistakes(self) -> Iterator[tuple[str, dict[str, np.ndarray]]]:
        """What the usual other conventions and slips compute."""
        for name, form in FORMS.items():
            yield name, _arrays(self.params, form)


def compute(params: Params = Params()) -> Trace:
    """Place the row of pixels between zeros, shift it, and convolve both.

    Returns:
        a Trace with 48 places, and as many outputs as windows of a stride begin there.
    """
    with seeded():
        arrays = _arrays(params, Form())
    at, last = params.stride * np.arange(len(arrays["y"])), LENGTH - 1 - REACH
    valid = (params.shift + REACH <= at) & (at <= last) & (params.shift % params.stride == 0)
    responding = np.sum((arrays["y_shifted"] != 0) | (arrays["y_moved"] != 0))
    differing = np.sum(arrays["difference"] != 0)
    return Trace(params=params, **arrays, valid=valid, responding=responding, differing=differing)


def pushed(values: np.ndarray, by: int) -> np.ndarray:
    """The values [place], moved to the right by so many places, or to the left; zeros are pushed in."""
    moved: np.ndarray = np.zeros_like(values)
    moved[max(by, 0) : len(values) + min(by, 0)] = values[max(-by, 0) : max(len(values) - by, 0)]
    return moved


def pushed_left(values: np.ndarray, by: int) -> np.ndarray:
    """The values, moved to the left by so many places."""
    return pushed(values, -by)


class Form(NamedTuple):
    """A way to compute it: by default ours."""

    shifted: Callable[[np.ndarray, int], np.ndarray] = pushed  # the series
    moved: Callable[[np.ndarray, int], np.ndarray] = pushed  # its output, to compare with
    cells: Callable[[int, int], int] = int.__floordiv__  # that it is moved by, of shift and stride
    kernel: tuple[int, ...] = KERNEL
    padding: Literal["constant", "wrap", "none"] = "constant"  # as np.pad calls it
    sign: int = 1  # of the difference


FORMS = {
    "a circular shift of x, as np.roll does": Form(shifted=np.roll),
    "a circular shift of y, as np.roll does": Form(moved=np.roll),
    "circular shifts of x and y, as np.roll does": Form(np.roll, np.roll),
    "circular padding": Form(padding="wrap"),
    "circular shifts and circular padding": Form(np.roll, np.roll, padding="wrap"),
    "a flipped kernel, as in np.convolve": Form(kernel=KERNEL[::-1]),
    "padding 'valid' in place of 'same'": Form(padding="none"),
    "a shift in the other direction": Form(pushed_left),
    "shifts in the other direction": Form(pushed_left, pushed_left),
    "a difference with its sign reversed": Form(sign=-1),
    "y moved by shift / stride, rounded up": Form(cells=lambda shift, stride: -(-shift // stride)),
    "y moved by as many cells as x, whatever the stride": Form(cells=lambda shift, _: shift),
}


@lru_cache(maxsize=1)
def _row() -> np.ndarray:
    """The grey values of the digit's row, from the first that is not 0 to the last."""
    values = np.round(BLACK * read_grey(DATA / "digit.png")[ROW])
    return np.trim_zeros(values)


def _arrays(params: Params, form: Form) -> dict[str, np.ndarray]:
    """What a form computes."""
    shift, stride, x = params.shift, params.stride, np.zeros(LENGTH)
    there = _row()[: LENGTH - params.position]
    x[params.position : params.position + len(there)] = there
    x_shifted, cells = form.shifted(x, shift), form.cells(shift, stride)
    (product, y), (product_shifted, y_shifted) = (_convolved(values, stride, form) for values in (x, x_shifted))
    y_moved = form.moved(y, cells)
    return {
        "x": x, "x_shifted": x_shifted, "kernel": np.array(form.kernel, dtype=float),
        "product": product, "product_shifted": product_shifted, "y": y, "y_shifted": y_shifted,
        "cells": np.array(cells), "y_moved": y_moved, "difference": form.sign * (y_shifted - y_moved),
    }  # fmt: skip


def _convolved(x: np.ndarray, stride: int, form: Form) -> tuple[np.ndarray, np.ndarray]:
    """The products of a form's kernel with each window [out tap], and their sums [out]."""
    padded = x if form.padding == "none" else np.pad(x, REACH, form.padding)
    kernel = torch.tensor(form.kernel, dtype=torch.float64)
    product = torch.from_numpy(padded).unfold(0, len(kernel), stride) * kernel
    y = functional.conv1d(torch.from_numpy(padded)[None, None], kernel[None, None], stride=stride)
    return product.numpy(), y[0, 0].numpy()
