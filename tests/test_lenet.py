"""LeNet against plain numpy, against torch's own modules, and against its lesson."""

from dataclasses import replace
from functools import cache
from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from conftest import computed
from looking import LOOKS
from PIL import Image, ImageDraw
from pydantic import ValidationError
from rehearsal import rehearsed
from torch import nn

from export.course.batch import in_processes
from export.course.job import Job
from export.render.settings import RenderSettings
from mathcore import InputError
from mathcore._check.checking import compare
from mathcore._data import DATA
from mathcore.lenet import (
    FIELD,
    FIT,
    HELD,
    NO_LABEL,
    Params,
    _digits,
    _lead_of_another,
    _train,
    compute,
    forward,
    prepare,
)
from scenes._props.lenet import share
from scenes._stage.refs import Ref
from scenes._stage.words import FilmWords

SETTING = {"digit": 5, "epochs": 1, "image": DATA / "digit.png"}  # other sentences
NOTATION = (r"\+ 1\)", r"max\(0")  # a bias beside the weights; ReLU
LIGHT = {"epochs": 1}  # what does not rest on a good net is tested on one that was trained in a second


@cache
def one_epoch(**knobs):
    """The trace of the default digit, or of another one, after one epoch."""
    return computed("lenet", **LIGHT, **knobs)


def test_plain_numpy_computes_the_same():
    trace = one_epoch(digit=3)
    maps = trace.input[None]
    for k, padded in ((1, trace.weight_1[:, None]), (2, trace.weight_2)):
        windows = np.lib.stride_tricks.sliding_window_view(maps, (5, 5), axis=(1, 2))  # [channel row col krow kcol]
        bias = getattr(trace, f"bias_{k}")
        maps = np.maximum(np.einsum("crshv,kchv->krs", windows, padded) + bias[:, None, None], 0)
        np.testing.assert_allclose(getattr(trace, f"maps_{2 * k - 1}"), maps, rtol=0, atol=1e-12)
        maps = np.maximum.reduce([maps[:, a::2, b::2] for a in (0, 1) for b in (0, 1)])
        np.testing.assert_allclose(getattr(trace, f"maps_{2 * k}"), maps, rtol=0, atol=1e-12)
    units = maps.ravel()  # map by map, row by row
    for k in (3, 4):
        units = np.maximum(getattr(trace, f"weight_{k}") @ units + getattr(trace, f"bias_{k}"), 0)
        np.testing.assert_allclose(getattr(trace, f"hidden_{k - 2}"), units, rtol=0, atol=1e-12)
    score = trace.weight_5 @ units + trace.bias_5
    np.testing.assert_allclose(trace.score, score, rtol=0, atol=1e-12)
    np.testing.assert_allclose(trace.probability, np.exp(score) / np.exp(score).sum(), rtol=0, atol=1e-12)
    assert trace.said == score.argmax()


def usual_net(padding=2, dtype=torch.float64, pool=nn.MaxPool2d, between=nn.ReLU):
    """LeNet as torch users write it; a convolution pads."""
    flat = 16 * {2: 5, 0: 4}[padding] ** 2
    return nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=padding, dtype=dtype), between(), pool(2),
        nn.Conv2d(6, 16, 5, dtype=dtype), between(), pool(2), nn.Flatten(),
        nn.Linear(flat, 120, dtype=dtype), between(), nn.Linear(120, 84, dtype=dtype), between(),
        nn.Linear(84, 10, dtype=dtype),
    )  # fmt: skip


def loaded(trace, **form):
    """Such a net with the weights of a trace, in double precision."""
    net = usual_net(**form)
    values = [getattr(trace, f"{kind}_{k}") for k in range(1, 6) for kind in ("weight", "bias")]
    with torch.no_grad():
        for own, value in zip(net.parameters(), values, strict=True):
            own.copy_(torch.tensor(value).reshape(own.shape))
    return net


def test_torch_modules_with_the_same_weights_say_the_same_of_the_28_x_28_image():
    trace = one_epoch(digit=8)
    with torch.no_grad():
        score = loaded(trace)(torch.tensor(trace.image)[None, None])[0]
    np.testing.assert_allclose(trace.score, score.numpy(), rtol=0, atol=1e-12)


