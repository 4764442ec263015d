"""A window that slides over an image: what it sees, the kernel, their products and sum, the output."""

from typing import TYPE_CHECKING

import numpy as np
from manim import DOWN, LEFT, RIGHT, UP, FadeIn, Group, Square, VGroup

from scenes._marks.cells import Cells, ColourBar, Scale
from scenes._marks.frames import glide
from scenes._stage.sources import first, rearranged
from scenes._stage.words import NumberText

if TYPE_CHECKING:
    from scenes._stage.film import Film

GREY = Scale("gray")  # black 0 to white 1
PANEL, SMALL_PANEL = 4.2, 2.1  # sides, in units of the frame
OUTER, INNER = 4.71, 1.25  # distances of the panels' centres from the middle of the frame
UPPER, LOWER = 1.05, -1.3  # heights of the small panels' centres
MOST_FOLLOWED = 6  # places per second up to which the numbers in the cells are shown
DESCENT = 0.055  # how far a g or y of a name reaches below its baseline


class ConvolutionPanels:
    """The panels of a convolution, for the window at any of its places.

    Args:
        stage: where it stands; it writes the numbers and the names, and its trace is that of a convolution.
        kernel_name: key of the kernel's name in the stage's texts.
    """

    def __init__(self, stage: "Film", kernel_name: str) -> None:
        trace, stride = stage.trace, stage.trace.params.stride
        image, kernel, output = trace.padded, trace.kernel, trace.output
        self._stage, self._stride, self._sums = stage, stride, output
        self.views = windows(image, len(kernel), stride)  # [place krow kcol]
        self.products = rearranged(trace.product, lambda grid: grid.reshape(-1, *kernel.shape))
        self._parts = rearranged(trace.partial_sum, lambda grid: grid.reshape(len(self.views), -1))  # [place term]
        self.count = len(self.views)
        self.light = Scale.spanning("gray", image)
        self.around_zero = abs(kernel.sum()) < 1e-9  # such a kernel leaves nothing of an even image
        scales = self.scales(kernel, self.products, output)
        side = min(SMALL_PANEL, 1.2 * len(kernel))
        self.image = self.grid(image, self.light, PANEL, [-OUTER, 0, 0])
        self.window = self.grid(self.views[0], self.light, side, [-INNER, UPPER, 0])
        self.kernel = self.grid(kernel, scales["kernel"], side, [INNER, UPPER, 0])
        self.terms = self.grid(self.products[0], scales["products"], side, [0, LOWER, 0])
        self.output = self.grid(output, scales["output"], PANEL, [OUTER, 0, 0])
        self.frame = self.image.frame(0, 0, len(kernel), stage.theme.weight)
        self.sum = stage.number(output.flat[0], stage.theme.activation, size=34)
        self._arrange(kernel_name)

    def scales(self, kernel: np.ndarray, products: np.ndarray, output: np.ndarray) -> dict[str, Scale]:
        """Signed colours for the kernel, for products where some are negative, for sums around zero; else grey."""
        signed = self._stage.theme.signed
        grey = GREY if kernel.min() < 0 else self.light  # sums of shares summing to 1 stay in the image's range
        return {
            "kernel": Scale.around_zero(signed, kernel),
            "products": Scale.around_zero(signed, products) if kernel.min() < 0 else Scale("gray", 0, kernel.max()),
            "output": Scale.around_zero(signed, output) if self.around_zero else grey,
        }

    def grid(self, values: np.ndarray, scale: Scale, side: float, place: list[float]) -> Cells:
        """Cells with numbers, their centre at a place of the frame."""
        words = self._stage.words
        digits = 2 if side / len(values) < 2 else 3

        def write(value: float) -> NumberText:  # no method: a drawing is copied with all that it refers to
            return words.number(value, digits=digits, decimals=digits + 1, tidy=True)

        return Cells(values, scale, side, self._stage.theme, write).move_to(place)

    def legend(self, panel: Cells, width: float = PANEL) -> ColourBar:
        """The colour bar under a panel."""
        return ColourBar(panel.colours, width, self._stage.theme, self._stage.words).next_to(
            panel, DOWN, buff=0.26
        )  # not on half a pixel

    def stand(self, place: int, terms: int | None = None, filled: int | None = None, *, written: bool = True) -> None:
        """Put the window at a place, numbered row by row, with some of its products and sums shown.

        Args:
            place: index of the window's place.
            terms: show and add up so many products; all by default.
            filled: show so many sums in the output; by default those up to this place.
            written: whether window and products are given in numbers, too.
        """
        row, col = divmod(place, self._sums.shape[1])
        size = len(self.views[0])
        self.frame.move_to(self.image.middle(row * self._stride, col * self._stride, size))
        self.window.paint(self.views[place], written=written)
        self.terms.paint(first(self.products[place], terms), written=written)
        self.output.paint(first(self._sums, place + 1 if filled is None else filled))
        self._stage.rewrite(self.sum, self._sums.flat[place] if terms is None else self._parts[place, terms])

    def moving(self) -> list[Group]:
        """All that `stand` changes."""
        return [self.frame, self.window, self.terms, self.output, self.sum]

    def call_window(self) -> None:
        """Bring what the window sees from the image to its own panel."""
        seen = self.light.map(self.views[0], self.frame.height).move_to(self.frame)
        self._stage.play(seen.animate.set(height=self.window.height).move_to(self.window), run_time=1.2)
        self.stand(0, terms=0, filled=0)
        self._stage.add(self.window)
        self._stage.remove(seen)

    def go_to(self, place: int) -> None:
        """Move the window to its next place, with no product computed."""
        row, col = divmod(place, self._sums.shape[1])
        middle = self.image.middle(row * self._stride, col * self._stride, len(self.views[0]))
        self._stage.play(self.frame.animate.move_to(middle), run_time=0.6)
        self.stand(place, terms=0, filled=place)

    def multiply(self, place: int, seconds: float) -> None:
        """Compute the products one after the other, and add them up."""
        stage, side = self._stage, len(self.views[0])
        panels = self.window, self.kernel, self.terms
        cursors = [panel.frame(0, 0, 1, stage.theme.text) for panel in panels]
        cells = [np.array([panel.middle(*cell) for cell in np.ndindex(side, side)]) for panel in panels]

        def compute(share: float) -> None:
            for cursor, places in zip(cursors, cells, strict=True):
                cursor.move_to(glide(places, share * side**2 - 0.5))
            self.stand(place, terms=round(share * side**2), filled=place)

        stage.add(*cursors)
        stage.drive(compute, *cursors, *self.moving(), seconds=seconds)
        stage.remove(*cursors)

    def fill(self, cells: Cells, values: np.ndarray, seconds: float) -> None:
        """Let the values [row col] of some cells appear, one after the other."""
        self._stage.drive(lambda share: cells.paint(first(values, round(share * values.size))), cells, seconds=seconds)

    def look_back(self, place: int, seconds: float) -> None:
        """Show the place before and this one again, so that their products and sums can be compared."""

        def turn(share: float) -> None:
            self.stand(place - int(share < 0.5), filled=place)

        self._stage.drive(turn, *self.moving(), seconds=seconds)

    def deliver(self, place: int, seconds: float) -> None:
        """Carry the sum to its cell of the output."""
        target = self.target(place)
        tile = self.output.colours.map(self._sums.flat[place : place + 1][None], 0.45)
        tile.next_to(self.sum, RIGHT, buff=0.25)
        self._stage.play(FadeIn(tile), run_time=0.3)
        self._stage.play(tile.animate.set(height=target.height).move_to(target), run_time=seconds)
        self.stand(place)
        self._stage.remove(tile)

    def run(self, start: int, stop: int, seconds: float) -> None:
        """Let the window slide from place `start` to the last before `stop`."""
        followed = (stop - start) / seconds <= MOST_FOLLOWED

        def move(share: float) -> None:
            place = min(start + int(share * (stop - start)), stop - 1)
            self.stand(place, written=followed or share == 1)

        self._stage.drive(move, *self.moving(), seconds=seconds)

    def target(self, place: int) -> Square:
        """A frame around the output cell of a place."""
        row, col = divmod(place, self._sums.shape[1])
        return self.output.frame(row, col, 1, self._stage.theme.activation)

    def _arrange(self, kernel_name: str) -> None:
        """Names and signs, by what they stand with."""
        stage, theme = self._stage, self._stage.theme

        def name(key: str, panel: Cells, colour: str) -> VGroup:
            word = stage.say(key, size=24, colour=colour).next_to(panel, UP, buff=0.2)
            return word.shift(DESCENT * DOWN * any(letter in "gjpqyç" for letter in stage.words.sentence(key)))

        self.names = {
            "image": name("name_image", self.image, theme.data),
            "window": name("name_window", self.window, theme.data),
            "kernel": name(kernel_name, self.kernel, theme.weight),
            "output": name("name_output", self.output, theme.activation),
            "times": stage.typeset("times", size=34).move_to([0, UPPER, 0]),
            "products": stage.say("name_products", size=24).next_to(self.terms, LEFT, buff=0.15),
            "sum": stage.say("name_sum", size=30),
        }
        self.names["sum"].move_to([-0.08, LOWER - SMALL_PANEL / 2 - 0.4, 0], RIGHT)
        self.sum.centred_at(self.names["sum"].get_right() + 0.16 * RIGHT)


