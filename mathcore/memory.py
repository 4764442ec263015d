"""Three recurrent networks on one task: which of them still hears the first symbol at the end of the sequence?

    RNN:   h_t = tanh(W_h h_{t−1} + W_x x_t + b)
    LSTM:  c_t = f ⊙ c_{t−1} + i ⊙ c̃      h_t = o ⊙ tanh(c_t)
    GRU:   h_t = (1 − z) ⊙ h_{t−1} + z ⊙ h̃

Same sequences, same training steps, as many parameters as whole hidden sizes allow. Each network starts as torch starts
it, weights and biases uniform up to 1/√units, but for the gates' biases: forget 1 and input −2 as in the film of the
LSTM, update −1 as in that of the GRU, so that all keep most of their memory. The GRU is torch's, whose r acts after the
matrix product. Over seeds the networks with gates learn more often; a plain RNN learns for some.

The start decides as much as the name: with W_h orthogonal and biases 0 the RNN learns, too, and without its gates'
biases the LSTM fails for some seeds. And a small ∂h_T/∂x_t alone does not prove that a letter is lost, since tanh is
flat where a network is sure: the influence is a mean over all first symbols, and what counts is the answer. So is it
where two sequences differ in their first symbol alone: what is lost of it is the distance of their states.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Literal, NamedTuple

import numpy as np
import torch
from pydantic import BaseModel, Field
from torch import Tensor

import mathcore
from mathcore import Sweep, quantity
from mathcore._recall import ADAM_BETAS, ADAM_RATE, LARGEST_GRADIENT, TAILS, new_sequence
from mathcore._training import seeded

RUNS = 8  # seeds that are counted
SOLVED, LAST = 0.95, 20  # a seed counts as solved from this mean accuracy of so many last steps on
CLEAR = 0.5  # so much of the largest difference makes a unit tell two first symbols apart
SNAPSHOTS = 31  # of the first seed's training, at most
FORGET_BIAS, INPUT_BIAS, UPDATE_BIAS = 1.0, -2.0, -1.0  # before training; the last one in the notes' z
LAYERS = {"rnn": torch.nn.RNN, "lstm": torch.nn.LSTM, "gru": torch.nn.GRU}
MODELS = tuple(LAYERS)
GATES = {"rnn": 1, "lstm": 4, "gru": 3}  # blocks of units rows in W_x, W_h and both biases

Norm = Callable[[Tensor], Tensor]  # of matrices [... row col]
Weights = list[Tensor]  # W_x, W_h, b_x, b_h, of the readout W and b, each [net ...]
spectral: Norm = partial(torch.linalg.matrix_norm, ord=2)


class Params(BaseModel, frozen=True, extra="forbid", allow_inf_nan=False):
    """The knobs."""

    length: int = Field(12, ge=4, le=24, description="symbols in a sequence")
    symbols: int = Field(4, ge=2, le=6, description="different symbols in the alphabet")
    hidden: int = Field(
        8, ge=2, le=16, description="hidden units of the LSTM; the others have about as many parameters"
    )
    steps: int = Field(300, ge=1, le=400, description="training steps (Adam)")
    seed: int = Field(0, ge=0, le=999, description="seed of weights and sequences; seven more follow it")


SWEEP = Sweep("length", (4, 24))


@dataclass(frozen=True, kw_only=True)
class Trace(mathcore.Trace):
    """Three trainings over eight seeds; loss, influence and answers are those of the first. Order: rnn, lstm, gru."""

    params: Params
    units: np.ndarray = quantity("model", "hidden units", dtype=int, tolerance=0)
    parameters: np.ndarray = quantity("model", "weights and biases that are trained", dtype=int, tolerance=0)
    x: np.ndarray = quantity("time symbol", "a new sequence, one-hot; its first symbol is to be recalled", tolerance=0)
    seeds: np.ndarray = quantity("seed", "of weights and sequences", dtype=int, tolerance=0)
    loss: np.ndarray = quantity(
        "model step", "mean cross-entropy on new sequences, before each step and after the last"
    )
    accuracy: np.ndarray = quantity("model step", "share of these sequences whose first symbol is recalled")
    averaged: np.ndarray = quantity("", "steps of the last mean", dtype=int)
    recent: np.ndarray = quantity("model step", f"mean accuracy of the last {LAST} steps, at the start of fewer")
    snapshot: np.ndarray = quantity("snapshot", "steps after which the influence is looked at", dtype=int, tolerance=0)
    influence_before: np.ndarray = quantity("model time", "influence before training", tolerance=1e-9)
    influence_during: np.ndarray = quantity("model snapshot time", "influence during training")
    influence: np.ndarray = quantity(
        "model time", "spectral norm of dh_T/dx_t, mean over the sequence with each symbol as its first"
    )
    usual: np.ndarray = quantity("model time", f"median of the influence over the last {LAST} steps")
    answer: np.ndarray = quantity("model symbol", "symbol named at the end, from 0, where each is the first", dtype=int)
    belief: np.ndarray = quantity("model symbol", "probability of that answer")
    followed: np.ndarray = quantity("model", "first symbols that are named where they are the first", dtype=int)
    twin: np.ndarray = quantity(
        "", "another first symbol: after it a network ends nearest to where it ends after the sequence's own", dtype=int
    )
    distance: np.ndarray = quantity(
        "model time", "of h_t after the sequence's own first symbol from h_t after the twin"
    )
    unit: np.ndarray = quantity(
        "model",
        "of those whose state, c of the LSTM, else h, differs at the end by at least half as much as any, the one that"
        " keeps most, by the product of keep; where none keeps anything, the one that differs most",
        dtype=int,
    )
    state: np.ndarray = quantity("model path read", "of that unit, before the first symbol and after each")
    keep: np.ndarray = quantity("model path time", "what its state is multiplied by: f, 1 - z, 0 for the RNN")
    write: np.ndarray = quantity("model path time", "what its candidate is multiplied by: i, z, 1 for the RNN")
    candidate: np.ndarray = quantity("model path time", "what is new: the tanh of total")
    total: np.ndarray = quantity("model path time", "sum before that tanh")
    recalled: np.ndarray = quantity("model seed", f"mean accuracy of the last {LAST} steps")
    threshold: np.ndarray = quantity("", "a seed counts as solved from this mean accuracy on", tolerance=0)
    solved: np.ndarray = quantity("model seed", "whether recalled is at least the threshold: 1 yes, 0 no", dtype=int)

    @property
    def first(self) -> int:
        """The first symbol of the sequence."""
        return int(self.x[0].argmax())

    def verdict(self) -> Literal["gates", "all", "none", "mixed"]:
        """Whether both networks with gates solve more seeds than the RNN; or all solve all of them; or none any."""
        rnn, lstm, gru = self.solved.sum(axis=1)
        if min(lstm, gru) > rnn:
            return "gates"
        return "all" if self.solved.all() else "none" if not self.solved.any() else "mixed"

    def invariants(self) -> Iterator[tuple[str, bool]]:
        """What holds whatever training came to; and the lesson with the default knobs."""
        solved, first = self.recalled >= self.threshold, np.arange(self.params.symbols)
        yield "solved is recalled >= threshold", np.array_equal(self.solved, solved)
        yield (
            "recalled of the first seed is the mean of the last accuracies",
            np.allclose(self.recalled[:, 0], self.accuracy[:, -LAST:].mean(axis=1), rtol=0, atol=1e-12),
        )
        yield "the last recent is recalled", np.allclose(self.recalled[:, 0], self.recent[:, -1], rtol=0, atol=1e-12)
        yield (
            "followed counts answers that are right",
            np.array_equal(self.followed, (self.answer == first).sum(axis=1)),
        )
        yield "influence is the last of influence_during", np.array_equal(self.influence, self.influence_during[:, -1])
        likely = (self.belief >= 1 / self.params.symbols) & (self.belief <= 1)
        yield "belief is that of the likeliest symbol", bool(likely.all())
        yield from self._paths()
        if self.params == Params():
            rnn, lstm, gru = self.solved.sum(axis=1)
            yield "at the default knobs, LSTM and GRU solve at least 7 seeds", bool(min(lstm, gru) >= 7)
            yield "at the default knobs, the RNN solves fewer than either", bool(rnn < min(lstm, gru))
            first_heard = self.influence[:, 0]
            heard = bool(min(first_heard[1:]) > first_heard[0])  # by how much, the processor's last bits decide
            yield "at the default knobs, LSTM and GRU hear the first symbol better than the RNN", heard
            yield (
                "at the default knobs, the LSTM's unit keeps half of its first state",
                bool(self.keep[1, 0, 1:].prod() > 0.5),
            )
            end = self.distance[:, -1]
            yield "at the default knobs, the twin is nearest in the RNN", bool(end[0] < min(end[1:]))

    def _paths(self) -> Iterator[tuple[str, bool]]:
        """What holds of the unit that is followed."""
        after = self.keep * self.state[..., :-1] + self.write * self.candidate
        yield "state is keep * the state before + write * candidate", np.allclose(self.state[..., 1:], after, 0, 1e-12)
        yield "candidate is tanh(total)", np.allclose(self.candidate, np.tanh(self.total), 0, 1e-12)
        yield "an RNN keeps 0", not self.keep[0].any() and bool((self.write[0] == 1).all())
        yield "a GRU writes 1 - keep", np.array_equal(self.write[2], 1 - self.keep[2])
        yield "the twin is another symbol", bool(self.twin != self.first)

    def mistakes(self) -> Iterator[tuple[str, dict[str, np.ndarray]]]:
        """What is counted, measured or trained otherwise at times; trainings are those of the first seed."""
        with seeded():
            layers = [Network(model, units, self.params.symbols) for model, units in units_of(self.params).items()]
        for name, left_out in LEFT_OUT.items():
            counts = [
                sum(p.numel() for key, p in net.named_parameters() if not key.startswith(left_out)) for net in layers
            ]
            yield name, {"parameters": np.array(counts)}
        trained = _trained_before(self.params)
        for name, measure in MEASURES.items():
            values = [
                measure(model, [w[-1:] for w in run.kept], torch.tensor(self.x))[0]
                for model, run in zip(MODELS, trained, strict=True)
            ]
            yield name, {"influence": np.array(values)}
        yield (
            "the GRU's z as torch has it, which keeps",
            {
                "keep": np.array([*self.keep[:2], self.write[2]]),
                "write": np.array([*self.write[:2], self.keep[2]]),
            },
        )
        for name, form in FORMS.items():
            runs = _trained_as(self.params, form)
            yield name, {kind: np.concatenate([getattr(run, kind) for run in runs]) for kind in ("loss", "accuracy")}


Start = Callable[[str, Tensor, Tensor, Tensor, Tensor], None]  # changes W_x, W_h, b_x, b_h of a model


def open_gates(model: str, w_x: Tensor, w_h: Tensor, b_x: Tensor, b_h: Tensor) -> None:
    """Have gates start so that most of the memory is kept."""
    biases = {"lstm": (INPUT_BIAS, FORGET_BIAS), "gru": (None, -UPDATE_BIAS)}.get(model, ())  # torch's z keeps
    for bias, of_x, of_h in zip(biases, b_x.chunk(GATES[model]), b_h.chunk(GATES[model]), strict=False):
        if bias is not None:
            of_x.fill_(bias)
            of_h.zero_()


def leave(model: str, w_x: Tensor, w_h: Tensor, b_x: Tensor, b_h: Tensor) -> None:
    """Start as torch does."""


def orthogonal(model: str, w_x: Tensor, w_h: Tensor, b_x: Tensor, b_h: Tensor) -> None:
    """Start from orthogonal blocks of W_h, biases 0 but for those of the gates."""
    for block in w_h.chunk(GATES[model]):
        torch.nn.init.orthogonal_(block)
    b_x.zero_()
    b_h.zero_()
    open_gates(model, w_x, w_h, b_x, b_h)


def one_bias(model: str, w_x: Tensor, w_h: Tensor, b_x: Tensor, b_h: Tensor) -> None:
    """Have a GRU do without b_h, which is 0 and stays so."""
    open_gates(model, w_x, w_h, b_x, b_h)
    if model == "gru":
        b_h.zero_()
        b_h.requires_grad_(False)


class Network(torch.nn.Module):
    """torch's own layer, its last hidden state read by a linear layer; as torch starts them, but for gates' biases.

    Args:
        model: one of MODELS.
        units: hidden units.
        symbols: of the alphabet.
        start: changes the start that torch gives it; by default `open_gates`.
    """

    def __init__(self, model: str, units: int, symbols: int, start: Start = open_gates) -> None:
        super().__init__()
        self.layer = LAYERS[model](symbols, units)
        self.readout = torch.nn.Linear(units, symbols)
        with torch.no_grad():
            start(model, *self.layer.parameters())

    def forward(self, x: Tensor) -> Tensor:
        """Scores [sequence symbol] of one-hot sequences [time sequence symbol]."""
        scores: Tensor = self.readout(self.layer(x)[0][-1])
        return scores


class Form(NamedTuple):
    """How networks are trained."""

    start: Start = open_gates
    summed: bool = False  # the loss, over the sequences of a step, instead of their mean
    clip: float = LARGEST_GRADIENT


class Run(NamedTuple):
    """What training leaves behind, of one model."""

    loss: np.ndarray  # [net step]
    accuracy: np.ndarray  # [net step]
    kept: Weights  # of the first net [look ...]


class Cell(NamedTuple):
    """What the units of a network do at each time [time sequence unit]."""

    h: Tensor
    state: Tensor  # keep * the state before + write * candidate
    keep: Tensor
    write: Tensor
    candidate: Tensor
    total: Tensor


def units_of(params: Params) -> dict[str, int]:
    """Hidden units of each model: the LSTM's are given, the others come nearest to its number of parameters."""

    def count(model: str, units: int) -> int:
        return GATES[model] * units * (params.symbols + units + 2) + params.symbols * (units + 1)

    aim = count("lstm", params.hidden)
    return {model: min(range(1, 4 * params.hidden), key=lambda n: abs(count(model, n) - aim)) for model in MODELS}


