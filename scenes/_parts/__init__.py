"""Drawings that the films share. Each is one path or one image, however much data it shows."""

from scenes._parts.axes import Axes
from scenes._parts.contours import Contours
from scenes._parts.dots import Dots
from scenes._parts.fit import Fit
from scenes._parts.fitted import Fitted
from scenes._parts.heat_map import HeatMap
from scenes._parts.landscape import Landscape
from scenes._parts.net_slices import NetSlices
from scenes._parts.number import Number
from scenes._parts.relief import Relief
from scenes._parts.rollers import Pack, Rollers
from scenes._parts.sparklines import Sparklines
from scenes._parts.table import Column, Table
from scenes._parts.tally import Tally
from scenes._parts.trail import Segments, Trail, Trails
from scenes._parts.valley import Descent, Valley

__all__ = [
    "Axes",
    "Column",
    "Contours",
    "Descent",
    "Dots",
    "Fit",
    "Fitted",
    "HeatMap",
    "Landscape",
    "NetSlices",
    "Number",
    "Pack",
    "Relief",
    "Rollers",
    "Segments",
    "Sparklines",
    "Table",
    "Tally",
    "Trail",
    "Trails",
    "Valley",
]
