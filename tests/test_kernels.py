"""The kernels that image filters share, against scipy's Gaussian and by what they keep."""

import numpy as np
import pytest
from scipy.signal.windows import gaussian

from mathcore._kernels import make_kernel

SMOOTHING = ("gaussian", "box")


@pytest.mark.parametrize("name", SMOOTHING)
@pytest.mark.parametrize("size", range(1, 10, 2))
def test_smoothing_kernels_sum_to_1_and_are_symmetric(name, size):
    kernel = make_kernel(name, size)
    assert kernel.shape == (size, size)
    assert kernel.sum() == pytest.approx(1, abs=1e-15)
    assert np.array_equal(kernel, kernel.T)
    assert np.array_equal(kernel, kernel[::-1])
    assert np.array_equal(kernel, kernel[:, ::-1])
    assert kernel.min() > 0
    assert kernel.max() == kernel[size // 2, size // 2]


@pytest.mark.parametrize("size", range(1, 10, 2))
def test_the_gaussian_kernel_is_a_gaussian(size):
    window = gaussian(size, 0.3 * ((size - 1) / 2 - 1) + 0.8)  # OpenCV's getGaussianKernel
    np.testing.assert_allclose(make_kernel("gaussian", size), np.outer(window, window) / window.sum() ** 2, rtol=1e-13)


@pytest.mark.parametrize(
    ("name", "total"), [("sharpen", 1), ("identity", 1), ("sobel_x", 0), ("sobel_y", 0), ("laplacian", 0)]
)
def test_fixed_kernels_keep_the_brightness_or_see_only_changes(name, total):
    assert make_kernel(name, 3).sum() == total
