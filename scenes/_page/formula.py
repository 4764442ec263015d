"""A formula in which a symbol has the colour of the thing that it names."""

import re
from typing import Any

from matplotlib.artist import Artist
from matplotlib.offsetbox import AnchoredOffsetbox, HPacker, TextArea

from scenes._page.sheet import Sheet

PIECE = re.compile(r"([a-z]+)\[([^\]]*)\]")
DECIMAL_COMMA = re.compile(r"(?<=\d),(?=\d)")  # math would put a space behind it
LIFT = 3  # points between a panel and the formula above it


def formula(
    page: Sheet, panel: Any, markup: str, place: tuple[float, float] = (0, 1), anchor: str = "lower left"
) -> None:
    """Write a formula in matplotlib's math; `weight[w]` colours w as a weight.

    Args:
        page: where it stands.
        panel: by which it stands.
        markup: the formula.
        place: in shares of the panel, from its lower left corner.
        anchor: which corner or side of the formula stands at the place.
    """
    colours = page.theme.colours()
    boxes: list[Artist] = [
        TextArea(f"${text}$", textprops={"color": colours[hue]}) for hue, text in _pieces(markup) if text
    ]
    line = HPacker(children=boxes, align="baseline", pad=0, sep=0)
    options = {"bbox_to_anchor": place, "bbox_transform": panel.transAxes, "pad": 0, "frameon": False}
    panel.add_artist(AnchoredOffsetbox(anchor, child=line, borderpad=LIFT / 10, **options))


def _pieces(markup: str) -> list[tuple[str, str]]:
    """What each piece of the markup means, and its math."""
    markup = DECIMAL_COMMA.sub("{,}", markup)
    pieces, end = [], 0
    for found in PIECE.finditer(markup):
        pieces += [("text", markup[end : found.start()]), (found[1], found[2])]
        end = found.end()
    return [*pieces, ("text", markup[end:])]
