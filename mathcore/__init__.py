"""The mathematics of the course: knobs in, traces out. Nothing here draws."""

from mathcore._check.checking import check, compare
from mathcore._error import InputError, InputNote
from mathcore._sweep import Sweep
from mathcore._trace import Convention, Trace, quantity

__all__ = ["Convention", "InputError", "InputNote", "Sweep", "Trace", "check", "compare", "quantity"]
__version__ = "0.1.0"
