"""Padding, stride and dilation: how large the output of a convolution is, and which of its values see which cell.

    output[i, j] = Σₐ Σᵦ kernel[a, b] · padded[i·s + a·d, j·s + b·d]
    size of the output = ⌊(n + 2p − d(k − 1) − 1) / s⌋ + 1        for an image of n × n cells

p rings of zeros stand around the image, the window moves on by s cells, and its k × k taps lie d cells apart: it spans
d(k − 1) + 1 cells. Without padding the output is smaller than the image, and a corner is seen by one window only;
zeros around the image give the border more windows, and as many values as the image has cells where 2p = d(k − 1) and
s = 1. A stride leaves windows out; a dilation leaves cells out that lie between taps. As in every deep-learning library
this is cross-correlation: the kernel is not flipped.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Literal, Self

import numpy as np
import torch
from pydantic import BaseModel, Field, model_validator
from torch.nn import functional

import mathcore
from mathcore import Convention, Sweep, quantity
from mathcore._data import DATA, read_grey
from mathcore._training import seeded

WHITE = 9  # grey levels of the image go from 0, black, to this
MIDDLE = np.array([9, 11])  # row and column of the digit around which the image is cut out
LARGEST_PADDING = 3

ZEROS = "ours has zeros there"

# What numpy calls zeros, mirrored cells without and with those of the border, the border again, the other side.
Mode = Literal["constant", "reflect", "symmetric", "edge", "wrap"]

Arrays = dict[str, np.ndarray]


class Params(BaseModel, frozen=True, extra="forbid"):
    """The knobs."""

    size: int = Field(5, ge=3, le=9, description="cells per side of the image, n")
    kernel_size: int = Field(3, ge=1, le=7, description="taps per side of the window, k")
    padding: int = Field(1, ge=0, le=LARGEST_PADDING, description="rings of zeros around the image, p")
    stride: int = Field(1, ge=1, le=4, description="cells from one place of the window to the next, s")
    dilation: int = Field(1, ge=1, le=3, description="cells from one tap of the window to the next, d")

    @property
    def span(self) -> int:
        """Cells from the first tap of a window to its last, both included."""
        return self.dilation * (self.kernel_size - 1) + 1

    @property
    def room(self) -> int:
        """Cells that the window can move along the padded image; negative where it does not fit."""
        return self.size + 2 * self.padding - self.span

    @model_validator(mode="after")
    def _window_fits(self) -> Self:
        if self.room < 0:
            window = f"kernel_size {self.kernel_size}, dilation {self.dilation}"
            image = f"size {self.size}, padding {self.padding}"
            raise ValueError(f"a window of {self.span} cells ({window}) exceeds {self.span + self.room} ({image})")
        return self


SWEEP = Sweep("dilation", (1, 3))


@dataclass(frozen=True, kw_only=True)
class Trace(mathcore.Trace):
    """A small image, the output of one convolution, and how they hang together."""

    params: Params
    conventions: ClassVar = {
        "same-late": Convention(
            "TensorFlow, Keras, JAX and Paddle",
            "`same` adds no more zeros than the stride needs, the odd one after the image",
            "ours adds as many on each side, as torch does",
        ),
        "edge-border": Convention(
            "PyTorch (padding_mode='replicate') and OpenCV's BORDER_REPLICATE",
            "beyond the image its edge is repeated",
            ZEROS,
        ),
        "reflect-border": Convention(
            "PyTorch (padding_mode='reflect') and OpenCV",
            "beyond the image stands its mirror image, the edge not repeated",
            ZEROS,
        ),
        "symmetric-border": Convention(
            "scipy.ndimage", "beyond the image stands its mirror image, the edge repeated", ZEROS
        ),
        "wrap-border": Convention(
            "PyTorch (padding_mode='circular') and scipy.ndimage with mode='wrap'",
            "beyond the image its other side follows",
            ZEROS,
        ),
    }
    image: np.ndarray = quantity("row col", "cells of a handwritten digit, black 0 to white 9", tolerance=1e-12)
    kernel: np.ndarray = quantity("krow kcol", "weights of the taps: 2 in the first row, else 1", tolerance=1e-12)
    output: np.ndarray = quantity("orow ocol", "weighted sum at each place of the window", tolerance=1e-12)
    output_size: np.ndarray = quantity("", "values per side of the output", dtype=int, tolerance=0)
    reached: np.ndarray = quantity("row col", "outputs whose window has a tap on the cell", dtype=int, tolerance=0)
    padded: np.ndarray = quantity("brow bcol", "the image with its rings of zeros", dtype=int)
    product: np.ndarray = quantity("orow ocol krow kcol", "each weight times the cell under it, at each place")
    felt: np.ndarray = quantity("row col orow ocol", "1 where a tap of the output's window is on the cell", dtype=int)
    span: np.ndarray = quantity("", "cells per side from the first tap of a window to its last", dtype=int)
    room: np.ndarray = quantity("", "cells that the window can move along a row", dtype=int)
    steps: np.ndarray = quantity("", "steps that it makes along a row", dtype=int)
    left_over: np.ndarray = quantity("", "cells of the room that are too few for another step", dtype=int)
    picture: np.ndarray = quantity("prow pcol", "the whole digit, black 0 to white 1")
    corner: np.ndarray = quantity("axis", "row and column of the digit where the image begins", dtype=int)

    def form(self) -> Literal["valid", "same", "other"]:
        """What is said of the padding: valid, none; same, as many outputs as cells; other."""
        if self.params.padding == 0:
            return "valid"
        return "same" if self.output_size == self.params.size else "other"

    def walk(self) -> Literal["single", "exact", "rounded"]:
        """How the window fills a row: from a single place, in steps that come out even, or with cells left over."""
        if self.output_size == 1:
            return "single"
        return "rounded" if self.left_over else "exact"

    def variants(self) -> dict[str, dict[str, int]]:
        """Knobs of the runs that are compared, each turned alone; a window that does not fit has no run.

        valid: without padding. padded: with it, or with what keeps the size where this run has none. stride and
        dilation: the padded one with this run's stride or dilation, with 2 where that is 1.
        """
        params, fitting = self.params, min(max(self.params.kernel_size // 2, 1), LARGEST_PADDING)
        padded = {"padding": params.padding or fitting, "stride": 1, "dilation": 1}
        turned = {
            "valid": padded | {"padding": 0},
            "padded": padded,
            "stride": padded | {"stride": max(params.stride, 2)},
            "dilation": padded | {"dilation": max(params.dilation, 2)},
        }
        runs = {name: params.model_copy(update=knobs) for name, knobs in turned.items()}
        return {
            name: turned[name]
            for name, run in runs.items()
            if run.room >= 0 and (name != "dilation" or params.kernel_size > 1)
        }

    def by_convention(self, name: str) -> Arrays:
        """What is computed where a library puts its zeros otherwise, or other cells in their place."""
        params, (image, kernel) = self.params, (self.image.copy(), self.kernel.copy())
        if name == "same-late":
            if params.padding not in ((params.span - 1) // 2, params.span // 2):
                return {}  # with other padding than `same` it has no run
            places = -(-params.size // params.stride)
            added = max((places - 1) * params.stride + params.span - params.size, 0)
            return _slide(image, kernel, params, (added // 2, added - added // 2))
        modes: dict[str, Mode] = {"reflect-border": "reflect", "symmetric-border": "symmetric", "edge-border": "edge"}
        found = _slide(image, kernel, params, (params.padding,) * 2, modes.get(name, "wrap"))
        return {"output": found["output"]}

    def mistakes(self) -> Iterator[tuple[str, Arrays]]:
        """Other forms that go by the same names, each as it would have run, where its window fits."""
        params, image, kernel = self.params, self.image.copy(), self.kernel.copy()
        n, p, span = params.size, params.padding, params.span
        yield "true convolution, a flipped kernel", _slide(image, kernel[::-1, ::-1].copy(), params, (p, p))
        yield "a transposed kernel", _slide(image, kernel.T.copy(), params, (p, p))
        gaps = params.model_copy(update={"kernel_size": span, "dilation": 1})
        yield (
            "a kernel of dilation (kernel_size - 1) + 1 taps, gaps filled",
            _slide(image, make_kernel(span), gaps, (p, p)),
        )
        for side, before in (("above and at the left", 1), ("below and at the right", 0)):
            for name, rings in (("padding on one side only", p), ("all of the padding on one side", 2 * p)):
                if n + rings >= span:
                    yield f"{name}, {side}", _slide(image, kernel, params, (before * rings, (1 - before) * rings))
        if n >= span:
            yield "no padding (valid instead of same)", _slide(image, kernel, params, (0, 0))
        if self.left_over:
            missing = params.stride - int(self.left_over)
            yield "a size rounded up (ceil_mode) instead of down", _slide(image, kernel, params, (p, p + missing))


def compute(params: Params = Params()) -> Trace:
    """Cut the image out of the digit, and slide the kernel over it."""
    picture = read_grey(DATA / "digit.png")
    row, col = corner = MIDDLE - params.size // 2
    image = np.rint(WHITE * picture[row : row + params.size, col : col + params.size])
    kernel, padded = make_kernel(params.kernel_size), np.pad(image, params.padding)
    return Trace(
        params=params,
        image=image,
        padded=padded,
        product=kernel * _windows(padded, params),
        felt=_felt(params),
        span=np.array(params.span),
        room=np.array(params.room),
        steps=np.array(params.room // params.stride),
        left_over=np.array(params.room % params.stride),
        picture=picture,
        corner=corner,
        **_slide(image, kernel, params, (params.padding, params.padding)),
    )


def make_kernel(taps: int) -> np.ndarray:
    """Weights [krow kcol], 2 in the first row, else 1: flipped or transposed, it is another kernel."""
    weights = np.ones((taps, taps))
    weights[0] = 2
    return weights


def _slide(
    image: np.ndarray,
    kernel: np.ndarray,
    params: Params,
    rings: tuple[int, int],
    mode: Mode = "constant",
) -> Arrays:
    """The kernel, the output and its size, and what it reaches, with so many rings before and after the image."""
    stride, dilation, (before, _) = params.stride, params.dilation, rings
    with seeded():
        cells, weights = (torch.from_numpy(one)[None, None] for one in (np.pad(image, rings, mode=mode), kernel))
        output = functional.conv2d(cells, weights, stride=stride, dilation=dilation)
        ones = torch.ones_like(output), torch.ones_like(weights)
        touched = functional.conv_transpose2d(*ones, stride=stride, dilation=dilation)[0, 0].numpy()
    reached = np.zeros(cells.shape[2:])
    reached[: len(touched), : len(touched)] = touched  # cells that are left over are not touched
    inside = slice(before, before + len(image))
    found = output[0, 0].numpy()
    size = np.array(len(found))
    return {"kernel": kernel, "output": found, "output_size": size, "reached": np.rint(reached[inside, inside])}


def _windows(padded: np.ndarray, params: Params) -> np.ndarray:
    """The cells under the taps at each place of the window [orow ocol krow kcol]."""
    views = np.lib.stride_tricks.sliding_window_view(padded, (params.span, params.span))
    s, d = params.stride, params.dilation
    return views[::s, ::s, ::d, ::d]


def _felt(params: Params) -> np.ndarray:
    """Which cells [row col] are under a tap of which output's window [orow ocol]."""
    taps = params.dilation * np.arange(params.kernel_size)
    starts = params.stride * np.arange(params.room // params.stride + 1)
    cells = params.padding + np.arange(params.size)
    along = np.isin(cells[:, None] - starts, taps).astype(int)  # [cell start]
    felt: np.ndarray = np.einsum("ri,cj->rcij", along, along)
    return felt
