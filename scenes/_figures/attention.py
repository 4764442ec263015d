"""The figure of attention for print."""

from matplotlib.figure import Figure

from mathcore.attention import Trace
from scenes._page.sheet import sheet
from scenes._stage.theme import Theme
from scenes._stage.words import Words


def figure(trace: Trace, words: Words, theme: Theme) -> Figure:
    """Shares."""
    with sheet(words, theme) as page:
        return page.figure
