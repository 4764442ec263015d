"""What every computation needs around it: double precision, one thread, chance of its own, optimisers."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

import numpy as np
import torch


@contextmanager
def seeded(seed: int = 0) -> Iterator[np.random.RandomState]:
    """Inside the block torch is seeded, computes in float64 on one thread; afterwards all is as before.

    One thread, because two are slower on models this small and add numbers in another order. The
    generator that is yielded is numpy's legacy one, since the notes draw their data from it.
    """
    threads, dtype = torch.get_num_threads(), torch.get_default_dtype()
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        torch.set_num_threads(1)
        torch.set_default_dtype(torch.float64)
        try:
            yield np.random.RandomState(seed)
        finally:
            torch.set_num_threads(threads)
            torch.set_default_dtype(dtype)


def descend(
    loss: Callable[..., torch.Tensor], weights: Iterable[torch.Tensor], learning_rate: float
) -> Iterator[tuple[torch.Tensor, ...]]:
    """Gradient descent on `loss(*weights)`, without an end: the weights at the start, then after each step."""
    weights = tuple(w.detach() for w in weights)
    while True:
        yield weights
        trained = [w.detach().requires_grad_() for w in weights]
        gradients = torch.autograd.grad(loss(*trained), trained)
        weights = tuple((w - learning_rate * g).detach() for w, g in zip(trained, gradients, strict=True))


def checkpoints(steps: int, most: int) -> np.ndarray:
    """Steps from the first to the last, at most so many, each further from the one before."""
    return np.unique(np.rint([0, *np.geomspace(1, max(steps, 1), most - 1)]).clip(max=steps)).astype(int)


class Adam:
    """torch.optim.Adam, minus the two seconds that torch takes to import its optimisers.

    Args:
        weights: what is trained; each requires a gradient.
        learning_rate: the step size.
        betas: how much of the means of gradients and of their squares a step keeps; by default torch's.
    """

    def __init__(
        self, weights: Iterable[torch.Tensor], learning_rate: float, betas: tuple[float, float] = (0.9, 0.999)
    ) -> None:
        self._weights, self._rate, self._betas, self._steps = list(weights), learning_rate, betas, 0
        self._mean, self._square = ([torch.zeros_like(w) for w in self._weights] for _ in range(2))

    def step(self, loss: torch.Tensor) -> None:
        """Change the weights in place, once, to lower `loss`."""
        self.follow(torch.autograd.grad(loss, self._weights))

    def follow(self, gradients: Iterable[torch.Tensor], share: float = 1) -> None:
        """Change the weights in place by gradients, at a share of the learning rate."""
        self._steps += 1
        (first, second), rate = self._betas, share * self._rate
        with torch.no_grad():
            for w, g, m, v in zip(self._weights, gradients, self._mean, self._square, strict=True):
                m.lerp_(g, 1 - first)
                v.mul_(second).addcmul_(g, g, value=1 - second)
                spread = (v / (1 - second**self._steps)).sqrt_().add_(1e-8)
                w.addcdiv_(m, spread, value=-rate / (1 - first**self._steps))
