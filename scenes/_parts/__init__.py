"""Drawings that the films share. Each is one path or one image, however much data it shows."""

from scenes._parts.attendance import Attendance
from scenes._parts.axes import Axes
from scenes._parts.backward import Backward, Pass
from scenes._parts.contours import Contours
from scenes._parts.dots import Dots
from scenes._parts.dropping import Dropping
from scenes._parts.factor_line import FactorLine, Rates
from scenes._parts.fit import Fit
from scenes._parts.fitted import Fitted
from scenes._parts.frames import Frames
from scenes._parts.gates import Gates
from scenes._parts.halo import haloed
from scenes._parts.heat_map import HeatMap
from scenes._parts.landscape import Landscape
from scenes._parts.layers import Layers
from scenes._parts.log_bars import Bars, Decades
from scenes._parts.losses import Key, Losses
from scenes._parts.net_slices import NetSlices
from scenes._parts.network import Network
from scenes._parts.number import Number
from scenes._parts.products import Products
from scenes._parts.relief import Relief
from scenes._parts.rollers import Pack, Rollers
from scenes._parts.side_by_side import SideBySide
from scenes._parts.sparklines import Sparklines
from scenes._parts.strip import Strip
from scenes._parts.table import Column, Table
from scenes._parts.tally import Tally
from scenes._parts.trail import Dashes, Segments, Trail, Trails
from scenes._parts.training import Training
from scenes._parts.twin import Twin
from scenes._parts.valley import Descent, Valley

__all__ = [
    "Attendance",
    "Axes",
    "Backward",
    "Bars",
    "Column",
    "Contours",
    "Dashes",
    "Decades",
    "Descent",
    "Dots",
    "Dropping",
    "FactorLine",
    "Fit",
    "Fitted",
    "Frames",
    "Gates",
    "HeatMap",
    "Key",
    "Landscape",
    "Layers",
    "Losses",
    "NetSlices",
    "Network",
    "Number",
    "Pack",
    "Pass",
    "Products",
    "Rates",
    "Relief",
    "Rollers",
    "Segments",
    "SideBySide",
    "Sparklines",
    "Strip",
    "Table",
    "Tally",
    "Trail",
    "Trails",
    "Training",
    "Twin",
    "Valley",
    "haloed",
]
