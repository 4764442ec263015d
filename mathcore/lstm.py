"""A long short-term memory, trained to recall the first symbol of a sequence at its end.

    f = σ(W_f [h_{t−1}, x_t] + b_f)      i = σ(W_i [h_{t−1}, x_t] + b_i)      o = σ(W_o [h_{t−1}, x_t] + b_o)
    c̃ = tanh(W_c [h_{t−1}, x_t] + b_c)      c_t = f ⊙ c_{t−1} + i ⊙ c̃      h_t = o ⊙ tanh(c_t)

Along the cell path ∂c_T/∂c_t is the product of the forget gates after t. At a bias of 0 they begin near 1/2
and the product dies within a few steps; at a bias of 1 they begin near 3/4, and the first symbol is still
heard at the end, weakly, which is what training starts from. Nothing is promised: some seeds fail.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np
import torch
from pydantic import BaseModel, Field
from torch import Tensor

import mathcore
from mathcore import Convention, Sweep, quantity
from mathcore._recall import HARD_SIGMOIDS, Gate, gradient_norms, new_sequence, products_after, train
from mathcore._training import seeded

CANDIDATE_SCALE = 2.0  # of the candidate's input weights before training, so that letters write unlike things
INPUT_BIAS = -2.0  # of the input gate before training: nearly closed, so that the tail writes little
KEPT = 0.1  # a share of the gradient up to this counts as lost
ORDER = "i", "f", "candidate", "o"  # of the gates in the weights, as torch has them
OTHER_ORDERS = {
    ("i", "candidate", "f", "o"): "Haiku",
    ("i", "o", "f", "candidate"): "ONNX",
    ("f", "i", "candidate", "o"): "a cell that begins with f",
    ("i", "f", "o", "candidate"): "a cell that ends with the candidate",
}
PLAIN = "ours is sigmoid(o) throughout, and c is handed on beside h, as torch's"
ROWS = f"gates {', '.join(ORDER)}"


class Params(BaseModel, frozen=True, extra="forbid", allow_inf_nan=False):
    """The knobs."""

    length: int = Field(20, ge=4, le=32, description="symbols in a sequence")
    hidden: int = Field(8, ge=2, le=16, description="hidden units")
    symbols: int = Field(4, ge=2, le=6, description="different symbols in the alphabet")
    forget_bias: float = Field(1.0, ge=-2, le=5, description="bias of the forget gate before training")
    steps: int = Field(300, ge=1, le=400, description="training steps (Adam)")
    seed: int = Field(0, ge=0, le=2**32 - 1, description="seed of the weights and the sequences")


SWEEP = Sweep("forget_bias", (-2.0, 5.0))


@dataclass(frozen=True, kw_only=True)
class Trace(mathcore.Trace):
    """One new sequence, read after training; and what the training cost."""

    params: Params
    conventions: ClassVar = {
        "forget-plus-one": Convention("Haiku", "the forget gate is sigmoid(1 + ...) of the same weights", PLAIN),
        "hard-sigmoid": Convention("TensorFlow.js", "gates are 0.2 o + 0.5, cut at 0 and 1", PLAIN),
        "hard-sigmoid-sixth": Convention("Keras 3 with hard_sigmoid", "gates are o / 6 + 1/2, cut at 0 and 1", PLAIN),
        "no-cell": Convention("brain.js", "c_t = f h_(t-1) + i candidate, with no cell state handed on", PLAIN),
    }
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
    w_x: np.ndarray = quantity("gate unit symbol", f"input weights after training, {ROWS}")
    w_h: np.ndarray = quantity("gate unit from", f"recurrent weights after training, {ROWS}")
    b: np.ndarray = quantity("gate unit", f"biases after training, torch's two added, {ROWS}")
    w_out: np.ndarray = quantity("symbol unit", "weights of the layer that reads the last h, after training")
    b_out: np.ndarray = quantity("symbol", "its biases after training")
    w_x_before: np.ndarray = quantity("gate unit symbol", "input weights before training")
    w_h_before: np.ndarray = quantity("gate unit from", "recurrent weights before training")
    b_before: np.ndarray = quantity("gate unit", "biases before training; torch's second ones are 0")
    w_out_before: np.ndarray = quantity("symbol unit", "weights of the layer that reads the last h, before training")
    b_out_before: np.ndarray = quantity("symbol", "its biases before training")

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

    def by_convention(self, name: str) -> dict[str, np.ndarray]:
        """What a library's own cell computes with the same weights."""
        return self._in_form(FORMS[name])

    def mistakes(self) -> Iterator[tuple[str, dict[str, np.ndarray]]]:
        """The published weights, handed over in a way that a library does not take them."""
        for order, whose in OTHER_ORDERS.items():
            told = f"weights in torch's order ({', '.join(ORDER)}) read in that of {whose} ({', '.join(order)})"
            yield told, self._in_form(Form(order=order))
        yield "b loaded into both of torch's biases, which are added", self._in_form(Form(biases=2))

    def _in_form(self, form: "Form") -> dict[str, np.ndarray]:
        before, after = (
            Weights(*(torch.tensor(getattr(self, name + ending)) for name in Weights._fields))
            for ending in ("_before", "")
        )
        return _reading(before, after, torch.tensor(self.x), form)


