"""Convolution against scipy, against a plain double loop, and against its lesson."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image
from pydantic import ValidationError
from scipy.signal import convolve2d, correlate2d

from mathcore import InputError
from mathcore._kernels import FIXED_KERNELS, make_kernel
from mathcore.convolution_2d import BALANCED, Params, balanced, compute

SETTING = {"kernel": "sobel_x", "size": 5, "padding": "same", "stride": 2}  # other sentences

SMOOTHING = ("gaussian", "box")
WINDOWS = [(name, size) for name in SMOOTHING for size in (1, 3, 5, 9)] + [(name, 3) for name in FIXED_KERNELS]

every_window = pytest.mark.parametrize(("kernel", "kernel_size"), WINDOWS)
every_padding = pytest.mark.parametrize("padding", ["valid", "same"])
small_pictures = arrays(np.uint8, (12, 12))


@pytest.fixture(scope="module")
def convolved(tmp_path_factory):
    """The trace of a picture given as whole grey values 0 to 255."""
    path = tmp_path_factory.mktemp("pictures") / "own.png"

    def convolve(picture, **knobs):
        Image.fromarray(np.asarray(picture, dtype=np.uint8)).save(path)
        return compute(Params(**({"image": path, "size": len(picture)} | knobs)))

    return convolve


def plain_loop(image, kernel, stride, padding):
    """The formula, word for word."""
    n, k = len(image), len(kernel)
    p = k // 2 if padding == "same" else 0

    def pixel(row, column):
        return image[row, column] if 0 <= row < n and 0 <= column < n else 0.0

    def weighted_sum(i, j):
        return sum(
            kernel[a, b] * pixel(i * stride + a - p, j * stride + b - p) for a in range(k) for b in range(k)
        )  # fmt: skip

    positions = range((n + 2 * p - k) // stride + 1)
    return np.array([[weighted_sum(i, j) for j in positions] for i in positions])


@every_window
@every_padding
@pytest.mark.parametrize("stride", [1, 3, 8])
def test_scipy_computes_the_same(kernel, kernel_size, padding, stride):
    trace = compute(Params(kernel=kernel, kernel_size=kernel_size, padding=padding, stride=stride))
    for before, after in ((trace.image, trace.output), (trace.picture, trace.filtered)):
        expected = correlate2d(before, trace.kernel, mode=padding)[::stride, ::stride]
        np.testing.assert_allclose(after, expected, rtol=0, atol=1e-13)


@every_window
@every_padding
@pytest.mark.parametrize(("stride", "size"), [(1, 9), (3, 10)])
def test_a_plain_double_loop_computes_the_same(kernel, kernel_size, padding, stride, size):
    trace = compute(Params(kernel=kernel, kernel_size=kernel_size, padding=padding, stride=stride, size=size))
    expected = plain_loop(trace.image, trace.kernel, stride, padding)
    np.testing.assert_allclose(trace.output, expected, rtol=0, atol=1e-13)


@every_padding
@pytest.mark.parametrize("stride", [1, 2, 5])
@pytest.mark.parametrize("kernel_size", [1, 3, 7])
def test_a_box_is_average_pooling(padding, stride, kernel_size):
    trace = compute(Params(kernel="box", kernel_size=kernel_size, padding=padding, stride=stride))
    rings = kernel_size // 2 if padding == "same" else 0
    pooled = torch.nn.functional.avg_pool2d(torch.tensor(trace.image)[None], kernel_size, stride, rings)
    np.testing.assert_allclose(trace.output, pooled[0], rtol=0, atol=1e-14)


@pytest.mark.parametrize("name", FIXED_KERNELS)
@pytest.mark.parametrize("size", [1, 5, 7, 9])
def test_fixed_kernels_refuse_another_size(name, size):
    with pytest.raises(ValidationError, match=f"the {name} kernel is 3 x 3"):
        Params(kernel=name, kernel_size=size)


@pytest.mark.parametrize("name", [*SMOOTHING, *FIXED_KERNELS])
@pytest.mark.parametrize("size", [2, 4, 6, 8])
def test_even_sizes_are_refused(name, size):
    with pytest.raises(ValidationError, match=f"kernel_size must be odd, not {size}"):
        Params(kernel=name, kernel_size=size)


def test_a_kernel_larger_than_the_image_is_refused():
    with pytest.raises(ValidationError, match="size 9 does not fit into an image of size 8"):
        Params(kernel_size=9, size=8)
    assert compute(Params(kernel_size=9, size=9)).output.shape == (1, 1)
    assert compute(Params(kernel_size=9, size=8, padding="same")).output.shape == (8, 8)


def test_a_picture_smaller_than_the_kernel_gets_one_sentence(convolved):
    with pytest.raises(InputError, match=r"own\.png has 2 cells a side, fewer than the kernel\.$"):
        convolved(np.zeros((2, 2)), size=12)
    assert convolved(np.zeros((2, 2)), size=12, padding="same").filtered.shape == (2, 2)


@every_padding
def test_the_identity_returns_the_image(padding):
    trace = compute(Params(kernel="identity", padding=padding))
    inside = slice(None) if padding == "same" else slice(1, -1)
    assert np.array_equal(trace.output, trace.image[inside, inside])
    assert np.array_equal(trace.filtered, trace.picture[inside, inside])


@every_window
@settings(max_examples=5, deadline=None)
@given(picture=small_pictures, down=st.integers(0, 3), right=st.integers(0, 3))
def test_a_shift_of_the_image_shifts_the_map_inside(convolved, kernel, kernel_size, picture, down, right):
    def mapped(shown):
        return convolved(shown, kernel=kernel, kernel_size=kernel_size).output

    before, after = mapped(picture), mapped(np.roll(picture, (down, right), axis=(0, 1)))
    height, width = len(before) - down, len(before) - right
    np.testing.assert_allclose(after[down:, right:], before[:height, :width], rtol=0, atol=1e-13)


def test_at_the_border_a_shift_is_not_a_shift(convolved):
    white = np.full((12, 12), 255)
    edge = convolved(white, kernel="box", padding="same").output
    assert edge[5, 5] == pytest.approx(1)
    assert edge[0, 5] == pytest.approx(6 / 9)
    assert edge[0, 0] == pytest.approx(4 / 9)


@settings(max_examples=30, deadline=None)
@given(picture=small_pictures)
def test_smoothing_stays_between_black_and_white(convolved, picture):
    for kernel in SMOOTHING:
        output = convolved(picture, kernel=kernel, padding="same", kernel_size=5).output
        assert -1e-15 <= output.min() <= output.max() <= 1 + 1e-15


RISING_RIGHT = np.tile(np.arange(12) * 20, (12, 1))


@pytest.mark.parametrize(
    ("kernel", "picture", "value"),
    [
        ("sobel_x", RISING_RIGHT, 8 * 20 / 255),
        ("sobel_x", RISING_RIGHT[:, ::-1], -8 * 20 / 255),
        ("sobel_x", RISING_RIGHT.T, 0),
        ("sobel_y", RISING_RIGHT.T, 8 * 20 / 255),
        ("sobel_y", RISING_RIGHT.T[::-1], -8 * 20 / 255),
        ("sobel_y", RISING_RIGHT, 0),
        ("laplacian", RISING_RIGHT, 0),
    ],
)
def test_the_kernel_is_not_flipped(convolved, kernel, picture, value):
    np.testing.assert_allclose(convolved(picture, kernel=kernel).output, value, atol=1e-6)


@every_padding
@pytest.mark.parametrize("stride", [1, 3])
def test_the_usual_mistakes_are_a_flipped_and_a_transposed_kernel(padding, stride):
    trace = compute(Params(kernel="sobel_x", padding=padding, stride=stride))
    (one, flipped), (other, transposed) = trace.mistakes()
    assert (one, other) == ("a flipped kernel", "a transposed kernel")
    kernel = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
    assert np.array_equal(flipped["kernel"], kernel[::-1, ::-1])
    assert np.array_equal(transposed["kernel"], kernel.T)
    for wrong, right in (
        (flipped, convolve2d(trace.image, kernel, padding)),
        (transposed, correlate2d(trace.image, kernel.T, padding)),
    ):
        np.testing.assert_allclose(wrong["output"], right[::stride, ::stride], rtol=0, atol=1e-13)


def test_a_single_white_cell_shows_the_kernel_turned_by_half(convolved):
    picture = np.zeros((9, 9))
    picture[4, 4] = 255
    trace = convolved(picture, kernel="sobel_x", padding="same")
    assert np.array_equal(trace.output[3:6, 3:6], trace.kernel[::-1, ::-1])


@pytest.mark.parametrize("size", [3, 12, 32])
def test_the_image_is_the_picture_made_small(size):
    trace = compute(Params(size=size))
    assert trace.image.shape == (size, size)
    assert 0 <= trace.image.min() <= trace.image.max() <= 1
    assert trace.image.mean() == pytest.approx(trace.picture.mean(), abs=0.02)
    assert trace.picture.shape == (224, 224)


@pytest.mark.parametrize(
    "knobs",
    [
        {"size": 2}, {"size": 33}, {"kernel": "blur"}, {"kernel_size": -1}, {"kernel_size": 11}, {"stride": 0},
        {"stride": 9}, {"padding": "full"}, {"dilation": 1},
    ],
    ids=str,
)  # fmt: skip
def test_a_knob_out_of_its_range_is_refused(knobs):
    with pytest.raises(ValidationError, match=next(iter(knobs))):
        Params(**knobs)


@every_padding
@pytest.mark.parametrize("stride", [1, 3])
@every_window
def test_the_products_under_the_window_add_up_to_the_output(kernel, kernel_size, padding, stride):
    trace = compute(Params(kernel=kernel, kernel_size=kernel_size, padding=padding, stride=stride))
    rings = kernel_size // 2 if padding == "same" else 0
    assert trace.rings == rings
    assert np.array_equal(trace.padded, np.pad(trace.image, rings))
    assert trace.kernel_sum == pytest.approx(sum(trace.kernel.ravel()), abs=1e-12)
    row, col = (length - 1 for length in trace.output.shape)
    window = trace.padded[row * stride :, col * stride :][:kernel_size, :kernel_size]
    np.testing.assert_allclose(trace.product[row, col], window * trace.kernel, rtol=1e-12)
    np.testing.assert_allclose(trace.product.sum(axis=(2, 3)), trace.output, atol=1e-12)


@pytest.mark.parametrize(
    ("kernel", "before", "value", "answer"),
    [
        ("gaussian", 0.5, 0.6, "larger_mean"), ("gaussian", 0.5, 0.4, "smaller_mean"), ("box", 0, 0, "same"),
        ("identity", 0.5, 0.6, "larger_mean"), ("gaussian", 0.5004, 0.4996, "same"),
        ("gaussian", 0.5004, 0.5006, "larger_mean"), ("sharpen", 0.5006, 0.5004, "smaller_less"),
        ("sobel_x", 0.0, -0.0, "same"), ("sobel_x", -2, 0.1, "larger_signed"), ("sobel_x", -2, 0, "larger_less"),
        ("sobel_y", -2, -0.1, "larger_less"), ("laplacian", 2, -0.1, "smaller_signed"),
        ("laplacian", 2, 0, "smaller_less"), ("sharpen", 2, 0.1, "smaller_less"), ("sharpen", 0.1, 2, "larger_signed"),
        ("sobel_x", -0.1, -2, "smaller_signed"), ("sobel_x", -0.1, 0.1, "larger_signed"),
    ],
)  # fmt: skip
def test_the_answer_compares_a_sum_with_the_one_before(kernel, before, value, answer):
    trace = compute(Params(kernel=kernel))
    sums = trace.output.copy()
    sums.flat[4:6] = before, value
    assert replace(trace, output=sums).answer(5) == answer


@pytest.mark.parametrize("name", SMOOTHING)
def test_a_kernel_of_one_weight_has_a_name_of_its_own(name):
    named = {size: compute(Params(kernel=name, kernel_size=size)).kernel_name() for size in (1, 3)}
    assert named == {1: "single", 3: name}


def test_a_kernel_is_balanced_if_its_weights_cancel_each_other():
    assert [name for name in FIXED_KERNELS if balanced(make_kernel(name, 3))] == ["sobel_x", "sobel_y", "laplacian"]
    assert [balanced(np.array([[1, share * BALANCED - 1]])) for share in (-1.1, -0.9, 0.9, 1.1)] == [
        False,
        True,
        True,
        False,
    ]
