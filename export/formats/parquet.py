"""PARQUET: the numbers in one tidy table of typed columns, as csv has them, with what is known of them beside."""

from export.formats import data
from export.formats._format import Format
from export.render.settings import RenderSettings
from mathcore import _parquet


def check(look: RenderSettings) -> None:
    """Refuse what cannot be written.

    Raises:
        mathcore.InputError: what writes it is not installed.
    """
    _parquet.check()


FORMAT = Format(extensions=("parquet",), save=data.save, check=check)
