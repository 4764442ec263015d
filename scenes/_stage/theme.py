"""Colours, named for what they mean; a meaning keeps its hue in every film.

The hues follow Okabe & Ito (2008). They were set so that each stands out from the background by a contrast
of at least 4.5, and from every other one by 10 in CIE Lab, under simulated colour blindness, too.
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
        faint="#7b838e",
        data="#2cadff",
        weight="#ff9d06",
        activation="#3a82dc",
        gradient="#f2e543",
        loss="#ff4da4",
        validation="#8d7bff",
        good="#1dde85",
        bad="#d95d18",
        sizes="viridis",
        signed="berlin",
    ),
    "light": Theme(
        background="#fcfbf7",
        text="#1b1e24",
        faint="#5e7585",
        data="#0077b4",
        weight="#773900",
        activation="#003e9e",
        gradient="#6a791c",
        loss="#ce17a4",
        validation="#6134c3",
        good="#1d7258",
        bad="#cf3600",
        sizes="viridis",
        signed="RdBu_r",
    ),
}
PAPER = replace(THEMES["light"], background="#ffffff")  # what is printed brings no ground of its own
