"""A gated recurrent unit, trained to recall the first symbol of a sequence at its end.

    z = σ(W_z [h_{t−1}, x_t] + b_z)      r = σ(W_r [h_{t−1}, x_t] + b_r)
    h̃ = tanh(W [r ⊙ h_{t−1}, x_t] + b)      h_t = (1 − z) ⊙ h_{t−1} + z ⊙ h̃

The update gate z fades the old state into the candidate h̃; the reset gate r dims what candidates see of the old state.
Along the state ∂h_T/∂h_t has a factor 1 − z per step. PyTorch and Keras write z for what is 1 − z here, and multiply
by r after the matrix, r ⊙ (W h_{t−1}): another function, unless r is the same for all units. Either form learns, but
weights that were trained in one do not serve the other.
"""

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

import numpy as np
import torch
from pydantic import BaseModel, Field
from torch.nn.functional import one_hot

import mathcore
from mathcore import Convention, Sweep, quantity
from mathcore._recall import HARD_SIGMOIDS, Gate, gradient_norms, new_sequence, products_after, train
from mathcore._training import seeded

RESET_BIAS = -1.0  # of the reset gate before training: candidates see little of the old state
TRIALS = 200  # new sequences on which both forms are counted
KEPT = 0.5  # a unit that keeps a larger share of its first h to the end is called a keeper
ROWS = "gates z, r, candidate; with z's negated and its rows after r's they are torch's"
BEFORE = "in ours, as in the notes, r stands before the matrix and z is the share of the new"
SPOILT = 0.05  # by how much less is recalled in the other form, at least, to call it less


class Params(BaseModel, frozen=True, extra="forbid", allow_inf_nan=False):
    """The knobs."""

    length: int = Field(20, ge=4, le=32, description="symbols in a sequence")
    hidden: int = Field(8, ge=2, le=16, description="hidden units")
    symbols: int = Field(4, ge=2, le=6, description="different symbols in the alphabet")
    update_bias: float = Field(-1.0, ge=-5, le=2, description="bias of the update gate before training")
    steps: int = Field(300, ge=1, le=400, description="training steps (Adam)")
    # with this seed one unit keeps what it holds, holds enough to be seen, and has a reset gate that dims
    seed: int = Field(12, ge=0, le=2**32 - 1, description="seed of the weights and the sequences")


SWEEP = Sweep("update_bias", (-5.0, 2.0))


