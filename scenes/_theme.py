"""Colours, named for what they mean; a meaning keeps its hue in every film.

The hues follow Okabe & Ito (2008). Their lightness was set so that each stands out from the background
by a contrast of at least 4.5 and from every other one under simulated colour blindness.
"""

from dataclasses import dataclass, fields, replace


@dataclass(frozen=True)
class Theme:
    """One colour per meaning, and matplotlib's names for the two kinds of heat map."""

    background: str
    text: str
    faint: str  # axes, grids, what was and is no more
    data: str
    weight: str
    activation: str
    gradient: str
    loss: str
    validation: str
    good: str
    bad: str
    sizes: str  # heat map of values from 0 up
    signed: str  # heat map of values around 0, which takes the background's side

    def colours(self) -> dict[str, str]:
        """Every colour by its meaning, the heat maps left out."""
        return {field.name: value for field in fields(self) if (value := getattr(self, field.name)).startswith("#")}


THEMES = {
    "dark": Theme(
        background="#12151c",
        text="#f4f1e8",
        faint="#788490",
        data="#2eadfe",
        weight="#ff9d0a",
        activation="#3583df",
        gradient="#f0e442",
        loss="#fe5aa8",
        validation="#8f7dff",
        good="#1fdc84",
        bad="#f0651a",
        sizes="viridis",
        signed="berlin",
    ),
    "light": Theme(
        background="#fcfbf7",
        text="#1b1e24",
        faint="#656d77",
        data="#0a78b5",
        weight="#8a4a00",
        activation="#0043a8",
        gradient="#67780d",
        loss="#cc0aa1",
        validation="#6a3fd0",
        good="#00775a",
        bad="#d23a04",
        sizes="viridis",
        signed="RdBu_r",
    ),
}
PAPER = replace(THEMES["light"], background="#ffffff")  # what is printed brings no ground of its own
