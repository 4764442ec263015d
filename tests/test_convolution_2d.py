"""Convolution against scipy, against a plain double loop, and against its lesson."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from looking import LOOKS
from PIL import Image
from pydantic import ValidationError
from rehearsal import rehearsed
from scipy.signal import convolve2d, correlate2d

import render
from mathcore import InputError, check
from mathcore._data import DATA
from mathcore._kernels import FIXED_KERNELS, make_kernel
from mathcore.convolution_2d import BALANCED, Params, balanced, compute

SETTING = {"kernel": "sobel_x", "size": 5, "padding": "same", "stride": 2}  # other sentences

SMOOTHING = ("gaussian", "box")
WINDOWS = [(name, size) for name in SMOOTHING for size in (1, 3, 5, 9)] + [(name, 3) for name in FIXED_KERNELS]

every_window = pytest.mark.parametrize(("kernel", "kernel_size"), WINDOWS)
every_padding = pytest.mark.parametrize("padding", ["valid", "same"])

OWN = {  # kernels of one's own, and what becomes of an even image under them
    "2": "single_scales",
    "1": "single",
    "-1,0,1\n-2,0,2\n-1,0,1": "cancels",
    "0,1;0,2;-0,3\n0;0;0\n0;0;0": "cancels",
    "0\t0\t0\n0\t0\t0\n0\t0\t0": "nothing",
    "0,.25,0\n.25,0,.25\n0,.25,0": "mean",
    "0,-.25,0\n-.25,2,-.25\n0,-.25,0": "keeps",
    "-0,5;0;0,25\n-12,75;3,5;0\n1250;0;-3,125": "scales",
    "\n".join([",".join(["-9999.5"] * 5)] * 5): "scales",
    "1,4,6,4,1\n4,16,24,16,4\n6,24,36,24,6\n4,16,24,16,4\n1,4,6,4,1": "scales",
    "\n".join(",".join(f"{(-1) ** (a + b) / (1 + a + b):.4f}" for b in range(9)) for a in range(9)): "scales",
    "\n".join(",".join(str((a * b) ** 2) for b in range(9)) for a in range(9)): "scales",
}
every_own = pytest.mark.parametrize("table", OWN, ids=[f"{effect}-{k}" for k, effect in enumerate(OWN.values())])
small_pictures = arrays(np.uint8, (12, 12))


@pytest.fixture(scope="module")
def convolved(tmp_path_factory):
    """The trace of a picture given as whole grey values 0 to 255."""
    path = tmp_path_factory.mktemp("pictures") / "own.png"

    def convolve(picture, **knobs):
        Image.fromarray(np.asarray(picture, dtype=np.uint8)).save(path)
        return compute(Params(**({"image": path, "size": len(picture)} | knobs)))

    return convolve


@pytest.fixture
def kernel(tmp_path):
    """A file that holds a kernel."""

    def write(text, name="mine.csv"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


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
        {"size": 2}, {"size": 33}, {"kernel": 3}, {"kernel_size": -1}, {"kernel_size": 11}, {"stride": 0},
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


@every_own
@every_padding
def test_a_kernel_of_one_s_own_is_slid_like_any_other(kernel, table, padding):
    trace = compute(Params(kernel=kernel(table), padding=padding))
    mark = next((sign for sign in "\t;" if sign in table), ",")
    weights = [[float(cell.replace(",", ".")) for cell in row.split(mark)] for row in table.split("\n")]
    assert np.array_equal(trace.kernel, weights)
    assert trace.effect() == OWN[table]
    expected = correlate2d(trace.image, weights, mode=padding)
    np.testing.assert_allclose(trace.output, expected, rtol=1e-12, atol=1e-12 * np.abs(weights).max())
    np.testing.assert_allclose(trace.product.sum(axis=(2, 3)), trace.output, rtol=1e-12, atol=1e-9)
    assert trace.kernel_sum == pytest.approx(np.sum(weights), abs=1e-9)
    assert trace.kernel_sum == 0 or trace.effect() not in ("cancels", "nothing")


@pytest.mark.parametrize("look", LOOKS[:2], ids=lambda look: look.language)
@every_own
def test_the_film_has_room_for_a_kernel_of_one_s_own(kernel, table, look):
    for knobs in ({}, {"size": 9, "padding": "same", "stride": 3}):
        film = rehearsed("convolution_2d", look, kernel=kernel(table, f"{len(table)}-{look.language}.csv"), **knobs)
        assert not film.faults
        assert film.seconds <= 75
        assert all(len(caption.text) <= 90 for caption in film.captions)


def test_a_kernel_s_file_that_holds_the_weights_of_a_known_one_gives_the_same_numbers(kernel):
    ours, own = compute(Params(kernel="sobel_x")), compute(Params(kernel=kernel("-1;0;1\n-2;0;2\n-1;0;1")))
    assert {name: array.tobytes() for name, array in ours.arrays().items()} == {
        name: array.tobytes() for name, array in own.arrays().items()
    }
    assert (own.kernel_name(), ours.kernel_name()) == ("own", "sobel_x")


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        ("1,2\n3,4", " has 2 x 2 weights; a kernel is square with an odd side, so fill it up with zeros."),
        ("1,2,3", " has 1 x 3 weights; a kernel is square with an odd side, so fill it up with zeros."),
        ("1,2,3\n4,5\n6,7,8", ", line 2: 2 weights, where the rows above have 3."),
        ("\n".join([",".join("1" * 11)] * 11), " has 10 or more x 11 weights; at most 9 x 9 can be shown."),
        (",".join("1" * 11), " has 1 x 11 weights; at most 9 x 9 can be shown."),
        ("a,b,c\n1,2,3\n4,5,6\n7,8,9", ", line 1: 'a' is not a number; a kernel is numbers alone, without a header, "
         "with commas, semicolons or tabs between them."),
        ("1 2 3\n4 5 6\n7 8 9", ", line 1: '1 2 3' is not a number; a kernel is numbers alone, without a header, with "
         "commas, semicolons or tabs between them."),
        ("1,2,3\n4,x,6\n7,8,9", ", line 2, column '2': 'x' is not a number."),
        ("1,2,3\n4,nan,6\n7,8,9", ", line 2, column '2': 'nan' is not a number up to 10000."),
        ("1,2,3\n4,5,6\n7,8,-inf", ", line 3, column '3': '-inf' is not a number up to 10000."),
        ("1e5", ", line 1, column '1': '1e5' is not a number up to 10000."),
        ("1,,3\n4,5,6\n7,8,9", ", line 1, column '2': the cell is empty."),
        ("1,5;2.5;0\n0;0;0\n0;0;0", " has a comma in '1,5' (line 1, column '1') and a point in '2.5' (line 1, column "
         "'2'); write all decimals with the same mark, and thousands without one."),
        ("1e-9", " has no weight beyond 1e-09, too small to be shown; multiply all of them."),
        ("", " is empty."), ("\n \n", " is empty."),
        ((DATA / "cat.png").read_bytes(), " is not a text in UTF-8; export it as CSV, in UTF-8."),
    ],
)  # fmt: skip
def test_a_file_that_is_no_kernel_gets_one_sentence(kernel, table, sentence):
    path = kernel(table)
    with pytest.raises(InputError) as error:
        compute(Params(kernel=path))
    assert str(error.value) == f"{path}{sentence}"


def test_a_kernel_of_one_s_own_must_fit_and_has_its_own_size(kernel, tmp_path):
    path = kernel("\n".join([",".join("1" * 9)] * 9))
    with pytest.raises(InputError, match="a kernel of size 9 does not fit into an image of size 5: "):
        compute(Params(kernel=path, size=5))
    with pytest.raises(ValidationError, match="kernel_size 5 needs gaussian or box; /"):
        Params(kernel=path, kernel_size=5)
    with pytest.raises(InputError, match="cannot be opened: no such file"):
        compute(Params(kernel=tmp_path / "missing.csv"))
    with pytest.raises(InputError, match=r"there is no kernel 'gausian', nor such a file; did you mean gaussian\?"):
        compute(Params(kernel="gausian"))
    assert compute(Params(kernel=path, size=5, padding="same")).output.shape == (5, 5)


def test_the_command_takes_a_kernel_of_one_s_own(kernel, tmp_path, capsys):
    path, out = str(kernel("0,5;0;-0,5\n0;1;0\n-0,5;0;0,5")), ["-o", str(tmp_path / "out")]
    assert render.main(["convolution-2d", "--kernel", path, "-f", "npz", "-f", "json", "-f", "svg", *out]) == 0
    assert all("convolution-2d+kernel=mine-" in line for line in capsys.readouterr().out.split())
    (written,) = (tmp_path / "out").glob("*.npz")
    assert render.main(["check", "convolution-2d", "--against", str(written), "--kernel", path]) == 0
    assert render.main(["check", "convolution-2d", "--against", str(written), "--kernel", "sharpen"]) == 1
    swept = ["convolution-2d", "--sweep", "kernel", "box", path, "-f", "json", "-f", "npz", "-j", "1", *out]
    assert render.main(swept) == 0
    assert check("convolution_2d").fault is None
