"""Drawings that the films share. Each is one path or one image, however much data it shows."""

from scenes._parts.attendance import Attendance
from scenes._parts.axes import Axes
from scenes._parts.dots import Dots
from scenes._parts.dropping import Dropping
from scenes._parts.fit import Fit
from scenes._parts.heat_map import HeatMap
from scenes._parts.losses import Key, Losses
from scenes._parts.network import Network
from scenes._parts.number import Number
from scenes._parts.table import Column, Table
from scenes._parts.trail import Dashes, Segments, Trail
from scenes._parts.valley import Descent, Valley

__all__ = [
    "Attendance",
    "Axes",
    "Column",
    "Dashes",
    "Descent",
    "Dots",
    "Dropping",
    "Fit",
    "HeatMap",
    "Key",
    "Losses",
    "Network",
    "Number",
    "Segments",
    "Table",
    "Trail",
    "Valley",
]
