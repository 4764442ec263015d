"""The formats: a file each, written from one trace or from one rendering of a film."""

from export._look import Look
from export._make import make

__all__ = ["Look", "make"]