def compute(params: Params = Params()) -> Trace:
    """Train each model for each seed, then look at the networks of the first seed on a sequence that is new to them."""
    seeds, (x, _) = params.seed + np.arange(RUNS), _sequences(params, params.seed)
    runs = _train_all(params)
    looked = np.array([influence(model, run.kept, x) for model, run in zip(MODELS, runs, strict=True)])
    heard = looked[:, np.isin(looks(params.steps), snapshots(params.steps))]
    believed = np.array([beliefs(model, run.kept, x) for model, run in zip(MODELS, runs, strict=True)])
    answer, recalled = believed.argmax(axis=2), np.array([run.accuracy[:, -LAST:].mean(axis=1) for run in runs])
    return Trace(
        params=params, x=x.numpy(), seeds=seeds, snapshot=snapshots(params.steps),
        units=np.array(list(units_of(params).values())),
        parameters=np.array([sum(w[0].numel() for w in run.kept) for run in runs]),
        loss=np.array([run.loss[0] for run in runs]), accuracy=np.array([run.accuracy[0] for run in runs]),
        averaged=np.array(min(LAST, params.steps + 1)), recent=np.array([latest_mean(run.accuracy[0]) for run in runs]),
        influence_before=heard[:, 0], influence_during=heard, influence=heard[:, -1],
        usual=np.median(looked[:, -LAST:], axis=1),
        answer=answer, belief=believed.max(axis=2), followed=(answer == np.arange(params.symbols)).sum(axis=1),
        **paths(x, [run.kept for run in runs]),
        recalled=recalled, threshold=np.array(SOLVED), solved=recalled >= SOLVED,
    )  # fmt: skip


