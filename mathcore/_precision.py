"""Numbers as cheaper hardware rounds them."""

import numpy as np

DROPPED = 13  # of the 23 bits after the point of a number in single precision


def tensor_float(values: np.ndarray) -> np.ndarray:
    """Values as TensorFloat-32 has them: ten bits after the point, what lies halfway rounded away from 0."""
    bits = np.ascontiguousarray(values, dtype=np.float32).view(np.uint32)
    half, kept = np.uint32(1 << (DROPPED - 1)), np.uint32(2**32 - 2**DROPPED)
    return ((bits + half) & kept).view(np.float32).astype(float)
