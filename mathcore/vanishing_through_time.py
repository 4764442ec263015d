"""The gradient of a scalar recurrent network on its way back through time, term by term.

    oₜ = w_h hₜ₋₁ + w_x xₜ + b      hₜ = tanh(oₜ)      h₀ = 0
    ∂h_T/∂w_h = Σₜ ∂h_T/∂hₜ · tanh'(oₜ) hₜ₋₁      ∂h_T/∂hₜ = Πₖ₌ₜ₊₁ w_h tanh'(oₖ)

One weight is used at every step, so its gradient has a term for every step, and the term of step t passes through the
T − t factors after it. Below 1 they make early steps count for nothing, above 1 they make them count for most. The
weight alone does not decide: on large inputs a larger w_h saturates tanh, whose slope then shrinks the factors.

The term of t = 1 is 0 because h₀ is; from any other initial state the sum must include it. The inputs are standard
normal draws.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import floor, log10
from typing import NamedTuple

import numpy as np
import torch
from pydantic import BaseModel, Field

import mathcore
from mathcore import Sweep, quantity
from mathcore._training import seeded

VANISHED, EXPLODED = 1e-3, 10.0  # |dh_T/dh_1|
WITHIN = 0.01  # of the gradient: how close the last terms alone must come to it
LARGE_WEIGHT, SMALL_WEIGHT = 1.5, 0.9  # of the other runs that the film compares with
MOST_DIGITS = 12  # in which the sum is compared with automatic differentiation
MUCH = 2.0  # times as large or as small, from which on one gradient reaches clearly more than another


class Params(BaseModel, frozen=True, extra="forbid", allow_inf_nan=False):
    """The knobs."""

    length: int = Field(12, ge=4, le=24, description="number of time steps T")
    w_h: float = Field(0.9, ge=-2, le=2, description="recurrent weight, from a state to the next")
    w_x: float = Field(1.0, ge=1e-6, le=10, description="input weight")
    b: float = Field(0.0, ge=-3, le=3, description="bias")
    seed: int = Field(0, ge=0, le=2**32 - 1, description="seed of the inputs")


SWEEP = Sweep("w_h", (-2.0, 2.0))


@dataclass(frozen=True, kw_only=True)
class Trace(mathcore.Trace):
    """One sequence. `time` holds t = 1 to T; the initial state h_0 is apart."""

    params: Params
    x: np.ndarray = quantity("time", "inputs", tolerance=1e-12)
    o: np.ndarray = quantity("time", "pre-activations", tolerance=1e-12)
    h: np.ndarray = quantity("time", "states tanh(o)", tolerance=1e-12)
    h_0: np.ndarray = quantity("", "initial state", tolerance=0)
    slope: np.ndarray = quantity("time", "tanh'(o_t)", tolerance=1e-12)
    factor: np.ndarray = quantity("time", "dh_t/dh_(t-1) = w_h tanh'(o_t)", tolerance=1e-12)
    passed: np.ndarray = quantity("time", "dh_T/dh_t: product of the factors from t + 1 to T", tolerance=1e-12)
    direct: np.ndarray = quantity("time", "tanh'(o_t) h_(t-1), by which w_h changes h_t directly", tolerance=1e-12)
    term: np.ndarray = quantity("time", "passed times direct: what step t adds to the gradient", tolerance=1e-12)
    running: np.ndarray = quantity("time", "sum of the terms from t to T", tolerance=1e-12)
    gradient: np.ndarray = quantity("", "dh_T/dw_h, the sum of all terms", tolerance=1e-12)
    gradient_autograd: np.ndarray = quantity("", "the same by automatic differentiation", tolerance=1e-12)
    agreeing: np.ndarray = quantity(
        "", f"significant digits, {MOST_DIGITS} at most, to which both gradients are written alike", dtype=int
    )
    per_step: np.ndarray = quantity(
        "", "geometric mean of the factors' magnitudes, that of t = 1 left out", tolerance=1e-12
    )
    within: np.ndarray = quantity("", "share of the gradient by which the last terms may miss it", tolerance=0)
    enough: np.ndarray = quantity("", "how many of the last terms come so close to it", dtype=int, tolerance=0)
    fate: np.ndarray = quantity(
        "", f"|dh_T/dh_1|: -1 below {VANISHED}, 1 above {EXPLODED:g}, else 0", dtype=int, tolerance=0
    )

    def mistakes(self) -> Iterator[tuple[str, dict[str, np.ndarray]]]:
        """Other forms of the gradient, each computed on the same states."""
        return _forms(self)

    def outcome(self) -> str:
        """What became of the gradient on its way to h_1: vanished, kept or exploded."""
        return {-1: "vanished", 0: "kept", 1: "exploded"}[int(self.fate)]

    def variants(self) -> list[dict[str, float]]:
        """Knobs of three runs: this one; a recurrent weight on the other side of 1; small inputs.

        Small inputs, which the large weight grows at every step, hardly saturate tanh up to the last.
        """
        midway = (SMALL_WEIGHT + LARGE_WEIGHT) / 2
        grown = LARGE_WEIGHT ** (self.params.length - 1)
        return [
            {},
            {"w_h": SMALL_WEIGHT if abs(self.params.w_h) > midway else LARGE_WEIGHT},
            {"w_h": LARGE_WEIGHT, "w_x": 10.0 ** floor(-log10(grown)), "b": 0.0},
        ]

    def beside(self, other: "Trace") -> str:
        """What reaches h_1 compared with another run: more, saturated (less, despite a larger weight) or less."""
        mine, theirs = abs(self.passed[0]), abs(other.passed[0])
        if mine > MUCH * theirs:
            return "more"
        if MUCH * mine >= theirs:
            return "alike"
        return "saturated" if abs(self.params.w_h) > abs(other.params.w_h) else "less"


class Terms(NamedTuple):
    """The gradient's parts [time]."""

    passed: np.ndarray
    term: np.ndarray


