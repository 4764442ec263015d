"""Momentum: gradient descent that remembers past gradients, in a long valley.

    f(θ) = (a₀² + κ a₁²) / 2,  a = Rᵀ θ        v ← β v + ∇f(θ)        θ ← θ − ρ v

R turns by 30 degrees: a₀ is the place along the valley, where the curvature λ is 1, a₁ that across it, where λ is κ,
the condition number. Plain gradient descent, β = 0, multiplies each by 1 − ρλ: a rate that makes headway along the
valley zigzags across it. The velocity v is the sum of all past gradients, each multiplied by β once for every step
since: across, their signs alternate and they cancel; along, they agree and add up to 1 / (1 − β) times one of them.
One step multiplies (v, a) in such a direction by the matrix ((β, λ), (−ρβ, 1 − ρλ)). Where its eigenvalues are complex
the direction oscillates and the spectral radius is √β: from there on, more memory makes the descent slower.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from pydantic import BaseModel, Field

import mathcore
from mathcore import Convention, Sweep, quantity
from mathcore._quadratic import AXES

START = np.array([-2.5, -0.5])
LONGER = 10  # times the memory 1 / (1 - momentum), for comparison
ZIGZAG = -0.5  # factor of plain descent across the valley, from which on it is seen to zigzag
ARRIVED, SWING = 0.05, 0.05  # of the first distance: what is left at most; what goes to and fro at least
CANCELLED = 0.2  # of a gradient: what is left at most of it where the kept velocity nearly cancels it
UNSTABLE = 1 + 1e-9  # spectral radius beyond which a run diverges, rounding aside

Arrays = dict[str, np.ndarray]

FORMS = {
    "held_rate": "a velocity that holds the learning rate: v <- momentum v - rate g, theta <- theta + v",
    "nesterov": "Nesterov momentum as torch has it: theta <- theta - rate (g + momentum v)",
    "ahead": "the gradient at the point after, theta - rate momentum v, as Nesterov has it",
    "dampened": "a dampened gradient: v <- momentum v + (1 - momentum) g",
    "dampened_later": "torch's dampening = momentum, which leaves the first gradient whole",
}


class Params(BaseModel, frozen=True, extra="forbid", allow_inf_nan=False):
    """The knobs."""

    learning_rate: float = Field(0.01, ge=1e-4, le=10, description="step size rho")
    momentum: float = Field(0.9, ge=0, le=0.999, description="share beta of the velocity that is kept at each step")
    condition: float = Field(100, ge=1, le=1000, description="condition number: curvature across over curvature along")
    steps: int = Field(100, ge=1, le=1000, description="number of steps")


SWEEP = Sweep("momentum", (0.0, 0.99))


@dataclass(frozen=True, kw_only=True)
class Trace(mathcore.Trace):
    """Descents from the same start: with memory, without (`plain`), and with ten times the memory (`longer`).

    `axis` is that of the parameters or, of what is said to be in eigen-directions: along the valley, across it. A run
    that diverges for long overflows to infinity, then NaN.
    """

    params: Params
    conventions: ClassVar = {
        "rate-in-velocity": Convention(
            "Keras and scikit-learn", "the velocity holds the learning rate and points downhill",
            "ours is a sum of gradients, as in torch, and a step multiplies it by the rate",
        ),
        "rate-in-velocity-uphill": Convention(
            "tinygrad (SGD with classic=True)", "the velocity holds the learning rate, and is subtracted",
            "ours is a sum of gradients, as in torch, and a step multiplies it by the rate",
        ),
        "nesterov": Convention(
            "PyTorch (nesterov=True)", "Nesterov's step, the gradient plus momentum times the velocity",
            "ours takes the velocity alone",
        ),
        "nesterov-rate-in-velocity": Convention(
            "scikit-learn (its default) and Keras (nesterov=True)",
            "Nesterov's step, and a velocity that holds the learning rate and points downhill",
            "ours is a sum of gradients, and a step takes it alone",
        ),
    }  # fmt: skip
    theta: np.ndarray = quantity("step axis", "parameters, the start included", tolerance=1e-12)
    velocity: np.ndarray = quantity("step axis", "momentum buffer v after each step, 0 at the start", tolerance=1e-12)
    gradient: np.ndarray = quantity("step axis", "gradient at theta", tolerance=1e-12)
    along: np.ndarray = quantity("step axis", "theta in eigen-directions", tolerance=1e-12)
    loss: np.ndarray = quantity("step", "loss at theta", tolerance=1e-12)
    plain_theta: np.ndarray = quantity("step axis", "the same with momentum 0", tolerance=1e-12)
    plain_along: np.ndarray = quantity("step axis", "plain_theta in eigen-directions", tolerance=1e-12)
    plain_loss: np.ndarray = quantity("step", "loss at plain_theta", tolerance=1e-12)
    longer_momentum: np.ndarray = quantity("", "momentum whose 1 / (1 - momentum) is ten times as long", tolerance=0)
    longer_theta: np.ndarray = quantity("step axis", "the same with longer_momentum", tolerance=1e-12)
    longer_along: np.ndarray = quantity("step axis", "longer_theta in eigen-directions", tolerance=1e-12)
    longer_loss: np.ndarray = quantity("step", "loss at longer_theta", tolerance=1e-12)
    slope: np.ndarray = quantity("step axis", "gradient in eigen-directions", tolerance=1e-12)
    kept: np.ndarray = quantity(
        "step axis", "what each step keeps of the velocity, in eigen-directions", tolerance=1e-12
    )
    total: np.ndarray = quantity(
        "step axis", "velocity in eigen-directions: kept plus the slope before", tolerance=1e-12
    )
    pulled: np.ndarray = quantity("step axis", "-rho times the slope before, in eigen-directions", tolerance=1e-12)
    carried: np.ndarray = quantity("step axis", "-rho kept", tolerance=1e-12)
    moved: np.ndarray = quantity(
        "step axis", "-rho total, what a step adds to theta: pulled + carried", tolerance=1e-12
    )
    magnified: np.ndarray = quantity(
        "", "largest of pulled, carried and moved in the first two steps: across over along", tolerance=1e-12
    )
    best_momentum: np.ndarray = quantity(
        "", "momentum that keeps least error at this learning rate; 1 where every momentum diverges", tolerance=1e-12
    )
    radius: np.ndarray = quantity("axis", "spectral radius of a step in each eigen-direction", tolerance=1e-12)
    plain_radius: np.ndarray = quantity("axis", "that of plain descent, |1 - rho lambda|", tolerance=1e-12)
    longer_radius: np.ndarray = quantity("axis", "that of longer_momentum", tolerance=1e-12)
    zigzag_rate: np.ndarray = quantity(
        "", "the learning rate, if plain descent zigzags with it, else the largest with which it does not diverge"
    )
    bottom: np.ndarray = quantity(
        "", "first step after which theta has passed the lowest point along", dtype=int, tolerance=0
    )
    overshoot: np.ndarray = quantity("", "how far past it theta goes at most", tolerance=1e-12)

    def by_convention(self, name: str) -> Arrays:
        """The same walk or Nesterov's, in the words of a library that may take the rate into the velocity."""
        walk = _descend(self.params, self.params.momentum, "nesterov" if name.startswith("nesterov") else "")
        if name == "nesterov":
            return walk
        times = self.params.learning_rate * (1 if name == "rate-in-velocity-uphill" else -1)
        return walk | {key: times * walk[key] for key in ("velocity", "total")}

    def mistakes(self) -> Iterator[tuple[str, Arrays]]:
        """Other forms of the recursion that go by the same name, each as it would have run."""
        for form, name in FORMS.items():
            yield name, _descend(self.params, self.params.momentum, form)
        yield "momentum 0", _descend(self.params, 0)

    def fate(self, run: str = "") -> str:
        """What becomes of a run, "", "plain_" or "longer_": diverges, arrives, swings (still to and fro) or crawls."""
        along, radius = getattr(self, f"{run}along"), getattr(self, f"{run}radius")
        if radius.max() > UNSTABLE:
            return "diverges"
        first = np.linalg.norm(along[0])
        if np.linalg.norm(along[-1]) <= ARRIVED * first:
            return "arrives"
        late = along[len(along) // 2 :]
        to_and_fro = (late.max(axis=0) > SWING * first) & (late.min(axis=0) < -SWING * first)
        return "swings" if to_and_fro.any() else "crawls"

    def second_step(self) -> str:
        """Kept velocity and new gradient in step 2: added in both directions, added_along, opposed; or none is kept.

        Where they are added along only and little is left of them across, they cancel there: cancelled.
        """
        if not self.params.momentum:
            return "none"
        agree = self.kept[2] * self.slope[1] > 0
        if agree.sum() == 1 and np.abs(self.total[2, 1]) <= CANCELLED * np.abs(self.slope[1, 1]):
            return "cancelled"
        return ("opposed", "added_along", "added")[agree.sum()]  # across, they never agree alone

    def way_down(self) -> str:
        """Until the lowest point along is passed: settles (a zigzag across that shrinks, plain behind), or goes_on."""
        across, half = np.abs(self.along[: self.bottom + 1, 1]), int(self.bottom) // 2
        turns = (np.diff(np.sign(self.along[: self.bottom + 1, 1])) != 0).sum()
        ahead = np.abs(self.along[2 : self.bottom, 0]) < np.abs(self.plain_along[2 : self.bottom, 0])
        shrinks = half > 1 and across[half:].max() < across[:half].max() and turns >= half
        return "settles" if shrinks and ahead.all() else "goes_on"

    def radii_on_map(self, rates: np.ndarray, momenta: np.ndarray) -> np.ndarray:
        """The larger spectral radius [momentum rate], what a step with them leaves of an error in the long run."""
        directions = (spectral_radius(rates, momenta[:, None], curvature) for curvature in (1, self.params.condition))
        radii: np.ndarray = np.maximum(*directions)
        return radii


def compute(params: Params = Params()) -> Trace:
    """Descend `steps` times with memory, without, and with more of it."""
    rate, momentum, curvature = params.learning_rate, params.momentum, np.array([1, params.condition])
    longer = round(1 - (1 - momentum) / LONGER, 12)
    mine, plain, more = (_descend(params, each) for each in (momentum, 0.0, longer))
    radius, plain_radius, longer_radius = (spectral_radius(rate, each, curvature) for each in (momentum, 0, longer))
    with np.errstate(over="ignore", invalid="ignore"):  # a run that diverges
        kept = momentum * np.concatenate([np.zeros((1, 2)), mine["total"][:-1]])
        carried, moved = -rate * kept, -rate * mine["total"]
        pulled = -rate * np.concatenate([np.zeros((1, 2)), mine["slope"][:-1]])
        extents = np.abs([one[1:3] for one in (pulled, carried, moved)]).max(axis=(0, 1))
        past = mine["along"][:, 0] * mine["along"][0, 0] < 0
    return Trace(
        params=params, **mine,
        plain_theta=plain["theta"], plain_along=plain["along"], plain_loss=plain["loss"],
        longer_momentum=np.array(longer),
        longer_theta=more["theta"], longer_along=more["along"], longer_loss=more["loss"],
        kept=kept, pulled=pulled, carried=carried, moved=moved, magnified=extents[1] / extents[0],
        best_momentum=np.minimum(((1 - np.sqrt(rate * curvature)) ** 2).max(), 1),
        radius=radius, plain_radius=plain_radius, longer_radius=longer_radius,
        zigzag_rate=np.array(rate if 1 - rate * params.condition <= ZIGZAG else 2 / params.condition),
        bottom=np.array(past.argmax()),
        overshoot=np.abs(mine["along"][past, 0]).max(initial=0),
    )  # fmt: skip


def spectral_radius(rate: Any, momentum: Any, curvature: Any) -> np.ndarray:
    """What one step leaves of an error in the long run, in a direction of this curvature; the arguments broadcast."""
    half = (1 + np.asarray(momentum) - np.asarray(rate) * curvature) / 2  # of the sum of both eigenvalues
    square = half**2 - momentum  # their product is the momentum
    radius: np.ndarray = np.where(square < 0, np.sqrt(momentum), np.abs(half) + np.sqrt(np.maximum(square, 0)))
    return radius


def loss_at(theta: np.ndarray, condition: float) -> np.ndarray:
    """The loss of parameters [... axis]."""
    loss: np.ndarray = (theta @ AXES) ** 2 @ np.array([1, condition]) / 2
    return loss


def _descend(params: Params, momentum: float, form: str = "") -> Arrays:
    """The records of a run with such a momentum, in a form of the recursion.

    It is computed in eigen-directions, which do not disturb each other there, not even where one of them diverges.
    """
    curvature, rate = np.array([1, params.condition]), params.learning_rate
    a, v, records = START @ AXES, np.zeros(2), []
    with np.errstate(over="ignore", invalid="ignore"):  # a run that diverges
        for _ in range(params.steps + 1):
            records.append((a, v))
            a, v = _step(form, a, v, curvature, rate, momentum)
        along, total = map(np.array, zip(*records, strict=True))
        slope = along * curvature
        return {
            "theta": along @ AXES.T,
            "velocity": total @ AXES.T,
            "gradient": slope @ AXES.T,
            "along": along,
            "loss": along**2 @ curvature / 2,
            "slope": slope,
            "total": total,
        }


def _step(
    form: str, a: np.ndarray, v: np.ndarray, curvature: np.ndarray, rate: float, momentum: float
) -> tuple[np.ndarray, np.ndarray]:
    """Place and velocity after one step in a form of the recursion, by default that of the module."""
    g = curvature * (a - rate * momentum * v if form == "ahead" else a)
    if form == "held_rate":
        v = momentum * v - rate * g
        return a + v, v
    dampened = form == "dampened" or (form == "dampened_later" and v.any())
    v = momentum * v + (1 - momentum if dampened else 1) * g
    return a - rate * (g + momentum * v if form == "nesterov" else v), v
