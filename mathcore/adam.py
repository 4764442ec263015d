"""Adam on a long valley: a step length of its own for each parameter.

    m ← β₁ m + (1 − β₁) g          m̂ = m / (1 − β₁ᵗ)
    v ← β₂ v + (1 − β₂) g²         v̂ = v / (1 − β₂ᵗ)          θ ← θ − ρ m̂ / (√v̂ + ε)

The averages m and v start from 0, so at first they are too small: the weights of the t gradients in them only sum to
1 − β₁ᵗ and 1 − β₂ᵗ. Divided by these sums, they are averages from the first step on: m̂₁ = g, v̂₁ = g², and the first
step is ρ long along either axis, however steep the slope. The corrected averages are never fed back into m and v.

The loss is θᵀ H θ / 2, H = R diag(1, condition) Rᵀ, R a turn by 30 degrees.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, NamedTuple

import numpy as np
from pydantic import BaseModel, Field

import mathcore
from mathcore import Convention, Sweep, quantity
from mathcore._quadratic import AXES

START = (-1.5, 1.0)
GRIDS = np.linspace(-2, 1.2, 129), np.linspace(-1.8, 1.4, 129)  # theta_0 and theta_1 where the loss is drawn
CLOSE = np.linspace(-0.7, 5.3, 61), np.linspace(-4.4, 0.6, 51)  # learning rates from the start, in the close-up
EXACT = 5e-4  # of the learning rate, by which a step may differ and is still the same to three digits
FROZEN = 100  # the part of the learning rate that no step of a run that is frozen reaches
RMSPROP_ALPHA = 0.99  # of torch's RMSprop, by default
EXPLODED = 1000  # times its first value, beyond which v has exploded
SAME = 1e-12  # distance of two runs that agree


class Params(BaseModel, frozen=True, extra="forbid", allow_inf_nan=False):
    """The knobs."""

    learning_rate: float = Field(0.1, ge=1e-4, le=2, description="step size rho")
    beta1: float = Field(0.9, ge=0, le=0.99, description="share of m that a step keeps")
    beta2: float = Field(0.999, ge=0, le=0.9999, description="share of v that a step keeps")
    eps: float = Field(1e-8, ge=1e-12, le=1, description="added to the root of v_hat")
    condition: float = Field(100.0, ge=1, le=1000, description="how much steeper the loss is across than along")
    steps: int = Field(50, ge=10, le=200, description="number of steps")


SWEEP = Sweep("learning_rate", (0.01, 1.0), log=True)


class Run(NamedTuple):
    """What a form of Adam computes, each [step axis]; m, v and what is made of them are 0 at the start."""

    theta: np.ndarray
    gradient: np.ndarray
    m: np.ndarray
    v: np.ndarray
    m_hat: np.ndarray
    v_hat: np.ndarray


@dataclass(frozen=True, kw_only=True)
class Trace(mathcore.Trace):
    """Adam, the recursion printed in the notes, and gradient descent, all from one start.

    A run that diverges for long overflows to infinity, then NaN.
    """

    params: Params
    conventions: ClassVar = {
        "epsilon-hat": Convention(
            "Keras, TensorFlow and scikit-learn", "epsilon is added to the root of v, before v is corrected",
            "ours is added to the root of v_hat, as in torch and in the algorithm of the paper",
        ),
        "uncorrected": Convention("MLX (its default)", "m and v are not corrected", "ours are, as in torch"),
    }  # fmt: skip
    theta: np.ndarray = quantity("step axis", "the two parameters, the start included", tolerance=1e-9)
    gradient: np.ndarray = quantity("step axis", "slope of the loss at theta", tolerance=1e-9)
    m: np.ndarray = quantity("step axis", "running average of the gradient, exp_avg in torch", tolerance=1e-9)
    v: np.ndarray = quantity("step axis", "running average of its square, exp_avg_sq in torch", tolerance=1e-9)
    m_hat: np.ndarray = quantity("step axis", "m / (1 - beta1^t), 0 at the start", tolerance=1e-9)
    v_hat: np.ndarray = quantity("step axis", "v / (1 - beta2^t), 0 at the start", tolerance=1e-9)
    loss: np.ndarray = quantity("step", "theta^T H theta / 2", tolerance=1e-9)
    m_weight: np.ndarray = quantity("step", "weights of all gradients in m, 1 - beta1^t", tolerance=1e-12)
    v_weight: np.ndarray = quantity("step", "weights of all squares in v, 1 - beta2^t", tolerance=1e-12)
    own_rate: np.ndarray = quantity("step axis", "rho / (sqrt(v_hat) + eps), 0 at the start", tolerance=1e-9)
    update: np.ndarray = quantity("update axis", "what each step adds to theta", tolerance=1e-9)
    passed_step: np.ndarray = quantity(
        "",
        "first step whose slopes have both changed sign, while m_hat has not; 0 if none",
        dtype=int,
        tolerance=0,
    )
    turn_step: np.ndarray = quantity(
        "", "step after which Adam first goes back on both axes; the last one if it never does", dtype=int, tolerance=0
    )
    uncorrected_update: np.ndarray = quantity("axis", "the first step of m and v without correction", tolerance=1e-9)
    printed_theta: np.ndarray = quantity("step axis", "theta of the recursion printed in the notes", tolerance=1e-9)
    printed_gradient: np.ndarray = quantity("step axis", "slope of the loss there", tolerance=1e-9)
    printed_m: np.ndarray = quantity("step axis", "its m, divided by 1 - beta1^t and fed back", tolerance=1e-9)
    printed_v: np.ndarray = quantity("step axis", "its v, divided by 1 - beta2^t and fed back", tolerance=1e-9)
    printed_own_rate: np.ndarray = quantity("step axis", "its rho / sqrt(v + eps), 0 at the start", tolerance=1e-9)
    printed_update: np.ndarray = quantity("update axis", "what each of its steps adds to theta", tolerance=1e-9)
    printed_loss: np.ndarray = quantity("step", "its loss", tolerance=1e-9)
    frozen_step: np.ndarray = quantity(
        "", "step after which none of its steps is longer than rho / frozen_part", dtype=int, tolerance=0
    )
    frozen_part: np.ndarray = quantity("", "rho over this is beyond a run that is frozen", dtype=int, tolerance=0)
    gd_theta: np.ndarray = quantity("step axis", "theta of gradient descent with Adam's rate", tolerance=1e-9)
    gd_loss: np.ndarray = quantity("step", "its loss", tolerance=1e-9)
    gd_update: np.ndarray = quantity("axis", "what its first step adds to theta", tolerance=1e-9)
    tuned_rate: np.ndarray = quantity("", "rate that ends gradient descent at the lowest loss", tolerance=1e-9)
    tuned_theta: np.ndarray = quantity("step axis", "theta of gradient descent with that rate", tolerance=1e-9)
    tuned_loss: np.ndarray = quantity("step", "its loss", tolerance=1e-9)
    tuned_update: np.ndarray = quantity("axis", "what its first step adds to theta", tolerance=1e-9)
    theta_0_grid: np.ndarray = quantity("x", "theta_0 at which the loss is drawn")
    theta_1_grid: np.ndarray = quantity("y", "theta_1 at which the loss is drawn")
    surface: np.ndarray = quantity("y x", "loss there")
    close_0_grid: np.ndarray = quantity("close_x", "theta_0 at which the loss near the start is drawn")
    close_1_grid: np.ndarray = quantity("close_y", "theta_1 at which the loss near the start is drawn")
    close_surface: np.ndarray = quantity("close_y close_x", "loss there")

    def first_step(self) -> Literal["exact", "shorter"]:
        """Whether the first step is the learning rate on both axes, or eps makes it shorter."""
        off = np.abs(np.abs(self.update[0]) / self.params.learning_rate - 1)
        return "exact" if off.max() < EXACT else "shorter"

    def printed(self) -> Literal["freezes", "goes_on"]:
        """Whether v explodes in the printed recursion, which stands still for the second half of the run at least."""
        explodes = np.all(self.printed_v.max(axis=0) > EXPLODED * self.printed_v[1])
        return "freezes" if explodes and self.frozen_step <= self.params.steps // 2 else "goes_on"

    def compared(self) -> Literal["diverges_lower", "diverges_higher", "ends_lower", "ends_higher"]:
        """Whether gradient descent diverges with Adam's rate, and whether it ends lower than Adam with its best one."""
        lower = self.tuned_loss[-1] < self.loss[-1]
        if self.gd_loss[-1] <= self.gd_loss[0]:
            return "ends_lower" if lower else "ends_higher"
        return "diverges_lower" if lower else "diverges_higher"

    def by_convention(self, name: str) -> dict[str, np.ndarray]:
        """The run of a library that computes the step otherwise."""
        params, hessian = self.params, _hessian(self.params.condition)
        hat = name == "epsilon-hat"
        run = _adam(params, hessian, spread=_beside_v) if hat else _adam(params, hessian, corrected=False)
        return {**run._asdict(), "loss": _loss(hessian, run.theta), "update": np.diff(run.theta, axis=0)}

    def mistakes(self) -> Iterator[tuple[str, dict[str, np.ndarray]]]:
        """The usual other forms, where these knobs tell them from Adam."""
        hessian = _hessian(self.params.condition)
        for form, run in _forms(self.params, hessian):
            if not np.allclose(run.theta, self.theta, rtol=0, atol=SAME):
                yield form, {**run._asdict(), "loss": _loss(hessian, run.theta)}