def compute(params: Params = Params()) -> Trace:
    """Read a sequence; send the gradient of its last state back to the recurrent weight, by the sum and by autograd."""
    with seeded(params.seed):
        x = torch.randn(params.length)
        weight = torch.tensor(params.w_h, requires_grad=True)
        state, before, after = torch.tensor(0.0), [], []
        for x_t in x:
            activation = weight * state + params.w_x * x_t + params.b
            state = torch.tanh(activation)
            before.append(activation.item())
            after.append(state.item())
        (autograd,) = torch.autograd.grad(state, weight)
    o, h = np.array(before), np.array(after)  # [time]
    slope: np.ndarray = 1 - np.tanh(o) ** 2
    direct = slope * np.append(0, h[:-1])
    parts = _terms(params.w_h * slope, direct)
    running = np.cumsum(parts.term[::-1])[::-1]
    gradient, within = running[0], WITHIN * abs(running[0])
    return Trace(
        params=params, x=x.numpy(), o=o, h=h, h_0=np.array(0.0), slope=slope, factor=params.w_h * slope,
        passed=parts.passed, direct=direct, term=parts.term, running=running,
        gradient=gradient, gradient_autograd=autograd.numpy(), agreeing=_agreeing(gradient.item(), autograd.item()),
        per_step=np.abs(parts.passed[0]) ** (1 / (params.length - 1)),
        within=np.array(WITHIN), enough=_enough(running, within),
        fate=np.array(int(abs(parts.passed[0]) > EXPLODED) - int(abs(parts.passed[0]) < VANISHED)),
    )  # fmt: skip


def _terms(factor: np.ndarray, direct: np.ndarray) -> Terms:
    """The parts of the gradient, from the factors and from what w_h changes at each step directly [time]."""
    passed = np.append(np.cumprod(factor[:0:-1])[::-1], 1)
    return Terms(passed, passed * direct)


def _agreeing(one: float, other: float) -> np.ndarray:
    """To how many significant digits two numbers are written alike."""
    digits = (d for d in range(MOST_DIGITS, 1, -1) if f"{one:.{d - 1}e}" == f"{other:.{d - 1}e}")
    return np.array(next(digits, 1))


def _enough(running: np.ndarray, within: float) -> np.ndarray:
    """So many terms from the end that this sum, and every longer one, is so close to the whole."""
    missed = np.flatnonzero(np.abs(running - running[0]) > within)  # places from which on the sum is too far off
    return np.array(len(running) - missed.min() + 1 if missed.size else 1)


def _forms(t: Trace) -> Iterator[tuple[str, dict[str, np.ndarray]]]:
    """The usual other forms, and what they make of the quantities that they change."""
    w_h, before, last = t.params.w_h, np.append(0, t.h[:-1]), t.params.length - 1
    twice = 1 - np.tanh(t.h) ** 2
    slopes = {
        "the derivative of tanh taken at h instead of o: 1 - tanh(h)^2": (twice, w_h * twice),
        "factors without w_h: dh_t/dh_(t-1) = tanh'(o_t)": (t.slope, t.slope),
        "the gradient of a linear network: no tanh', factors w_h": (np.ones_like(t.h), np.full_like(t.h, w_h)),
    }
    for name, (slope, factor) in slopes.items():
        parts = _terms(factor, slope * before)
        yield name, {"slope": slope, "factor": factor, "direct": slope * before, **_told(*parts)}
    directs = {
        "h_t instead of h_(t-1) in each term": t.slope * t.h,
        "terms without the tanh'(o_t) of their own step": before,
        "a factor too many: terms multiplied from t instead of t + 1": t.factor * before,
        "the gradient with respect to w_x": t.slope * t.x,
        "the gradient with respect to b": t.slope,
    }
    for name, direct in directs.items():
        yield name, {"direct": direct, **_told(t.passed, t.passed * direct)}
    late = np.where(np.arange(last + 1) == 1, 0, t.term)
    yield "a sum from t' = 2 on: the term of h_1 is missing", _told(t.passed, late)
    for steps in range(1, last - 1):  # one more would be the form before
        kept = np.where(np.arange(last + 1) > last - steps, t.term, 0)
        yield f"truncated backpropagation: only the last {steps} of {last + 1} terms", _told(t.passed, kept)


def _told(passed: np.ndarray, term: np.ndarray) -> dict[str, np.ndarray]:
    """The quantities that follow from the parts of the gradient."""
    running = np.cumsum(term[::-1])[::-1]
    return {"passed": passed, "term": term, "running": running, "gradient": running[0]}