def test_torch_modules_and_its_adam_make_the_same_first_steps():
    trace, digits, losses = one_epoch(), _digits(), []
    with torch.random.fork_rng():
        torch.manual_seed(0)
        net = usual_net(dtype=torch.float32)
        adam = torch.optim.Adam(net.parameters(), 2e-3)
        for rows in torch.randperm(4000).split(32)[:20]:
            loss = nn.functional.cross_entropy(net(digits.train[rows, None].float()), digits.train_label[rows])
            losses.append(loss.item())
            adam.zero_grad()
            loss.backward()
            adam.step()
    np.testing.assert_allclose(trace.loss[:20], losses, rtol=1e-3)


def test_the_parameters_are_those_that_the_notes_count():
    trace = one_epoch()
    assert trace.parameters.tolist() == [156, 2416, 48120, 10164, 850]
    assert trace.running.tolist() == [156, 2572, 50692, 60856, 61706]
    stored = [getattr(trace, f"{kind}_{k}").size for k in range(1, 6) for kind in ("weight", "bias")]
    assert [w + b for w, b in zip(stored[::2], stored[1::2], strict=True)] == trace.parameters.tolist()
    shapes = [getattr(trace, f"maps_{k}").shape for k in range(1, 5)]
    assert shapes == [(6, 28, 28), (6, 14, 14), (16, 10, 10), (16, 5, 5)]


def test_the_split_is_that_of_the_docstring_and_a_digit_s_last_figure_is_its_class():
    digits = _digits()
    assert np.bincount(digits.train_label).tolist() == [400] * 10
    assert digits.held_label.tolist() == [k % 10 for k in range(HELD)]
    with np.load(DATA / "digits.npz") as data:
        sorted_by_class = data["images"].reshape(10, 500, 28, 28) / 255
    assert np.array_equal(digits.held[273], sorted_by_class[3, 427])
    assert np.array_equal(digits.train[1204], sorted_by_class[3, 4])
    assert one_epoch(digit=273).label == 3
    assert np.array_equal(one_epoch(digit=273).input, np.pad(sorted_by_class[3, 427], 2))


def test_training_is_repeated_bit_for_bit_whatever_the_threads():
    first, threads = _train(1, 0), torch.get_num_threads()
    try:
        torch.set_num_threads(4)
        torch.manual_seed(3)
        again = _train.__wrapped__(1, 0)
    finally:
        torch.set_num_threads(threads)
    assert all(torch.equal(one, other) for one, other in zip(first.weights, again.weights, strict=True))
    for one, other in zip(first[1:], again[1:], strict=True):
        assert one.tobytes() == other.tobytes()


def test_a_shorter_training_is_the_beginning_of_a_longer_one():
    short, long = one_epoch(), computed("lenet")
    assert np.array_equal(short.loss, long.loss[:125])
    assert np.array_equal(short.kernel, long.kernel[:5])
    assert short.checkpoint_epoch.tolist() == [0, 0.25, 0.5, 0.75, 1]
    assert len(long.loss) == 625


def test_another_digit_is_shown_to_the_same_net_without_training_again():
    before = _train.cache_info().misses
    one, other = one_epoch(digit=11), one_epoch(digit=12)
    assert _train.cache_info().misses - before <= 1
    assert np.array_equal(one.weight_3, other.weight_3)
    assert not np.array_equal(one.maps_1, other.maps_1)


def test_the_lesson_few_weights_convolve_and_most_are_dense():
    trace = one_epoch()
    assert trace.parameters[:2].sum() < 0.05 * trace.running[-1]
    assert trace.parameters[2] > 0.75 * trace.running[-1]
    channels, sides = zip(*(getattr(trace, f"maps_{k}").shape[:2] for k in range(1, 5)), strict=True)
    assert all(after < before for before, after in pairwise((len(trace.input), *sides)))
    assert all(after >= before for before, after in pairwise((1, *channels)))