@dataclass(frozen=True, kw_only=True)
class Trace(mathcore.Trace):
    """One new sequence, read after training; the same weights in PyTorch's form; and what the training cost."""

    params: Params
    conventions: ClassVar = {
        "z-keeps": Convention(
            "PyTorch, Keras, MLX and Paddle",
            "z is the share of the old state that is kept",
            "ours, as in the notes, is that of the new",
        ),
        "reset-after": Convention(
            "PyTorch, MLX, Paddle, ONNX (linear_before_reset) and Keras (its default)",
            "r multiplies after the matrix, r (W h), and z is the share of the old state that is kept",
            BEFORE,
        ),
        "hard-sigmoid": Convention(
            "TensorFlow.js",
            "gates are 0.2 o + 0.5, cut at 0 and 1, and z is the share of the old state that is kept",
            "ours are sigmoid(o), and z is the share of the new",
        ),
        "hard-sigmoid-sixth": Convention(
            "Keras 3 with hard_sigmoid and reset_after=False",
            "gates are o / 6 + 1/2, cut at 0 and 1, and z is the share of the old state that is kept",
            "ours are sigmoid(o), and z is the share of the new",
        ),
    }
    x: np.ndarray = quantity("time symbol", "the sequence, one-hot; its first symbol is to be recalled", tolerance=0)
    z: np.ndarray = quantity("time unit", "update gate, the share of the candidate in h; PyTorch's z is 1 - z")
    kept: np.ndarray = quantity("time unit", "1 - z, the share of the old h in the new")
    r: np.ndarray = quantity("time unit", "reset gate")
    candidate: np.ndarray = quantity("time unit", "what h is faded into")
    h: np.ndarray = quantity("time unit", "hidden state")
    probability: np.ndarray = quantity("symbol", "belief in each symbol at the end of the sequence")
    kept_product: np.ndarray = quantity("time unit", "product of 1 - z from t + 1 to the end, 1 at the end")
    kept_product_before: np.ndarray = quantity("time unit", "the same before training", tolerance=1e-9)
    gradient_norm_before: np.ndarray = quantity("time", "spectral norm of dh_T/dh_t before training", tolerance=1e-9)
    gradient_norm_after: np.ndarray = quantity("time", "the same after training")
    pull: np.ndarray = quantity(
        "time unit from", "terms of W h_(t-1), for each unit's candidate, from each unit's old h"
    )
    candidate_after: np.ndarray = quantity("time unit", "candidate with r after the matrix, from the same h_(t-1)")
    h_after: np.ndarray = quantity("time unit", "hidden state of the same weights, with r after the matrix throughout")
    probability_after: np.ndarray = quantity("symbol", "belief of these at the end")
    apart: np.ndarray = quantity("time unit", "how far candidate and candidate_after are apart")
    share_recalled: np.ndarray = quantity(
        "form", f"of {TRIALS} new sequences, share whose first symbol is recalled: r before, r after the matrix"
    )
    loss: np.ndarray = quantity("step", "mean cross-entropy on new sequences, before each step and after the last")
    accuracy: np.ndarray = quantity("step", "share of these sequences whose first symbol is recalled")
    telling_unit: np.ndarray = quantity(
        "", "unit that keeps the largest share of its first h to the end, from 0", dtype=int
    )
    keepers: np.ndarray = quantity("", f"units that keep more than {KEPT} of their first h to the end", dtype=int)
    losers: np.ndarray = quantity("", "units that keep less of their first h than before training", dtype=int)
    named: np.ndarray = quantity("", "symbol believed in most at the end, from 0", dtype=int)
    recalled: np.ndarray = quantity("", "whether `named` is the first symbol: 1 yes, 0 no", dtype=int)
    spoilt: np.ndarray = quantity(
        "", f"whether r after the matrix recalls at least {SPOILT} less: 1 yes, 0 no", dtype=int
    )
    w_x: np.ndarray = quantity("gate unit symbol", f"input weights after training, {ROWS}")
    w_h: np.ndarray = quantity("gate unit from", f"recurrent weights after training, {ROWS}")
    b: np.ndarray = quantity("gate unit", f"biases after training, {ROWS}")
    w_out: np.ndarray = quantity("symbol unit", "weights of the layer that reads the last h, after training")
    b_out: np.ndarray = quantity("symbol", "its biases after training")
    w_x_before: np.ndarray = quantity("gate unit symbol", "input weights before training")
    w_h_before: np.ndarray = quantity("gate unit from", "recurrent weights before training")
    b_before: np.ndarray = quantity("gate unit", "biases before training")
    w_out_before: np.ndarray = quantity("symbol unit", "weights of the layer that reads the last h, before training")
    b_out_before: np.ndarray = quantity("symbol", "its biases before training")

    def told(self) -> str:
        """How the units that keep are told: one, or by their count."""
        return "one" if self.keepers == 1 else "counted"

    def invariants(self) -> Iterator[tuple[str, bool]]:
        """What holds whatever training came to; and that it succeeds with the default knobs."""
        before = np.concatenate([np.zeros_like(self.h[:1]), self.h[:-1]])
        faded = (1 - self.z) * before + self.z * self.candidate
        yield "h_t = (1 - z) h_(t-1) + z candidate to 1e-12", np.allclose(self.h, faded, rtol=0, atol=1e-12)
        product = np.concatenate([(1 - self.z[1:]) * self.kept_product[1:], np.ones_like(self.z[:1])])
        yield "kept_product_t = (1 - z_(t+1)) kept_product_(t+1)", np.allclose(self.kept_product, product, atol=0)
        yield "probability sums to 1 within 1e-12", abs(self.probability.sum() - 1) < 1e-12
        if self.params == Params():
            yield (
                "at the default knobs, accuracy is at least 0.9 on the last 20 steps",
                self.accuracy[-20:].min() >= 0.9,
            )
            grown = self.gradient_norm_after[0] > 10 * self.gradient_norm_before[0]
            yield "at the default knobs, gradient_norm_after[0] is over 10 times gradient_norm_before[0]", grown

    def by_convention(self, name: str) -> dict[str, np.ndarray]:
        """What a library's own cell computes with the same weights; all of them call the other share z."""
        if name == "z-keeps":
            return {"z": 1 - self.z}
        found = self._read_by(ResetAfter) if name == "reset-after" else self._read_by(Network, HARD_SIGMOIDS[name])
        return found | {"z": 1 - found["z"]}

    def _read_by(self, form: type["Network"], gate: Gate = torch.sigmoid) -> dict[str, np.ndarray]:
        """What another cell reads with the weights of this one."""
        with seeded():
            before, after = self._network(form, "_before"), self._network(form)
            found = _states(before, after, torch.tensor(self.x), gate)
        return found | _outcomes(self.arrays() | found)

    def _network(self, form: type["Network"], ending: str = "") -> "Network":
        """A network with the weights of this trace."""
        network = form(self.params)
        with torch.no_grad():
            for name, weights in network.named_weights().items():
                weights.copy_(torch.tensor(getattr(self, name + ending)))
        return network

    def mistakes(self) -> Iterator[tuple[str, dict[str, np.ndarray]]]:
        """PyTorch's letters; other cells with the published weights; other forms, trained from the same start."""
        yield "z for 1 - z, as PyTorch and Keras write it, of the same cell", {"z": 1 - self.z, "kept": self.z}
        for form, name in MISREAD.items():
            yield f"the published weights with {name}", self._read_by(form)
        for form, name in OTHER_FORMS.items():
            yield name, _other_form(self.params, form)


