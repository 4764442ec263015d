"""The channels of an image and a kernel over all of them: by hand, against torch, and against the lesson."""

import itertools

import numpy as np
import pytest
import torch
from PIL import Image
from pydantic import ValidationError

import mathcore
from mathcore._data import read_grey, shrink
from mathcore._kernels import FIXED_KERNELS
from mathcore.image_channels import Params, compute, convolve
from scenes._props.image_channels import Lights, digits_to_thousandths, map_scale, most_coloured, weight_scale
from scenes._stage.words import Words

SETTING = {"kernel": "sobel_x", "size": 5}  # other sentences

KERNELS = ["gaussian", "box", *FIXED_KERNELS, "redness"]

every_kernel = pytest.mark.parametrize("kernel", KERNELS)


@pytest.fixture
def own(tmp_path):
    """A picture of somebody's own, and its knobs."""

    def write(pixels, **knobs):
        path = tmp_path / "own.png"
        Image.fromarray(np.asarray(pixels, dtype=np.uint8)).save(path)
        return Params(image=path, **({"size": len(pixels)} | knobs))

    return write


def random_picture(seed=0, side=8):
    return np.random.RandomState(seed).randint(0, 256, (side, side, 3))


@every_kernel
@pytest.mark.parametrize("size", [4, 12, 32])
def test_four_loops_compute_the_same(kernel, size):
    trace = compute(Params(kernel=kernel, size=size))
    partial = np.zeros((3, size - 2, size - 2))
    for c, a, b in itertools.product(range(3), range(3), range(3)):
        partial[c] += trace.kernel[a, b, c] * trace.image[a : a + size - 2, b : b + size - 2, c]
    np.testing.assert_allclose(trace.partial, partial, rtol=0, atol=1e-12)
    np.testing.assert_allclose(trace.output, partial.sum(axis=0), rtol=0, atol=1e-12)


@every_kernel
def test_one_convolution_of_torch_over_all_channels_computes_the_same(kernel):
    trace = compute(Params(kernel=kernel))
    x, w = (torch.tensor(array.transpose(2, 0, 1)[None].copy()) for array in (trace.image, trace.kernel))
    layer = torch.nn.Conv2d(3, 1, 3, bias=False, dtype=torch.float64)
    layer.weight.data = w
    np.testing.assert_allclose(trace.output, layer(x)[0, 0].detach(), rtol=0, atol=1e-12)


@every_kernel
def test_the_partial_maps_add_up_to_the_one_map_and_the_products_to_them(kernel):
    trace = compute(Params(kernel=kernel))
    np.testing.assert_allclose(trace.partial.sum(axis=0), trace.output, rtol=0, atol=1e-12)
    np.testing.assert_allclose(trace.product.sum(axis=(3, 4)), trace.partial, rtol=0, atol=1e-12)
    assert trace.output.shape == (10, 10)


def test_channels_are_red_green_and_blue_in_that_order(own):
    pixels = np.zeros((6, 6, 3))
    pixels[..., 0], pixels[:3, :, 1], pixels[0, 0, 2] = 255, 255, 255
    trace = compute(own(pixels))
    assert np.array_equal(trace.image, pixels / 255)
    np.testing.assert_allclose(trace.channel_mean, [1, 0.5, 1 / 36], rtol=1e-12)
    assert trace.colours() == "coloured"


@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_a_grey_picture_has_three_equal_channels(own, mode):
    grey = random_picture()[..., 0]
    trace = compute(own(grey if mode == "L" else np.repeat(grey[..., None], 3, axis=2)))
    assert trace.colours() == "grey"
    assert np.array_equal(trace.image[..., 0], trace.image[..., 2])
    np.testing.assert_allclose(trace.output, 3 * trace.partial[0], rtol=0, atol=1e-12)


def test_a_single_cell_that_differs_in_one_channel_makes_a_picture_coloured(own):
    pixels = np.full((6, 6, 3), 100)
    pixels[2, 3, 1] += 1
    assert compute(own(pixels)).colours() == "coloured"
    assert most_coloured(compute(own(pixels)).image) == (2, 3)


@every_kernel
def test_the_map_is_linear_in_the_picture_and_in_the_kernel(kernel):
    weights = compute(Params(kernel=kernel)).kernel
    one, other = (random_picture(seed) / 255 for seed in (1, 2))
    added = convolve(2 * one + other, weights)["output"]
    apart = 2 * convolve(one, weights)["output"] + convolve(other, weights)["output"]
    np.testing.assert_allclose(added, apart, rtol=0, atol=1e-12)
    mixed = convolve(one, 3 * weights - weights[::-1])["output"]
    np.testing.assert_allclose(
        mixed, 3 * convolve(one, weights)["output"] - convolve(one, weights[::-1])["output"], rtol=0, atol=1e-12
    )


@every_kernel
def test_of_two_kernels_that_are_shown_one_has_slices_that_differ(kernel):
    trace = compute(Params(kernel=kernel))
    other = compute(Params(kernel=trace.other_kernel()))
    assert {trace.slices(), other.slices()} == {"alike", "unlike"}
    assert not np.allclose(trace.output, other.output)


