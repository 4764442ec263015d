"""The colours and the logo that a film wears: the house's own, or those of whoever shows it."""

from dataclasses import dataclass, field, replace

from scenes._stage.theme import PAPER, THEMES, Theme

BROADEST, HIGHEST = 0.8, 0.5  # of a logo, in units of the frame
SIDE, FOOT = 0.3, 0.25  # between the place of a logo and the edges of the frame
CORNERS = ("bottom right", "bottom left")  # which every film leaves free
BESIDE = SIDE + BROADEST + 0.16  # what a caption leaves free at either end


@dataclass(frozen=True)
class Logo:
    """A picture, a PNG with alpha, that stands in a corner of the frame."""

    image: bytes = field(repr=False)
    corner: str


@dataclass(frozen=True)
class Brand:
    """Themes and logos. Its `name` and `digest`, of all that is in it, tell it from others; the house's has neither."""

    name: str = ""
    digest: str = ""
    dark: Theme = field(default=THEMES["dark"], repr=False)
    light: Theme = field(default=THEMES["light"], repr=False)
    dark_logo: Logo | None = field(default=None, repr=False)
    light_logo: Logo | None = field(default=None, repr=False)

    @property
    def paper(self) -> Theme:
        """The light colours on white: what is printed brings no ground of its own."""
        return replace(self.light, background=PAPER.background)

    @property
    def bare(self) -> "Brand":
        """The same colours with no logo."""
        return replace(self, dark_logo=None, light_logo=None)


HOUSE = Brand()


def logo_box(corner: str, width: float, height: float) -> tuple[tuple[float, float], tuple[float, float]]:
    """Lower left and upper right of the place of a logo, on a frame of a width and a height around the origin."""
    left = width / 2 - SIDE - BROADEST if corner == "bottom right" else SIDE - width / 2
    foot = FOOT - height / 2
    return (left, foot), (left + BROADEST, foot + HIGHEST)