class Network(torch.nn.Module):
    """The notes' GRU, its last state read by a linear layer."""

    def __init__(self, params: Params) -> None:
        super().__init__()
        size = self.size = params.hidden
        self.w_x = torch.nn.Parameter(torch.randn(3 * size, params.symbols))  # rows: z, r, candidate
        self.w_h = torch.nn.Parameter(torch.randn(3 * size, size) / size**0.5)
        self.bias = torch.nn.Parameter(torch.zeros(3 * size))
        self.readout = torch.nn.Linear(size, params.symbols)
        with torch.no_grad():
            self.w_x[:size].zero_()  # whatever the letter, the update gate starts near σ(b_z)
            self.bias[:size].fill_(params.update_bias)
            self.bias[size : 2 * size].fill_(RESET_BIAS)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Scores [sequence symbol] of one-hot sequences [time sequence symbol]."""
        scores: torch.Tensor = self.readout(self.unroll(x)["h"][-1])
        return scores

    def named_weights(self) -> dict[str, torch.Tensor]:
        """All weights by the names that a trace has for them, [gate unit ...] and those of the readout."""
        gates = {"w_x": self.w_x, "w_h": self.w_h, "b": self.bias}
        named = {name: w.view(3, self.size, *w.shape[1:]) for name, w in gates.items()}
        return {
            name: w.detach()
            for name, w in (*named.items(), ("w_out", self.readout.weight), ("b_out", self.readout.bias))
        }

    def unroll(self, x: torch.Tensor, gate: Gate = torch.sigmoid) -> dict[str, list[torch.Tensor]]:
        """Gates and states [... unit] at each time of one-hot sequences [time ... symbol]."""
        h = x.new_zeros(*x.shape[1:-1], self.size)
        states: dict[str, list[torch.Tensor]] = {name: [] for name in ("z", "r", "candidate", "h")}
        for from_x in x @ self.w_x.T + self.bias:
            z, r = self.gates(from_x[..., : 2 * self.size], h, gate)
            candidate = self.candidate(from_x[..., 2 * self.size :], r, h)
            h = self.update(z, h, candidate)
            for name, value in zip(states, (z, r, candidate, h), strict=True):
                states[name].append(value)
        return states

    def gates(self, from_x: torch.Tensor, h: torch.Tensor, gate: Gate) -> tuple[torch.Tensor, torch.Tensor]:
        """The gates z and r [... unit]; `from_x` is W x + b of both."""
        z, r = gate(from_x + h @ self.w_h[: 2 * self.size].T).chunk(2, dim=-1)
        return z, r

    @property
    def w(self) -> torch.Tensor:
        """The candidate's weights of the old state [to from]."""
        return self.w_h[2 * self.size :]

    def candidate(self, from_x: torch.Tensor, r: torch.Tensor, h: torch.Tensor) -> torch.Tensor:
        """What h is faded into, [... unit] as all that it is made of; `from_x` is W x + b."""
        return (from_x + (r * h) @ self.w.T).tanh()

    def update(self, z: torch.Tensor, h: torch.Tensor, candidate: torch.Tensor) -> torch.Tensor:
        """The new state, [... unit] as all that it is made of."""
        return torch.lerp(h, candidate, z)


class ResetAfter(Network):
    """PyTorch's and Keras' form, without their second bias."""

    def candidate(self, from_x: torch.Tensor, r: torch.Tensor, h: torch.Tensor) -> torch.Tensor:
        return (from_x + r * (h @ self.w.T)).tanh()


class NoReset(Network):
    def candidate(self, from_x: torch.Tensor, r: torch.Tensor, h: torch.Tensor) -> torch.Tensor:
        return (from_x + h @ self.w.T).tanh()


class NoTanh(Network):
    def candidate(self, from_x: torch.Tensor, r: torch.Tensor, h: torch.Tensor) -> torch.Tensor:
        return from_x + (r * h) @ self.w.T


class Swapped(Network):
    def update(self, z: torch.Tensor, h: torch.Tensor, candidate: torch.Tensor) -> torch.Tensor:
        return torch.lerp(candidate, h, z)


class Ungated(Network):
    def update(self, z: torch.Tensor, h: torch.Tensor, candidate: torch.Tensor) -> torch.Tensor:
        return h + z * candidate


OTHER_FORMS = {
    ResetAfter: "the reset gate after the matrix, r * (W h), as PyTorch and Keras have it",
    Swapped: "z and 1 - z swapped, with the same bias at the start",
    NoReset: "no reset gate in the candidate",
    NoTanh: "a candidate without tanh",
    Ungated: "h_(t-1) not multiplied by 1 - z",
}


