"""How the tests look at a film that is being played."""

import numpy as np
from manim import Mobject

from export.render.settings import RenderSettings
from scenes._stage.seen import points_of

LOOKS = [RenderSettings(*look) for look in (("en", "dark"), ("fr", "light"), ("en", "light"), ("fr", "dark"))]


def box(mobject: Mobject) -> tuple[np.ndarray, np.ndarray]:
    """Lower left and upper right corner."""
    points = points_of(mobject)
    return points.min(axis=0)[:2], points.max(axis=0)[:2]


def name(mobject: Mobject) -> str:
    """What it says, or else its kind."""
    return getattr(mobject, "source", getattr(mobject, "text", type(mobject).__name__))
