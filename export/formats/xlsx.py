"""XLSX: the numbers in a workbook, a sheet for all quantities with the same axes, and one for the knobs."""

from export.formats import data
from export.formats._format import Format
from export.render.settings import RenderSettings
from mathcore import _workbook


def check(look: RenderSettings) -> None:
    """Refuse what cannot be written.

    Raises:
        mathcore.InputError: what writes it is not installed.
    """
    _workbook.check()


FORMAT = Format(extensions=("xlsx",), save=data.save, check=check)