class Unsigned(ResetAfter, Swapped):
    """torch's layer, whose z keeps, with the weights of a z that lets in."""


class Exchanged(Unsigned):
    """The same, z's weights in the place of r's."""

    def gates(self, from_x: torch.Tensor, h: torch.Tensor, gate: Gate) -> tuple[torch.Tensor, torch.Tensor]:
        z, r = super().gates(from_x, h, gate)
        return r, z


MISREAD = {
    Unsigned: "z's sign left as it is in torch.nn.GRU",
    Exchanged: "torch.nn.GRU's order r, z taken for z, r",
    Swapped: "z and 1 - z swapped",
    NoReset: OTHER_FORMS[NoReset],
    NoTanh: OTHER_FORMS[NoTanh],
    Ungated: OTHER_FORMS[Ungated],
}


def compute(params: Params = Params()) -> Trace:
    """Train the network, then read one sequence that is new to it; the same one is read before training."""
    return Trace(params=params, **_run(params, Network))


def _run(params: Params, form: type[Network]) -> dict[str, np.ndarray]:
    """All quantities of a network of some form, trained from the start that all forms share."""
    with seeded(params.seed):
        network = form(params)
        untrained = copy.deepcopy(network)
        loss, accuracy = train(network, params)
        trials = one_hot(torch.randint(params.symbols, (params.length, TRIALS)), params.symbols).double()
        x = new_sequence(params)
        other = ResetAfter(params)
        other.load_state_dict(network.state_dict())
        shares = [(one(trials).argmax(dim=1) == trials[0].argmax(dim=1)).double().mean() for one in (network, other)]
        found = _states(untrained, network, x)
        found |= _compare(network, other, x, found)
    found |= {"x": x.numpy(), "loss": loss, "accuracy": accuracy, "share_recalled": np.array(shares)}
    for one, ending in ((untrained, "_before"), (network, "")):
        found |= {name + ending: w.numpy() for name, w in one.named_weights().items()}
    return found | _outcomes(found)


_other_form = lru_cache(maxsize=8)(_run)


def _states(before: Network, after: Network, x: torch.Tensor, gate: Gate = torch.sigmoid) -> dict[str, np.ndarray]:
    """What is read of one sequence after training, and what of it is told of the network before."""
    first = _read(before, x, gate)
    told = {"kept_product_before": first["kept_product"], "gradient_norm_before": first["gradient_norm_after"]}
    return _read(after, x, gate) | told


def _read(network: Network, x: torch.Tensor, gate: Gate) -> dict[str, np.ndarray]:
    """Gates and states [time unit] of one sequence, the products of 1 - z, the norms of dh_T/dh_t, the answer."""
    states = network.unroll(x, gate)
    norms = gradient_norms(states["h"])
    read = {name: torch.stack(values).numpy(force=True) for name, values in states.items()}
    kept = 1 - read["z"]
    return read | {
        "kept": kept, "kept_product": products_after(kept),
        "gradient_norm_after": norms,
        "probability": network.readout(states["h"][-1]).softmax(dim=0).numpy(force=True),
    }  # fmt: skip


def _compare(network: Network, other: Network, x: torch.Tensor, read: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The candidate's two forms: their terms and values from the same h_(t-1); the other form's states and answer."""
    earlier, r, size = _earlier(read["h"]), read["r"], network.size
    pull = network.w.numpy(force=True) * earlier[:, None, :]
    from_x = (x @ network.w_x.T + network.bias)[:, 2 * size :]
    candidate_after = other.candidate(from_x, torch.tensor(r), torch.tensor(earlier)).numpy(force=True)
    return {
        "pull": pull, "candidate_after": candidate_after, "apart": np.abs(read["candidate"] - candidate_after),
        "h_after": torch.stack(other.unroll(x)["h"]).numpy(force=True),
        "probability_after": other(x).softmax(dim=0).numpy(force=True),
    }  # fmt: skip


def _earlier(h: np.ndarray) -> np.ndarray:
    """The state before each time, 0 before the first."""
    return np.concatenate([np.zeros_like(h[:1]), h[:-1]])


def _outcomes(found: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Which unit keeps most, how many keep and lose, which symbols are named, whether they are right."""
    named = int(found["probability"].argmax())
    kept, kept_before = found["kept_product"][0], found["kept_product_before"][0]
    before, after = found["share_recalled"]
    return {
        "telling_unit": np.array(kept.argmax()),
        "keepers": np.array((kept > KEPT).sum()),
        "losers": np.array((kept < kept_before).sum()),
        "named": np.array(named),
        "recalled": np.array(int(named == found["x"][0].argmax())),
        "spoilt": np.array(int(before - after >= SPOILT)),
    }
