"""A picture drawn taller than it was laid out, where a film says that it bears it: charts do, cells and nets do not.

What has a place goes there; what stands for a place, or is read, keeps its shape: texts, dots, stars, heads of arrows.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

import numpy as np
from manim import ArrowTip, Mobject, RegularPolygon, Star

from scenes._marks.dots import Dots
from scenes._marks.number import Number
from scenes._marks.typeset import Typeset
from scenes._stage.layout import MARGIN, height_of, tallness
from scenes._stage.seen import parts

RIGID = Dots, Star, ArrowTip, RegularPolygon
LARGEST, ROUND = 0.9, 0.1  # height of what is round and keeps its shape; part by which width and height differ
SECOND_LINE = 1.8  # units at the foot, in a frame that is twice as tall
AT_EDGE = 0.05  # units from the margin
STRAIGHT = 1e-6  # units by which a handle lies off the chord of a curve


class Stretch(NamedTuple):
    """How much taller a picture is drawn than it was laid out."""

    times: float = 1
    below: float = 0  # units that are added at its foot, where captions stand


def stretch_to(aspect: str, *, captions: bool) -> Stretch:
    """What fills a frame of an aspect; where there are captions, some of it is room for their second line."""
    below = SECOND_LINE * (tallness(aspect) - 1) * captions
    return Stretch((height_of(aspect) - below) / height_of("16:9"), below)


@contextmanager
def stretched(mobjects: Sequence[Mobject], stretch: Stretch) -> Iterator[None]:
    """Inside the block some drawings are taller, from the middle of the frame; what stands at its foot stays there."""
    before = [(part, part.points) for part in parts(mobjects) if len(part.points)] if stretch.times != 1 else []
    if before:
        _stretch(mobjects, stretch)
    try:
        yield
    finally:
        for path, points in before:
            path.points = points


def _stretch(mobjects: Iterable[Mobject], stretch: Stretch) -> None:
    times = stretch.times
    for one in mobjects:
        if isinstance(one, Typeset | Number):
            _carry([part for part in parts([one]) if len(part.points)], stretch)
            continue
        if len(one.points) % 4 == 0 and len(one.points) > 4:
            one.points = _taller(one, times)
        elif len(one.points):  # an image, or a single curve
            one.points = one.points * [1, times, 1]
        _stretch(one.submobjects, stretch)


def _carry(paths: Sequence[Mobject], stretch: Stretch) -> None:
    """Move paths to where their middle goes; what stands at the edge of the frame stays there."""
    heights = np.concatenate([path.points[:, 1] for path in paths]) if paths else np.zeros(1)
    low, high = heights.min(), heights.max()
    edge = height_of("16:9") / 2
    at_foot = low < MARGIN + AT_EDGE - edge
    goes = -edge if at_foot else edge if high > edge - MARGIN - AT_EDGE else (low + high) / 2
    way = (stretch.times - 1) * goes - stretch.below * at_foot
    for path in paths:
        path.points = path.points + [0, way, 0]


def _taller(path: Mobject, times: float) -> np.ndarray:
    """The points of a path in which round parts have gone to their place, and all else is taller."""
    curves = path.points.reshape(-1, 4, 3)
    starts = np.concatenate([[0], 1 + np.flatnonzero(np.abs(curves[1:, 0] - curves[:-1, 3]).max(axis=1) > STRAIGHT)])
    low = np.minimum.reduceat(curves.min(axis=1), starts)  # of each part of the path [part xyz]
    high = np.maximum.reduceat(curves.max(axis=1), starts)
    rigid = np.full(len(starts), isinstance(path, RIGID)) | _round(curves, starts, low, high)
    own = np.repeat(np.arange(len(starts)), np.diff([*starts, len(curves)]))
    height = curves[..., 1]
    middle = ((low + high) / 2)[own, 1, None]
    taller = np.where(rigid[own, None], height + (times - 1) * middle, times * height)
    moved: np.ndarray = np.stack([curves[..., 0], taller, curves[..., 2]], axis=-1).reshape(-1, 3)
    return moved


def _round(curves: np.ndarray, starts: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Which parts of a path are small and round: closed, of curves, as wide as high."""
    ends = np.append(starts[1:], len(curves)) - 1
    closed = np.abs(curves[starts, 0] - curves[ends, 3]).max(axis=1) < STRAIGHT
    chord, handle = curves[:, 3] - curves[:, 0], curves[:, 1] - curves[:, 0]
    bent = np.abs(chord[:, 0] * handle[:, 1] - chord[:, 1] * handle[:, 0]) > STRAIGHT
    wide, tall, _ = (high - low).T
    alike = np.abs(wide - tall) <= ROUND * tall
    small: np.ndarray = closed & np.logical_or.reduceat(bent, starts) & alike & (tall <= LARGEST)
    return small
