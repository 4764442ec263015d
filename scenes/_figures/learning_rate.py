"""The figure of learning rate for print."""

import numpy as np
from matplotlib.figure import Figure

from mathcore.learning_rate import Trace
from scenes._page.decay import decay, factor_line
from scenes._page.formula import Formula, formula, quoted
from scenes._page.sheet import sheet
from scenes._page.size import A4, Size
from scenes._props.learning_rate import FACTOR
from scenes._stage.theme import Theme
from scenes._stage.words import Words, digits_to_tell


def figure(trace: Trace, words: Words, theme: Theme, size: Size = A4) -> Figure:
    """Left how much of its error each run has left, step by step; right the factor of a step over the rate."""
    with sheet(words, theme, size) as page:
        errors, factors = page.panels((1.25, 1))[0]
        names = []
        for rate, factor in zip(trace.learning_rate, trace.factor, strict=True):
            digits = digits_to_tell(factor, np.sign(factor))
            per_step = words.sentence("per_step", factor=words.number(factor, digits=digits, tidy=True))
            named = f"& rho = {{rate}} \\ & {quoted(per_step)}"
            names.append(Formula(page, named, colour=theme.weight, rate=rate))
        decay(page, errors, trace.left, names)
        errors.set_xlabel(page.say("step"))
        formula(page, errors, "abs(weight(w_k) - good(w^*)) thin slash thin abs(weight(w_0) - good(w^*))")
        line, runs = (trace.rate_grid, trace.factor_grid), (trace.learning_rate, trace.factor)
        fates = page.say("shrinks"), page.say("grows")
        factor_line(page, factors, line, runs, trace.critical_learning_rate, fates)
        formula(page, factors, FACTOR)
        page.ticks(errors, 6, 0, counts=True)
        page.ticks(factors, 4, 4)
        return page.figure
