"""What only the film of the two-dimensional convolution draws: its formula, its colours, two pictures under a lens."""

import numpy as np
from manim import DOWN, Group

from mathcore.convolution_2d import BALANCED, balanced
from scenes._marks.cells import Cells, ColourBar
from scenes._marks.colour_scale import Scale
from scenes._stage.clock import follow
from scenes._stage.film import Film
from scenes._stage.refs import first

GREY = Scale("gray")  # black 0 to white 1
DETAIL = 64  # cells a side of the detail, or half of a small picture; at least one
SPREAD = -4, 5  # of what can still be seen as an image, its extremes cut off: the sums of the sharpening kernel
WIDE, CENTRE = 4.8, np.array([4.41, 0.25, 0])  # side of a picture; the middle of the second


def rule(stride: int, rings: int) -> str:
    """The output's formula; stride and padding stand in it where they matter."""
    index = "{stride} " * (stride > 1) + "{axis} + {cell}" + " - {rings}" * (rings > 0)
    row, col = (index.replace("{axis}", axis).replace("{cell}", cell) for axis, cell in ("ia", "jb"))
    return f"activation(y_(i, j)) = sum_(a, b) weight(w_(a, b)) thin data(x_({row}, {col}))"


def scales(kernel: np.ndarray, products: np.ndarray, output: np.ndarray, light: Scale, signed: str) -> list[Scale]:
    """The colours of kernel, products and output: signed where values lie around zero, else grey.

    Args:
        light: the colours of the image.
        signed: the map of signed values.
    """
    return [
        Scale.around_zero(signed, kernel),
        Scale.around_zero(signed, products) if kernel.min() < 0 else Scale("gray", 0, kernel.max()),
        of_sums(kernel, output, light if kernel.min() >= 0 else GREY, signed),
    ]


def of_sums(kernel: np.ndarray, sums: np.ndarray, light: Scale, signed: str, share: float = 1) -> Scale:
    """The colours of weighted sums: those of the image where the weights sum to 1, signed where sums are below 0.

    Args:
        light: the colours of the image; sums of shares that sum to 1 stay in its range.
        signed: the map of signed values.
        share: of signed sums, that has colours of its own.
    """
    low, high = SPREAD
    if abs(kernel.sum() - 1) < BALANCED and low <= sums.min() <= sums.max() <= high:
        return light
    if balanced(kernel) or sums.min() < 0:
        return Scale.around_zero(signed, sums, share)
    return Scale("gray", 0, float(sums.max()) or 1.0)


def telling_place(output: np.ndarray) -> int:
    """The place in the first half, not at the start of a row, whose sum differs most from the one before."""
    sums, cols = output.ravel(), output.shape[1]
    changes = np.abs(np.diff(sums, prepend=sums[0]))
    last = min(max(len(sums) // 2, 2), len(sums) - 1)
    places = [place for place in range(min(2, last), last + 1) if cols < 3 or place % cols]
    return max(places, key=changes.__getitem__)


class ZoomPair:
    """The whole picture, and beside it what the kernel makes of it.

    Along "row" the second appears row by row; along "zoom", 0 to 1, the place of the first where its values vary most
    comes closer, in both.
    """

    def __init__(self, film: Film) -> None:
        t, stride = film.trace, film.trace.params.stride
        start = len(t.kernel) // 2 - int(t.rings)  # row and column in the middle of the first window
        pictures, sums = (t.picture, t.filtered), of_sums(t.kernel, t.filtered, GREY, film.theme.signed, share=0.99)
        before, after = (
            Cells(picture, scale, WIDE, film.theme, lines=False).move_to(CENTRE * [side, 1, 1])
            for picture, scale, side in zip(pictures, (GREY, sums), (-1, 1), strict=True)
        )
        bars = (
            ColourBar(panel.colours, WIDE, film.theme, film.words, clipped=panel.colours.clips(picture)).next_to(
                panel, DOWN, buff=0.26
            )
            for panel, picture in zip((before, after), pictures, strict=True)
        )
        self.bars, (picture, developed) = Group(*bars), pictures
        detail = max(min(DETAIL, len(picture) // 2), 1)
        many = len(picture) // detail
        blocks = picture[: many * detail, : many * detail].reshape(many, detail, many, detail)
        corner = detail * np.array(divmod(int(blocks.std(axis=(1, 3)).argmax()), many))
        self.block = before.frame(*corner, detail, film.theme.data)

        def part(share: float) -> tuple[np.ndarray, np.ndarray]:
            """Two corners: of the whole picture at 0, of the detail at 1."""
            side = len(picture) * (detail / len(picture)) ** share
            low = corner * (len(picture) - side) / max(len(picture) - detail, 1)
            return low, low + side

        def look(share: float) -> None:
            before.map.paint(_cut(picture, *part(share)))

        def develop(row: float, share: float) -> None:
            if share:
                low, high = ((end - start) / stride for end in part(share))
                after.map.paint(_cut(developed, low, high))
            else:
                after.paint(first(developed, round(row) * len(developed)))

        self.before, self.after = follow(before, "zoom", at=look), follow(after, "row", "zoom", at=develop)
        self.rows = len(developed)


def _cut(values: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """The part of a grid between two corners, rounded to cells that exist; never empty."""
    start = np.clip(np.rint(low).astype(int), 0, len(values) - 1)
    stop = np.clip(np.rint(high).astype(int), start + 1, len(values))
    return values[start[0] : stop[0], start[1] : stop[1]]
