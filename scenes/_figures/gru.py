"""The figure of gru for print."""

from typing import Any

import numpy as np
from matplotlib.figure import Figure

from mathcore._recall import LETTERS
from mathcore.gru import Trace
from scenes._page.formula import formula, name_below
from scenes._page.recall import products_back, strips
from scenes._page.sheet import Sheet, sheet
from scenes._props.gru import FORMS, FORMULAS, SYMBOLS
from scenes._stage.theme import Theme
from scenes._stage.words import Words

DRAWN = ("kept", "r", "candidate", "h")


def figure(trace: Trace, words: Words, theme: Theme) -> Figure:
    """Left gates and states; then what 1 - z leaves of a gradient, and how far both forms are apart."""
    with sheet(words, theme) as page:
        params, (memory, products, apart) = trace.params, page.panels((1.5, 1, 1))[0]
        strips(page, memory, trace, {name: SYMBOLS[name] for name in DRAWN})
        formula(page, memory, FORMULAS["h"])
        products_back(page, products, (trace.kept_product, trace.kept_product_before), int(trace.telling_unit))
        formula(page, products, FORMULAS["product"])
        distance(page, apart, trace)
        key, first = "named_right" if trace.recalled else "named_wrong", LETTERS[trace.x[0].argmax()]
        answer = {"named": LETTERS[trace.named], "first": first, "belief": 100 * trace.probability.max()}
        setting = page.say("setting", seed=params.seed, bias=params.update_bias, steps=params.steps)
        ours, theirs = 100 * trace.share_recalled
        compared = page.say("spoilt" if trace.spoilt else "served", ours=ours, theirs=theirs)
        page.note(f"{page.say(key, **answer)} {page.say('marked')}", compared, f"{setting}. {page.say('shades')}")
        return page.figure


def distance(page: Sheet, panel: Any, trace: Trace) -> None:
    """Draw how far the states are apart, letter by letter, where r comes before and after the matrix."""
    time = np.arange(len(trace.x)) + 1
    panel.plot(time, trace.distance, color=page.theme.bad)
    panel.set(xlim=time[[0, -1]], ylim=(0, None))
    formula(page, panel, "max abs({} - {})".format(*(f"activation(h)^({form})" for form in FORMS.values())))
    name_below(page, panel, "t")
    page.ticks(panel, 6, 4, counts=True)
