"""A sheet for print: as large as what it is for, in the colours of a theme and the words of a language."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from math import ceil
from typing import Any

import matplotlib
import numpy as np
from matplotlib.figure import Figure
from matplotlib.gridspec import GridSpec
from matplotlib.offsetbox import AnchoredOffsetbox, TextArea, VPacker
from matplotlib.patheffects import withStroke
from matplotlib.text import Text
from matplotlib.ticker import LogLocator, MaxNLocator, NullFormatter, NullLocator

from scenes._page.arrange import arranged, height_of, spots
from scenes._page.letters import FONTS, cut_to_width, typed, typed_name, width_of, wrapped
from scenes._page.size import A4, Size
from scenes._page.ticks import Numbers, Roomy
from scenes._page.wrap import wrap
from scenes._stage.theme import Theme
from scenes._stage.words import Name, Words, cut_to_fit

CM = 1 / 2.54  # inches
POINTS = 72 * CM  # in a cm
EDGE = 0.15  # cm that stay free at the left and the right of a line
LEADING = 3  # points between two lines of the note
SPARE = 0.6  # of the height that is free, by which the foot of a drawing goes down
AROUND = 45  # points that what is written beside a panel takes
THIN, THICK = 0.6, 1.4  # points


class Sheet:
    """The paper, and the pen: what a figure writes is in its language, what it draws in its colours.

    Args:
        words: of the concept.
        theme: of the figure.
        size: of the sheet and its text.
    """

    def __init__(self, words: Words, theme: Theme, size: Size = A4) -> None:
        self.words, self.theme, self.size = words, theme, size
        self.body, self.small, self.digits = size.body, size.small, size.digits  # points
        self.figure = Figure((size.width * CM, (size.height or size.width) * CM))
        self._names: list[tuple[Any, Text, Name]] = []
        self.rows: list[list[Any]] = []  # panels as they stand
        self.formulas: list[tuple[Any, Any, float]] = []  # panel, box, and which share of it lies left of its place
        self.named: list[Any] = []  # panels at whose right there are names
        self.later: list[Callable[[], None]] = []  # what places things once the layout is known
        self.narrow, self.scale = False, 1.0  # of a drawing on the whole sheet
        self._widths: dict[Any, float] = {}  # of panels, as shares of the sheet
        self._spare = 0.0  # height that the drawing leaves free, in its unit
        self._drawn = self._foot = 0.0  # cm: height of what is drawn, and of the note below

    def say(self, key: str, **values: Any) -> str:
        """A sentence of the concept's texts, with its {placeholders} filled in, on one line: names are cut to it."""
        names = {name: value for name, value in values.items() if isinstance(value, Name)}

        def write(cut: list[str]) -> str:
            return typed(self.words.sentence(key, **{**values, **dict(zip(names, cut, strict=True))}))

        room = (A4.width - 2 * EDGE) * POINTS
        return write(cut_to_fit(list(names.values()), lambda cut: width_of(write(cut), A4.body) <= room))

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
            text.set_text(typed_name(cut_to_width(name, self.body, room)))

    def number(self, value: Any, **options: Any) -> str:
        """A number to three significant digits, without zeros that end its decimals."""
        return typed(self.words.number(value, tidy=True, **options))

    def number_to(self, value: float, places: int) -> str:
        """A number that ends so many places after its point."""
        return typed(self.words.number_to(value, places))

    def panels(self, widths: Sequence[float], heights: Sequence[float] = (1,), *, share: bool = False) -> np.ndarray:
        """Panels [row column] that make room for all that is written around them; rows may `share` their axes.

        Where they would be too narrow side by side they stand in several rows; the array is the same.
        """
        self.figure.set_layout_engine("constrained", w_pad=0.05, h_pad=0.04, wspace=0.03, hspace=0.03)
        rows = arranged(widths, heights, self.size)
        self._drawn = height_of(rows, several=len(heights) > 1)
        panels: np.ndarray
        if len(rows) == len(heights):
            ratios: dict[str, Any] = {"width_ratios": widths, "height_ratios": heights}
            sharing: dict[str, Any] = {"sharex": share, "sharey": "row" if share else False}
            panels = self.figure.subplots(len(heights), len(widths), **sharing, **ratios, squeeze=False)
        else:
            panels = np.empty((len(heights), len(widths)), dtype=object)
            for place, spec in spots(self.figure, rows):
                others = {"sharex": panels[0, 0], "sharey": panels[place[0], 0]} if share else {}
                panels[place] = self.figure.add_subplot(spec, **others)
        self.rows = [[panels[place] for place in row.places] for row in rows]
        for row in rows:
            shares = np.array(row.widths) / sum(row.widths)
            self._widths |= {panels[place]: share for place, share in zip(row.places, shares.tolist(), strict=True)}
        if share and len(rows) == len(widths) * len(heights):
            for panel in panels[:-1].flat:
                panel.tick_params(labelbottom=False)
        return panels

    def grid(self, columns: int, heights: Sequence[float], high: float) -> GridSpec:
        """Spots for small panels, `high` cm where the sheet is as high as they need."""
        self.figure.set_layout_engine("constrained", w_pad=0.03, h_pad=0.02, wspace=0.02, hspace=0.02)
        self._drawn = high
        return self.figure.add_gridspec(len(heights), columns, height_ratios=heights)

    def crowd(self, panel: Any, letters: int, size: float) -> int:
        """Every how many of so many letters along a panel have room."""
        return 1 if self.size == A4 else ceil(letters * size / self.width(panel))

    def width(self, panel: Any) -> float:
        """About how wide a panel is, in points: as its row allows, less what is usually written beside it."""
        return self.size.width * self._widths[panel] * POINTS - AROUND

    def whole(self, wide: tuple[float, float], narrow: tuple[float, float]) -> Any:
        """The sheet above its note as one bare panel; y grows downwards from the top.

        Its unit is a cm where the drawing, so `wide` and high, or, where that fits better, `narrow` and high, has room;
        else it is `scale` cm.
        """
        size, foot = self.size, self._foot
        if size == A4:
            self.narrow, self.scale = False, 1.0
            panel = self.figure.add_axes((0, 0, 1, 1), frame_on=False)
            panel.set(xticks=(), yticks=(), xlim=(0, size.width), ylim=(size.height, 0))
            return panel
        scales = [
            min(size.width / width, (size.height - foot) / height if size.height else np.inf)
            for width, height in (wide, narrow)
        ]
        self.narrow, self.scale = scales[1] > scales[0], max(scales)
        width, self._drawn = wide if not self.narrow else narrow
        self._drawn *= self.scale
        high = self._resized()
        panel = self.figure.add_axes((0, foot / high, 1, 1 - foot / high), frame_on=False)
        free = size.width / self.scale - width
        self._spare = (high - foot - self._drawn) / self.scale
        self.rows = [[panel]]
        panel.set(xticks=(), yticks=(), xlim=(-free / 2, width + free / 2), ylim=((high - foot) / self.scale, 0))
        return panel

    def low(self, place: tuple[float, float]) -> tuple[float, float]:
        """A place at the foot of a drawing on the whole sheet, further down where there is room."""
        return place[0], place[1] + SPARE * self._spare

    def decades(self, axis: Any, most: int) -> None:
        """At most so many powers of ten along a logarithmic axis, and none between them."""
        axis.set_major_locator(LogLocator(numticks=most) if self.size == A4 else LogLocator())
        axis.set_minor_locator(NullLocator())
        axis.set_minor_formatter(NullFormatter())

    def ticks(self, panel: Any, across: int, up: int, *, counts: bool = False) -> None:
        """At most so many steps along the axes of a panel, their numbers in the language.

        Where it is 0, an axis is left alone; where `counts`, what is counted along x has whole numbers.
        """
        scales = (
            (panel.xaxis, across, Roomy(across or 1, self.small, integer=counts)),
            (panel.yaxis, up, MaxNLocator(up or 1) if self.size == A4 else Roomy(up or 1, self.small, up=True)),
        )
        for axis, most, locator in scales:
            if most:
                axis.set_major_locator(locator)
                axis.set_major_formatter(Numbers(self.number))

    def ratio_ticks(self, axis: Any) -> None:
        """Round numbers along a logarithmic axis of a decade or two, in the language."""
        locator = LogLocator(subs=(1, 2, 3, 5, 7)) if self.size == A4 else LogLocator(subs=(1, 3), numticks=15)
        axis.set_major_locator(locator)
        axis.set_minor_locator(NullLocator())
        axis.set_major_formatter(Numbers(self.number))

    def note(self, *lines: str | Any) -> None:
        """What the figure rests on, at its foot: data, seed, initialisation; sentences and formulas."""
        style, room = {"size": self.small, "color": self.theme.faint}, (self.size.width - 2 * EDGE) * POINTS
        boxes: list[Any] = []
        for line in lines:
            if isinstance(line, str):
                parts = line if self.size == A4 else wrapped(line, self.small, room)
                boxes += [TextArea(part, textprops=style) for part in parts.split("\n")]
            else:
                line.wrap(room)
                boxes.append(line)
        foot = VPacker(children=boxes, align="center", pad=0, sep=LEADING)
        place: Any = {"bbox_to_anchor": (0.5, 0), "bbox_transform": self.figure.transFigure, "frameon": False}
        self.figure.add_artist(AnchoredOffsetbox("lower center", child=foot, pad=0, borderpad=0.3, **place))
        high = sum(max(getattr(box, "height", 0) - self.small, 0) for box in boxes) if self.size != A4 else 0
        self._foot = ((len(boxes) + 0.5) * (self.small + LEADING) + high) / POINTS
        self._resized()

    def _resized(self) -> float:
        """Give the sheet the height that it needs; it in cm."""
        high = self.size.height or self._drawn + self._foot
        self.figure.set_size_inches(self.size.width * CM, high * CM)
        layout: Any = self.figure.get_layout_engine()
        if layout:
            layout.set(rect=(0, self._foot / high, 1, 1 - self._foot / high))
        return high

    def finish(self) -> None:
        """Break and cut what is wider than there is room for, once all is drawn."""
        if self.size != A4 and self.rows:
            wrap(self.figure, self.rows, self.formulas, self.named)
            self.figure.draw_without_rendering()
            for place in self.later:
                place()
        self.cut_names()


