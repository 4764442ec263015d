"""The gradient through time against a recursion by hand, against torch's own RNN, and against the lesson."""

import numpy as np
import pytest
import torch
from pydantic import ValidationError

from mathcore._check.checking import compare
from mathcore.vanishing_through_time import Params, compute

SETTING = {"w_h": 1.5, "w_x": 0.01, "length": 9}  # other sentences
NOTATION = (  # numerals that tell no value
    r"(Below|Sous) 1",  # what a factor is compared with
    r"±1",  # where tanh is flat
    r"h_1",  # the first state
    r"t=1",  # where the sum begins
)

SEEDS = range(60)
SETTINGS = [
    {}, {"w_h": 1.5}, {"w_h": 1.5, "w_x": 0.01}, {"w_h": -1.2, "b": 0.3, "seed": 4}, {"length": 4}, {"length": 24},
    {"b": -0.7, "w_x": 0.3, "seed": 2}, {"w_h": 0.0},
]  # fmt: skip


def near(ours, theirs, rtol=1e-12):
    np.testing.assert_allclose(ours, theirs, rtol=rtol, atol=1e-13 * np.abs(theirs).max())


def inputs(params):
    torch.manual_seed(params.seed)
    return torch.randn(params.length, dtype=torch.float64)


def by_hand(params):
    """States, and the gradient term by term: two loops, as on paper."""
    states = [0.0]
    for x in inputs(params).tolist():
        states.append(float(np.tanh(params.w_h * states[-1] + params.w_x * x + params.b)))
    last, terms = params.length, []
    for t in range(1, last + 1):
        term = (1 - states[t] ** 2) * states[t - 1]
        for k in range(t + 1, last + 1):
            term *= params.w_h * (1 - states[k] ** 2)
        terms.append(term)
    return np.array(states), np.array(terms)


@pytest.mark.parametrize("knobs", SETTINGS, ids=str)
def test_states_and_terms_are_those_of_a_recursion_by_hand(knobs):
    params = Params(**knobs)
    trace, (states, terms) = compute(params), by_hand(params)
    near(trace.x, inputs(params).numpy())
    near(trace.h, states[1:])
    near(trace.h, np.tanh(trace.o))
    assert trace.h_0 == states[0] == trace.term[0] == 0
    near(trace.term, terms)
    near(trace.gradient, terms.sum(), rtol=1e-10)
    near(trace.running, [terms[k:].sum() for k in range(params.length)])


@pytest.mark.parametrize("knobs", SETTINGS, ids=str)
def test_each_part_is_a_derivative_by_automatic_differentiation(knobs):
    """Every state is a leaf of its own; and each step has a copy of the weight, whose gradient is that step's term."""
    params = Params(**knobs)
    trace, x = compute(params), inputs(params)
    weights = torch.full((params.length,), params.w_h, dtype=torch.float64, requires_grad=True)
    h, states = torch.zeros((), dtype=torch.float64), []
    for w, x_t in zip(weights, x, strict=True):
        h = torch.tanh(w * h + params.w_x * x_t + params.b)
        h.retain_grad()
        states.append(h)
    h.backward()
    near(trace.term, weights.grad.numpy())
    near(trace.passed, [state.grad.item() for state in states])
    near(trace.factor[1:] * trace.passed[1:], trace.passed[:-1])
    near(trace.slope, 1 - trace.h**2, rtol=1e-9)
    near(trace.term, trace.passed * trace.direct)


@pytest.mark.parametrize("knobs", SETTINGS, ids=str)
def test_the_sum_is_the_gradient_of_torch_s_own_rnn(knobs):
    params = Params(**knobs)
    trace, network = compute(params), torch.nn.RNN(1, 1).double()
    w_x, w_h, b, none = network.parameters()
    for parameter, value in zip((w_x, w_h, b, none), (params.w_x, params.w_h, params.b, 0.0), strict=True):
        torch.nn.init.constant_(parameter, value)
    outputs, _ = network(inputs(params)[:, None])
    outputs[-1].sum().backward()
    near(trace.h, outputs[:, 0].detach().numpy())
    near(trace.gradient, w_h.grad.item(), rtol=1e-10)
    near(trace.gradient_autograd, w_h.grad.item())


