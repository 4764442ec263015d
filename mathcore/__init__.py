"""The mathematics of the course: knobs in, traces out. Nothing here draws."""

from mathcore._check import check, compare
from mathcore._data import InputError
from mathcore._trace import Trace, quantity

__all__ = ["InputError", "Trace", "check", "compare", "quantity"]
__version__ = "0.1.0"
