"""Recalling the first symbol of a sequence at its end: the sequences, the training, what the end hears of a time."""

from collections.abc import Callable
from typing import Protocol

import numpy as np
import torch
from torch.nn.functional import cross_entropy, one_hot

TAILS = 8  # a training step reads TAILS * symbols sequences: each tail after every first symbol
ADAM_RATE, ADAM_BETAS = 0.02, (0.9, 0.99)
LARGEST_GRADIENT = 0.1  # the norm that the gradient is clipped to
LETTERS = "ABCDEF"  # what the symbols are called

Gate = Callable[[torch.Tensor], torch.Tensor]
HARD_SIGMOIDS: dict[str, Gate] = {  # that libraries have in place of a sigmoid, by what `check` calls them
    "hard-sigmoid": lambda o: (0.2 * o + 0.5).clamp(0, 1),
    "hard-sigmoid-sixth": lambda o: (o / 6 + 0.5).clamp(0, 1),
}


class Task(Protocol):
    """The knobs that tell the task."""

    @property
    def length(self) -> int:
        """Symbols in a sequence."""

    @property
    def symbols(self) -> int:
        """Different symbols in the alphabet."""

    @property
    def steps(self) -> int:
        """Training steps."""


def train(network: torch.nn.Module, task: Task) -> np.ndarray:
    """Loss and accuracy on new sequences before each step and after the last, [2 step]; the network is changed.

    The network gives scores [sequence symbol] for one-hot sequences [time sequence symbol].
    """
    optimiser = torch.optim.Adam(network.parameters(), lr=ADAM_RATE, betas=ADAM_BETAS)
    first = torch.arange(task.symbols).repeat(TAILS)  # [sequence]
    history = []
    for _ in range(task.steps + 1):
        tails = torch.randint(task.symbols, (task.length, TAILS)).repeat_interleave(task.symbols, dim=1)
        tails[0] = first
        scores = network(one_hot(tails, task.symbols).to(torch.get_default_dtype()))
        loss = cross_entropy(scores, first)
        history.append((loss.item(), (scores.argmax(dim=1) == first).double().mean().item()))
        if len(history) <= task.steps:
            optimiser.zero_grad()
            torch.autograd.backward(loss)
            torch.nn.utils.clip_grad_norm_(network.parameters(), LARGEST_GRADIENT)
            optimiser.step()
    return np.array(history).T


def new_sequence(task: Task) -> torch.Tensor:
    """One sequence, one-hot [time symbol], whose last symbol is not its first: an echo of the last is no memory."""
    symbols = torch.randint(task.symbols, (task.length,))
    if symbols[-1] == symbols[0]:
        symbols[-1] = (symbols[0] + 1) % task.symbols
    return one_hot(symbols, task.symbols).to(torch.get_default_dtype())


def gradient_norms(states: list[torch.Tensor]) -> np.ndarray:
    """Spectral norm of dh_T/dh_t [time], of the hidden states [unit] at each time."""
    units = torch.eye(len(states[-1]), dtype=states[-1].dtype)
    jacobians = torch.autograd.grad(states[-1], states, units, is_grads_batched=True)  # per time [unit of h_T, of h_t]
    norms: np.ndarray = torch.linalg.matrix_norm(torch.stack(jacobians), ord=2).numpy(force=True)
    return norms


def products_after(factors: np.ndarray) -> np.ndarray:
    """Product of the factors [time unit] from t + 1 to the end, 1 at the end."""
    later = np.concatenate([factors[1:], np.ones_like(factors[:1])])
    products: np.ndarray = np.cumprod(later[::-1], axis=0)[::-1]
    return products
