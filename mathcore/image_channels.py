"""A colour image is three grey ones, and a kernel over all three channels gives one map.

    output[i, j] = Σ_c partial[c, i, j]
    partial[c, i, j] = Σₐ Σᵦ kernel[a, b, c] · image[i + a, j + b, c]        c: red, green, blue

The channels are amounts of red, green and blue light; added, they give the colours back. The kernel has a slice of
weights per channel; what the slices give is summed, so that a kernel leaves one map however many channels it sees. The
kernels of grey images are three times the same table; `redness` is 2 in red, -1 in green and -1 in blue: it weighs one
colour against the others. Several kernels give several maps. As in every deep-learning library this is
cross-correlation: the kernel is not flipped. It moves inside the image only (`valid`).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Literal

import numpy as np
import torch
from pydantic import BaseModel, Field
from torch.nn import functional

import mathcore
from mathcore import Convention, Sweep, quantity
from mathcore._data import read_colours, read_grey, shrink
from mathcore._kernels import KernelName, make_kernel
from mathcore._precision import tensor_float
from mathcore._training import seeded

KERNEL_SIZE = 3
WHITE = 255  # of whole numbers, as image files hold them

REDNESS = np.array([2.0, -1.0, -1.0])  # its weight in each channel

ColourKernelName = Literal[KernelName, "redness"]
Arrays = dict[str, np.ndarray]


class Params(BaseModel, frozen=True, extra="forbid"):
    """The knobs."""

    image: Path | None = Field(None, description="own picture, its centre square in colour [default: a cat]")
    size: int = Field(12, ge=4, le=32, description="cells per side of the small image")
    kernel: ColourKernelName = Field(
        "gaussian", description="weights of the window, the same in each channel but for redness"
    )


SWEEP = Sweep("kernel", ("identity", "gaussian", "sharpen", "sobel_x", "laplacian"))


@dataclass(frozen=True, kw_only=True)
class Trace(mathcore.Trace):
    """The channels of a small image, what each gives under its slice of the kernel, and their sum."""

    params: Params
    conventions: ClassVar = {
        "tensor-float": Convention(
            "graphics processors, where TensorFloat-32 is on", "image and kernel are rounded to ten bits",
            "ours are in double precision",
        ),
    }  # fmt: skip
    image: np.ndarray = quantity("row col channel", "red, green and blue light, 0 to 1", tolerance=1e-6)
    channel_mean: np.ndarray = quantity("channel", "mean of each channel", tolerance=1e-6)
    kernel: np.ndarray = quantity("krow kcol channel", "weights of the window", tolerance=1e-12)
    partial: np.ndarray = quantity("channel orow ocol", "weighted sum within each channel", tolerance=1e-6)
    output: np.ndarray = quantity("orow ocol", "the one map: sum over the channels", tolerance=1e-6)
    product: np.ndarray = quantity("channel orow ocol krow kcol", "each weight times the cell under it")
    picture: np.ndarray = quantity("prow pcol channel", "the whole picture, 0 to 1")

    def colours(self) -> str:
        """Whether the image is `grey`, its three channels equal, or `coloured`."""
        return "grey" if np.ptp(self.image, axis=2).max() == 0 else "coloured"

    def slices(self) -> Literal["alike", "unlike"]:
        """Whether the kernel has the same weights in each channel."""
        return "unlike" if np.ptp(self.kernel, axis=2).any() else "alike"

    def other_kernel(self) -> ColourKernelName:
        """The kernel of a second map, to be shown beside this one: with slices that differ where these are alike."""
        return "redness" if self.slices() == "alike" else "gaussian"

    def by_convention(self, name: str) -> Arrays:
        """What is computed of an image and a kernel that were rounded."""
        found = convolve(tensor_float(self.image), tensor_float(self.kernel))
        return {name: found[name] for name in ("partial", "output")}

    def mistakes(self) -> Iterator[tuple[str, Arrays]]:
        """Other forms, each as it would have run; equal channels and symmetric kernels hide some."""
        image, kernel = self.image.copy(), self.kernel.copy()
        grey = shrink(read_grey(self.params.image), self.params.size)
        run, single = convolve(image, kernel), convolve(grey[..., None], kernel[..., :1])
        yield "a mean over the channels instead of a sum", {"output": run["partial"].mean(axis=0)}
        yield "one map per channel (depthwise), not summed", {"output": run["partial"]}
        yield "channels in the order blue, green, red", convolve(image[..., ::-1], kernel)
        yield "a flipped kernel", convolve(image, kernel[::-1, ::-1])
        yield "values 0 to 255 instead of 0 to 1", convolve(WHITE * image, kernel)
        yield "a picture made grey (luminance) first", {"image": grey, "output": single["output"]}
        yield (
            "a picture made grey (luminance) first, its channel repeated",
            convolve(np.repeat(grey[..., None], 3, axis=2), kernel),
        )


def compute(params: Params = Params()) -> Trace:
    """Shrink the picture to `size` cells a side, and slide the kernel over its channels.

    Raises:
        mathcore.InputError: the user's picture cannot be read.
    """
    picture = read_colours(params.image)
    image = np.stack([shrink(plane, params.size) for plane in np.moveaxis(picture, 2, 0)], axis=2)
    kernel = make_slices(params.kernel)
    windows = np.lib.stride_tricks.sliding_window_view(image, kernel.shape[:2], axis=(0, 1))
    product = np.moveaxis(windows, 2, 0) * np.moveaxis(kernel, 2, 0)[:, None, None]
    return Trace(params=params, picture=picture, product=product, **convolve(image, kernel))


def make_slices(name: ColourKernelName) -> np.ndarray:
    """The weights [krow kcol channel] of a kernel."""
    if name == "redness":
        return np.tile(REDNESS, (KERNEL_SIZE, KERNEL_SIZE, 1))
    return np.repeat(make_kernel(name, KERNEL_SIZE)[..., None], len(REDNESS), axis=2)


def convolve(image: np.ndarray, kernel: np.ndarray) -> Arrays:
    """The image [row col channel], its means, the kernel [krow kcol channel], what they give by channel and in all."""
    with seeded():
        x = torch.tensor(np.moveaxis(image, 2, 0).copy())[None]  # [1 channel row col]
        w = torch.tensor(np.moveaxis(kernel, 2, 0).copy())  # [channel krow kcol]
        partial = functional.conv2d(x, w[:, None], groups=len(w))[0]  # [channel orow ocol]
        output = functional.conv2d(x, w[None])[0, 0]  # [orow ocol]
    return {
        "image": image,
        "channel_mean": image.mean(axis=(0, 1)),
        "kernel": kernel,
        "partial": partial.numpy(),
        "output": output.numpy(),
    }
