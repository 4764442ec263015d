"""An image that slides by a few cells under windows that stay, and the outputs that feel it."""

import numpy as np
from manim import DOWN, LEFT, RIGHT, UP, Group
from manim.utils.rate_functions import ease_in_out_sine

from scenes._parts.courier import centres
from scenes._parts.frames import Frames, blink
from scenes._parts.gather import Gather
from scenes._parts.panel import entitled, panel
from scenes._parts.sliding import GREY

SIDE = 3.7  # of an output, in units of the frame
BEFORE, AFTER = np.array([[0.75, 0.65, 0], [4.95, 0.65, 0]])
FINE = 16  # parts of a cell that the image moves by


class Nudge:
    """The large image of `gather`, the output before the shift, and the output now.

    Args:
        gather: the panels of pooling, the image in its place.
        image: the image before the shift [row col].
        maxima: the cells that the output came from [place axis]; None where all cells take part.
        outputs: before and after the shift [2 orow ocol].
        changed: where they differ [orow ocol].
        shift: by how many cells the image moves right; its left edge is repeated.
    """

    def __init__(
        self,
        gather: Gather,
        image: np.ndarray,
        maxima: np.ndarray | None,
        outputs: np.ndarray,
        changed: np.ndarray,
        shift: int,
    ) -> None:
        self._stage, self._image, self._marks = gather.stage, gather.image, gather.marks
        stage, theme = gather.stage, gather.stage.theme
        self._outputs, self._shift, self._size = outputs, shift, len(image)
        self._maxima = maxima
        self._strip = np.pad(image, ((0, 0), (shift, 0)), mode="edge")
        self.before, self.after = (panel(stage, outputs[0], GREY, SIDE, place) for place in (BEFORE, AFTER))
        self._spots, self._changed = centres(gather.image, gather.corners, gather.side), changed.ravel()
        self.windows = Frames(gather.side * gather.image.cell, theme.text, theme.background, 2)
        self.windows.put(self._spots)
        self.gone = Frames(gather.image.cell, theme.bad, theme.background)
        self._frame = Frames(gather.side * gather.image.cell, theme.text, theme.background, 7)
        self._last_cols = gather.corners[:, 1] + gather.side - 1  # [place]
        self._places = centres(self.after, np.argwhere(changed))
        self.changes = Frames(self.after.cell, theme.bad, theme.background, 7)
        self.count = stage.number(len(self._places), theme.bad, size=36, anchor=RIGHT)
        self.count.next_to(self.after, DOWN, buff=0.5).align_to(self.after, LEFT)
        self.panels = Group(
            entitled(stage, self.before, "name_before", theme.activation),
            entitled(stage, self.after, "name_after", theme.activation, bar=False),
            self.count,
            stage.say("name_changed", count=changed.size).next_to(self.count, RIGHT).align_to(self.count, UP),
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
        """Look at one window after the other: what its output is now, and whether it has changed."""
        before, now = self._outputs

        def look(share: float) -> None:
            seen = np.arange(now.size) <= share * (now.size - 1)
            self._frame.put(self._spots[seen][-1])
            self.after.paint(np.where(seen.reshape(now.shape), now, before))
            self.changes.put(self._places[: np.count_nonzero(seen & self._changed)])

        self._stage.add(self._frame)
        self._stage.drive(look, self._frame, self.after, self.changes, seconds=seconds)
        self._stage.remove(self._frame)
        self._stage.rewrite(self.count, len(self._places))

    def tell(self, *, told: bool = True) -> None:
        """Show the output now, and count and frame what has changed."""
        self.after.paint(self._outputs[int(told)])
        self._stage.rewrite(self.count, len(self._places) * told)
        self.changes.put(self._places if told else [])
        if told:
            blink(self._stage, self.changes, self._places)