def latest_mean(values: np.ndarray) -> np.ndarray:
    """At each step the mean of the last so many values, at the start of as many as there are."""
    return np.array([values[max(0, step + 1 - LAST) : step + 1].mean() for step in range(len(values))])


def snapshots(steps: int) -> np.ndarray:
    """Steps after which the first seed's networks are kept, the start and the last one among them."""
    return np.unique(np.rint(np.linspace(0, steps, SNAPSHOTS)).astype(int))


def looks(steps: int) -> np.ndarray:
    """The snapshots, and the last steps, over which the median is taken."""
    return np.union1d(snapshots(steps), np.arange(max(0, steps + 1 - LAST), steps + 1))


def paths(x: Tensor, weights: list[Weights]) -> dict[str, np.ndarray]:
    """What a unit of each model does after two first symbols, by the last of some networks each.

    Args:
        x: a sequence [time symbol], whose first symbol is the one.
        weights: of the models.
    """
    first, read = int(x[0].argmax()), first_symbols(x)
    with seeded():
        all_cells = [
            cells(name, [w[-1:].detach() for w in own], read) for name, own in zip(MODELS, weights, strict=True)
        ]
    away = torch.stack([(cell.h - cell.h[:, first : first + 1]).norm(dim=2) for cell in all_cells])
    nearest = away[:, -1].amin(dim=0)  # [symbol]
    nearest[first] = np.inf
    twin = int(nearest.argmin())
    units = [keeper(cell, first, twin) for cell in all_cells]
    told = {
        name: np.array(
            [getattr(cell, name)[:, [first, twin], unit].T.numpy() for cell, unit in zip(all_cells, units, strict=True)]
        )
        for name in ("state", "keep", "write", "candidate", "total")
    }
    return {"twin": np.array(twin), "distance": away[..., twin].numpy(), "unit": np.array(units), **told}


