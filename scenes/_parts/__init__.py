"""Drawings that the films share. Each is one path or one image, however much data it shows."""

from scenes._parts.axes import Axes
from scenes._parts.backward import Backward, Pass, names, ruler
from scenes._parts.dots import Dots
from scenes._parts.fit import Fit
from scenes._parts.heat_map import HeatMap
from scenes._parts.layers import Layers
from scenes._parts.log_bars import Bars, Decades
from scenes._parts.number import Number
from scenes._parts.side_by_side import SideBySide
from scenes._parts.table import Column, Table
from scenes._parts.trail import Segments, Trail
from scenes._parts.valley import Descent, Valley

__all__ = [
    "Axes",
    "Backward",
    "Bars",
    "Column",
    "Decades",
    "Descent",
    "Dots",
    "Fit",
    "HeatMap",
    "Layers",
    "Number",
    "Pass",
    "Segments",
    "SideBySide",
    "Table",
    "Trail",
    "Valley",
    "names",
    "ruler",
]
