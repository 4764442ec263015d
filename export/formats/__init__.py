"""The formats: a file each, written from one trace or from one rendering of a film."""

import importlib
import pkgutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from export.formats._format import Format


def formats() -> "dict[str, Format]":
    """Every format by its extension: those of the modules of this folder that do not begin with an underscore."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__) if not module.name.startswith("_"))
    found = [importlib.import_module(f"{__name__}.{name}").FORMAT for name in names]
    return {extension: one for one in found for extension in one.extensions}