@contextmanager
def sheet(words: Words, theme: Theme, size: Size = A4) -> Iterator[Sheet]:
    """A sheet whose style holds inside the block, and whatever the user's own settings are."""
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(_style(theme, size))
        page = Sheet(words, theme, size)
        yield page
        page.finish()


def halo(page: Sheet, width: float = 0.5) -> list[Any]:
    """An edge in the colour of the paper, for text or for a line of this width that stands on others."""
    return [withStroke(linewidth=width + 2, foreground=page.theme.background)]


def _style(theme: Theme, size: Size) -> dict[str, Any]:
    """matplotlib's settings."""
    colours = dict.fromkeys(["text.color", "axes.labelcolor", "xtick.labelcolor", "ytick.labelcolor"], theme.text)
    lines = dict.fromkeys(["axes.edgecolor", "xtick.color", "ytick.color", "hatch.color"], theme.faint)
    widths = dict.fromkeys(["axes.linewidth", "xtick.major.width", "ytick.major.width", "hatch.linewidth"], THIN)
    sizes = {"font.size": size.body, "axes.titlesize": size.body}
    sizes |= {"xtick.labelsize": size.small, "ytick.labelsize": size.small}
    shape = {"axes.spines.top": False, "axes.spines.right": False, "axes.titlelocation": "left", "axes.titlepad": 4}
    marks = {"lines.linewidth": THICK, "lines.markersize": 4, "xtick.major.size": 2.5, "ytick.major.size": 2.5}
    grounds = {"figure.facecolor": theme.background, "axes.facecolor": "none"}
    fonts = {"font.family": FONTS, "mathtext.fontset": "stix"}
    return {**colours, **lines, **widths, **sizes, **shape, **marks, **grounds, **fonts}