@pytest.mark.parametrize("seed", SEEDS)
def test_the_sum_is_autograd_s_number_in_all_digits_that_are_written(seed):
    trace = compute(Params(seed=seed))
    assert trace.gradient == pytest.approx(float(trace.gradient_autograd), rel=1e-11)
    digits = int(trace.agreeing)
    assert 11 <= digits <= 12
    assert f"{trace.gradient:.{digits - 1}e}" == f"{trace.gradient_autograd:.{digits - 1}e}"


def test_small_inputs_make_a_linear_network_whose_gradient_has_a_closed_form():
    """h_T = sum of w_h^(T-t) w_x x_t, but for cubes of the states."""
    params = Params(w_h=1.1, w_x=1e-6, length=8)
    trace, ages = compute(params), np.arange(params.length)[::-1]
    expected = 1e-6 * np.sum(ages * 1.1 ** (ages - 1.0) * trace.x)
    assert trace.gradient == pytest.approx(expected, rel=1e-9)
    np.testing.assert_allclose(trace.passed, 1.1**ages, rtol=1e-9)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_weight_below_one_lets_the_gradient_fade_at_least_as_its_powers(seed):
    trace = compute(Params(seed=seed))
    assert np.all(np.abs(trace.factor) <= 0.9)
    assert np.all(trace.passed <= 0.9 ** np.arange(12)[::-1])


def test_how_often_the_gradient_vanishes_and_explodes():
    """Of 60 sequences; at the default seed the larger weight lets even less back, as the film tells."""
    own = [compute(Params(seed=seed)) for seed in SEEDS]
    _, *knobs = own[0].variants()
    larger, small = ([compute(Params(seed=seed, **turned)) for seed in SEEDS] for turned in knobs)
    counted = [[run.outcome() for run in runs] for runs in (own, larger, small)]
    assert [runs.count("vanished") for runs in counted] == [56, 45, 0]
    assert [runs.count("exploded") for runs in counted] == [0, 0, 48]
    compared = [one.beside(other) for one, other in zip(larger, own, strict=True)]
    assert compared[0] == "saturated"


def test_the_mean_factor_is_what_each_step_multiplies_by_on_average():
    trace = compute()
    assert trace.per_step**11 == pytest.approx(abs(trace.passed[0]), rel=1e-12)
    assert trace.per_step == pytest.approx(np.exp(np.mean(np.log(np.abs(trace.factor[1:])))), rel=1e-12)


@pytest.mark.parametrize("knobs", [*SETTINGS, *({"seed": seed} for seed in range(1, 20))], ids=str)
def test_so_many_of_the_last_terms_come_within_a_hundredth(knobs):
    trace = compute(Params(**knobs))
    enough, missed = int(trace.enough), np.abs(trace.running - trace.gradient) / abs(trace.gradient)
    assert np.all(missed[: len(missed) - enough + 1] <= trace.within + 1e-12)
    if enough > 1:
        assert missed[len(missed) - enough + 1] > trace.within


@pytest.mark.parametrize(
    ("w_h", "fate"),
    [(0.3727, "vanished"), (0.3728, "kept"), (1.389, "kept"), (1.3895, "exploded"), (-1.3895, "exploded")],
)
def test_a_fate_is_read_off_what_reaches_the_first_state(w_h, fate):
    trace = compute(Params(length=8, w_h=w_h, w_x=1e-6))  # a linear network: |w_h|^7
    assert trace.outcome() == fate
    assert (abs(trace.passed[0]) < 1e-3, abs(trace.passed[0]) > 10) == (fate == "vanished", fate == "exploded")