def keeper(cell: Cell, *sequences: int) -> int:
    """The unit that keeps most of its state in two sequences, of those whose states at the end are clearly apart."""
    one, other = cell.state[-1, sequences]
    apart, kept = (one - other).abs(), cell.keep[1:, sequences].prod(dim=0).prod(dim=0)
    return int(np.lexsort((apart, kept, apart >= CLEAR * apart.max()))[-1])


def cells(model: str, weights: Weights, x: Tensor) -> Cell:
    """What one network [1 ...] does on sequences [time sequence symbol]; its states begin before the first symbol."""
    w_x, w_h, b_x, b_h = (w[0] for w in weights[:4])
    h = torch.stack(hidden_states(model, x[:, None], weights))[:, 0]
    start = torch.zeros_like(h[:1])
    of_x = (x @ w_x.mT + b_x).chunk(GATES[model], dim=-1)
    of_h = (torch.cat([start, h[:-1]]) @ w_h.mT + b_h).chunk(GATES[model], dim=-1)
    total = [one + other for one, other in zip(of_x, of_h, strict=True)]
    keep, write, new = torch.zeros_like(h), torch.ones_like(h), total[0]
    if model == "lstm":
        keep, write, new = total[1].sigmoid(), total[0].sigmoid(), total[2]
    elif model == "gru":
        keep, new = total[1].sigmoid(), of_x[2] + total[0].sigmoid() * of_h[2]
        write = 1 - keep
    state = [start[0]]
    for kept, written in zip(keep, write * new.tanh(), strict=True):
        state.append(kept * state[-1] + written)
    return Cell(h, torch.stack(state), keep, write, new.tanh(), new)


