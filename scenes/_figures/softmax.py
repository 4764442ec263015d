"""The figure of softmax for print."""

from typing import Any

import numpy as np
from matplotlib import rc_context
from matplotlib.figure import Figure

from mathcore.softmax import Trace
from scenes._page.formula import formula, name_below
from scenes._page.sheet import THIN, Sheet, sheet
from scenes._page.size import A4, Size
from scenes._stage.theme import Theme
from scenes._stage.words import Words
from scenes.softmax import DIVIDED, SHARE

FILLS = "60", "d0", ""  # opacity of what belongs to each species; the last is hatched


def figure(trace: Trace, words: Words, theme: Theme, size: Size = A4) -> Figure:
    """The shown flower's scores, their exponentials, and its shares over the temperature, that of the knob dashed."""
    t, shown, divided = trace, int(trace.shown), "" if trace.params.temperature == 1 else DIVIDED
    with sheet(words, theme, size) as page:
        ((scores, grown, shares),) = page.panels((1, 1, 1.7))
        species = [page.say(f"species_{k}") for k in range(3)]
        bars(page, scores, t.logits[shown], decimals=2)
        bars(page, grown, t.grown[shown])
        scores.set_yticks(range(3), species)
        formula(page, scores, "o_k")
        formula(page, grown, f"e^(o_k{divided})")
        formula(page, shares, SHARE, T=DIVIDED)
        name_below(page, shares, "T")
        edges = 1 - np.cumsum(np.insert(t.dial_probability[:, shown], 0, 0, axis=1), axis=1)  # [dial edge]
        with rc_context({"hatch.color": theme.activation}):
            for k, fill in enumerate(FILLS):
                shares.fill_between(t.dial, edges[:, k], edges[:, k + 1], **filled(theme.activation, fill))
        shares.set(xscale="log", xlim=t.dial[[0, -1]], ylim=(0, 1))
        page.ratio_ticks(shares.xaxis)
        page.ticks(shares, 0, 2)
        shares.axvline(t.params.temperature, color=theme.text, linestyle="--", linewidth=1)
        flower = page.say("flower", number=t.params.samples[shown], species=species[t.species[shown]])
        trained = page.say("trained", seed=t.params.seed, trained=t.trained, steps=t.steps)
        page.note(f"{flower}; {trained}")
        return page.figure


def bars(page: Sheet, panel: Any, values: np.ndarray, **written: Any) -> None:
    """A lying bar for each species, the first on top, and its number at the right of the panel."""
    for k, (value, fill) in enumerate(zip(values, FILLS, strict=True)):
        with rc_context({"hatch.color": page.theme.text}):
            panel.barh(k, value, 0.6, **filled(page.theme.text, fill))
        place = {"va": "center", "transform": panel.get_yaxis_transform()}
        panel.text(1.02, k, page.number(value, **written), **place)
    panel.axvline(0, color=page.theme.faint, linewidth=THIN)
    panel.set(ylim=(2.5, -0.5), yticks=())
    panel.spines["left"].set_visible(False)
    panel.tick_params(left=False)
    page.ticks(panel, 3, 0)


def filled(colour: str, opacity: str) -> dict[str, str]:
    """The style of what is filled so much, or hatched."""
    return {"ec": colour} | ({"fc": colour + opacity} if opacity else {"fc": "none", "hatch": "////"})
