"""Signs that tell runs apart where a hue must not."""

from manim import Circle, RegularPolygon, Square, Triangle, VMobject

SHAPES = (
    lambda: Circle(1),
    lambda: Square(1.8),
    lambda: Triangle().scale(1.2),
    lambda: RegularPolygon(4).scale(1.25).stretch(0.8, 0),
)


def marker(index: int, colour: str, radius: float = 0.14) -> VMobject:
    """The sign of run `index`: a disc, a square, a triangle, a diamond, and then again."""
    shape = SHAPES[index % len(SHAPES)]().scale(radius)
    return shape.set_fill(colour, opacity=1).set_stroke(colour, width=3)
