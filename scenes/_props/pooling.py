"""What only the film of pooling draws.

A grid of cells as a panel of a film: numbers in the language, a name above, a colour bar below.
A framed tile that carries a value from one block of cells to another.
Windows over an image that each leave one value in an output.
The gradient that travels back from an output to the cells that its values came from.
An image that slides by a few cells under windows that stay, and the outputs that feel it.
"""

from typing import TYPE_CHECKING

import numpy as np
from manim import DOWN, UP, Group

from scenes._marks.cells import Cells, ColourBar, Scale
from scenes._stage.words import NumberText

if TYPE_CHECKING:
    from scenes._stage.film import Film
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple, Self

from manim import Mobject

from scenes._marks.frames import Frames
from scenes._stage.theme import Theme

if TYPE_CHECKING:
    from scenes._stage.film import Film
from typing import TYPE_CHECKING, Any

from manim import RIGHT, FadeOut

from scenes._marks.frames import CALL, blink, glide
from scenes._marks.sliding import GREY, windows
from scenes._stage.sources import first, length

if TYPE_CHECKING:
    from scenes._stage.film import Film
from manim import LEFT
from manim.utils.rate_functions import ease_in_out_sine

from scenes._stage.sources import chosen, count, rearranged

NAME_SIZE = 24


def panel(stage: "Film", values: np.ndarray, scale: Scale, side: float, centre: np.ndarray) -> Cells:
    """Cells with numbers to as many digits as have room, `side` units high."""
    words = stage.words
    digits = 3 if side / len(values) >= 1 else 2

    def write(value: float) -> NumberText:  # no method: a drawing is copied with all that it refers to
        return words.number(value, digits=digits, decimals=digits, tidy=True)

    return Cells(values, scale, side, stage.theme, write).move_to(centre)


def entitled(stage: "Film", cells: Cells, key: str, colour: str, *, bar: bool = True) -> Group:
    """A panel with what it is called above, and what its colours stand for below."""
    name = stage.say(key, size=NAME_SIZE, colour=colour).next_to(cells, UP, buff=0.18)
    if not bar:
        return Group(cells, name)
    return Group(
        cells, name, ColourBar(cells.colours, cells.height, stage.theme, stage.words).next_to(cells, DOWN, buff=0.3)
    )


FOLLOWED = 8  # places per second up to which each value is seen to travel


class Block(NamedTuple):
    """A square on the frame."""

    centre: np.ndarray
    side: float

    @classmethod
    def of(cls, cells: Cells, corner: np.ndarray, size: int = 1) -> Self:
        """The `size` x `size` cells whose upper left one is at `corner` (row, col)."""
        row, col = corner
        return cls(cells.middle(row, col, size), size * cells.cell)


def cell_of(cells: Cells, place: int) -> Block:
    """The cell of an output that belongs to a place of the window."""
    return Block.of(cells, np.array(np.unravel_index(place, cells.map.pixel_array.shape[:2])))


def centres(cells: Cells, corners: np.ndarray, size: int = 1) -> np.ndarray:
    """The centres [block 3] of the blocks whose upper left cells are at `corners` [block axis]."""
    return np.array([Block.of(cells, corner, size).centre for corner in corners])


class FlyingTile(Group):
    """A tile that grows or shrinks on its way from block to block.

    Args:
        tile: shows what is carried.
        color: of the frame around it.
        theme: for the frame's halo.
    """

    def __init__(self, tile: Cells, color: str, theme: Theme) -> None:
        self._tile = tile
        self._frame = Frames(tile.map.height, color, theme.background)
        super().__init__(self._tile, self._frame)

    def carry(self, values: np.ndarray, source: Block, target: Block, share: float, *, written: bool = True) -> Self:
        """Show values [row col] at a share, 0 to 1, of the way from one block to another."""
        centre = source.centre + share * (target.centre - source.centre)
        side = source.side + share * (target.side - source.side)
        self._tile.set(height=side).move_to(centre)
        self._tile.paint(values, written=written)
        self._frame.side = side
        self._frame.put(centre)
        return self


