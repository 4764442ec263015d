"""A long short-term memory, trained to recall the first symbol of a sequence at its end.

    f = σ(W_f [h_{t−1}, x_t] + b_f)      i = σ(W_i [h_{t−1}, x_t] + b_i)      o = σ(W_o [h_{t−1}, x_t] + b_o)
    c̃ = tanh(W_c [h_{t−1}, x_t] + b_c)      c_t = f ⊙ c_{t−1} + i ⊙ c̃      h_t = o ⊙ tanh(c_t)

Along the cell path ∂c_T/∂c_t is the product of the forget gates after t. At a bias of 0 they begin near 1/2
and the product dies within a few steps; at a bias of 1 they begin near 3/4, and the first symbol is still
heard at the end, weakly, which is what training starts from. Nothing is promised: some seeds fail.
"""

import copy
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from pydantic import BaseModel, Field

import mathcore
from mathcore import quantity
from mathcore._recall import gradient_norms, new_sequence, products_after, train
from mathcore._training import seeded

CANDIDATE_SCALE = 2.0  # of the candidate's input weights before training, so that letters write unlike things
INPUT_BIAS = -2.0  # of the input gate before training: nearly closed, so that the tail writes little
KEPT = 0.1  # a share of the gradient up to this counts as lost


class Params(BaseModel, frozen=True, extra="forbid", allow_inf_nan=False):
    """The knobs."""

    length: int = Field(20, ge=4, le=32, description="symbols in a sequence")
    hidden: int = Field(8, ge=2, le=16, description="hidden units")
    symbols: int = Field(4, ge=2, le=6, description="different symbols in the alphabet")
    forget_bias: float = Field(1.0, ge=-2, le=5, description="bias of the forget gate before training")
    steps: int = Field(300, ge=1, le=400, description="training steps (Adam)")
    seed: int = Field(0, ge=0, le=2**32 - 1, description="seed of the weights and the sequences")


@dataclass(frozen=True, kw_only=True)
class Trace(mathcore.Trace):
    """One new sequence, read after training; and what the training cost."""

    params: Params
    x: np.ndarray = quantity("time symbol", "the sequence, one-hot; its first symbol is to be recalled", tolerance=0)
    f: np.ndarray = quantity("time unit", "forget gate")
    i: np.ndarray = quantity("time unit", "input gate")
    candidate: np.ndarray = quantity("time unit", "what could be written to the cell")
    c: np.ndarray = quantity("time unit", "cell state")
    o: np.ndarray = quantity("time unit", "output gate")
    h: np.ndarray = quantity("time unit", "hidden state")
    probability: np.ndarray = quantity("symbol", "belief in each symbol at the end of the sequence")
    forget_product: np.ndarray = quantity("time unit", "product of f from t + 1 to the end, 1 at the end")
    forget_product_before: np.ndarray = quantity("time unit", "the same before training", tolerance=1e-9)
    gradient_norm_before: np.ndarray = quantity(
        "time", "spectral norm of dh_T/dh_t before training, c_t held fixed", tolerance=1e-9
    )
    gradient_norm_after: np.ndarray = quantity("time", "the same after training")
    loss: np.ndarray = quantity("step", "mean cross-entropy on new sequences, before each step and after the last")
    accuracy: np.ndarray = quantity("step", "share of these sequences whose first symbol is recalled")
    telling_unit: np.ndarray = quantity(
        "", "unit in whose cell most of the first symbol is left at the end, from 0", dtype=int
    )
    named: np.ndarray = quantity("", "symbol believed in most at the end, from 0", dtype=int)
    recalled: np.ndarray = quantity("", "whether it is the first symbol: 1 yes, 0 no", dtype=int)
    gradient_kept: np.ndarray = quantity(
        "", f"whether the telling unit's forget_product at the first time is over {KEPT}: 1 yes, 0 no", dtype=int
    )

    def invariants(self) -> Iterator[tuple[str, bool]]:
        """What holds whatever training came to; and that it succeeds with the default knobs."""
        c_before = np.concatenate([np.zeros_like(self.c[:1]), self.c[:-1]])
        cell = self.f * c_before + self.i * self.candidate
        yield "c_t = f c_(t-1) + i candidate to 1e-12", np.allclose(self.c, cell, rtol=0, atol=1e-12)
        yield "h = o tanh(c) to 1e-12", np.allclose(self.h, self.o * np.tanh(self.c), rtol=0, atol=1e-12)
        product = np.concatenate([self.f[1:] * self.forget_product[1:], np.ones_like(self.f[:1])])
        yield "forget_product_t = f_(t+1) forget_product_(t+1)", np.allclose(self.forget_product, product, atol=0)
        yield "probability sums to 1 within 1e-12", abs(self.probability.sum() - 1) < 1e-12
        if self.params == Params():
            yield (
                "at the default knobs, accuracy is at least 0.9 on the last 20 steps",
                self.accuracy[-20:].min() >= 0.9,
            )
            grown = self.gradient_norm_after[0] > 10 * self.gradient_norm_before[0]
            yield "at the default knobs, gradient_norm_after[0] is over 10 times gradient_norm_before[0]", grown


