"""Whether the colours of a theme can be read on its ground, and told apart, also by the colour-blind."""

from collections.abc import Container, Iterator
from dataclasses import fields

import numpy as np

from export.look.vision import BLINDNESS, LINEAR, LUMINANCE, brettel, contrast, distances, lab, machado, rgb
from scenes._stage.theme import Theme

READABLE = 4.5  # contrast of a colour with the background, at least
APART = 10  # distance in CIE Lab of two colours, at least
BLENDING = 2  # contrast of the middle of a map of signed values with the background, at most
ROLES = tuple(field.name for field in fields(Theme))
MAPS = ("sizes", "signed")  # those roles that are one of matplotlib's maps, not a colour
SHADES, NOISE = 33, 0.5  # colours of a map that are looked at; lightness by which a map may go back


def faults(theme: Theme, own: Container[str] = ROLES) -> Iterator[str]:
    """What is wrong with a theme, a clause each; of the colours those that are not its `own` are called ours."""
    names = {role: f"{role} ({colour}{'' if role in own else ', ours'})" for role, colour in theme.colours().items()}
    yield from _illegible(theme, names)
    yield from _alike(theme, names)
    yield from _unfit_maps(theme)


def bright(colour: str) -> float:
    """Luminance, 0 to 1."""
    return float(LINEAR[rgb(colour)] @ LUMINANCE)


def _illegible(theme: Theme, names: dict[str, str]) -> Iterator[str]:
    """Colours that do not stand out from the background."""
    for role, colour in theme.colours().items():
        seen = float(contrast(rgb(colour), rgb(theme.background)))
        if role != "background" and seen < READABLE:
            yield f"{names[role]} has a contrast of {seen:.2f} with {names['background']}, and {READABLE} is needed"


def _alike(theme: Theme, names: dict[str, str]) -> Iterator[str]:
    """Pairs of colours that are too near each other, each as those see it to whom it is nearest; the nearest first."""
    nearest: dict[tuple[str, str], tuple[float, str]] = {}
    sights = [(None, ""), *((simulate, kind) for simulate in (machado, brettel) for kind in BLINDNESS)]
    for simulate, kind in sights:
        for distance, *pair in distances(theme.colours(), simulate, kind):
            one, other = pair
            whom = f"{kind}opes" if kind else "everybody"
            nearest[one, other] = min(nearest.get((one, other), (APART, "")), (distance, whom))
    for (one, other), (distance, whom) in sorted(nearest.items(), key=lambda item: item[1]):
        if distance < APART:
            told = f"{distance:.1f} apart in CIE Lab to {whom}, and {APART} is needed"
            yield f"{names[one]} and {names[other]} are {told}"


def _unfit_maps(theme: Theme) -> Iterator[str]:
    """Maps whose order cannot be seen, or whose middle stands out from the background."""
    import matplotlib  # here, because it is slow to load and few looks come from files

    shades = (matplotlib.colormaps[theme.sizes](np.linspace(0, 1, SHADES), bytes=True))[:, :3]
    steps = np.diff(lab(LINEAR[shades])[:, 0])
    if not ((steps > -NOISE).all() or (steps < NOISE).all()):
        yield f"the map of sizes, {theme.sizes}, goes from dark to light and back; one such as viridis is needed"
    low, middle, high = contrast(
        matplotlib.colormaps[theme.signed]([0.0, 0.5, 1.0], bytes=True)[:, :3], rgb(theme.background)
    )
    if middle > min(BLENDING, low, high):
        dark = bright(theme.background) < bright(theme.text)
        yield (
            f"the middle of the map of signed values, {theme.signed}, has a contrast of {middle:.1f} with the "
            f"background, and {BLENDING} is the most, so that 0 is seen as nothing; {'berlin' if dark else 'RdBu_r'} "
            f"fits a {'dark' if dark else 'light'} one"
        )
