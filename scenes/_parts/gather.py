"""Windows over an image that each leave one value in an output."""

from typing import TYPE_CHECKING, Any

import numpy as np
from manim import RIGHT, FadeOut, Group, Mobject

from scenes._parts.cells import Cells
from scenes._parts.courier import Block, Courier, cell_of, centres, visit
from scenes._parts.frames import CALL, Frames, blink, glide
from scenes._parts.panel import entitled, panel
from scenes._parts.sliding import GREY, windows
from scenes._sources import first, length

if TYPE_CHECKING:
    from scenes._stage import Stage

LARGE, MEDIUM, LITTLE = 5.4, 4.4, 2.4  # sides of the panels, in units of the frame
HERE, MIDDLE, THERE = np.array([[-4.1, -0.2, 0], [0.45, 0.6, 0], [4.55, 0.1, 0]])  # their centres
DECIMALS = 3  # of the number that is kept, as in a wide cell


class Gather:
    """The panels of pooling, for the window at any of its places.

    Args:
        stage: where it stands.
        image: what the windows lie on [row col].
        output: what they leave [orow ocol].
        window: side of a window, in cells.
        stride: cells from one place of the window to the next.
        maxima: the cell that each value comes from [place axis]; None where all cells of a window take part.
    """

    def __init__(
        self, stage: "Stage", image: np.ndarray, output: np.ndarray, window: int, stride: int, maxima: np.ndarray | None
    ) -> None:
        self.stage, self.values, self.side = stage, output, window
        theme = stage.theme
        self.views = windows(image, window, stride)  # [place wrow wcol]
        self.corners = stride * np.argwhere(np.ones_like(output))  # [place axis]
        self.maxima = maxima
        self.image = panel(stage, image, GREY, LARGE, HERE)
        self.window = panel(stage, self.views[0], GREY, LITTLE, MIDDLE)
        self.output = panel(stage, first(output, 0), GREY, MEDIUM, THERE)
        self.frame = self.image.frame(0, 0, window, theme.text)
        self.mark = Frames(self._origin(0).side, theme.activation, theme.background, 7)
        self.marks = Frames(self.image.cell, theme.activation, theme.background, 4)
        self.value = stage.number(output[0, 0], theme.activation, size=36)
        left = entitled(stage, self.image, "name_image", theme.data, bar=False)
        self.name, self.right = left[1], entitled(stage, self.output, "name_output", theme.activation)
        sizes = "{size_in} times {size_in} -> {size_out} times {size_out}"
        self.sizes = stage.typeset(sizes, size=36, size_in=length(image), size_out=length(output)).move_to(MIDDLE)
        self.panels = Group(left, self.right, self.sizes)
        self.courier = Courier(panel(stage, self._sent(0), GREY, self.output.cell, THERE), theme.activation, theme)

    @property
    def moving(self) -> list[Mobject]:
        """All that `stand` changes."""
        return [self.frame, self.window, self.mark, self.marks, self.output, self.value]

    def stand(self, place: int, share: float = 0) -> None:
        """Put the window at a place, numbered row by row, its value at a share of the way to the output."""
        self.lay_frame(place, self.image)
        self.window.paint(self.views[place])
        self.value.write(self.stage.words.number(self.values.flat[place], decimals=DECIMALS, tidy=True))
        origin = self._origin(place)
        self.mark.put(origin.centre)
        self.output.paint(first(self.values, place + (share >= 1)))
        if self.maxima is not None:
            self.marks.put(centres(self.image, self.maxima[: place + 1]))
        self.courier.carry(self._sent(place), origin, cell_of(self.output, place), share)

    def lay_frame(self, place: int, cells: Cells) -> None:
        """Lay the window's frame on the image, or on another panel of its size."""
        self.frame.move_to(Block.of(cells, self.corners[place], self.side).centre)

    def tour(self, seconds: float) -> None:
        """Show which place of the window belongs to which cell of the output."""
        target = Frames(self.output.cell, self.stage.theme.activation, self.stage.theme.background)
        spots = centres(self.image, self.corners, self.side)
        cells = centres(self.output, np.argwhere(np.ones_like(self.values)))

        def lay(place: int, share: float = 0) -> None:
            self.frame.move_to(glide(spots, place + share))
            target.put(glide(cells, place + share)[None])

        self.stage.add(target)
        visit(self.stage, lay, 0, len(self.views), seconds, None, [self.frame, target])
        self.stage.remove(target)
        self.lay_frame(0, self.image)

    def call_window(self, key: str) -> None:
        """Bring what the window sees from the image to its own panel; `key` says what is kept of it."""
        stage = self.stage
        seen = GREY.map(self.views[0], self.frame.height).move_to(self.frame)
        stage.play(FadeOut(self.sizes), run_time=0.3)
        stage.play(seen.animate.set(height=LITTLE).move_to(MIDDLE), run_time=1)
        stage.remove(seen)
        kept = stage.say(key).move_to(MIDDLE + [0, -1.75, 0], RIGHT)
        self.value.centred_at(kept.get_right() + 0.16 * RIGHT)
        self.middle = entitled(stage, self.window, "name_window", stage.theme.text, bar=False)
        self.middle.add(kept, self.value, self.mark)
        stage.add(self.middle, self.marks)
        self.stand(0)

    def shrink(self, image: np.ndarray) -> Any:
        """An animation that makes room for the gradient: the image becomes small, without its numbers."""
        self.image.paint(image, written=False)
        return Group(self.image, self.marks).animate.scale(LITTLE / LARGE, about_point=HERE).shift(MIDDLE - HERE)

    def grow(self) -> Any:
        """An animation that takes the image back to where it was."""
        return Group(self.image, self.marks).animate.shift(HERE - MIDDLE).scale(LARGE / LITTLE, about_point=HERE)

    def go_to(self, place: int) -> None:
        """Move the window to a place; what it leaves is not told yet."""
        block = Block.of(self.image, self.corners[place], self.side)
        self.stage.play(self.frame.animate.move_to(block.centre), run_time=0.5)
        self.window.paint(self.views[place])
        self.mark.put([])
        self.stage.rewrite(self.value, np.nan)

    def deliver(self, place: int, seconds: float) -> None:
        """Let what is kept of the window blink, then carry it to the output; so many `seconds` in all."""
        self.stand(place)
        blink(self.stage, self.mark, self._origin(place).centre)
        self.run(place, place + 1, seconds - CALL)

    def consider(self, seconds: float) -> None:
        """Let a frame pass over the numbers in the window, none of which is kept yet."""
        cells = centres(self.window, np.argwhere(np.ones_like(self.views[0])))
        frame = Frames(self.window.cell, self.stage.theme.text, self.stage.theme.background)
        self.stage.add(frame)
        self.stage.drive(lambda share: frame.put(glide(cells, share * len(cells))[None]), frame, seconds=seconds)
        self.stage.remove(frame)

    def run(self, start: int, stop: int, seconds: float) -> None:
        """Let the window visit the places from `start` to the last before `stop`."""
        visit(self.stage, self.stand, start, stop, seconds, self.courier, self.moving)

    def _sent(self, place: int) -> np.ndarray:
        """What travels to the output: the maximum, or the whole window."""
        return self.views[place] if self.maxima is None else self.values.flat[place : place + 1][None]

    def _origin(self, place: int) -> Block:
        """The cell of the enlarged window that a value comes from, or the whole window."""
        if self.maxima is None:
            return Block(self.window.get_center(), self.window.height)
        return Block.of(self.window, self.maxima[place] - self.corners[place])
