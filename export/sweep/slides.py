"""A PowerPoint deck of a sweep: a slide for each value, its sentences as notes."""

from io import BytesIO
from pathlib import Path

from export.formats import pptx
from export.formats._slides import Show, Slide
from export.render.settings import RenderSettings
from export.sweep.film import composed
from export.sweep.swept import Swept


def write(swept: Swept, path: Path, look: RenderSettings) -> None:
    """Write the deck."""
    seen, slides = swept.first, []
    for place, (point, value) in enumerate(zip(swept.points, swept.told(), strict=True)):
        drawn = BytesIO()
        composed(swept, place, look).save(drawn, "png", optimize=True)
        assert point.seen
        title = f"{swept.name()} {value}"
        slides.append(Slide(swept.name(), title, False, 0, point.seen.said, b"", drawn.getvalue()))
    show = Show(seen.title, seen.lesson, look.language, swept.theme.colours(), tuple(slides), look.aspect)
    pptx.bind([show], seen.title, path)