class Weights(NamedTuple):
    """All weights of a network, whose gates are in torch's order."""

    w_x: Tensor  # [gate unit symbol]
    w_h: Tensor  # [gate unit from]
    b: Tensor  # [gate unit]
    w_out: Tensor  # [symbol unit]
    b_out: Tensor  # [symbol]

    def arrays(self, ending: str = "") -> dict[str, np.ndarray]:
        """The quantities of a trace."""
        return {name + ending: w.numpy() for name, w in self._asdict().items()}


class Form(NamedTuple):
    """What libraries do otherwise with the same weights."""

    order: tuple[str, ...] = ORDER
    gate: Gate = torch.sigmoid
    forget_shift: float = 0.0  # added before the forget gate's sigmoid
    biases: int = 1  # how often b is added
    cell: bool = True  # c is handed on from step to step, not h in its place


FORMS = {
    "forget-plus-one": Form(forget_shift=1.0),
    **{name: Form(gate=gate) for name, gate in HARD_SIGMOIDS.items()},
    "no-cell": Form(cell=False),
}


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
            _, forget_weight, candidate_weight, _ = w_x.chunk(4)
            forget_weight.zero_()  # whatever the letter, the forget gate starts near σ(b_f)
            candidate_weight.mul_(CANDIDATE_SCALE)
            input_bias, forget_bias, *_ = b_x.chunk(4)
            input_bias.fill_(INPUT_BIAS)
            forget_bias.fill_(params.forget_bias)

    def forward(self, x: Tensor) -> Tensor:
        """Scores [sequence symbol] of one-hot sequences [time sequence symbol]."""
        scores: Tensor = self.readout(self.lstm(x)[0][-1])
        return scores

    def weights(self) -> Weights:
        """A copy of the weights."""
        w_x, w_h, b_x, b_h = (w.detach().view(len(ORDER), -1, *w.shape[1:]) for w in self.lstm.parameters())
        return Weights(w_x.clone(), w_h.clone(), b_x + b_h, *(w.detach().clone() for w in self.readout.parameters()))


def compute(params: Params = Params()) -> Trace:
    """Train the network, then read one sequence that is new to it; the same one is read before training."""
    with seeded(params.seed):
        network = Network(params)
        before = network.weights()
        loss, accuracy = train(network, params)
        x, after = new_sequence(params), network.weights()
        reading = _reading(before, after, x)
    return Trace(
        params=params, x=x.numpy(), loss=loss, accuracy=accuracy,
        **reading, **after.arrays(), **before.arrays("_before"),
    )  # fmt: skip


def _reading(before: Weights, after: Weights, x: Tensor, form: Form = Form()) -> dict[str, np.ndarray]:
    """The quantities of one sequence [time symbol] that is read before and after training."""
    first, read = read_by(before, x, form), read_by(after, x, form)
    return {
        **{name: values for name, values in read.items() if name != "gradient_norm"},
        "forget_product_before": first["forget_product"],
        "gradient_norm_before": first["gradient_norm"],
        "gradient_norm_after": read["gradient_norm"],
        **_outcomes(x.numpy(), read["c"], read["forget_product"], read["probability"]),
    }


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


def read_by(weights: Weights, x: Tensor, form: Form = Form()) -> dict[str, np.ndarray]:
    """Gates and states [time unit] of one sequence [time symbol], by the formulas; what follows from them.

    That is the product of the forget gates, the norms of dh_T/dh_t, and the belief in each symbol.
    """
    w_x, w_h, b, w_out, b_out = weights
    h = c = torch.zeros_like(b[0], requires_grad=True)
    states: dict[str, list[Tensor]] = {name: [] for name in (*ORDER, "c", "h")}
    for x_t in x:
        o = dict(zip(form.order, w_x @ x_t + w_h @ h + form.biases * b, strict=True))
        i, f = form.gate(o["i"]), form.gate(o["f"] + form.forget_shift)
        candidate, shown = o["candidate"].tanh(), form.gate(o["o"])
        c = f * (c if form.cell else h) + i * candidate
        h = shown * c.tanh()
        for name, value in zip(states, (i, f, candidate, shown, c, h), strict=True):
            states[name].append(value)
    read = {name: torch.stack(values).numpy(force=True) for name, values in states.items()}
    return read | {
        "forget_product": products_after(read["f"]),
        "gradient_norm": gradient_norms(states["h"]),
        "probability": (w_out @ h + b_out).softmax(dim=0).numpy(force=True),
    }