def test_training_makes_most_held_out_digits_right():
    trace = computed("lenet")
    assert trace.accuracy[-1] > 0.94
    assert trace.accuracy[-1] > trace.accuracy[1] > 0.8 > 0.25 > trace.accuracy[0]
    assert trace.loss[-100:].mean() < 0.2 * trace.loss[:20].mean()
    assert np.abs(trace.kernel[-1]).max() > 1.3 * np.abs(trace.kernel[0]).max()


def test_what_is_told_of_the_held_out_digits_agrees_with_the_net():
    trace, digits = computed("lenet"), _digits()
    with torch.no_grad():
        score = loaded(trace)(digits.held[:, None])
    probability = nn.functional.softmax(score, dim=1).numpy()
    said = probability.argmax(1)
    assert np.array_equal(trace.held_said, said)
    np.testing.assert_allclose(trace.held_certainty, probability.max(1), rtol=0, atol=1e-12)
    assert trace.wrong == np.sum(said != trace.held_label) == round(HELD * (1 - trace.accuracy[-1]))
    np.testing.assert_allclose(trace.case_probability, probability[trace.case], rtol=0, atol=1e-12)
    mistakes = np.flatnonzero(said != trace.held_label)
    own = probability[mistakes, trace.held_label[mistakes]]
    assert trace.case[0] == mistakes[np.argmax(probability[mistakes].max(1) - own)]
    assert trace.case_said[0] != trace.case_label[0]
    assert np.array_equal(trace.case_image[0], digits.held[trace.case[0]])


def test_the_digits_that_are_kept_are_those_that_another_class_is_most_ahead_of():
    probability = np.array([[0.7, 0.2, 0.1], [0.4, 0.5, 0.1], [0.05, 0.9, 0.05]])
    np.testing.assert_allclose(_lead_of_another(probability, np.array([0, 0, 0])), [-0.5, 0.1, 0.85])


@pytest.mark.parametrize(("wrong", "told"), [(0, "none"), (1, "few"), (7, "few"), (8, "many"), (9, "many")])
def test_how_many_are_mistaken_is_told_by_how_many_are_shown(wrong, told):
    assert replace(one_epoch(), wrong=np.array(wrong)).mistaken() == told


@pytest.mark.parametrize(("label", "said", "told"), [(3, 3, "right"), (3, 5, "wrong"), (NO_LABEL, 5, "own")])
def test_the_verdict_compares_what_is_said_with_the_class(label, said, told):
    assert replace(one_epoch(), label=np.array(label), said=np.array(said)).verdict() == told


def terms_of(trace, k, row, col):
    """What adds up to a cell of maps_3: a sum for each map of maps_2, and the bias."""
    window = trace.maps_2[:, row : row + 5, col : col + 5]
    return [*(np.sum(w * x) for w, x in zip(trace.weight_2[k], window, strict=True)), trace.bias_2[k]]


def adds_up_in_hundredths(terms, total):
    return sum(round(100 * float(f"{term:.2f}")) for term in terms) == round(100 * float(f"{total:.2f}"))


@pytest.mark.parametrize("knobs", [{}, *({"epochs": 1, "digit": digit} for digit in range(4))], ids=str)
def test_the_close_up_is_of_the_largest_cell_whose_printed_terms_add_up_to_it(knobs):
    trace = computed("lenet", **knobs)
    k, row, col = trace.cell
    *partial, bias = terms_of(trace, k, row, col)
    np.testing.assert_allclose(trace.partial, partial)
    assert trace.total == trace.maps_3[k, row, col]
    assert adds_up_in_hundredths([*trace.partial, bias], trace.total)
    larger = np.argwhere(trace.maps_3 > trace.total)
    assert not any(adds_up_in_hundredths(terms_of(trace, *cell), trace.maps_3[tuple(cell)]) for cell in larger)


@pytest.mark.parametrize("seed", [1, 2])
def test_the_invariants_hold_for_other_seeds(seed):
    trace = one_epoch(seed=seed)
    assert [sentence for sentence, holds in trace.invariants() if not holds] == []
    assert not np.array_equal(trace.kernel[0], one_epoch().kernel[0])


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.453, "45.3"),
        (0.0527, "5.3"),
        (0.99976, "99.98"),
        (0.9999999, "99.99999"),
    ],
)
def test_a_share_that_is_not_all_is_not_written_as_all(value, shown):
    film = SimpleNamespace(words=FilmWords("lenet", "en"))
    assert share(film, Ref("quantity", "total", (), value)) == shown