def compute(params: Params = Params()) -> Trace:
    """Walk from one start by four rules; the slope of the quadratic is H θ.

    Returns:
        a Trace with theta, its averages and its loss at steps + 1 places.
    """
    hessian, rate = _hessian(params.condition), params.learning_rate
    adam, printed, tuned_rate = _adam(params, hessian), _printed(params, hessian), _tuned_rate(params)
    gd, tuned = (_descend(hessian, one, params.steps) for one in (rate, tuned_rate))
    t = np.arange(params.steps + 1)
    close = [start + rate * steps for start, steps in zip(START, CLOSE, strict=True)]
    surfaces = (_loss(hessian, np.stack(np.meshgrid(*grids), axis=-1)) for grids in (GRIDS, close))  # [y x]
    update, first = np.diff(adam.theta, axis=0), np.sign(adam.gradient[0])
    passed = np.all((adam.gradient[:-1] * first < 0) & (adam.m_hat[1:] * first > 0), axis=1)
    turned = np.all(update * update[0] < 0, axis=1)
    printed_rate = np.where(t[:, None] > 0, rate / np.sqrt(printed.v + params.eps), 0)
    printed_update = -(printed_rate * printed.m)[1:]  # exact where theta does not change by a last digit
    moving = np.flatnonzero(~(np.abs(printed_update).max(axis=1) <= rate / FROZEN))
    return Trace(
        params=params, **adam._asdict(), loss=_loss(hessian, adam.theta),
        m_weight=1 - params.beta1**t, v_weight=1 - params.beta2**t,
        own_rate=np.where(t[:, None] > 0, rate / (np.sqrt(adam.v_hat) + params.eps), 0),
        update=update, passed_step=np.array(passed.argmax() + 1 if passed.any() else 0),
        turn_step=np.array(turned.argmax() if turned.any() else params.steps),
        uncorrected_update=-rate * adam.m[1] / (np.sqrt(adam.v[1]) + params.eps),
        printed_theta=printed.theta, printed_gradient=printed.gradient, printed_m=printed.m, printed_v=printed.v,
        printed_own_rate=printed_rate, printed_update=printed_update, printed_loss=_loss(hessian, printed.theta),
        frozen_step=np.array(moving[-1] + 1), frozen_part=np.array(FROZEN),
        gd_theta=gd, gd_loss=_loss(hessian, gd), gd_update=gd[1] - gd[0],
        tuned_rate=np.array(tuned_rate), tuned_theta=tuned, tuned_loss=_loss(hessian, tuned),
        tuned_update=tuned[1] - tuned[0],
        theta_0_grid=GRIDS[0], theta_1_grid=GRIDS[1], surface=next(surfaces),
        close_0_grid=close[0], close_1_grid=close[1], close_surface=next(surfaces),
    )  # fmt: skip


