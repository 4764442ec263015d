"""A kernel slides over an image.

    output[i, j] = Σₐ Σᵦ kernel[a, b] · image[i·stride + a − p, j·stride + b − p]

with p = kernel_size // 2 rings of zeros around the image under `same` padding, and p = 0 under `valid`.
Deep-learning libraries call this convolution; mathematics calls it cross-correlation (the kernel is not
flipped). One small table of weights, used at every place, blurs, sharpens or finds the edges.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import ClassVar, Literal, Self

import numpy as np
import torch
from pydantic import BaseModel, Field, model_validator

import mathcore
from mathcore import Convention, Sweep, quantity
from mathcore._data import read_grey, shrink
from mathcore._kernels import FIXED_KERNELS, KernelName, make_kernel, read_kernel
from mathcore._precision import tensor_float
from mathcore._training import seeded

Mode = Literal["constant", "reflect", "symmetric"]  # what np.pad puts around an image
BALANCED = 1e-9  # a kernel whose weights sum to less leaves nothing of an even image
SAME_DIGITS = 3  # significant digits; sums that agree to so many count as the same
TOO_LARGE = "a kernel of size {side} does not fit into an image of size {size}"


class Params(BaseModel, frozen=True, extra="forbid"):
    """The knobs."""

    image: Path | None = Field(None, description="own picture, its centre square in grey [default: a cat]")
    size: int = Field(12, ge=3, le=32, description="cells per side of the small image")
    kernel: Path | KernelName = Field(
        "gaussian", description="weights of the window; or own CSV file of numbers, without a header"
    )
    kernel_size: int = Field(3, ge=1, le=9, description="side of the window, odd; gaussian and box only, else 3")
    stride: int = Field(1, ge=1, le=8, description="cells from one position of the window to the next")
    padding: Literal["valid", "same"] = Field(
        "valid", description="valid: inside the image only; same: a border of zeros"
    )

    @model_validator(mode="after")
    def _sizes_fit(self) -> Self:
        if self.kernel_size % 2 == 0:
            raise ValueError(f"kernel_size must be odd, not {self.kernel_size}")
        if self.kernel in FIXED_KERNELS and self.kernel_size != 3:
            raise ValueError(f"the {self.kernel} kernel is 3 x 3; kernel_size {self.kernel_size} needs gaussian or box")
        if isinstance(self.kernel, Path) and self.kernel_size != 3:
            raise ValueError(
                f"kernel_size {self.kernel_size} needs gaussian or box; {self.kernel} has a size of its own"
            )
        if self.padding == "valid" and self.kernel_size > self.size:
            raise ValueError(TOO_LARGE.format(side=self.kernel_size, size=self.size))
        return self


SWEEP = Sweep("kernel", ("identity", "gaussian", "box", "sharpen", "sobel_x", "sobel_y", "laplacian"))


@dataclass(frozen=True, kw_only=True)
class Trace(mathcore.Trace):
    """The small image that the window walks over, and the whole picture under the same kernel."""

    params: Params
    conventions: ClassVar = {
        "same-late": Convention(
            "TensorFlow, Keras, JAX and Paddle",
            "`same` adds no more zeros than the stride needs, the odd one after the image",
            "ours adds as many on each side, as torch does",
        ),
        "symmetric-border": Convention(
            "scipy.ndimage", "beyond the image stands its mirror image, the edge repeated", "ours has zeros there"
        ),
        "reflect-border": Convention(
            "PyTorch (padding_mode='reflect') and OpenCV",
            "beyond the image stands its mirror image, the edge not repeated",
            "ours has zeros there",
        ),
        "tensor-float": Convention(
            "graphics processors, where TensorFloat-32 is on",
            "image and kernel are rounded to ten bits",
            "ours are in double precision",
        ),
    }
    image: np.ndarray = quantity("row col", "small image, black 0 to white 1", tolerance=1e-6)
    kernel: np.ndarray = quantity("krow kcol", "weights of the window", tolerance=1e-12)
    output: np.ndarray = quantity("orow ocol", "weighted sum at each position of the window", tolerance=1e-6)
    rings: np.ndarray = quantity("", "rings of zeros around the image", dtype=int)
    padded: np.ndarray = quantity("brow bcol", "the small image with its rings of zeros")
    kernel_sum: np.ndarray = quantity("", "sum of the weights")
    product: np.ndarray = quantity("orow ocol krow kcol", "each weight times the cell under it, at each position")
    picture: np.ndarray = quantity("prow pcol", "the whole picture, black 0 to white 1")
    filtered: np.ndarray = quantity("frow fcol", "the whole picture under the same kernel, stride and padding")

    def kernel_name(self) -> str:
        """The kernel that the window has: `single` if it is one weight, `own` if a file holds it, else as asked for."""
        own = "own" if isinstance(self.params.kernel, Path) else self.params.kernel
        return "single" if self.kernel.size == 1 else own

    def effect(self) -> str:
        """What the kernel makes of a picture: the name of a known one, else what its weights sum to.

        nothing: every weight is 0.
        cancels: they sum to 0.
        mean, keeps: to 1; in the first no weight is negative.
        scales: to anything else, and `single_scales` if there is one weight.
        """
        kind, total = self.kernel_name(), self.kernel.sum()
        even = f"{total:.{SAME_DIGITS - 1}e}" == f"{1:.{SAME_DIGITS - 1}e}"
        if kind == "single":
            return kind if even else "single_scales"
        if kind != "own":
            return kind
        if not self.kernel.any():
            return "nothing"
        if balanced(self.kernel):
            return "cancels"
        return "scales" if not even else "mean" if self.kernel.min() >= 0 else "keeps"

    def answer(self, place: int) -> str:
        """How the sum at a place, row by row, compares with the one before: same, or larger or smaller and what it is.

        larger_mean, smaller_mean: no weight is negative, so the sum says how light the cells are.
        larger_signed, smaller_signed: it went up and is positive, or went down and is negative.
        larger_less, smaller_less: it went up and is not positive, or went down and is not negative.
        """
        before, value = self.output.flat[place - 1 : place + 1] + 0.0  # which takes the sign off -0.0
        if f"{value:.{SAME_DIGITS - 1}e}" == f"{before:.{SAME_DIGITS - 1}e}":
            return "same"
        turn, leans = ("larger", value > 0) if value > before else ("smaller", value < 0)
        return f"{turn}_mean" if self.kernel.min() >= 0 else f"{turn}_signed" if leans else f"{turn}_less"

    def by_convention(self, name: str) -> dict[str, np.ndarray]:
        """What is computed of rounded numbers, or where something else lies around the image."""
        if name == "tensor-float":
            image, kernel = tensor_float(self.image), tensor_float(self.kernel)
            return {"output": _slide(image, kernel, self.params)}
        if self.params.padding == "valid":
            return {}
        mode: Mode = "constant" if name == "same-late" else "reflect" if name == "reflect-border" else "symmetric"
        beyond = self._beyond_late if name == "same-late" else lambda _: (int(self.rings),) * 2
        padded, picture = (np.pad(one, beyond(len(one)), mode=mode) for one in (self.image, self.picture))
        alone = self.params.model_copy(update={"padding": "valid"})
        return {
            "padded": padded,
            "product": _windows(padded, self.kernel, self.params) * self.kernel,
            "output": _slide(padded, self.kernel.copy(), alone),
            "filtered": _slide(picture, self.kernel.copy(), alone),
        }

    def _beyond_late(self, side: int) -> tuple[int, int]:
        """How many zeros TensorFlow puts before and after so many cells."""
        places = ceil(side / self.params.stride)
        zeros = max((places - 1) * self.params.stride + len(self.kernel) - side, 0)
        return zeros // 2, zeros - zeros // 2

    def mistakes(self) -> Iterator[tuple[str, dict[str, np.ndarray]]]:
        """Another kernel than meant; a symmetric one hides it."""
        kernels = {"a flipped kernel": self.kernel[::-1, ::-1], "a transposed kernel": self.kernel.T}
        for mistake, kernel in kernels.items():
            yield mistake, {"kernel": kernel, "output": _slide(self.image.copy(), kernel.copy(), self.params)}


def compute(params: Params = Params()) -> Trace:
    """Slide the kernel over the image, shrunk to `size` cells a side, and over the whole picture.

    Raises:
        mathcore.InputError: the user's picture or kernel cannot be read, or the kernel is larger than the image.
    """
    kernel = _kernel(params)
    picture = read_grey(params.image)
    if params.padding == "valid" and len(picture) < len(kernel):
        raise mathcore.InputError(f"{params.image} has {len(picture)} cells a side, fewer than the kernel.")
    image, rings = shrink(picture, params.size), _rings(kernel, params)
    padded = np.pad(image, rings)
    return Trace(
        params=params,
        image=image,
        kernel=kernel,
        output=_slide(image, kernel, params),
        rings=np.array(rings),
        padded=padded,
        kernel_sum=np.array(0.0 if balanced(kernel) else kernel.sum()),  # fractions leave a rest of rounding
        product=_windows(padded, kernel, params) * kernel,
        picture=picture,
        filtered=_slide(picture, kernel, params),
    )


def _kernel(params: Params) -> np.ndarray:
    """The weights [krow kcol] that are asked for."""
    if not isinstance(params.kernel, Path):
        return make_kernel(params.kernel, params.kernel_size)
    kernel = read_kernel(params.kernel)
    if params.padding == "valid" and len(kernel) > params.size:
        raise mathcore.InputError(f"{TOO_LARGE.format(side=len(kernel), size=params.size)}: {params.kernel}.")
    return kernel


def balanced(kernel: np.ndarray) -> bool:
    """Whether a kernel's weights [krow kcol] cancel each other, so that it leaves nothing of an even image."""
    return bool(abs(kernel.sum()) < BALANCED)


def _rings(kernel: np.ndarray, params: Params) -> int:
    return len(kernel) // 2 if params.padding == "same" else 0


def _windows(padded: np.ndarray, kernel: np.ndarray, params: Params) -> np.ndarray:
    """The cells under the kernel at each position [orow ocol krow kcol]."""
    return np.lib.stride_tricks.sliding_window_view(padded, kernel.shape)[:: params.stride, :: params.stride]


def _slide(image: np.ndarray, kernel: np.ndarray, params: Params) -> np.ndarray:
    with seeded():
        output: torch.Tensor = torch.nn.functional.conv2d(
            torch.from_numpy(image)[None, None],  # [1 1 row col]
            torch.from_numpy(kernel)[None, None],  # [1 1 krow kcol]
            stride=params.stride,
            padding=_rings(kernel, params),
        )
    slid: np.ndarray = output[0, 0].numpy()
    return slid
