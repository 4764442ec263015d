"""Drawings that the films share. Each is one path or one image, however much data it shows."""

from scenes._parts.axes import Axes
from scenes._parts.backward import Backward, Pass, Ruler, reached
from scenes._parts.dots import Dots
from scenes._parts.fit import Fit
from scenes._parts.heat_map import HeatMap
from scenes._parts.layers import Layers
from scenes._parts.log_bars import Bars, Decades
from scenes._parts.number import Number
from scenes._parts.table import Column, Table
from scenes._parts.trail import Segments, Trail
from scenes._parts.valley import Descent, Valley
from scenes._parts.verdict import Verdict

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
    "Ruler",
    "Segments",
    "Table",
    "Trail",
    "Valley",
    "Verdict",
    "reached",
]