def _hessian(condition: float) -> np.ndarray:
    """The curvature of the loss [axis axis]."""
    curvature: np.ndarray = AXES @ np.diag([1, condition]) @ AXES.T
    return curvature


def _loss(hessian: np.ndarray, theta: np.ndarray) -> np.ndarray:
    """The loss [...] at places [... axis]."""
    with np.errstate(over="ignore", invalid="ignore"):
        loss: np.ndarray = np.sum(theta * (theta @ hessian), axis=-1) / 2
    return loss


def _descend(hessian: np.ndarray, rate: float, steps: int) -> np.ndarray:
    """Gradient descent [step axis]."""
    theta = [np.array(START)]
    with np.errstate(over="ignore", invalid="ignore"):
        for _ in range(steps):
            theta.append(theta[-1] - rate * hessian @ theta[-1])
    return np.array(theta)


def _tuned_rate(params: Params) -> float:
    """The rate at which gradient descent ends lowest: there the slope of its last loss, which is convex, is 0."""
    slope_along, slope_across = np.array([1, params.condition]) * (np.array(START) @ AXES)
    share = abs(slope_across / slope_along) ** (2 / (2 * params.steps - 1))  # is (1 - rho) / (rho condition - 1)
    return float((1 + share) / (1 + share * params.condition))


