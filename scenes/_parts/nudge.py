"""An image that slides by a few cells under windows that stay, and the outputs that feel it."""

from typing import Any

import numpy as np
from manim import DOWN, LEFT, RIGHT, UP, Group
from manim.utils.rate_functions import ease_in_out_sine

from scenes._parts.courier import centres
from scenes._parts.frames import Frames, blink, glide
from scenes._parts.gather import Gather
from scenes._parts.panel import entitled, panel
from scenes._parts.sliding import GREY
from scenes._sources import chosen, count, rearranged

SIDE = 3.7  # of an output, in units of the frame
BEFORE, AFTER = np.array([[0.75, 0.65, 0], [4.95, 0.65, 0]])
FINE = 16  # parts of a cell that the image moves by


class Nudge:
    """The large image of `gather`, the output before the shift, and the output now.

    Args:
        gather: the panels of pooling, the image in its place.
        still: the trace before the shift.
        moved: and after it: the image has moved right, its left edge is repeated.
        maxima: the cells that the output came from [place axis]; None where all cells take part.
    """

    def __init__(self, gather: Gather, still: Any, moved: Any, maxima: np.ndarray | None) -> None:
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
