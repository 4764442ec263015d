"""A sheet for printed notes: as wide as a block of text, in the colours of a theme and the words of a language."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

import matplotlib
import numpy as np
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont
from matplotlib.ft2font import FT2Font
from matplotlib.text import Text
from matplotlib.textpath import TextPath
from matplotlib.ticker import Formatter, LogLocator, MaxNLocator, NullLocator

from scenes._theme import Theme
from scenes._words import (
    HOLDING_SPACE,
    SUPERSCRIPT,
    THIN_SPACE,
    Name,
    Words,
    cut_to_fit,
    digits_of_scale,
    refuse_letters,
)

CM = 1 / 2.54  # inches
POINTS = 72 * CM  # in a cm
EDGE = 0.15  # cm that stay free at the left and the right of a line
APART = 3  # points, at least, between the numbers of an axis
WIDTH, HEIGHT = 16.0, 8.0  # cm
BODY, SMALL = 9, 8  # points; nothing is smaller
THIN, THICK = 0.6, 1.4  # points
FONTS = ["STIXGeneral", "DejaVu Serif"]  # both come with matplotlib; the second has what the first lacks
RAISED = {chr(raised): plain for raised, plain in ((high, chr(low)) for low, high in SUPERSCRIPT.items())}


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
            (cut,) = cut_to_fit([name], lambda cut, room=room: width_of(cut[0], BODY, math=False) <= room)
            text.set_text(typed_name(cut))

    def number(self, value: Any, **options: Any) -> str:
        """A number to three significant digits, without zeros that end its decimals."""
        return typed(self.words.number(value, tidy=True, **options))

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
        for axis, most, whole in ((panel.xaxis, across, counts), (panel.yaxis, up, False)):
            if most:
                axis.set_major_locator(_Roomy(most, integer=whole))
                axis.set_major_formatter(_Numbers(self))

    def ratio_ticks(self, axis: Any) -> None:
        """Round numbers along a logarithmic axis of a decade or two, in the language."""
        axis.set_major_locator(LogLocator(subs=(1, 2, 3, 5, 7)))
        axis.set_minor_locator(NullLocator())
        axis.set_major_formatter(_Numbers(self))

    def note(self, *sentences: str) -> None:
        """What the figure rests on, at its foot: data, seed, initialisation."""
        self.figure.supxlabel("\n".join(sentences), size=SMALL, color=self.theme.faint)


class _Roomy(MaxNLocator):
    """As many ticks, at most, as have room for their numbers."""

    def __init__(self, most: int, **options: Any) -> None:
        super().__init__(most, **options)
        self._most = most

    def __call__(self) -> Any:
        """The ticks; where not even two have room, one."""
        ticks = np.zeros(0)
        for count in range(self._most, 0, -1):
            self.set_params(nbins=count)
            shown = self._shown(super().__call__())
            if self._apart(shown):
                return shown
            ticks = shown if len(shown) else ticks
        return ticks[-1:]

    def _shown(self, ticks: np.ndarray) -> np.ndarray:
        """Those within the panel."""
        low, high = sorted(self.axis.get_view_interval())
        noise = 1e-9 * (high - low)
        return ticks[(ticks >= low - noise) & (ticks <= high + noise)]

    def _apart(self, ticks: np.ndarray) -> bool:
        """Whether their numbers keep their distance, at least two of them."""
        if self.axis.axis_name == "y":
            return True
        panel = self.axis.axes
        places = panel.transData.transform(np.stack([ticks, ticks], axis=1))[:, 0] * 72 / panel.figure.dpi
        widths = np.array([width_of(text, SMALL) for text in self.axis.major.formatter.format_ticks(ticks)])
        room = np.diff(places) - (widths[1:] + widths[:-1]) / 2
        return len(ticks) > 1 and bool(np.all(room >= APART))


class _Numbers(Formatter):
    """Writes the numbers of an axis in the language of a page, all of them exactly."""

    def __init__(self, page: Sheet) -> None:
        self._page = page

    def __call__(self, value: float, position: int | None = None) -> str:
        return self.format_ticks([value])[0]

    def format_ticks(self, values: Sequence[float]) -> list[str]:
        """The numbers at these values."""
        axis: Any = self.axis
        noise = 1e-9 * np.ptp(axis.get_view_interval())
        values = [0.0 if abs(value) < noise else float(value) for value in values]
        return [self._page.number(value, digits=digits_of_scale(values)) for value in values]


@contextmanager
def sheet(words: Words, theme: Theme) -> Iterator[Sheet]:
    """A sheet whose style holds inside the block, and whatever the user's own settings are."""
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(_style(theme))
        page = Sheet(words, theme)
        yield page
        page.cut_names()


def typed(text: str) -> str:
    """The text in characters that the font has: powers as matplotlib's own, thin spaces as spaces that hold.

    Raises:
        mathcore.InputError: the fonts lack a letter of it.
    """
    raised = re.compile(f"[{''.join(RAISED)}]+")
    powers = raised.sub(lambda run: f"$^{{{''.join(map(RAISED.__getitem__, run[0]))}}}$", text)
    return typed_name(powers)


def typed_name(text: str) -> str:
    """As `typed`, of a name that is no markup: its powers stay as they are."""
    text = text.replace(THIN_SPACE, HOLDING_SPACE)
    refuse_letters((letter for letter in text if letter != "\n" and ord(letter) not in _letters()), text)
    return text


@cache
def _letters() -> frozenset[int]:
    """The code points of all that the fonts have."""
    return frozenset(code for font in FONTS for code in FT2Font(findfont(font)).get_charmap())


@cache
def width_of(text: str, size: float, *, math: bool = True) -> float:
    """How wide a text is, in points."""
    if not text.strip():
        return 0.0
    path = TextPath((0, 0), text if math else text.replace("$", r"\$"), prop=FontProperties(FONTS, size=size))
    return float(path.get_extents().width)


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