def hidden_states(model: str, x: Tensor, weights: Weights) -> list[Tensor]:
    """h_t [net sequence unit] at each time, of sequences [time net sequence symbol], a network for each of many."""
    w_x, w_h, b_x, b_h = weights[:4]
    (length, nets, sequences, _), units = x.shape, w_h.shape[-1]
    fixed = b_x if model == "gru" else b_x + b_h  # in a GRU b_h stands inside the product with r
    inputs = torch.baddbmm(fixed[:, None], x.transpose(0, 1).flatten(1, 2), w_x.mT)  # for all times at once
    h = c = torch.zeros(nets, sequences, units)
    states = []
    for o in inputs.view(nets, length, sequences, -1).unbind(1):
        if model == "rnn":
            h = torch.baddbmm(o, h, w_h.mT).tanh()
        elif model == "lstm":
            i, f, candidate, shown = torch.baddbmm(o, h, w_h.mT).chunk(4, dim=-1)
            c = f.sigmoid() * c + i.sigmoid() * candidate.tanh()
            h = shown.sigmoid() * c.tanh()
        else:
            before = torch.baddbmm(b_h[:, None], h, w_h.mT)
            (r, kept, o), (r_before, kept_before, o_before) = (one.chunk(3, dim=-1) for one in (o, before))
            r, kept = (r + r_before).sigmoid(), (kept + kept_before).sigmoid()  # kept is torch's z, 1 - z of the notes
            h = torch.lerp((o + r * o_before).tanh(), h, kept)
        states.append(h)
    return states