# Other forms


def other_form(name):
    return dict(one_epoch().mistakes())[name]


FLIPPED = "flipped kernels, as in a true convolution"
CHANNEL_LAST = "maps flattened with the channel last instead of first"
UNPADDED = "an image without padding, 28 x 28"
FORMS = [
    "average pooling instead of max pooling", "tanh instead of ReLU", "the sigmoid instead of ReLU",
    "no ReLU after the convolutions and dense layers", FLIPPED, CHANNEL_LAST,
    "pixels from 0 to 255 instead of 0 to 1", "pixels from -1 to 1 instead of 0 to 1",
    "pixels standardised by MNIST's mean 0.1307 and deviation 0.3081", "a digit that is dark on light",
    "a transposed image", "an image that was scaled to 32 x 32 instead of padded", UNPADDED,
    "scores instead of probabilities, the softmax left out", "logarithms of the probabilities, a log-softmax",
    "biases that are not counted",
]  # fmt: skip


def test_these_are_the_forms_that_are_known():
    assert [name for name, _ in one_epoch().mistakes()] == FORMS


def test_the_forms_are_those_that_users_write():
    trace = one_epoch()
    plain, padded = torch.tensor(trace.image)[None, None], torch.tensor(trace.input)[None, None]

    def layers(net, image):
        return [one[0].numpy() for one in [*_through(net, image)]]

    def _through(net, image):
        with torch.no_grad():
            for module in net:
                image = module(image)
                yield image

    average = layers(loaded(trace, pool=nn.AvgPool2d), plain)
    np.testing.assert_allclose(other_form("average pooling instead of max pooling")["maps_4"], average[5], atol=1e-12)
    tanh = layers(loaded(trace, between=nn.Tanh), plain)
    np.testing.assert_allclose(other_form("tanh instead of ReLU")["hidden_2"], tanh[10], atol=1e-12)
    sigmoid = layers(loaded(trace, between=nn.Sigmoid), plain)
    np.testing.assert_allclose(other_form("the sigmoid instead of ReLU")["score"], sigmoid[11], atol=1e-12)
    bytes_ = layers(loaded(trace), 255 * plain)
    np.testing.assert_allclose(other_form("pixels from 0 to 255 instead of 0 to 1")["maps_1"], bytes_[1], atol=1e-9)
    net = loaded(trace)
    with torch.no_grad():
        for k in (0, 3):
            net[k].weight.copy_(net[k].weight.flip(2, 3))
    flipped = layers(net, plain)
    np.testing.assert_allclose(other_form(FLIPPED)["maps_3"], flipped[4], atol=1e-12)
    flat = torch.tensor(trace.maps_4).permute(1, 2, 0).reshape(1, -1)
    with torch.no_grad():
        last = loaded(trace)[7:9](flat)[0].numpy()
    np.testing.assert_allclose(other_form(CHANNEL_LAST)["hidden_1"], last, atol=1e-12)
    without = layers(loaded_convolutions(trace), plain)
    np.testing.assert_allclose(other_form(UNPADDED)["maps_4"], without[5], atol=1e-12)
    sizes = [sum(w.numel() for w in module.parameters()) for module in usual_net(padding=0) if [*module.parameters()]]
    assert other_form(UNPADDED)["parameters"].tolist() == sizes
    assert padded.shape == (1, 1, 32, 32)


