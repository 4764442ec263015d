"""Crops the pictures of an animation, as GIF wants them: each a rectangle that is laid over what stands."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image

SHORTEST = 2  # hundredths of a second; browsers show what is shorter for ten

Box = tuple[int, int, int, int]  # left, top, right, bottom


@dataclass(frozen=True)
class Patch:
    """Palette indices [row column] that are laid at a corner and stand for hundredths of a second."""

    pixels: np.ndarray
    corner: tuple[int, int]  # left, top
    delay: int
    clears: bool  # whether its rectangle becomes transparent before the next patch is laid


def patches(pictures: Iterable[tuple[np.ndarray, int]], hole: int) -> Iterator[Patch]:
    """The least that turns each picture into the next.

    A patch can only cover what stands. Pixels that are to become transparent need a patch that clears its whole
    rectangle when its time is over. So that this rectangle is that of these pixels, not that of all that the picture
    has changed, a picture that stands long enough is laid in two patches, of which the second is empty and clears.

    Args:
        pictures: palette indices [row column] of each, all of one size, and for how many hundredths of a second.
        hole: the index that means transparent.
    """
    canvas: np.ndarray | None = None
    for (picture, delay), (following, _) in _with_next(pictures):
        canvas = np.full_like(picture, hole) if canvas is None else canvas
        changed, vanishing = picture != canvas, (picture != hole) & (following == hole)
        news, canvas = np.where(changed, picture, hole), picture.copy()
        if not vanishing.any():
            yield _cut(news, _box(changed), delay, clears=False)
            continue
        cleared, around = _box(vanishing), _box(changed | vanishing)
        if delay < 2 * SHORTEST:
            cleared = around
        elif cleared != around:
            yield _cut(news, _box(changed), delay // 2, clears=False)
            news, delay = np.full_like(picture, hole), delay - delay // 2
        yield _cut(news, cleared, delay, clears=True)
        left, top, right, bottom = cleared
        canvas[top:bottom, left:right] = hole


def _with_next(pictures: Iterable[tuple[np.ndarray, int]]) -> Iterator[tuple[tuple[np.ndarray, int], Any]]:
    """Each picture and the one after it; the last is followed by itself."""
    latest = None
    for picture in pictures:
        if latest is not None:
            yield latest, picture
        latest = picture
    if latest is not None:
        yield latest, latest


def _box(mask: np.ndarray) -> Box:
    """The smallest rectangle around the pixels of a mask; one pixel where there are none."""
    return Image.fromarray(mask).getbbox() or (0, 0, 1, 1)


def _cut(pixels: np.ndarray, box: Box, delay: int, *, clears: bool) -> Patch:
    left, top, right, bottom = box
    return Patch(pixels[top:bottom, left:right], (left, top), delay, clears)
