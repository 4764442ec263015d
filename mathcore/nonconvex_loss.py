"""Why the loss of a net is not a bowl: two mirror valleys, a saddle, and what noise changes.

    ŷ = v tanh(w x)        L(v, w) = 1/n Σ (yᵢ − ŷᵢ)²        L(−v, −w) = L(v, w)

Two equal valleys face each other across a saddle at v = w = 0, where the slope is zero and the Hessian is
−2/n Σ xᵢyᵢ [[0, 1], [1, 0]]: uphill along v = −w, downhill along v = w. The points that gradient descent brings
to the saddle form a curve that leaves it along v = −w; it divides what rolls left from what rolls right. That
curve is found by undoing steps, θ ← θ' + ρ ∇L(θ), from points 10⁻⁴ away. Start 0 lies on it: it runs into the
saddle and hangs there until rounding errors, multiplied at every step by 1 + 2ρ/n Σ xᵢyᵢ, have grown; batches
push it off at once. From v = w = 0 itself nothing moves, since the slope of every batch is zero there too.

The slice is that of a real net, 6 inputs, 20 and 1 sigmoid units, as the notes draw it: all weights and biases
come from randn, in the order W¹, W², b¹, b², then one weight of W¹ is swept; the loss is the mean squared error
against a column of targets, plus penalty · Σ w² over W¹ and W². The data are Boston's (506 rows, features
standardised, price scaled to 0..1) or those of the notes (150 x 6 randn drawn first, labels 75 times 0, 75 times 1).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch
from pydantic import BaseModel, Field

import mathcore
from mathcore import Sweep, quantity
from mathcore._data import read_columns
from mathcore._training import seeded

SAMPLES, AMPLITUDE, SLOPE, NOISE = 40, 1.2, 1.2, 0.3  # y = 1.2 tanh(1.2 x) + noise on -2..2
WINDOW, FARTHEST_START, GRID_POINTS = 2.4, 2.2, 161  # an odd number: the saddle is on the grid
MIRROR = 960  # steps of the way from one valley to the other, too small to be seen
CLOSE, PER_STEP = 1e-4, 8  # where the divide is taken for straight; its points per undone step
FEATURES = ("RM", "CRIM", "INDUS", "NOX", "AGE", "TAX")
INPUTS, HIDDEN = len(FEATURES), 20  # of the sliced net
SWEPT = {"boston": (5, 6), "notes": (3, 9)}  # input and hidden unit that the swept weight joins
HANGING = 1  # balls that may be nearest to the saddle when all others are said to lie in their valleys: start 0
FLAT = 1e-9  # a slice that rises less above its bowl is one


class Params(BaseModel, frozen=True, extra="forbid", allow_inf_nan=False):
    """The knobs."""

    starts: int = Field(20, ge=2, le=60, description="number of starts, that on the divide included")
    learning_rate: float = Field(0.1, ge=0.03, le=0.15, description="step size rho")
    steps: int = Field(150, ge=10, le=300, description="number of steps")
    batch_size: int = Field(4, ge=1, le=SAMPLES, description="rows, drawn with replacement, of a noisy step")
    penalty: float = Field(1e-4, ge=0, le=0.01, description="L2 penalty in the slice's loss")
    slice_data: Literal["notes", "boston"] = Field("notes", description="data of the net that is sliced")
    seed: int = Field(0, ge=0, le=2**32 - 1, description="seed of data, starts, batches and the sliced net")


SWEEP = Sweep("learning_rate", (0.03, 0.15))


@dataclass(frozen=True, kw_only=True)
class Trace(mathcore.Trace):
    """What the starts, with and without noise, and the slice leave behind; points are (v, w)."""

    params: Params
    x: np.ndarray = quantity("sample", "input of each row", tolerance=1e-12)
    y: np.ndarray = quantity("sample", "value to predict of each row", tolerance=1e-12)
    v_grid: np.ndarray = quantity("y x", "v of the surface's points, growing along x")
    w_grid: np.ndarray = quantity("y x", "w of the surface's points, growing along y")
    surface: np.ndarray = quantity("y x", "mean squared error")
    valley: np.ndarray = quantity("valley axis", "floors of the valleys -1 and +1", tolerance=1e-9)
    valley_loss: np.ndarray = quantity("valley", "mean squared error there", tolerance=1e-9)
    saddle_loss: np.ndarray = quantity("", "mean squared error at v = w = 0", tolerance=1e-12)
    mirror: np.ndarray = quantity("way axis", "from valley +1 to valley -1: first v changes its sign, then w")
    separatrix: np.ndarray = quantity("point axis", "what gradient descent brings to the saddle, the half with v < 0")
    path: np.ndarray = quantity("start step axis", "gradient descent; start 0 lies on the separatrix")
    loss: np.ndarray = quantity("start step", "mean squared error on the way")
    basin: np.ndarray = quantity("start", "nearest at the end: valley -1 or +1, 0 for the saddle", dtype=int)
    ends: np.ndarray = quantity("place", "how many are nearest to valley -1, the saddle, valley +1", dtype=int)
    sgd_path: np.ndarray = quantity("start step axis", "the same starts with noisy batches")
    sgd_loss: np.ndarray = quantity("start step", "mean squared error, over all rows, on the noisy way")
    sgd_basin: np.ndarray = quantity("start", "nearest at the end of the noisy way", dtype=int)
    sgd_ends: np.ndarray = quantity("place", "how many of them are nearest to each", dtype=int)
    slice_w: np.ndarray = quantity("slice", "values of the swept weight", tolerance=1e-12)
    slice_loss: np.ndarray = quantity("slice", "the net's loss there, penalty included", tolerance=1e-9)
    convex_envelope: np.ndarray = quantity("slice", "largest convex curve below it", tolerance=1e-9)
    slices: np.ndarray = quantity("input unit slice", "loss with each weight of the first layer swept in its turn")
    bumpy: np.ndarray = quantity("input unit", "whether (0/1) that slice rises above its bowl", dtype=int, tolerance=0)
    bumps: np.ndarray = quantity("", "how many do", dtype=int)
    layers: np.ndarray = quantity("layer", "units of the sliced net, the inputs first", dtype=int)

    def ending(self) -> Literal["ends", "ends_early"]:
        """Whether gradient descent has brought all balls but start 0 into a valley, or ends too early for that.

        A ball lies in the valley whose floor is nearest once its loss is below the saddle's, so no descent leads out.
        """
        outside = (self.basin != 0) & (self.loss[:, -1] >= self.saddle_loss)
        return "ends_early" if self.ends[1] > HANGING or outside.any() else "ends"

    def first_ending(self) -> Literal["divide", "divide_left"]:
        """Whether start 0 is nearest to the saddle at the end of gradient descent, or has left the divide."""
        return "divide" if self.basin[0] == 0 else "divide_left"

    def noise_effect(self) -> Literal["freed_left", "not_freed", "freed_right"]:
        """Where noise has pushed start 0: to the left valley, to the right one, or not away from the saddle."""
        side = self.sgd_basin[0]
        return "not_freed" if side == 0 else "freed_left" if side < 0 else "freed_right"

    def slice_shape(self) -> Literal["gap", "no_gap"]:
        """Whether the drawn slice rises above its bowl by more than FLAT, or is one."""
        return "gap" if self.bumpy[SWEPT[self.params.slice_data]] else "no_gap"

    def invariants(self) -> Iterator[tuple[str, bool]]:
        """What holds whichever way the balls roll; and where they end with the default knobs."""
        yield "surface is its own mirror image", np.allclose(self.surface, self.surface[::-1, ::-1], atol=0)
        yield "surface is nowhere below valley_loss", self.surface.min() >= self.valley_loss.min()
        yield (
            "convex_envelope is nowhere above slice_loss",
            bool((self.convex_envelope <= self.slice_loss + 1e-12).all()),
        )
        yield "path and sgd_path start at the same points", np.array_equal(self.path[:, 0], self.sgd_path[:, 0])
        yield (
            "loss is lower after the last step than before the first",
            bool((self.loss[:, -1] < self.loss[:, 0]).all()),
        )
        if self.params == Params():
            yield "at the default knobs, start 0 ends at the saddle: basin[0] = 0", bool(self.basin[0] == 0)
            yield "at the default knobs, noise frees it: sgd_basin[0] is not 0", bool(self.sgd_basin[0] != 0)
            yield (
                "at the default knobs, both valleys are reached: basin is -1 and 1",
                {-1, 1} <= set(self.basin.tolist()),
            )


def compute(params: Params = Params()) -> Trace:
    """Roll down from all starts, without and with noise; then cut the net's loss along each first-layer weight."""
    with seeded(params.seed) as chance:
        x = torch.linspace(-2, 2, SAMPLES)
        y = AMPLITUDE * torch.tanh(SLOPE * x) + NOISE * torch.from_numpy(chance.randn(SAMPLES))
        axis = torch.linspace(-WINDOW, WINDOW, GRID_POINTS)
        grid = torch.stack(torch.meshgrid(axis, axis, indexing="xy"), dim=-1)  # [y x axis]
        surface = _loss(grid, x, y)
        floor = _floor(grid.flatten(0, 1)[surface.argmin()].abs(), x, y)
        separatrix = _separatrix(x, y, params.learning_rate)
        starts = _starts(separatrix, chance, params.starts)
        rows = chance.randint(SAMPLES, size=(params.steps, params.starts, params.batch_size))
        path = _descend(starts, params, [(x, y)] * params.steps)
        way = 4 * torch.linspace(0, 1, MIRROR + 1)
        turns = torch.stack([1 - way, 3 - way], dim=1).clamp(-1, 1)  # [way axis]
        sgd_path = _descend(starts, params, [(x[batch], y[batch]) for batch in rows])
        stations = torch.stack([-floor, 0 * floor, floor])  # [station axis]
        basin, sgd_basin = (torch.cdist(p[:, -1], stations).argmin(dim=1) - 1 for p in (path, sgd_path))
    valley_loss, saddle_loss = _loss(stations[[0, 2]], x, y), _loss(stations[1], x, y)
    arrays = {
        "x": x, "y": y, "v_grid": grid[..., 0], "w_grid": grid[..., 1], "surface": surface,
        "valley": stations[[0, 2]], "valley_loss": valley_loss, "saddle_loss": saddle_loss, "separatrix": separatrix,
        "path": path, "loss": _loss(path, x, y), "basin": basin, "ends": torch.bincount(basin + 1, minlength=3),
        "sgd_path": sgd_path, "sgd_loss": _loss(sgd_path, x, y), "sgd_basin": sgd_basin,
        "sgd_ends": torch.bincount(sgd_basin + 1, minlength=3), "mirror": floor * turns,
    }  # fmt: skip
    return Trace(params=params, **{name: array.numpy() for name, array in arrays.items()}, **_cut(params))