def loaded_convolutions(trace):
    """The convolutions of a trace without padding."""
    net = usual_net(padding=0)[:6]
    with torch.no_grad():
        for k, n in ((0, 1), (3, 2)):
            net[k].weight.copy_(torch.tensor(getattr(trace, f"weight_{n}")).reshape(net[k].weight.shape))
            net[k].bias.copy_(torch.tensor(getattr(trace, f"bias_{n}")))
    return net


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("pixels from -1 to 1 instead of 0 to 1", lambda x: np.where(x == 0, -1, 2 * x - 1)),
        ("pixels standardised by MNIST's mean 0.1307 and deviation 0.3081", lambda x: (x - 0.1307) / 0.3081),
        ("a digit that is dark on light", lambda x: 1 - x),
        ("a transposed image", np.transpose),
        (
            "an image that was scaled to 32 x 32 instead of padded",
            lambda x: Image.fromarray(np.float32(x[2:-2, 2:-2])).resize((32, 32), Image.Resampling.BILINEAR),
        ),
    ],
)  # fmt: skip
def test_the_forms_of_the_image_are_those_that_users_write(name, form):
    trace = one_epoch(digit=7)
    (maps,) = [quantities["maps_1"] for known, quantities in trace.mistakes() if known == name]
    with torch.no_grad():
        expected = loaded_convolutions(trace)[:2](torch.tensor(np.float64(form(trace.input)))[None, None])[0]
    np.testing.assert_allclose(maps, expected.numpy(), rtol=0, atol=1e-5)


@pytest.mark.parametrize("name", FORMS)
def test_check_names_a_form_from_any_of_the_quantities_that_it_changes(name):
    trace = one_epoch()
    for quantity, values in other_form(name).items():
        if values.shape == getattr(trace, quantity).shape and np.allclose(values, getattr(trace, quantity)):
            continue
        report = compare("lenet", {quantity: np.asarray(values, np.float32)}, LIGHT)
        assert name in report.hint, (quantity, str(report))


def test_check_agrees_with_a_net_that_is_ours_in_single_precision():
    trace = one_epoch()
    net = loaded(trace).float()
    with torch.no_grad():
        first = net[:2](torch.tensor(trace.image)[None, None].float())[0].numpy()
    assert compare("lenet", {"maps_1": first}, LIGHT).fault is None


# A picture of one's own


def drawing(size, ink, paper, shift=(0, 0), scale=1.0):
    """A seven, drawn with a thick pen."""
    picture = Image.new("L", (size, size), paper)
    places = np.array([(0.35, 0.25), (0.65, 0.25), (0.45, 0.75)]) - 0.5
    points = [tuple(size * (0.5 + scale * place + shift)) for place in places]
    ImageDraw.Draw(picture).line(points, fill=ink, width=round(0.06 * scale * size), joint="curve")
    return np.asarray(picture, dtype=float) / 255


@pytest.mark.parametrize(("ink", "paper", "dark"), [(0, 255, True), (255, 0, False), (90, 200, True), (180, 60, False)])
def test_dark_on_light_and_light_on_dark_come_to_the_same(ink, paper, dark):
    found = prepare(drawing(200, ink, paper))
    assert found.dark == dark
    np.testing.assert_allclose(found.image, prepare(drawing(200, 255, 0)).image, atol=0.05)


@pytest.mark.parametrize(("shift", "scale"), [((0.1, -0.1), 1.0), ((-0.15, 0.1), 0.6), ((0, 0), 1.4)])
def test_where_a_digit_stands_and_how_large_it_is_does_not_matter(shift, scale):
    reference, found = prepare(drawing(300, 0, 255)).image, prepare(drawing(300, 0, 255, shift, scale)).image
    assert np.abs(found - reference).mean() < 0.02


def test_a_digit_is_20_cells_long_and_its_centre_of_mass_is_the_middle():
    found = prepare(drawing(300, 0, 255, (0.1, 0.1)))
    assert found.fitted.max() == FIT
    assert found.fitted[1] / FIT == pytest.approx(np.ptp(found.box[:, 1]) / np.ptp(found.box[:, 0]), abs=0.05)
    rows, cols = np.indices(found.image.shape) + 0.5
    for places in (rows, cols):
        assert np.average(places, weights=found.image) == pytest.approx(FIELD / 2, abs=0.51)
    top, left = found.corner
    inside = found.image[top : top + found.fitted[0], left : left + found.fitted[1]]
    assert inside.sum() == found.image.sum()
    assert 0 <= found.image.min() < found.image.max() <= 1