def test_redness_adds_up_how_much_more_red_there_is_than_green_and_blue():
    trace, mean = compute(Params(kernel="redness")), compute(Params(kernel="box"))
    assert np.array_equal(trace.kernel, np.ones((3, 3, 3)) * [2, -1, -1])
    red, green, blue = 9 * mean.partial
    np.testing.assert_allclose(trace.output, (red - green) + (red - blue), rtol=0, atol=1e-12)
    grey = compute(Params(kernel="redness", size=4)).image.mean(axis=2, keepdims=True).repeat(3, axis=2)
    np.testing.assert_allclose(convolve(grey, trace.kernel)["output"], 0, atol=1e-12)


@every_kernel
def test_the_colours_hold_all_values_and_are_signed_for_weights_and_where_some_are_below_zero(kernel):
    trace = compute(Params(kernel=kernel))
    maps = np.append(trace.partial, trace.output)
    for scale, values, signed in (
        (map_scale(trace, "vlag"), maps, maps.min() < 0),
        (weight_scale(trace, "vlag"), trace.kernel, True),
    ):
        assert scale.cmap == ("vlag" if signed else "gray")
        assert scale.low <= values.min() <= values.max() <= scale.high
        assert scale.low == (-scale.high if signed else 0)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0.320486, "0.320"),
        (0.0374, "0.037"),
        (0.5, "0.500"),
        (0.0996, "0.100"),
        (-0.004, "\N{MINUS SIGN}0.004"),
        (1.5, "1.50"),
        (10.674, "10.67"),
    ],
)
def test_sums_end_at_thousandths(value, written):
    words = Words("image_channels", "en")
    assert words.number(value, digits=digits_to_thousandths(value), decimals=3) == written


def test_lights_that_lie_on_one_another_are_the_picture_and_apart_each_has_one_light():
    image = compute().image
    lights = Lights(image, 4, 4.4)
    gap, side = lights._gap, lights.pixel_array.shape[0]
    middle = lights.pixel_array[:, gap : gap + side]
    assert np.array_equal(middle[:: side // 12, :: side // 12, :3], np.rint(255 * image).astype(int))
    assert lights.pixel_array[:, :gap, 3].max() == 0
    lights.at(1)
    for channel, left in enumerate((0, gap, 2 * gap)):
        plane = lights.pixel_array[:, left : left + side]
        assert np.array_equal(plane.max(axis=(0, 1))[:3] > 0, np.arange(3) == channel)
        assert plane[..., 3].min() == 255


def found(trace, quantity, form, **knobs):
    told = dict(trace.mistakes())[form]
    return mathcore.compare("image_channels", {quantity: told[quantity]}, knobs).hint


FORMS = {
    "a mean over the channels instead of a sum": ["output"],
    "channels in the order blue, green, red": ["image", "channel_mean", "partial"],
    "a flipped kernel": ["kernel", "partial", "output"],
    "values 0 to 255 instead of 0 to 1": ["image", "channel_mean", "partial", "output"],
    "a picture made grey (luminance) first": ["output"],
    "a picture made grey (luminance) first, its channel repeated": ["image", "channel_mean", "partial", "output"],
    "one map per channel (depthwise), not summed": ["output"],
}


@pytest.mark.parametrize(("form", "quantity"), [(form, name) for form, names in FORMS.items() for name in names])
def test_the_check_names_the_form_that_a_run_has(form, quantity):
    trace = compute(Params(kernel="sobel_x"))
    assert f"looks like {form}: " in found(trace, quantity, form, kernel="sobel_x")
    assert not mathcore.compare("image_channels", {quantity: getattr(trace, quantity)}, {"kernel": "sobel_x"}).fault


def test_the_forms_are_what_other_programs_compute():
    trace = compute(Params(kernel="sobel_x"))
    told = dict(trace.mistakes())
    x, w = (torch.tensor(array.transpose(2, 0, 1).copy()) for array in (trace.image, trace.kernel))
    depthwise = torch.nn.functional.conv2d(x[None], w[:, None], groups=3)[0]
    np.testing.assert_allclose(told["one map per channel (depthwise), not summed"]["output"], depthwise, atol=1e-12)
    np.testing.assert_allclose(
        told["a mean over the channels instead of a sum"]["output"], depthwise.mean(axis=0), atol=1e-12
    )
    luma = torch.tensor(shrink(read_grey(None), 12))[None, None]
    grey = torch.nn.functional.conv2d(luma, w[None, :1])[0, 0]
    np.testing.assert_allclose(told["a picture made grey (luminance) first"]["output"], grey, atol=1e-12)
    flipped = torch.nn.functional.conv2d(x[None], torch.flip(w, (1, 2))[None])[0, 0]
    np.testing.assert_allclose(told["a flipped kernel"]["output"], flipped, atol=1e-12)
    assert np.array_equal(told["channels in the order blue, green, red"]["image"], trace.image[..., ::-1])
    np.testing.assert_allclose(told["values 0 to 255 instead of 0 to 1"]["image"], 255 * trace.image)


@pytest.mark.parametrize("knobs", [{"size": 3}, {"size": 33}, {"kernel": "blur"}, {"stride": 2}], ids=str)
def test_a_knob_out_of_its_range_is_refused(knobs):
    with pytest.raises(ValidationError, match=next(iter(knobs))):
        Params(**knobs)
