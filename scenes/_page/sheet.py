"""A sheet for printed notes: as wide as a block of text, in the colours of a theme and the words of a language."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import matplotlib
import numpy as np
from matplotlib.artist import Artist
from matplotlib.figure import Figure
from matplotlib.offsetbox import AnchoredOffsetbox, OffsetBox, TextArea, VPacker
from matplotlib.patheffects import withStroke
from matplotlib.text import Text
from matplotlib.ticker import LogLocator, MaxNLocator, NullLocator

from scenes._page.letters import FONTS, cut_to_width, typed, typed_name, width_of
from scenes._page.ticks import Numbers, Roomy
from scenes._stage.theme import Theme
from scenes._stage.words import Name, Words, cut_to_fit

CM = 1 / 2.54  # inches
POINTS = 72 * CM  # in a cm
EDGE = 0.15  # cm that stay free at the left and the right of a line
WIDTH, HEIGHT = 16.0, 8.0  # cm
BODY, SMALL = 9, 8  # points; nothing is smaller
LEADING = 3  # points between two lines of the note
THIN, THICK = 0.6, 1.4  # points


class Sheet:
    """The paper, and the pen: what a figure writes is in its language, what it draws in its colours.

    Args:
        words: of the concept.
        theme: of the figure.
    """

    def __init__(self, words: Words, theme: Theme) -> None:
        self.words, self.theme = words, theme
        self.figure = Figure((WIDTH * CM, HEIGHT * CM))
        self._names: list[tuple[Any, Text, Name]] = []

    def say(self, key: str, **values: Any) -> str:
        """A sentence of the concept's texts, with its {placeholders} filled in, on one line: names are cut to it."""
        names = {name: value for name, value in values.items() if isinstance(value, Name)}

        def write(cut: list[str]) -> str:
            return typed(self.words.sentence(key, **{**values, **dict(zip(names, cut, strict=True))}))

        room = (WIDTH - 2 * EDGE) * POINTS
        return write(cut_to_fit(list(names.values()), lambda cut: width_of(write(cut), BODY) <= room))

    def name_axes(self, panel: Any, below: Name, above: Name) -> None:
        """Write the names of columns below a panel and above it, cut to its width."""
        for write, name in ((panel.set_xlabel, below), (panel.set_title, above)):
            self._names.append((panel, write(typed_name(name), parse_math=False), name))

    def cut_names(self) -> None:
        """Cut the names of columns once the layout has said how wide their panels are."""
        if self._names:
            self.figure.draw_without_rendering()
        for panel, text, name in self._names:
            room = panel.get_window_extent().width * 72 / self.figure.dpi
            text.set_text(typed_name(cut_to_width(name, BODY, room)))

    def number(self, value: Any, **options: Any) -> str:
        """A number to three significant digits, without zeros that end its decimals."""
        return typed(self.words.number(value, tidy=True, **options))

    def number_to(self, value: float, places: int) -> str:
        """A number that ends so many places after its point."""
        return typed(self.words.number_to(value, places))

    def panels(self, widths: Sequence[float], heights: Sequence[float] = (1,), *, share: bool = False) -> np.ndarray:
        """Panels [row column] that make room for all that is written around them; rows may `share` their axes."""
        self.figure.set_layout_engine("constrained", w_pad=0.05, h_pad=0.04, wspace=0.03, hspace=0.03)
        panels: np.ndarray = self.figure.subplots(
            len(heights),
            len(widths),
            width_ratios=widths,
            height_ratios=heights,
            sharex=share,
            sharey="row" if share else False,
            squeeze=False,
        )
        return panels

    def whole(self) -> Any:
        """The whole sheet as one bare panel with a cm for its unit; y grows downwards from the top."""
        panel = self.figure.add_axes((0, 0, 1, 1), frame_on=False)
        panel.set(xticks=(), yticks=(), xlim=(0, WIDTH), ylim=(HEIGHT, 0))
        return panel

    def ticks(self, panel: Any, across: int, up: int, *, counts: bool = False) -> None:
        """At most so many steps along the axes of a panel, their numbers in the language.

        Where it is 0, an axis is left alone; where `counts`, what is counted along x has whole numbers.
        """
        scales = (
            (panel.xaxis, across, Roomy(across or 1, SMALL, integer=counts)),
            (panel.yaxis, up, MaxNLocator(up or 1)),
        )
        for axis, most, locator in scales:
            if most:
                axis.set_major_locator(locator)
                axis.set_major_formatter(Numbers(self.number))

    def ratio_ticks(self, axis: Any) -> None:
        """Round numbers along a logarithmic axis of a decade or two, in the language."""
        axis.set_major_locator(LogLocator(subs=(1, 2, 3, 5, 7)))
        axis.set_minor_locator(NullLocator())
        axis.set_major_formatter(Numbers(self.number))

    def note(self, *lines: str | OffsetBox) -> None:
        """What the figure rests on, at its foot: data, seed, initialisation; sentences and formulas."""
        style = {"size": SMALL, "color": self.theme.faint}
        boxes: list[Artist] = [TextArea(line, textprops=style) if isinstance(line, str) else line for line in lines]
        foot = VPacker(children=boxes, align="center", pad=0, sep=LEADING)
        place: Any = {"bbox_to_anchor": (0.5, 0), "bbox_transform": self.figure.transFigure, "frameon": False}
        self.figure.add_artist(AnchoredOffsetbox("lower center", child=foot, pad=0, borderpad=0.3, **place))
        layout: Any = self.figure.get_layout_engine()
        if layout:
            high = (len(lines) + 0.5) * (SMALL + LEADING) / POINTS / HEIGHT
            layout.set(rect=(0, high, 1, 1 - high))


@contextmanager
def sheet(words: Words, theme: Theme) -> Iterator[Sheet]:
    """A sheet whose style holds inside the block, and whatever the user's own settings are."""
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(_style(theme))
        page = Sheet(words, theme)
        yield page
        page.cut_names()


def halo(page: Sheet, width: float = 0.5) -> list[Any]:
    """An edge in the colour of the paper, for text or for a line of this width that stands on others."""
    return [withStroke(linewidth=width + 2, foreground=page.theme.background)]


def _style(theme: Theme) -> dict[str, Any]:
    """matplotlib's settings."""
    colours = dict.fromkeys(["text.color", "axes.labelcolor", "xtick.labelcolor", "ytick.labelcolor"], theme.text)
    lines = dict.fromkeys(["axes.edgecolor", "xtick.color", "ytick.color", "hatch.color"], theme.faint)
    widths = dict.fromkeys(["axes.linewidth", "xtick.major.width", "ytick.major.width", "hatch.linewidth"], THIN)
    sizes = {"font.size": BODY, "axes.titlesize": BODY, "xtick.labelsize": SMALL, "ytick.labelsize": SMALL}
    shape = {"axes.spines.top": False, "axes.spines.right": False, "axes.titlelocation": "left", "axes.titlepad": 4}
    marks = {"lines.linewidth": THICK, "lines.markersize": 4, "xtick.major.size": 2.5, "ytick.major.size": 2.5}
    grounds = {"figure.facecolor": theme.background, "axes.facecolor": "none"}
    fonts = {"font.family": FONTS, "mathtext.fontset": "stix"}
    return {**colours, **lines, **widths, **sizes, **shape, **marks, **grounds, **fonts}