def test_digits_of_mnist_that_were_photographed_are_read_nearly_as_well_as_they_are():
    """Dark ink on grey paper, larger, off the middle, with a shadow and grain."""
    digits, right, grain = _digits(), [], np.random.RandomState(0)
    weights = _train(5, 0).weights
    for image, label in zip(digits.held[:100].numpy(), digits.held_label[:100], strict=True):
        ink = np.kron(np.pad(image, ((20, 5), (10, 15))), np.ones((5, 5)))
        paper = np.linspace(0.77, 0.93, len(ink)) + 0.02 * grain.randn(*ink.shape)
        shown = torch.from_numpy(np.pad(prepare(np.clip(paper - 0.6 * ink, 0, 1)).image, 2))
        right.append(int(forward(weights, shown)[-1].argmax()) == label)
    assert np.mean(right) > 0.88


@pytest.mark.parametrize("picture", [np.zeros((9, 9)), np.ones((1, 1)), np.full((5, 5), 0.4) + 0.09 * np.eye(5)])
def test_a_picture_without_ink_gets_one_sentence(picture, tmp_path):
    path = tmp_path / "empty.png"
    Image.fromarray(np.rint(255 * picture).astype(np.uint8)).save(path)
    with pytest.raises(InputError, match=r"empty\.png shows no digit: it is of one and the same grey\.$"):
        compute(Params(image=path, **LIGHT))


def test_what_is_no_picture_is_told_as_such(tmp_path):
    (tmp_path / "words.png").write_text("words")
    for name, fault in (("none.png", "no such file"), ("words.png", "is not an image that can be read")):
        with pytest.raises(InputError, match=fault):
            compute(Params(image=tmp_path / name, **LIGHT))


@pytest.mark.parametrize("place", [(0, 0), (0, 8), (4, 4), (8, 8)])
def test_a_single_cell_of_ink_fills_its_20_cells(place):
    picture = np.zeros((9, 9))
    picture[place] = 1
    found = prepare(picture)
    assert found.fitted.tolist() == [FIT, FIT]
    assert found.corner.tolist() == [4, 4]


def test_a_stroke_as_thin_as_a_cell_keeps_a_column():
    picture = np.zeros((100, 100))
    picture[10:90, 50] = 1
    assert prepare(picture).fitted.tolist() == [FIT, 1]


def test_an_own_seven_is_read_as_one_and_has_no_class(tmp_path):
    path = tmp_path / "seven.png"
    Image.fromarray(np.rint(255 * drawing(200, 30, 220)).astype(np.uint8)).save(path)
    trace = computed("lenet", image=path)
    assert (trace.said, trace.label, trace.verdict()) == (7, NO_LABEL, "own")
    assert trace.picture.shape == (200, 200)


@pytest.mark.parametrize("knobs", [{"digit": -1}, {"digit": 1000}, {"epochs": 0}, {"epochs": 9}, {"seed": -1}], ids=str)
def test_a_knob_out_of_its_range_is_refused(knobs):
    with pytest.raises(ValidationError, match=next(iter(knobs))):
        Params(**knobs)


def test_a_course_keeps_showing_how_far_it_is_while_lenet_trains(tmp_path):
    jobs = [Job("lenet", RenderSettings(), ("npz",), (("epochs", 1),)), Job("pooling", RenderSettings(), ("npz",))]
    shown, done = [], []
    for number, files in in_processes(jobs, tmp_path, shown.append, count=2):
        done.append((number, len(shown), files))
    assert sorted(number for number, _, _ in done) == [0, 1]
    (first, seen, _), (last, seen_last, _) = done
    assert (first, last) == (1, 0)  # the other film does not wait for it
    assert seen_last > seen + 2  # looks at how far the films are, while it trained
    assert max(shown) == 2


@pytest.mark.parametrize("look", LOOKS[:2], ids=lambda look: look.language)
def test_the_film_of_an_own_digit_is_no_longer_than_others(look):
    film = rehearsed("lenet", look, **SETTING)
    assert not film.faults
    assert film.seconds <= 75
    assert "prepare_image" in {beat.name for beat in film.beats}
