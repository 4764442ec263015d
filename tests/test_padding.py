"""Padding, stride and dilation against torch, against a count by hand, and against their lesson."""

from itertools import product

import numpy as np
import pytest
import torch
from pydantic import ValidationError
from scipy.signal import convolve2d, correlate2d
from torch.nn import functional

import render
from mathcore._check.checking import compare
from mathcore._data import DATA, read_grey
from mathcore.padding import MIDDLE, WHITE, Params, compute, make_kernel

SETTING = {"size": 6, "padding": 2, "stride": 3, "dilation": 2}  # other sentences
NOTATION = (r"\+ 2 ", r"[-+] 1\b", "0–")  # of the formula of the size; where the grey levels begin

KNOBS = ("size", "kernel_size", "padding", "stride", "dilation")
GEOMETRIES = [
    dict(zip(KNOBS, values, strict=True))
    for values in product((3, 6, 9), (1, 2, 3, 7), (0, 1, 3), (1, 2, 4), (1, 2, 3))
    if values[4] * (values[1] - 1) + 1 <= values[0] + 2 * values[2]
][::7]  # of all that fit, so many that each value of a knob meets most of the others'
every_geometry = pytest.mark.parametrize("knobs", GEOMETRIES, ids=lambda knobs: "-".join(map(str, knobs.values())))


def by_hand(image, kernel, stride=1, dilation=1, before=0, after=0, mode="constant", size=None):
    """Output, its size, and how many outputs feel each cell: the formula and the count, word for word."""
    n, k, padded = len(image), len(kernel), np.pad(image, (before, after), mode=mode)
    size = size or (len(padded) - dilation * (k - 1) - 1) // stride + 1
    output, reached = np.zeros((size, size)), np.zeros((n, n), dtype=int)
    for i, j in np.ndindex(size, size):
        for a, b in np.ndindex(k, k):
            row, col = i * stride + a * dilation, j * stride + b * dilation
            inside = row < len(padded) and col < len(padded)
            output[i, j] += kernel[a, b] * padded[row, col] if inside else 0
            if 0 <= row - before < n and 0 <= col - before < n:
                reached[row - before, col - before] += 1
    return {"output": output, "output_size": np.array(size), "reached": reached}


@every_geometry
def test_a_count_by_hand_gives_the_same(knobs):
    trace, p = compute(Params(**knobs)), knobs["padding"]
    expected = by_hand(trace.image, trace.kernel, knobs["stride"], knobs["dilation"], p, p)
    for name, values in expected.items():
        np.testing.assert_allclose(trace.arrays()[name], values, rtol=0, atol=1e-12, err_msg=name)


@every_geometry
def test_torch_gives_the_same(knobs):
    trace = compute(Params(**knobs))
    style = {name: knobs[name] for name in ("stride", "padding", "dilation")}
    image, kernel = (torch.tensor(one)[None, None] for one in (trace.image, trace.kernel))
    np.testing.assert_allclose(trace.output, functional.conv2d(image, kernel, **style)[0, 0], rtol=0, atol=1e-12)
    cells = torch.ones_like(image).requires_grad_()
    functional.conv2d(cells, torch.ones_like(kernel), **style).sum().backward()
    np.testing.assert_array_equal(trace.reached, cells.grad[0, 0])


@every_geometry
def test_the_size_is_that_of_the_formula_and_its_parts_add_up(knobs):
    n, k, p, s, d = knobs.values()
    trace = compute(Params(**knobs))
    assert trace.output_size == len(trace.output) == np.floor((n + 2 * p - d * (k - 1) - 1) / s) + 1
    assert trace.span == d * (k - 1) + 1
    assert trace.room == n + 2 * p - trace.span == trace.steps * s + trace.left_over
    assert trace.output_size == trace.steps + 1
    assert trace.left_over < s


@every_geometry
def test_products_add_up_to_the_output_and_what_is_felt_to_what_is_reached(knobs):
    trace, p = compute(Params(**knobs)), knobs["padding"]
    np.testing.assert_allclose(trace.product.sum(axis=(2, 3)), trace.output, rtol=0, atol=1e-12)
    np.testing.assert_array_equal(trace.felt.sum(axis=(2, 3)), trace.reached)
    np.testing.assert_array_equal(trace.padded, np.pad(trace.image, p))
    row, col = (trace.output_size - 1) * knobs["stride"], 0
    cells = trace.padded[row:, col:][: trace.span : knobs["dilation"], : trace.span : knobs["dilation"]]
    np.testing.assert_array_equal(trace.product[-1, 0], cells * trace.kernel)
    row, col = np.argwhere(trace.image + 1)[-1]
    alone = np.zeros_like(trace.image)
    alone[row, col] = 1
    expected = by_hand(alone, np.ones_like(trace.kernel), knobs["stride"], knobs["dilation"], p, p)["output"]
    np.testing.assert_array_equal(trace.felt[row, col], expected)


