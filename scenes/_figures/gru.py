"""The figure of gru for print."""

from matplotlib.figure import Figure

from mathcore._recall import LETTERS
from mathcore.gru import Trace
from scenes._page.formula import formula
from scenes._page.recall import products_back, strips
from scenes._page.sheet import sheet
from scenes._page.size import A4, Size
from scenes._props.gru import FORMS, FORMULAS, SYMBOLS
from scenes._stage.theme import Theme
from scenes._stage.words import Words

DRAWN = {name: SYMBOLS[name] for name in ("kept", "r", "candidate", "h")} | {"h_after": FORMS["h_after"]}


def figure(trace: Trace, words: Words, theme: Theme, size: Size = A4) -> Figure:
    """Left gates and states, those with r after the matrix last; right what 1 - z leaves of a gradient."""
    with sheet(words, theme, size) as page:
        params, (memory, products) = trace.params, page.panels((1.3, 1))[0]
        strips(page, memory, trace, DRAWN)
        formula(page, memory, FORMULAS["h"])
        products_back(page, products, (trace.kept_product, trace.kept_product_before), int(trace.telling_unit))
        formula(page, products, FORMULAS["product"])
        key, first = "named_right" if trace.recalled else "named_wrong", LETTERS[trace.x[0].argmax()]
        answer = {"named": LETTERS[trace.named], "first": first}
        setting = page.say("setting", seed=params.seed, bias=params.update_bias, steps=params.steps)
        ours, theirs = 100 * trace.share_recalled
        compared = page.say("spoilt" if trace.spoilt else "served", ours=ours, theirs=theirs)
        page.note(f"{page.say(key, **answer)} {page.say('marked')}", compared, f"{setting}. {page.say('shades')}")
        return page.figure