def train(model: str, weights: Weights, tails: Tensor, form: Form = Form()) -> Run:
    """Train a network for each of some seeds, all at once; each as `_recall.train` would do it alone.

    Args:
        model: one of MODELS.
        weights: [net ...], changed in place.
        tails: what follows the first symbols [step time net tail]; the last step's are not trained on.
        form: how.
    """
    symbols, (steps, _, nets, _) = weights[4].shape[1], tails.shape
    letters, first = torch.eye(symbols), torch.arange(symbols).repeat(TAILS)
    trained = [w for w in weights if w.requires_grad]
    optimiser = torch.optim.Adam(trained, lr=ADAM_RATE, betas=ADAM_BETAS)
    history, kept, looked = [], [], set(looks(steps - 1).tolist())
    for step, tail in enumerate(tails):
        if step in looked:
            kept.append([w[0].detach().clone() for w in weights])
        sequences = tail.repeat_interleave(symbols, dim=2)
        sequences[0] = first
        scores = _scores(hidden_states(model, letters[sequences], weights)[-1], weights)  # [net sequence symbol]
        costs = -scores.log_softmax(dim=2)[:, torch.arange(len(first)), first]
        loss = costs.sum(dim=1) if form.summed else costs.mean(dim=1)
        right = (scores.argmax(dim=2) == first).double().mean(dim=1)
        history.append(torch.stack([loss.detach(), right]))
        if step < steps - 1:
            gradients = torch.autograd.grad(loss.sum(), trained)
            norm = torch.stack([g.flatten(1).square().sum(dim=1) for g in gradients]).sum(dim=0).sqrt()  # [net]
            scale = (form.clip / (norm + 1e-6)).clamp(max=1)  # as torch clips
            for w, g in zip(trained, gradients, strict=True):
                w.grad = g * scale.view(nets, *[1] * (g.dim() - 1))
            optimiser.step()
    loss, right = torch.stack(history, dim=-1).numpy()
    return Run(loss, right, [torch.stack(w) for w in zip(*kept, strict=True)])


def influence(model: str, weights: Weights, x: Tensor, norm: Norm = spectral, *, of_states: bool = False) -> np.ndarray:
    """Norms of dh_T/dx_t, or of dh_T/dh_t, for networks [net ...]: their means over first symbols [net time]."""
    return _norms(model, weights, first_symbols(x), norm, of_states=of_states)


def beliefs(model: str, weights: Weights, x: Tensor) -> np.ndarray:
    """Probability of each symbol at the end, by the last of some networks, [first symbol, symbol]."""
    last = [w[-1:].detach() for w in weights]
    with seeded():
        h = hidden_states(model, first_symbols(x)[:, None], last)[-1]
        return np.asarray(_scores(h, last)[0].softmax(dim=1).numpy())


