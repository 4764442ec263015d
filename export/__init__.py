"""The formats: a file each, written from one trace or from one rendering of a film."""

from export.render.files import make
from export.render.settings import RenderSettings

__all__ = ["RenderSettings", "make"]