def test_scipy_gives_the_same():
    for mode, padding in (("valid", 0), ("same", 1), ("full", 2)):
        trace = compute(Params(padding=padding))
        np.testing.assert_allclose(trace.output, correlate2d(trace.image, trace.kernel, mode), rtol=0, atol=1e-12)


@pytest.mark.parametrize("size", range(3, 10))
def test_the_image_is_a_piece_of_the_digit_in_ten_grey_levels(size):
    trace, digit = compute(Params(size=size)), read_grey(DATA / "digit.png")
    row, col = trace.corner
    np.testing.assert_array_equal(trace.picture, digit)
    np.testing.assert_array_equal(trace.image, np.rint(WHITE * digit[row : row + size, col : col + size]))
    assert np.all((trace.corner <= MIDDLE) & (trace.corner + size > MIDDLE))
    assert trace.image.max() == WHITE
    assert np.abs(WHITE * digit % 1 - 0.5).min() > 1e-3, "a grey level that rounding decides"


def test_the_image_is_where_two_strokes_of_the_3_meet():
    expected = [[4, 8, 9, 2, 0], [8, 9, 5, 3, 0], [9, 9, 8, 9, 8], [7, 5, 5, 9, 9], [0, 0, 0, 0, 3]]
    np.testing.assert_array_equal(compute().image, expected)


@pytest.mark.parametrize("taps", [2, 3, 7])
def test_a_kernel_that_is_flipped_or_transposed_is_another(taps):
    kernel = make_kernel(taps)
    others = kernel[::-1, ::-1], kernel.T, kernel.T[::-1, ::-1]
    assert len({one.tobytes() for one in (kernel, *map(np.ascontiguousarray, others))}) == 4


def test_the_border_is_felt_least_and_padding_makes_up_for_it_in_part():
    bare, padded, full = (compute(Params(padding=padding)).reached for padding in (0, 1, 2))
    assert (bare[0, 0], bare[0, 2], bare[2, 2]) == (1, 3, 9)
    assert (padded[0, 0], padded[0, 2], padded[2, 2]) == (4, 6, 9)
    np.testing.assert_array_equal(full, np.full((5, 5), 9))


