"""A surface over a plane as one shaded image, seen from a camera that turns and tilts; from above it is a map.

The image is painted point by point from the far side to the near one, so that what is in front hides what
is behind. Along each line of sight both grid axes run one way, which spares sorting the points by depth.
"""

from typing import Self

import matplotlib
import numpy as np
from manim import RESAMPLING_ALGORITHMS, ImageMobject, ManimColor

PIXELS = 80  # per unit of the frame
LIGHT = np.array([-0.55, 0.35, 0.76])  # where it comes from
SHADE = 0.45  # brightness of what gets no light
OVERLAP = np.arange(5)  # pixels painted downwards per point, so that slopes have no holes


class Relief(ImageMobject):
    """The surface `heights` [y x], the first row in front.

    Args:
        heights: of the surface, 0 to 1.
        size: width and depth of the plane, as it is seen from above.
        room: width and height of the image, in which every view must fit.
        rise: how far height 1 stands above the plane.
        cmap: the colour map of the heights.
        background: what `ink` below 1 mixes the colours with.
        levels: heights at which lines are drawn on the surface.
    """

    def __init__(
        self,
        heights: np.ndarray,
        size: tuple[float, float],
        room: tuple[float, float],
        rise: float,
        cmap: str,
        background: str,
        levels: np.ndarray,
    ) -> None:
        self._size, self._rise = np.array(size), rise
        self._pixels = tuple(round(PIXELS * length) for length in room[::-1])  # rows, columns
        counts = [round(1.25 * PIXELS * length) for length in size[::-1]]
        fine = _resampled(heights, *counts)
        self._colours = matplotlib.colormaps[cmap](fine)[..., :3] * self._brightness(fine, levels)[..., None]
        self._background = np.array(ManimColor(background).to_rgb())
        ys, xs = (np.linspace(-length / 2, length / 2, count) for length, count in zip(size[::-1], counts, strict=True))
        self._x, self._y, self._z = xs[None, :], ys[:, None], rise * fine
        self.view, self._ink = (0.0, np.pi / 2, 1.0), -1.0
        super().__init__(self._painted(1), resampling_algorithm=RESAMPLING_ALGORITHMS["bilinear"])
        self.height = room[1]

    def look(self, turn: float, tilt: float, zoom: float = 1, ink: float = 1) -> Self:
        """Look from another side: `turn` about the vertical in (-90°, 90°), `tilt` 90° from above; radians."""
        self.view = (turn, tilt, zoom)
        self.pixel_array = self._painted(ink)
        self.orig_alpha_pixel_array = self.pixel_array[:, :, 3].copy()
        return self

    def at(self, shares: np.ndarray, heights: np.ndarray) -> np.ndarray:
        """Where points of the surface are on the frame [point 3]; `shares` [point 2] of the plane run from 0 to 1."""
        x, y = ((shares - 0.5) * self._size).T
        across, up = self._projected(x, y, self._rise * heights)
        return self.get_center() + np.stack([across, up, 0 * up], axis=-1)

    def _projected(self, x: np.ndarray, y: np.ndarray, z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        turn, tilt, zoom = self.view
        across, away = x * np.cos(turn) - y * np.sin(turn), x * np.sin(turn) + y * np.cos(turn)
        return zoom * across, zoom * (away * np.sin(tilt) + (z - 0.65 * self._rise) * np.cos(tilt))

    def _painted(self, ink: float) -> np.ndarray:
        (rows, columns), rim = self._pixels, len(OVERLAP)  # what leaves the picture falls on the rim around it
        across, up = self._projected(self._x, self._y, self._z)
        column = np.rint(columns / 2 + PIXELS * across).clip(-rim, columns) + rim
        row = np.rint(rows / 2 - PIXELS * up).clip(-rim, rows) + rim
        width, inwards = columns + 2 * rim, -1 if self.view[0] > 0 else 1  # columns from far to near
        order = np.s_[::-1, ::inwards]
        place = (row * width + column)[order].astype(np.intp, order="C")
        canvas = np.zeros((rows + 2 * rim, width), dtype=np.uint32)
        canvas.ravel()[(place[..., None] + OVERLAP * width).ravel()] = self._inked(ink)[order].repeat(len(OVERLAP))
        return canvas[rim:-rim, rim:-rim].copy().view(np.uint8).reshape(rows, columns, 4)

    def _inked(self, ink: float) -> np.ndarray:
        """The colours of the surface [y x], each packed into one number; computed anew where `ink` is another."""
        if ink != self._ink:
            colours = np.full((*self._colours.shape[:2], 4), 255, dtype=np.uint8)
            colours[..., :3] = 255 * (ink * self._colours + (1 - ink) * self._background)
            self._ink, self._packed = ink, colours.view(np.uint32)[..., 0]
        return self._packed

    def _brightness(self, fine: np.ndarray, levels: np.ndarray) -> np.ndarray:
        """How light each point is: the cosine of the light's angle, less on the lines."""
        slopes = np.gradient(self._rise * fine, *(self._size[::-1] / fine.shape))
        normal = np.stack([-slopes[1], -slopes[0], np.ones_like(fine)], axis=-1)
        lit = np.clip(normal @ LIGHT / np.linalg.norm(normal, axis=-1), 0, 1)
        band = np.digitize(fine, levels)
        line = (band != np.roll(band, 1, axis=0)) | (band != np.roll(band, 1, axis=1))
        line[0] = line[:, 0] = False
        return (SHADE + (1 - SHADE) * lit) * np.where(line, 0.6, 1)


def _resampled(values: np.ndarray, rows: int, columns: int) -> np.ndarray:
    """A finer grid over the same plane, straight between the given values."""
    for axis, count in enumerate((rows, columns)):
        old, new = np.linspace(0, 1, values.shape[axis]), np.linspace(0, 1, count)
        values = np.apply_along_axis(lambda line: np.interp(new, old, line), axis, values)  # noqa: B023
    return values