def visit(
    stage: "Film",
    stand: Callable[[int, float], None],
    start: int,
    stop: int,
    seconds: float,
    courier: Group | None,
    moving: list[Mobject],
) -> None:
    """Stand at each place from `start` to the last before `stop`; the courier is shown where it can be followed."""
    if stop <= start:
        return

    def move(share: float) -> None:
        position = start + share * (stop - start)
        place = min(int(position), stop - 1)
        stand(place, position - place)

    followed = [courier] if courier and stop - start <= FOLLOWED * seconds else []
    move(0)
    stage.add(*followed)
    stage.drive(move, *moving, *followed, seconds=seconds)
    stage.remove(*followed)


LARGE, MEDIUM, LITTLE = 5.4, 4.4, 2.4  # sides of the panels, in units of the frame
HERE, MIDDLE, THERE = np.array([[-4.1, -0.2, 0], [0.45, 0.6, 0], [4.55, 0.1, 0]])  # their centres
DECIMALS = 3  # of the number that is kept, as in a wide cell


class PoolingForward:
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
        self, stage: "Film", image: np.ndarray, output: np.ndarray, window: int, stride: int, maxima: np.ndarray | None
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
        self.courier = FlyingTile(panel(stage, self._sent(0), GREY, self.output.cell, THERE), theme.activation, theme)

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


class PoolingBackward:
    """The way back: each output sends a gradient of 1 to the cells that its value came from.

    Args:
        gather: the way there.
        trace: of pooling.
    """

    def __init__(self, gather: PoolingForward, trace: Any) -> None:
        stage = gather.stage
        self.gather, self.values, self.sums = gather, trace.output_gradient, trace.collected
        self.slopes = np.asarray(trace.jacobian).reshape(-1, *trace.image.shape)  # [place row col]
        scale = Scale(stage.theme.sizes, 0, max(1.0, self.sums.max()))
        self.gradient = panel(stage, self.sums[0], scale, LARGE, HERE)
        self.sent = panel(stage, self.values, scale, MEDIUM, THERE)
        tile = panel(stage, self.values[:1, :1], scale, self.gradient.cell, HERE)
        self.courier = FlyingTile(tile, stage.theme.gradient, stage.theme)
        ink = stage.theme.gradient
        self.panels = Group(
            entitled(stage, self.gradient, "name_gradient", ink, bar=False),
            entitled(stage, self.sent, "name_sent", ink),
        )

    def stand(self, place: int, share: float = 0) -> None:
        """Let the outputs before `place` have sent their gradient; its own is at a share of its way."""
        gather = self.gather
        gather.lay_frame(place, self.gradient)
        self.gradient.paint(self.sums[place + (share >= 1)])
        corners, size = (gather.corners, gather.side) if gather.maxima is None else (gather.maxima, 1)
        target = Block.of(self.gradient, corners[place], size)
        sent, source, whole = self.values.flat[place : place + 1][None], cell_of(self.sent, place), size == 1
        spread = sent if whole else sent + share * (self.slopes[place].max() - sent)
        self.courier.carry(spread, source, target, share, written=whole)

    def call(self, corners: np.ndarray, seconds: float) -> None:
        """Frame some cells of the gradient, one after the other."""
        theme, places = self.gather.stage.theme, centres(self.gradient, corners)
        frames = Frames(self.gradient.cell, theme.text, theme.background)
        self.gather.stage.add(frames)
        self.gather.stage.drive(lambda share: frames.put(places[: round(share * len(places))]), frames, seconds=seconds)
        self.panels.add(frames)

    def run(self, start: int, stop: int, seconds: float) -> None:
        """Let the outputs from `start` to the last before `stop` send their gradients."""
        visit(self.gather.stage, self.stand, start, stop, seconds, self.courier, [self.gradient, self.gather.frame])


SIDE = 3.7  # of an output, in units of the frame
BEFORE, AFTER = np.array([[0.75, 0.65, 0], [4.95, 0.65, 0]])
FINE = 16  # parts of a cell that the image moves by


