"""How panels stand on a sheet: side by side, or, where that leaves them too narrow, in several rows."""

from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise
from typing import NamedTuple

from matplotlib.figure import Figure
from matplotlib.gridspec import SubplotSpec

from scenes._page.size import A4, Size

NARROW = 0.74  # of the width that a panel has on A4: below that it goes to the next row
STACKED = 0.85  # of the height of a row on A4, that it has where all panels are below each other
TURNED = 0.7  # of the height of all rows on A4, that a row has which was a column there
ONE_ROW, MANY_ROWS = 0.65, 0.8  # of the height there, that a row of a figure of one or of several has on a free sheet
Place = tuple[int, int]  # row and column as the figure counts them


class Row(NamedTuple):
    """Panels side by side on the sheet, the widths of all in the same unit, and the height of the row, in cm on A4."""

    places: tuple[Place, ...]
    widths: tuple[float, ...]
    height: float


def arranged(widths: Sequence[float], heights: Sequence[float], size: Size) -> list[Row]:
    """The rows in which panels come nearest to the room that they have on A4."""
    ways = list(_ways(widths, heights))
    if size.height:
        given = size.height
        return max(ways, key=lambda rows: min(_across(rows, widths, size), _up(rows, given)))
    wide = [rows for rows in ways if _across(rows, widths, size) >= NARROW] or ways[-1:]
    fewest = min(map(len, wide))
    return max((rows for rows in wide if len(rows) == fewest), key=lambda rows: _across(rows, widths, size))


def height_of(rows: Sequence[Row], several: bool) -> float:
    """How high rows are on a sheet that is as high as they need, in cm; `several` where the figure itself has some."""
    return (MANY_ROWS if several else ONE_ROW) * sum(row.height for row in rows)


def spots(figure: Figure, rows: Sequence[Row]) -> Iterator[tuple[Place, SubplotSpec]]:
    """Where each panel stands; the columns of rows that are alike are below each other."""
    alike = len({row.widths for row in rows}) == 1
    grid = figure.add_gridspec(
        len(rows), len(rows[0].widths) if alike else 1, height_ratios=[row.height for row in rows],
        width_ratios=rows[0].widths if alike else None,
    )  # fmt: skip
    for number, row in enumerate(rows):
        parts = grid if alike else grid[number, 0].subgridspec(1, len(row.widths), width_ratios=row.widths)
        for column, place in enumerate(row.places):
            yield place, parts[number if alike else 0, column]


def _ways(widths: Sequence[float], heights: Sequence[float]) -> Iterator[list[Row]]:
    """All side by side; one row in runs; of several rows, each column as a row, then all below each other."""
    columns, tall = range(len(widths)), [(A4.height or 0) * height / sum(heights) for height in heights]
    yield [Row(tuple((row, c) for c in columns), tuple(widths), high) for row, high in enumerate(tall)]
    if len(heights) == 1:
        for many in columns[1:]:
            for cuts in reversed([*combinations(columns[1:], many)]):  # of equals that whose first row is fuller
                ends = [0, *cuts, len(widths)]
                runs = [range(first, last) for first, last in pairwise(ends)]
                yield [Row(tuple((0, c) for c in run), tuple(widths[c] for c in run), tall[0]) for run in runs]
    elif len(widths) > 1:
        rows, middle = range(len(heights)), TURNED * sum(tall)
        yield [Row(tuple((row, c) for row in rows), (1.0,) * len(rows), middle) for c in columns]
        yield [Row(((row, c),), (1.0,), STACKED * tall[row]) for c in columns for row in rows]


def _across(rows: Sequence[Row], widths: Sequence[float], size: Size) -> float:
    """The width of the panel that is the narrowest beside its width on A4, as a share of that."""
    wanted = [A4.width * width / sum(widths) for width in widths]
    return min(
        size.width * width / sum(row.widths) / wanted[column]
        for row in rows
        for (_, column), width in zip(row.places, row.widths, strict=True)
    )


def _up(rows: Sequence[Row], height: float) -> float:
    """The same of heights."""
    return height / sum(row.height for row in rows)
