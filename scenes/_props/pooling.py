"""What only the film of pooling draws: gradients on their way back, and an image that slides by parts of a cell."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from manim import DOWN, LEFT, RIGHT, UP, Group, Mobject

from scenes._marks.cells import Cells
from scenes._marks.colour_scale import Scale
from scenes._marks.frames import Frames
from scenes._marks.grid import Grid
from scenes._marks.window import Window, flying_tile
from scenes._stage.clock import follow
from scenes._stage.film import Film
from scenes._stage.refs import values_of

GREY = Scale("gray")  # black 0 to white 1
BEFORE, AFTER = ([0.75, 0.65, 0], 3.7), ([4.95, 0.65, 0], 3.7)  # slots of the outputs that are compared
FINE = 16  # parts of a cell that the image moves by


def maxima(trace: Any) -> np.ndarray | None:
    """The cell of each maximum [place axis], row by row; None for the average."""
    cells = np.stack([trace.argmax_row, trace.argmax_col], axis=2).reshape(-1, 2)
    return None if trace.params.kind == "average" else cells


def rule(kind: str, stride: int) -> str:
    """The output's formula; the stride stands in it where it matters."""
    step, kept = "{stride} " * (stride > 1), "max" if kind == "max" else "1/{count} sum"
    return f"activation(y_(i, j)) = {kept}_(a, b) thin data(x_({step} i + a, {step} j + b))"


def send(film: Film, window: Window, gradient: Grid, sent: Grid, cells: np.ndarray | None) -> None:
    """Each output sends its gradient, along "sent", to its maximum; for the average, to its window, in equal shares."""
    values, slope = sent.values.reshape(-1, 1, 1), film.trace.jacobian.max()
    stop = gradient.blocks(window.corners, window.side) if cells is None else gradient.blocks(cells)

    def spread(place: int, share: float) -> np.ndarray:
        whole: np.ndarray = values[place]
        return whole if cells is not None else values_of(whole) + share * (slope - values_of(whole))

    start, whole = sent.blocks(window.places), cells is not None
    flying_tile(film, spread, gradient, "gradient", start, stop, "sent", written=whole)


def slide(cells: Cells, still: np.ndarray, shift: int) -> Cells:
    """Have an image move right by so many cells along "shift", 0 to 1; its left edge is repeated."""
    size, strip = len(still), np.pad(still, ((0, 0), (shift, 0)), mode="edge")

    def at(share: float) -> None:
        start = (1 - share) * shift
        cells.paint(strip[:, int(start) :][:, :size], written=share in (0, 1))  # numbers where it is at rest
        if 0 < share < 1:
            fine = round(start * FINE)
            cells.map.paint(strip.repeat(FINE, axis=1)[:, fine : fine + size * FINE])

    return follow(cells, "shift", at=at)


def carry(window: Window, kept: Frames, source: Any, shift: int) -> Frames:
    """Have the frames around the maxima move with the image; of those that leave their windows there are others."""
    image, last = window.image, window.corners[:, 1] + window.side - 1  # [place]: the window's last column
    gone = image.frames([], "bad")

    def at(share: float) -> None:
        cells = source + [0, share * shift]
        left, seen = cells[:, 1] > last + 0.5, cells[:, 1] < len(image.values)
        kept.put(image.blocks(cells[~left])[0])
        gone.put(image.blocks(cells[left & seen])[0])

    return follow(gone, "shift", at=at)


class Comparison:
    """The output before a shift and after it, and how many values have changed, as far as places have been "seen".

    Frames around these are its `changes`, those around their windows are what is `felt`.

    Args:
        film: where they stand.
        window: the windows on the image.
        still: the trace before the shift.
        moved: and after it.
    """

    def __init__(self, film: Film, window: Window, still: Any, moved: Any) -> None:
        changed, refs, olds = moved.changed.astype(bool), film.refs_of(moved), film.refs_of(still).output
        before = Grid(film, BEFORE, olds, GREY, "name_before", "activation", bar=0.3)
        after = Grid(film, AFTER, olds, GREY, "name_after", "activation")
        places = np.argwhere(changed)
        self.changes = after.frames(places, "text", width=7)
        self.felt = window.image.frames(window.corners[changed.ravel()], "text", window.side)
        number = film.number(refs.changes, size=36, anchor=RIGHT)
        number.next_to(after.cells, DOWN, buff=0.5).align_to(after.cells, LEFT)
        of = film.say("name_changed", count=refs.count("changed")).next_to(number, RIGHT, buff=0.15)
        of.align_to(number, UP)
        centres = after.blocks(places)[0]

        def seen(places: float) -> Any:
            return np.arange(changed.size).reshape(changed.shape) < np.ceil(places - 1e-9)

        def write(places: float) -> None:
            film.rewrite(number, refs.sum("changed", int(np.ceil(places - 1e-9))))

        def frame(places: float) -> None:
            self.changes.put(centres[: np.count_nonzero(seen(places) & changed)])

        after.follow(lambda places: np.where(seen(places), refs.output, olds), "seen")
        follow(number, "seen", at=write)
        follow(self.changes, "seen", at=frame)
        window.image.cursor(window.corners, "text", "seen", window.side, width=7)
        self.windows = window.image.frames(window.corners, "text", window.side, width=2)
        self.drawn: Sequence[Mobject] = [Group(before.drawn, after.drawn), number, of]