class ImageShift:
    """The large image of `gather`, the output before the shift, and the output now.

    Args:
        gather: the panels of pooling, the image in its place.
        still: the trace before the shift.
        moved: and after it: the image has moved right, its left edge is repeated.
        maxima: the cells that the output came from [place axis]; None where all cells take part.
    """

    def __init__(self, gather: PoolingForward, still: Any, moved: Any, maxima: np.ndarray | None) -> None:
        self._stage, self._image, self._marks = gather.stage, gather.image, gather.marks
        stage, theme, image = gather.stage, gather.stage.theme, still.image
        self._twins, self._shift, self._size = (still, moved), moved.params.shift, len(image)
        self._maxima = maxima
        self._strip = rearranged(image, lambda grid: np.pad(grid, ((0, 0), (self._shift, 0)), mode="edge"))
        self.before, self.after = (panel(stage, still.output, GREY, SIDE, place) for place in (BEFORE, AFTER))
        self._spots = centres(gather.image, gather.corners, gather.side)
        self.windows = Frames(gather.side * gather.image.cell, theme.text, theme.background, 2)
        self.windows.put(self._spots)
        self.gone = Frames(gather.image.cell, theme.bad, theme.background)
        self._frame = Frames(gather.side * gather.image.cell, theme.text, theme.background, 7)
        self._last_cols = gather.corners[:, 1] + gather.side - 1  # [place]
        self._places = centres(self.after, np.argwhere(moved.changed))
        self.changes = Frames(self.after.cell, theme.bad, theme.background, 7)
        self.count = stage.number(moved.changes, theme.bad, size=36, anchor=RIGHT)
        self.count.next_to(self.after, DOWN, buff=0.5).align_to(self.after, LEFT)
        self.panels = Group(
            entitled(stage, self.before, "name_before", theme.activation),
            entitled(stage, self.after, "name_after", theme.activation, bar=False),
            self.count,
            stage.say("name_changed", count=count(moved.changed)).next_to(self.count, RIGHT).align_to(self.count, UP),
        )
        self.slide(0)
        self.tell(told=False)

    def slide(self, share: float) -> None:
        """Move the image by a share of the shift; its numbers are shown when it is at rest."""
        offset = share * self._shift
        start = self._shift - offset
        if share in (0, 1):
            self._image.paint(self._strip[:, int(start) :][:, : self._size])
        else:
            self._image.paint(self._strip[:, : self._size], written=False)
            first = round(start * FINE)
            self._image.map.paint(self._strip.repeat(FINE, axis=1)[:, first : first + self._size * FINE])
        if self._maxima is not None:
            moved = self._maxima + [0, offset]
            gone, seen = moved[:, 1] > self._last_cols + 0.5, moved[:, 1] < self._size
            self._marks.put(centres(self._image, moved[~gone]))
            self.gone.put(centres(self._image, moved[gone & seen]))

    def go(self, start: float, stop: float, seconds: float) -> None:
        """Let the image slide from one share of the shift to another; nothing is told of it yet."""
        self.tell(told=False)

        def move(share: float) -> None:
            self.slide(start + share * (stop - start))

        drawn = self._image, self._marks, self.gone, self.after, self.changes, self.count
        self._stage.drive(move, *drawn, seconds=seconds, rate=ease_in_out_sine)

    def compare(self, seconds: float) -> None:
        """Look at one window after the other: what its output is now, whether it has changed, and how many have."""
        still, moved = self._twins
        places = np.arange(moved.changed.size).reshape(moved.changed.shape)

        def look(share: float) -> None:
            seen = min(int(share * places.size) + 1, places.size)
            self._frame.put(glide(self._spots, share * places.size)[None])
            self.after.paint(chosen(places < seen, moved.output, still.output))
            self.changes.put(self._places[: moved.changes_seen[seen]])
            self._stage.rewrite(self.count, moved.changes_seen[seen])

        self._stage.add(self._frame)
        self._stage.drive(look, self._frame, self.after, self.changes, self.count, seconds=seconds)
        self._stage.remove(self._frame)

    def tell(self, *, told: bool = True) -> None:
        """Show the output now, and count and frame what has changed."""
        twin = self._twins[told]
        self.after.paint(twin.output)
        self._stage.rewrite(self.count, twin.changes)
        self.changes.put(self._places if told else [])
        if told:
            blink(self._stage, self.changes, self._places)