class Network(torch.nn.Module):
    """torch's own LSTM, its last hidden state read by a linear layer. The rest of each start is torch's default."""

    def __init__(self, params: Params) -> None:
        super().__init__()
        self.lstm = torch.nn.LSTM(params.symbols, params.hidden)
        self.readout = torch.nn.Linear(params.hidden, params.symbols)
        w_x, _, b_x, b_h = self.lstm.parameters()
        for bias in (b_x, b_h):
            torch.nn.init.zeros_(bias)
        torch.nn.init.normal_(w_x)
        with torch.no_grad():
            _, forget_weight, candidate_weight, _ = w_x.chunk(4)  # torch's order is i, f, candidate, o
            forget_weight.zero_()  # whatever the letter, the forget gate starts near σ(b_f)
            candidate_weight.mul_(CANDIDATE_SCALE)
            input_bias, forget_bias, *_ = b_x.chunk(4)
            input_bias.fill_(INPUT_BIAS)
            forget_bias.fill_(params.forget_bias)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Scores [sequence symbol] of one-hot sequences [time sequence symbol]."""
        scores: torch.Tensor = self.readout(self.lstm(x)[0][-1])
        return scores

    def unroll(self, x: torch.Tensor) -> dict[str, list[torch.Tensor]]:
        """Gates and states [unit] at each time of one sequence [time symbol], by the formulas."""
        w_x, w_h, b_x, b_h = self.lstm.parameters()
        h = c = torch.zeros(self.lstm.hidden_size)
        states: dict[str, list[torch.Tensor]] = {name: [] for name in ("i", "f", "candidate", "o", "c", "h")}
        for x_t in x:
            i, f, candidate, o = (w_x @ x_t + b_x + w_h @ h + b_h).chunk(4)
            i, f, candidate, o = i.sigmoid(), f.sigmoid(), candidate.tanh(), o.sigmoid()
            c = f * c + i * candidate
            h = o * c.tanh()
            for name, value in zip(states, (i, f, candidate, o, c, h), strict=True):
                states[name].append(value)
        return states


def compute(params: Params = Params()) -> Trace:
    """Train the network, then read one sequence that is new to it; the same one is read before training."""
    with seeded(params.seed):
        network = Network(params)
        untrained = copy.deepcopy(network)
        loss, accuracy = train(network, params)
        x = new_sequence(params)
        before = _read(untrained, x)
        after = _read(network, x)
        probability = torch.softmax(network(x[:, None])[0], dim=0).numpy(force=True)
    return Trace(
        params=params, x=x.numpy(), probability=probability, loss=loss, accuracy=accuracy,
        gradient_norm_before=before.pop("gradient_norm"), gradient_norm_after=after.pop("gradient_norm"),
        forget_product_before=before["forget_product"], **after,
        **_outcomes(x.numpy(), after["c"], after["forget_product"], probability),
    )  # fmt: skip


def _outcomes(
    x: np.ndarray, c: np.ndarray, forget_product: np.ndarray, probability: np.ndarray
) -> dict[str, np.ndarray]:
    """Which unit tells most of the first symbol, which symbol is named, and whether symbol and gradient are kept."""
    unit, named = int(np.abs(c[0] * forget_product[0]).argmax()), int(probability.argmax())
    return {
        "telling_unit": np.array(unit),
        "named": np.array(named),
        "recalled": np.array(int(named == x[0].argmax())),
        "gradient_kept": np.array(int(forget_product[0, unit] > KEPT)),
    }


def _read(network: Network, x: torch.Tensor) -> dict[str, np.ndarray]:
    """Gates and states [time unit] of one sequence, the products of its forget gates, the norms of dh_T/dh_t."""
    states = network.unroll(x)
    norms = gradient_norms(states["h"])
    read = {name: torch.stack(values).numpy(force=True) for name, values in states.items()}
    return read | {"forget_product": products_after(read["f"]), "gradient_norm": norms}
