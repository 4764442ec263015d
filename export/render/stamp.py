"""A logo as it lies on the background of a frame, exact to the pixel: nothing that a film draws can move it."""

import io
from dataclasses import dataclass

import numpy as np
from PIL import Image

from scenes._stage.brand import Logo, logo_box


@dataclass(frozen=True)
class Stamp:
    """Pixels [row column rgba], multiplied by their alpha as cairo's are, and the row and the column of the first."""

    pixels: np.ndarray
    row: int
    column: int

    def press(self, picture: np.ndarray) -> None:
        """Lay it upon a picture [row column rgba] of the size that it was made for."""
        height, width = self.pixels.shape[:2]
        under = picture[self.row : self.row + height, self.column : self.column + width]
        through = 255 - self.pixels[..., 3:].astype(np.uint16)
        under[:] = self.pixels + ((under * through + 127) // 255).astype(np.uint8)


def stamp(logo: Logo, pixels: tuple[int, int], frame: tuple[float, float]) -> Stamp:
    """A logo as large as its place takes it, at the outer edge of that.

    Args:
        logo: which.
        pixels: width and height of the picture.
        frame: the same in units of the frame.
    """
    (left, foot), (right, top) = logo_box(logo.corner, *frame)
    unit = pixels[1] / frame[1]
    with Image.open(io.BytesIO(logo.image)) as image:
        share = min((right - left) * unit / image.width, (top - foot) * unit / image.height)
        size = max(1, round(share * image.width)), max(1, round(share * image.height))
        drawn = np.array(image.convert("RGBa").resize(size, Image.Resampling.LANCZOS))
    edge = (right + frame[0] / 2) * unit - size[0] if left > 0 else (left + frame[0] / 2) * unit
    return Stamp(drawn, round((frame[1] / 2 - (foot + top) / 2) * unit - size[1] / 2), round(edge))