@pytest.mark.parametrize(
    ("w_h", "other", "told"),
    [
        (1.0, 0.9, "more"),
        (0.9, 0.9, "alike"),
        (0.95, 0.9, "alike"),
        (0.86, 0.9, "alike"),
        (0.8, 0.9, "less"),
        (0.9, 1.0, "less"),
    ],
)
def test_a_run_is_compared_with_another(w_h, other, told):
    """Linear: the ratio is that of 11th powers, 1.81 at 0.95 over 0.9, 3.19 at 1, 0.61 at 0.86, 0.27 at 0.8."""
    one, another = (compute(Params(w_h=weight, w_x=1e-6)) for weight in (w_h, other))
    assert one.beside(another) == told
    assert compute(Params(w_h=1.5)).beside(compute()) == "saturated"


def test_the_film_compares_with_a_weight_on_the_other_side_of_one_and_with_inputs_that_hardly_saturate():
    weights = {w: compute(Params(w_h=w)).variants()[1]["w_h"] for w in (-2, -0.9, 0.9, 1.1, 1.3, 2)}
    assert weights == {-2: 0.9, -0.9: 1.5, 0.9: 1.5, 1.1: 1.5, 1.3: 0.9, 2: 0.9}
    for length, w_x in ((4, 0.1), (12, 0.01), (24, 1e-5)):
        small = compute(Params(length=length, **compute(Params(length=length, b=1)).variants()[2]))
        assert small.params.w_x == pytest.approx(w_x, rel=1e-12)
        assert small.slope.min() > 0.85


FORMS = {
    "the derivative of tanh taken at h": {"slope": lambda h: 1 - np.tanh(h) ** 2},
    "factors without w_h": {"w_h": 1.0},
    "the gradient of a linear network": {"slope": np.ones_like},
    "h_t instead of h_(t-1)": {"before": lambda h, x, slope: h},
    "terms without the tanh'(o_t) of their own step": {"direct": lambda before, slope: before},
    "a factor too many": {"direct": lambda before, slope: 0.9 * slope * before},
    "the gradient with respect to w_x": {"before": lambda h, x, slope: x},
    "the gradient with respect to b": {"before": lambda h, x, slope: np.ones_like(h)},
    "a sum from t' = 2 on": {"first": 3},
    "truncated backpropagation: only the last 3 of 12 terms": {"first": 10},
}


def students_terms(slope=lambda h: 1 - h**2, w_h=0.9, before=None, direct=lambda b, s: b * s, first=1):
    """The terms as a student writes them, in a form that the check shall name."""
    params = Params()
    states, _ = by_hand(params)
    h, slopes = states[1:], slope(states[1:])
    b = before(h, inputs(params).numpy(), slopes) if before else states[:-1]
    terms = direct(b, slopes)
    for t in range(12):
        for k in range(t + 1, 12):
            terms[t] *= w_h * slopes[k]
    terms[: first - 1] = 0
    return terms


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("quantity", ["term", "gradient"])
def test_the_check_names_the_form_of_a_student_s_gradient(form, quantity):
    terms = students_terms(**FORMS[form])
    report = compare("vanishing_through_time", {quantity: terms if quantity == "term" else terms.sum()})
    assert report.hint.startswith(f"looks like {form}"), report.hint


def test_a_student_s_right_gradient_is_accepted():
    terms = students_terms()
    assert not compare("vanishing_through_time", {"term": terms, "gradient": terms.sum()}).hint


def test_no_two_forms_tell_the_same_terms():
    trace = compute()
    told = [trace.term, *(form["term"] for _, form in trace.mistakes())]
    for k, one in enumerate(told):
        assert all(np.abs(one - other).max() > 1e-6 for other in told[:k])


@pytest.mark.parametrize(
    "knobs",
    [{"length": 3}, {"length": 25}, {"w_h": 2.1}, {"w_h": -2.1}, {"w_h": float("nan")}, {"w_x": 0}, {"w_x": 11},
     {"b": 3.1}, {"b": -3.1}, {"seed": -1}, {"hidden": 2}],
    ids=str,
)  # fmt: skip
def test_a_knob_out_of_its_range_is_refused(knobs):
    with pytest.raises(ValidationError, match=next(iter(knobs))):
        Params(**knobs)