@pytest.mark.parametrize("kernel_size", [1, 3, 5, 7])
@pytest.mark.parametrize("size", [3, 6, 9])
def test_same_padding_is_half_of_what_the_window_spans_beyond_a_cell(size, kernel_size):
    trace = compute(Params(size=size, kernel_size=kernel_size, padding=kernel_size // 2))
    assert trace.output_size == size
    assert trace.form() == ("valid" if kernel_size == 1 else "same")


@pytest.mark.parametrize("stride", [2, 3, 4])
def test_a_stride_leaves_every_so_manyth_value_of_stride_1(stride):
    every, some = (compute(Params(size=9, stride=one)) for one in (1, stride))
    np.testing.assert_array_equal(some.output, every.output[::stride, ::stride])


@pytest.mark.parametrize("dilation", [2, 3])
def test_a_dilated_kernel_is_one_with_zeros_between_its_weights(dilation):
    trace = compute(Params(size=9, dilation=dilation))
    filled = np.zeros((2 * dilation + 1,) * 2)
    filled[::dilation, ::dilation] = trace.kernel
    np.testing.assert_allclose(trace.output, by_hand(trace.image, filled, before=1, after=1)["output"], atol=1e-12)


@pytest.mark.parametrize(
    ("knobs", "form", "walk"),
    [
        ({}, "same", "exact"), ({"padding": 0}, "valid", "exact"), ({"padding": 2}, "other", "exact"),
        ({"stride": 2}, "other", "exact"), ({"stride": 3}, "other", "rounded"), ({"dilation": 3}, "other", "single"),
        ({"padding": 2, "dilation": 2}, "same", "exact"), ({"size": 3, "stride": 3}, "other", "single"),
        ({"size": 3, "stride": 2}, "other", "exact"),
    ],
    ids=str,
)  # fmt: skip
def test_what_is_said_of_padding_and_steps(knobs, form, walk):
    trace = compute(Params(**knobs))
    assert (trace.form(), trace.walk()) == (form, walk)


@every_geometry
def test_the_runs_that_are_compared_turn_one_knob_each_and_fit(knobs):
    variants = compute(Params(**knobs)).variants()
    runs = {name: compute(Params(**{**knobs, **turned})) for name, turned in variants.items()}
    assert {"padded", "stride"} <= set(runs)
    assert ("valid" in runs) == (knobs["kernel_size"] <= knobs["size"])
    one = {"stride": 1, "dilation": 1}
    assert variants["padded"].items() >= one.items()
    assert variants["padded"]["padding"] == (knobs["padding"] or min(max(knobs["kernel_size"] // 2, 1), 3))
    for name, turned in variants.items():
        differs = {knob for knob, value in turned.items() if value != variants["padded"][knob]}
        assert differs == {"valid": {"padding"}, "padded": set()}.get(name, {name})


def test_a_dilation_is_compared_where_it_fits_and_does_something_and_a_user_s_own_comes_first():
    assert "dilation" not in compute(Params(kernel_size=1)).variants()
    assert "dilation" not in compute(Params(kernel_size=7)).variants()
    for knob in ("dilation", "stride"):
        assert compute(Params(**{knob: 3})).variants()[knob][knob] == 3


@pytest.mark.parametrize(
    ("knobs", "sentence"),
    [
        ({"kernel_size": 4, "dilation": 3}, r"a window of 10 cells \(kernel_size 4, dilation 3\) exceeds 7 \(size 5"),
        ({"kernel_size": 7, "padding": 0}, "a window of 7 cells .* exceeds 5"),
        ({"size": 2}, "size"), ({"size": 10}, "size"), ({"kernel_size": 0}, "kernel_size"), ({"kernel": 3}, "kernel"),
        ({"padding": -1}, "padding"), ({"padding": 4}, "padding"), ({"stride": 0}, "stride"), ({"stride": 5}, "stride"),
        ({"dilation": 0}, "dilation"), ({"dilation": 4}, "dilation"),
    ],
    ids=str,
)  # fmt: skip
def test_knobs_out_of_range_and_windows_that_do_not_fit_are_refused(knobs, sentence):
    with pytest.raises(ValidationError, match=sentence):
        Params(**knobs)


def test_a_window_that_does_not_fit_gets_one_sentence_and_exit_code_2(tmp_path, capsys):
    assert render.main(["padding", "--kernel-size", "7", "--padding", "0", "-f", "npz", "-o", str(tmp_path)]) == 2
    told = capsys.readouterr().err.strip()
    assert "a window of 7 cells" in told
    assert len(told.splitlines()) == 1
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("mode", "convention"), [("reflect", "reflect-border"), ("edge", "edge-border"), ("wrap", "wrap-border")]
)
def test_other_borders_are_conventions(mode, convention):
    trace = compute()
    given = by_hand(trace.image, trace.kernel, before=1, after=1, mode=mode)
    hint = compare("padding", {"output": given["output"]}).hint
    assert hint.startswith("agrees throughout with the convention of PyTorch (padding_mode=")
    assert f"--convention {convention} " in hint


DILATED, LONG = {"dilation": 2, "padding": 2}, {"stride": 3}


@pytest.mark.parametrize(
    ("name", "knobs", "form"),
    [
        ("padding on one side only, above and at the left", {}, lambda x, w: by_hand(x, w, before=1)),
        ("padding on one side only, below and at the right", {}, lambda x, w: by_hand(x, w, after=1)),
        ("all of the padding on one side, above and at the left", {}, lambda x, w: by_hand(x, w, before=2)),
        ("all of the padding on one side, below and at the right", {}, lambda x, w: by_hand(x, w, after=2)),
        ("no padding (valid instead of same)", {}, by_hand),
        ("true convolution, a flipped kernel", {}, lambda x, w: {"output": convolve2d(x, w, "same")}),
        ("a transposed kernel", {}, lambda x, w: {"output": correlate2d(x, w.T, "same")}),
        (
            "a size rounded up (ceil_mode) instead of down", LONG,
            lambda x, w: by_hand(x, w, stride=3, before=1, after=1, size=3),
        ),
        (
            "a kernel of dilation (kernel_size - 1) + 1 taps, gaps filled", DILATED,
            lambda x, w: by_hand(x, np.array([[2] * 5] + [[1] * 5] * 4), before=2, after=2),
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)  # fmt: skip
def test_other_forms_are_named(name, knobs, form):
    trace = compute(Params(**knobs))
    given = form(trace.image, trace.kernel)
    assert compare("padding", given, knobs).hint == f"looks like {name}: all of output agrees with that"
    right = {quantity: trace.arrays()[quantity] for quantity in given}
    assert compare("padding", right, knobs).fault is None


@every_geometry
def test_other_forms_are_computed_whatever_the_knobs(knobs):
    trace = compute(Params(**knobs))
    for name, values in trace.mistakes():
        assert values["output"].shape == (values["output_size"],) * 2, name
        assert values["reached"].shape == trace.image.shape, name
