"""Many dots as one path."""

from typing import Self

import numpy as np
from manim import Circle, RegularPolygon, VMobject


class Dots(VMobject):
    """A filled dot at each of `places` [dot 3].

    Args:
        places: the centres, in units of the frame.
        color: the fill's colour.
        radius: in units of the frame, of all or of each [dot].
        opacity: the fill's opacity.
        corners: 3 for triangles, 4 for diamonds...; 0 for circles.
    """

    def __init__(
        self,
        places: np.ndarray,
        color: str,
        radius: float | np.ndarray = 0.05,
        opacity: float = 1,
        corners: int = 0,
    ) -> None:
        super().__init__(fill_color=color, fill_opacity=opacity, stroke_width=0)
        shape = RegularPolygon(corners, start_angle=np.pi / 2) if corners else Circle(radius=1, num_components=5)
        self._outline, self._radius = shape.points, radius
        self.put(places)

    def put(self, places: np.ndarray, radius: float | np.ndarray | None = None) -> Self:
        """Put the dots elsewhere, more or fewer of them, larger or smaller."""
        self._radius = self._radius if radius is None else radius
        centres = np.asarray(places, dtype=float).reshape(-1, 1, 3)
        self.points = (centres + np.reshape(self._radius, (-1, 1, 1)) * self._outline).reshape(-1, 3)
        return self
