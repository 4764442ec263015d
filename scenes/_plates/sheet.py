"""A sheet for printed notes: as wide as a block of text, in the colours of a theme and the words of a language."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import matplotlib
import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import Formatter, LogLocator, MaxNLocator, NullLocator

from scenes._theme import Theme
from scenes._words import SUPERSCRIPT, THIN_SPACE, Words, digits_of_scale

CM = 1 / 2.54  # inches
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

    def say(self, key: str, **values: Any) -> str:
        """A sentence of the concept's texts, with its {placeholders} filled in."""
        return typed(self.words.sentence(key, **values))

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
                axis.set_major_locator(MaxNLocator(most, integer=whole))
                axis.set_major_formatter(_Numbers(self))

    def ratio_ticks(self, axis: Any) -> None:
        """Round numbers along a logarithmic axis of a decade or two, in the language."""
        axis.set_major_locator(LogLocator(subs=(1, 2, 3, 5, 7)))
        axis.set_minor_locator(NullLocator())
        axis.set_major_formatter(_Numbers(self))

    def note(self, *sentences: str) -> None:
        """What the figure rests on, at its foot: data, seed, initialisation."""
        self.figure.supxlabel("\n".join(sentences), size=SMALL, color=self.theme.faint)


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
        yield Sheet(words, theme)


def typed(text: str) -> str:
    """The text in characters that the font has: powers as matplotlib's own, thin spaces as spaces that hold."""
    raised = re.compile(f"[{''.join(RAISED)}]+")
    powers = raised.sub(lambda run: f"$^{{{''.join(map(RAISED.__getitem__, run[0]))}}}$", text)
    return powers.replace(THIN_SPACE, "\N{NO-BREAK SPACE}")


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
