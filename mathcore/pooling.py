"""Max and average pooling: a window walks over an image and leaves one number at each of its places.

    y[i, j] = maxₐᵦ x[i·stride + a, j·stride + b]        or the mean of the same cells
    ∂Σy/∂x[r, c] = number of windows that took their maximum from (r, c), or of those that hold it / window²

Backwards, the maximum sends the whole gradient of an output to the one cell that it came from, the
average shares it out among all cells of the window. Where several cells tie, torch takes the first of
them, row by row. A shift of the input changes a maximum only where it leaves its window or where a larger
cell comes in: pooling tolerates small shifts, in part.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Literal, Self

import numpy as np
import torch
from pydantic import BaseModel, Field, model_validator
from torch.nn import functional

import mathcore
from mathcore import Convention, Sweep, quantity
from mathcore._data import DATA, read_grey, shrink
from mathcore._training import seeded

FIRST = "ours goes to the first of them, row by row, as torch's max_pool2d sends it"
ROUNDING = 1e-12  # means of the same cells, added up in another order, differ by less


class Params(BaseModel, frozen=True, extra="forbid"):
    """The knobs."""

    size: int = Field(8, ge=4, le=16, description="cells per side of the image")
    window: int = Field(2, ge=2, le=8, description="cells per side of the window")
    stride: int = Field(2, ge=1, le=8, description="cells from one place of the window to the next")
    kind: Literal["max", "average"] = Field("max", description="what is kept of a window")
    image: Path | None = Field(None, description="own picture, its centre square in grey [default: a digit]")
    shift: int = Field(0, ge=0, le=4, description="cells that the image is moved right; its left edge is repeated")

    @model_validator(mode="after")
    def _window_fits(self) -> Self:
        if self.window > self.size:
            raise ValueError(f"a window of size {self.window} does not fit into an image of size {self.size}")
        return self


SWEEP = Sweep("shift", (0, 4))


@dataclass(frozen=True, kw_only=True)
class Trace(mathcore.Trace):
    """An image, what pooling keeps of it, and the way back of the gradient."""

    params: Params
    conventions: ClassVar = {
        "shared-ties": Convention(
            "MLX, tinygrad, torch.amax and Paddle's max", "cells that tie share the gradient", FIRST
        ),
        "every-tie": Convention(
            "TensorFlow.js' tf.max", "each of the cells that tie receives the whole gradient", FIRST
        ),
        "column-first": Convention(
            "ConvNetJS", "of cells that tie the first, column by column, receives the gradient", FIRST
        ),
    }
    image: np.ndarray = quantity("row col", "shifted image, black 0 to white 1", tolerance=1e-6)
    output: np.ndarray = quantity("orow ocol", "maximum or mean of each window", tolerance=1e-6)
    argmax_row: np.ndarray = quantity("orow ocol", "row of the maximum, -1 for average", dtype=int, tolerance=0)
    argmax_col: np.ndarray = quantity("orow ocol", "column of the maximum, -1 for average", dtype=int, tolerance=0)
    ties: np.ndarray = quantity(
        "orow ocol", "cells of the window that equal the maximum, 0 for average", dtype=int, tolerance=0
    )
    jacobian: np.ndarray = quantity("orow ocol row col", "slope of each output in each cell of the image")
    input_gradient: np.ndarray = quantity(
        "row col", "slope of the sum of the output in each cell of the image", tolerance=1e-12
    )
    changed: np.ndarray = quantity(
        "orow ocol", "1 where the shift has changed the output, else 0", dtype=int, tolerance=0
    )
    changes: np.ndarray = quantity("", "outputs that the shift has changed", dtype=int)
    cells: np.ndarray = quantity("", "cells of a window", dtype=int)
    reached: np.ndarray = quantity("", "cells of the image that receive some of the gradient", dtype=int)
    output_gradient: np.ndarray = quantity("orow ocol", "slope of the sum of the output in each output: 1")
    collected: np.ndarray = quantity("sent row col", "gradient in the image when so many outputs have sent theirs")

    def shared_cells(self) -> np.ndarray:
        """The cells that receive gradient from several outputs, as windows that overlap do: row and column [cell axis].

        A single output sends a cell at most the largest slope of the jacobian.
        """
        return np.argwhere(self.input_gradient > self.jacobian.max())

    def tied_cells(self) -> np.ndarray:
        """The maxima that tie with a cell of their window, row and column [cell axis]; none where cells are shared."""
        tied = (self.ties > 1) & (len(self.shared_cells()) == 0)
        return np.stack([self.argmax_row, self.argmax_col], axis=2)[tied]

    def receivers(self) -> Literal["all", "single", "tie", "max", "average"]:
        """Which cells receive gradient: all, a single one, the first of those that tie, or those of the kind."""
        if self.reached == self.image.size:
            return "all"
        if self.reached == 1:
            return "single"
        return "tie" if len(self.tied_cells()) else self.params.kind

    def by_convention(self, name: str) -> dict[str, np.ndarray]:
        """The way back of the gradient where it treats ties otherwise."""
        if self.params.kind == "average":
            return {}
        tied = self._held() & (self.image == self.output[..., None, None])  # [orow ocol row col]
        if name == "column-first":
            places = tied.swapaxes(2, 3).reshape(*self.output.shape, -1).argmax(axis=2)
            col, row = np.divmod(places, len(self.image))
            slopes = np.zeros(tied.shape)
            np.put_along_axis(
                slopes.reshape(*self.output.shape, -1), (row * len(self.image) + col)[..., None], 1, axis=2
            )
            return {"argmax_row": row, "argmax_col": col, **_way_back(slopes)}
        return _way_back(tied / tied.sum(axis=(2, 3), keepdims=True) if name == "shared-ties" else tied)

    def _held(self) -> np.ndarray:
        """Whether the window of an output holds a cell [orow ocol row col]."""
        first = self.params.stride * np.arange(len(self.output))[:, None]
        along = (first <= np.arange(len(self.image))) & (np.arange(len(self.image)) < first + self.params.window)
        held: np.ndarray = along[:, None, :, None] & along[None, :, None, :]
        return held

    def shift_effect(self) -> Literal["some", "none"]:
        """Whether the shift has changed some outputs or none."""
        return "some" if self.changes else "none"


def compute(params: Params = Params()) -> Trace:
    """Pool the picture, shrunk to `size` cells a side and shifted, and differentiate.

    Raises:
        mathcore.InputError: the user's picture cannot be read.
    """
    unshifted = shrink(read_grey(params.image or DATA / "digit.png"), params.size)
    image = np.pad(unshifted, ((0, 0), (params.shift, 0)), mode="edge")[:, : params.size]
    with seeded():
        cells = torch.tensor(image, requires_grad=True)  # [row col]
        output, row, col = _pool(cells, params)  # [orow ocol]
        jacobian = [torch.autograd.grad(value, cells, retain_graph=True)[0] for value in output.flatten()]
        (gradient,) = torch.autograd.grad(output.sum(), cells)
        before, _, _ = _pool(torch.from_numpy(unshifted), params)
    pooled, slopes = output.detach().numpy(), torch.stack(jacobian).numpy()  # [orow ocol], [place row col]
    changed = np.abs(pooled - before.numpy()) > ROUNDING
    return Trace(
        params=params,
        image=image,
        output=pooled,
        argmax_row=row.numpy(),
        argmax_col=col.numpy(),
        ties=_ties(image, pooled, params),
        **_way_back(slopes.reshape(pooled.shape + image.shape)) | {"input_gradient": gradient.numpy()},
        changed=changed,
        changes=changed.sum(),
        cells=np.array(params.window**2),
        output_gradient=np.ones_like(pooled),
    )


def _way_back(jacobian: np.ndarray) -> dict[str, np.ndarray]:
    """What comes of the slopes [orow ocol row col]."""
    gradient = jacobian.sum(axis=(0, 1))
    slopes = jacobian.reshape(-1, *gradient.shape)
    return {
        "jacobian": jacobian,
        "input_gradient": gradient,
        "collected": np.cumsum(np.concatenate([np.zeros_like(slopes[:1]), slopes]), axis=0),
        "reached": np.array(np.count_nonzero(gradient)),
    }


def _pool(cells: torch.Tensor, params: Params) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """The output, and the row and the column that each maximum came from, all [orow ocol]."""
    window, stride = [params.window] * 2, [params.stride] * 2
    if params.kind == "average":
        output = functional.avg_pool2d(cells[None], window, stride)[0]
        nowhere = torch.full(output.shape, -1)
        return output, nowhere, nowhere
    output, place = functional.max_pool2d_with_indices(cells[None], window, stride)
    return output[0], place[0] // params.size, place[0] % params.size


def _ties(image: np.ndarray, output: np.ndarray, params: Params) -> np.ndarray:
    """How many cells of each window equal its maximum [orow ocol]; zeros for the average."""
    windows = np.lib.stride_tricks.sliding_window_view(image, (params.window, params.window))
    visited = windows[:: params.stride, :: params.stride]  # [orow ocol wrow wcol]
    ties: np.ndarray = np.sum(visited == output[..., None, None], axis=(2, 3)) * (params.kind == "max")
    return ties
