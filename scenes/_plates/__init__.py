"""Drawings on paper that the figures share; matplotlib draws them, and manim has no part in it."""

from scenes._plates.backward import backward
from scenes._plates.curves import curves
from scenes._plates.decay import decay, factor_line
from scenes._plates.fit import fit
from scenes._plates.formula import formula
from scenes._plates.gathering import gather, pooled
from scenes._plates.land import land, paths, pins, slice_and_bowl
from scenes._plates.marks import dashes_at, walk
from scenes._plates.roll import roll
from scenes._plates.sheet import sheet
from scenes._plates.strips import kept, strips
from scenes._plates.weighing import weigh, weighted_sum

__all__ = [
    "backward",
    "curves",
    "dashes_at",
    "decay",
    "factor_line",
    "fit",
    "formula",
    "gather",
    "kept",
    "land",
    "paths",
    "pins",
    "pooled",
    "roll",
    "sheet",
    "slice_and_bowl",
    "strips",
    "walk",
    "weigh",
    "weighted_sum",
]
