"""The figure of lstm for print."""

from matplotlib.figure import Figure

from mathcore._recall import LETTERS
from mathcore.lstm import Trace
from scenes._page.formula import formula
from scenes._page.recall import products_back, strips
from scenes._page.sheet import sheet
from scenes._page.size import A4, Size
from scenes._props.lstm import FORMULAS, SYMBOLS
from scenes._stage.theme import Theme
from scenes._stage.words import Words


def figure(trace: Trace, words: Words, theme: Theme, size: Size = A4) -> Figure:
    """Left gates and states, letter by letter; right what the forget gates leave of a gradient on its way back."""
    with sheet(words, theme, size) as page:
        params, (memory, products) = trace.params, page.panels((1.3, 1))[0]
        strips(page, memory, trace, SYMBOLS)
        formula(page, memory, f"{FORMULAS['c']} wide {FORMULAS['o']}")
        products_back(page, products, (trace.forget_product, trace.forget_product_before), int(trace.telling_unit))
        formula(page, products, FORMULAS["product"])
        key, first = "named_right" if trace.recalled else "named_wrong", LETTERS[trace.x[0].argmax()]
        answer = {"named": LETTERS[trace.named], "first": first, "belief": 100 * trace.probability.max()}
        setting = page.say("setting", seed=params.seed, bias=params.forget_bias, steps=params.steps)
        page.note(f"{page.say(key, **answer)} {page.say('marked')}", f"{setting}. {page.say('shades')}")
        return page.figure
