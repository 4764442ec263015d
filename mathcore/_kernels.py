"""The kernels that image filters share: tables of weights, named as image libraries name them."""

from typing import Literal

import numpy as np

KernelName = Literal["gaussian", "box", "sharpen", "sobel_x", "sobel_y", "laplacian", "identity"]

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