def first_symbols(x: Tensor) -> Tensor:
    """A sequence [time symbol] with each symbol as its first [time first symbol]."""
    symbols = x.shape[1]
    sequences = x[:, None].repeat(1, symbols, 1)
    sequences[0] = torch.eye(symbols, dtype=x.dtype)
    return sequences


def _norms(model: str, weights: Weights, x: Tensor, norm: Norm, *, of_states: bool = False) -> np.ndarray:
    """Mean norms [net time] over sequences [time sequence symbol].

    Each sequence is read once for each unit, whose gradient is a row of the Jacobian.
    """
    (nets, _, units), sequences = weights[1].shape, x.shape[1]
    read = [one.repeat(nets, units, 1).requires_grad_() for one in x]  # [net unit·sequence symbol]
    weights = [w.detach() for w in weights]
    with seeded():
        states = hidden_states(model, torch.stack(read), weights)
        end = states[-1].view(nets, units, sequences, units).diagonal(dim1=1, dim2=3).sum()
        rows = torch.autograd.grad(end, states if of_states else read)
        jacobians = (
            torch.stack(rows).view(len(rows), nets, units, sequences, -1).transpose(2, 3)
        )  # [time net sequence unit ...]
        return np.asarray(norm(jacobians).mean(dim=2).T.numpy())


def _scores(h: Tensor, weights: Weights) -> Tensor:
    return torch.baddbmm(weights[5][:, None], h, weights[4].mT)


def _sequences(params: Params, seed: int) -> tuple[Tensor, Tensor]:
    """The sequence that is looked at [time symbol], and the tails of all training steps before it [step time tail]."""
    with seeded(seed):
        tails = [torch.randint(params.symbols, (params.length, TAILS)) for _ in range(params.steps + 1)]
        return new_sequence(params), torch.stack(tails)


def _train_all(params: Params, form: Form = Form(), runs: int = RUNS) -> list[Run]:
    """Train each model for so many seeds."""
    seeds, trained = range(params.seed, params.seed + runs), []
    tails = torch.stack([_sequences(params, seed)[1] for seed in seeds], dim=2)
    for model, units in units_of(params).items():
        networks = []
        for seed in seeds:
            with seeded(seed):
                networks.append(list(Network(model, units, params.symbols, form.start).parameters()))
        with seeded():
            stacked = zip(*networks, strict=True)
            weights = [torch.stack(same).detach().requires_grad_(same[0].requires_grad) for same in stacked]
            trained.append(train(model, weights, tails, form))
    return trained


# What a student's run may be instead of ours. Several quantities ask for the same trainings.
_trained_before = lru_cache(maxsize=4)(_train_all)
_trained_as = lru_cache(maxsize=16)(partial(_train_all, runs=1))

LEFT_OUT = {
    "parameters counted without biases": ("layer.bias", "readout.bias"),
    "parameters counted with one bias for each gate, where torch has two": ("layer.bias_hh",),
    "parameters counted without the readout": ("readout",),
}
MEASURES: dict[str, Callable[[str, Weights, Tensor], np.ndarray]] = {
    "the influence of h_t instead of x_t": partial(influence, of_states=True),
    "the largest entry of dh_T/dx_t instead of its spectral norm": partial(
        influence, norm=lambda jacobians: jacobians.abs().amax(dim=(-2, -1))
    ),
    "the Frobenius norm of dh_T/dx_t instead of the spectral norm": partial(influence, norm=torch.linalg.matrix_norm),
    "the influence in the sequence itself instead of the mean over its first symbols": lambda model, weights, x: _norms(
        model, weights, x[:, None], spectral
    ),
}
FORMS = {
    "a loss summed over the sequences of a step instead of their mean": Form(summed=True),
    "training without clipping": Form(clip=np.inf),
    "gates that start with torch's own biases": Form(leave),
    "a GRU with one bias": Form(one_bias),
    "orthogonal recurrent weights at the start": Form(orthogonal),
}
