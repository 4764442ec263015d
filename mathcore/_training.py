"""What every computation needs around it: double precision, one thread, chance of its own."""

from collections.abc import Iterator
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