def _loss(theta: torch.Tensor, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """Mean squared error at (v, w) [... axis], over rows [sample] or a batch for each point [... sample]."""
    return torch.mean((theta[..., :1] * torch.tanh(theta[..., 1:] * x) - y) ** 2, dim=-1)


def _slope(theta: torch.Tensor, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """Gradient of each point's own loss [point axis]."""
    theta = theta.detach().requires_grad_()
    return torch.autograd.grad(_loss(theta, x, y).sum(), theta)[0]


def _descend(starts: torch.Tensor, params: Params, batches: list[tuple[torch.Tensor, torch.Tensor]]) -> torch.Tensor:
    """One step per batch from all starts at once, [start step axis]."""
    points = [starts]
    for x, y in batches:
        points.append(points[-1] - params.learning_rate * _slope(points[-1], x, y))
    return torch.stack(points, dim=1)


def _floor(near: torch.Tensor, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """The minimum [axis] that Newton's method reaches from nearby."""
    for _ in range(10):
        curvature = torch.autograd.functional.hessian(lambda theta: _loss(theta, x, y), near)  # type: ignore[no-untyped-call]
        near = near - torch.linalg.solve(curvature, _slope(near[None], x, y)[0])
    return near


def _separatrix(x: torch.Tensor, y: torch.Tensor, rate: float) -> torch.Tensor:
    """From near the saddle outwards [point axis]; undoing a step shrinks any error across the curve."""
    pull = 1 - 2 * rate * torch.mean(x * y)  # by which a step near the saddle shortens the way to it
    near = CLOSE * pull ** -(torch.arange(PER_STEP) / PER_STEP)
    points = [near[:, None] * torch.tensor([-1.0, 1.0]) / 2**0.5]
    while points[-1].abs().max() < WINDOW:
        before, after = points[-1], points[-1]
        for _ in range(100):
            guess, before = before, after + rate * _slope(before, x, y)
            if torch.allclose(guess, before, rtol=0, atol=1e-15):
                break
        points.append(before)
    separatrix = torch.cat(points)
    return separatrix[separatrix.abs().amax(dim=1) <= WINDOW]


def _starts(separatrix: torch.Tensor, chance: np.random.RandomState, count: int) -> torch.Tensor:
    """The outermost allowed point of the divide, then points at random distances all around [start axis]."""
    outermost = separatrix[separatrix.abs().amax(dim=1) <= FARTHEST_START][-1:]
    angle = 2 * np.pi * (np.arange(count - 1) + chance.rand()) / (count - 1)
    distance = FARTHEST_START * chance.uniform(0.4, 1, count - 1)
    around = distance * np.array([np.cos(angle), np.sin(angle)])
    return torch.cat([outermost, torch.from_numpy(around.T)])


def _cut(params: Params) -> dict[str, np.ndarray]:
    """The quantities of the slice."""
    with seeded(params.seed) as chance:
        data = chance.randn(150, INPUTS), np.repeat([0.0, 1.0], 75)[:, None]
        if params.slice_data == "boston":
            data, chance = _boston(), np.random.RandomState(params.seed)
        inputs, targets = (torch.from_numpy(part) for part in data)  # [row input], [row 1]
        net = [torch.from_numpy(chance.randn(*shape)) for shape in ((INPUTS, HIDDEN), (HIDDEN, 1), (1, HIDDEN), (1, 1))]
        w = np.linspace(-5, 5, 100)
        slices = sweep(inputs, targets, net, torch.from_numpy(w), params.penalty).numpy()
    envelopes = np.array([[convex_envelope(w, loss) for loss in row] for row in slices])
    one = SWEPT[params.slice_data]
    bumpy = np.any(slices > envelopes + FLAT, axis=-1)
    layers = np.array([INPUTS, HIDDEN, 1])
    return {
        "slice_w": w, "slice_loss": slices[one], "convex_envelope": envelopes[one], "slices": slices, "bumpy": bumpy,
        "bumps": bumpy.sum(), "layers": layers,
    }  # fmt: skip


def _boston() -> tuple[np.ndarray, np.ndarray]:
    """Standardised features [row input] and the price, from 0 for the lowest to 1 for the highest [row 1]."""
    *features, price = read_columns(None, *FEATURES, "PRICE")
    inputs = np.stack(features, axis=1)
    return (inputs - inputs.mean(axis=0)) / inputs.std(axis=0), ((price - price.min()) / np.ptp(price))[:, None]


def sweep(
    inputs: torch.Tensor, targets: torch.Tensor, net: list[torch.Tensor], values: torch.Tensor, penalty: float
) -> torch.Tensor:
    """Mean squared error plus penalty times the sum of squared weights [input unit slice]; each weight in its turn.

    Args:
        inputs: [row input].
        targets: a column [row 1]; a flat array would be subtracted from every row.
        net: weights [input unit], [unit 1], biases [1 unit], [1 1] of two layers of sigmoid units.
        values: what the swept weight is set to [slice].
        penalty: L2 penalty.
    """
    w1, w2, b1, b2 = net
    before = inputs @ w1 + b1
    output = torch.sigmoid(before) @ w2 + b2
    squares = torch.sum(w1**2) + torch.sum(w2**2) - w1[..., None] ** 2 + values**2  # [input unit slice]
    slices = penalty * squares
    for i, j in np.ndindex(*w1.shape):  # only the weight's own unit changes
        unit = before[:, j, None] + inputs[:, i, None] * (values - w1[i, j])  # [row slice]
        change = w2[j] * (torch.sigmoid(unit) - torch.sigmoid(before[:, j, None]))
        slices[i, j] += torch.mean((torch.sigmoid(output + change) - targets) ** 2, dim=0)
    return slices


def convex_envelope(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The largest convex curve that is nowhere above `y`: its lower convex hull."""
    corners: list[int] = []
    for k in range(len(x)):
        while len(corners) > 1:
            i, j = corners[-2:]
            if (y[j] - y[i]) * (x[k] - x[i]) < (y[k] - y[i]) * (x[j] - x[i]):
                break
            corners.pop()
        corners.append(k)
    curve: np.ndarray = np.interp(x, x[corners], y[corners])
    return curve