def _adam(
    params: Params,
    hessian: np.ndarray,
    *,
    late: int = 0,
    corrected: bool = True,
    fed_back: bool = False,
    largest: bool = False,
    spread: Callable[[Any, Any, float], Any] = lambda v_hat, weight, eps: np.sqrt(v_hat) + eps,
) -> Run:
    """Adam, or one of its other forms.

    Args:
        params: the knobs.
        hessian: of the loss.
        late: by how much the t of the correction is ahead of the number of steps.
        corrected: whether averages are divided by the sum of their weights.
        fed_back: whether the next step starts from the corrected averages.
        largest: whether the largest v so far is taken (AMSGrad).
        spread: what divides, made of v_hat, the weights in v and eps.
    """
    theta, m, v = np.array(START), np.zeros(2), np.zeros(2)
    top, rows = v, [(theta, hessian @ theta, m, v, m, v)]
    with np.errstate(all="ignore"):  # some forms diverge, or divide by 0
        for t in np.arange(1, params.steps + 1) + late:
            gradient = hessian @ theta
            m = params.beta1 * m + (1 - params.beta1) * gradient
            v = params.beta2 * v + (1 - params.beta2) * gradient**2
            top = np.maximum(top, v) if largest else v
            m_weight, v_weight = (1 - params.beta1**t, 1 - params.beta2**t) if corrected else (1.0, 1.0)
            m_hat, v_hat = m / m_weight, top / v_weight
            if fed_back:
                m, v = m_hat, v_hat
            theta = theta - params.learning_rate * m_hat / spread(v_hat, v_weight, params.eps)
            rows.append((theta, hessian @ theta, m, v, m_hat, v_hat))
    return Run(*np.array(rows).swapaxes(0, 1))


def _inside(v_hat: Any, weight: Any, eps: float) -> Any:
    """The divisor with eps inside the root."""
    return np.sqrt(v_hat + eps)


def _beside_v(v_hat: Any, weight: Any, eps: float) -> Any:
    """The divisor with eps beside the root of v instead of v_hat, as seen from v_hat."""
    return np.sqrt(v_hat) + eps / np.sqrt(weight)


def _printed(params: Params, hessian: np.ndarray) -> Run:
    """The recursion exactly as the notes print it: m and v are divided in place, and eps is inside the root."""
    return _adam(params, hessian, fed_back=True, spread=_inside)


def _forms(params: Params, hessian: np.ndarray) -> Iterator[tuple[str, Run]]:
    """The usual other forms by name."""
    exchanged = params.model_copy(update={"beta1": params.beta2, "beta2": params.beta1})
    memoryless = params.model_copy(update={"beta1": 0.0})
    yield "epsilon inside the root, sqrt(v_hat + eps)", _adam(params, hessian, spread=_inside)
    beside = "epsilon-hat, beside the root of v instead of v_hat (as in TensorFlow and Keras)"
    yield beside, _adam(params, hessian, spread=_beside_v)
    yield "bias correction forgotten", _adam(params, hessian, corrected=False)
    yield "the recursion printed in the notes, which feeds m_hat and v_hat back into m and v", _printed(params, hessian)
    yield "AMSGrad, which divides by the largest v so far", _adam(params, hessian, largest=True)
    yield "beta1 and beta2 exchanged", _adam(exchanged, hessian)
    yield "t counted from 0, which divides by 0", _adam(params, hessian, late=-1)
    yield "t one late, counted from 2", _adam(params, hessian, late=1)
    yield "beta1 = 0 (RMSProp with bias correction)", _adam(memoryless, hessian)
    yield "RMSProp (beta1 = 0, no bias correction)", _adam(memoryless, hessian, corrected=False)
    forgetful = memoryless.model_copy(update={"beta2": RMSPROP_ALPHA})
    yield "torch.optim.RMSprop with its alpha of 0.99 in place of beta2", _adam(forgetful, hessian, corrected=False)
