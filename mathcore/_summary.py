"""A trace at a glance, as a notebook shows it: a row for each quantity.

The table has no colours of its own, so that it is read on a dark ground and on a light one.
"""

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

import numpy as np

DIGITS = 4  # significant, of a number
HEADER = "quantity", "axes", "unit", "meaning", "values"
LEFT = ' style="text-align: left"'


def table(caption: str, quantities: Mapping[str, Any], arrays: Mapping[str, np.ndarray]) -> str:
    """The table in HTML.

    Args:
        caption: what stands above it.
        quantities: what was declared of each.
        arrays: their values.
    """
    rows = [
        _row("td", [name, _axes(one.axes, arrays[name].shape), one.unit, one.meaning, _values(arrays[name])])
        for name, one in quantities.items()
    ]
    head = f'<caption style="text-align: left; caption-side: top">{escape(caption)}</caption>{_row("th", HEADER)}'
    return f"<table>{head}{''.join(rows)}</table>"


def _row(kind: str, cells: Iterable[str]) -> str:
    return f"<tr>{''.join(f'<{kind}{LEFT}>{escape(cell)}</{kind}>' for cell in cells)}</tr>"


def _axes(names: Iterable[str], lengths: Iterable[int]) -> str:
    return ", ".join(f"{name} {length}" for name, length in zip(names, lengths, strict=True))


def _values(array: np.ndarray) -> str:
    """A single number; along one axis the first and the last; along several from the least to the largest."""
    if not array.ndim:
        return _number(array)
    if array.ndim == 1:
        return " … ".join(map(_number, array if len(array) < 3 else array[[0, -1]]))
    known = array[~np.isnan(array)]
    return f"{_number(known.min())} to {_number(known.max())}" if known.size else "nan"


def _number(value: Any) -> str:
    return f"{np.asarray(value).item():.{DIGITS}g}"