def windows(image: np.ndarray, side: int, stride: int) -> np.ndarray:
    """What a window of `side` x `side` cells sees [place wrow wcol] at each of its places, row by row."""

    def seen(grid: np.ndarray) -> np.ndarray:
        views = np.lib.stride_tricks.sliding_window_view(grid, (side, side))[::stride, ::stride]
        return views.reshape(-1, side, side)

    return rearranged(image, seen)


def telling_place(output: np.ndarray) -> int:
    """The place in the first half, not at the start of a row, whose sum differs most from the one before."""
    sums, cols = output.ravel(), output.shape[1]
    changes = np.abs(np.diff(sums, prepend=sums[0]))
    last = min(max(len(sums) // 2, 2), len(sums) - 1)
    places = [place for place in range(min(2, last), last + 1) if cols < 3 or place % cols]
    return max(places, key=changes.__getitem__)


def rule(stride: int, rings: int) -> str:
    """The output's formula; stride and padding stand in it where they matter."""
    index = "{stride} " * (stride > 1) + "{axis} + {cell}" + " - {rings}" * (rings > 0)
    row, col = (index.replace("{axis}", axis).replace("{cell}", cell) for axis, cell in ("ia", "jb"))
    return f"activation(y_(i, j)) = sum_(a, b) weight(w_(a, b)) thin data(x_({row}, {col}))"
