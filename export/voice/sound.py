"""Sound as it is worked with here: float32 [sample channel], left and right, 48 000 samples a second."""

RATE = 48_000  # samples per second
