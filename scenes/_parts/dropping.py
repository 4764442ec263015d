"""A net whose hidden neurons come and go: what a mask leaves of them, and how large they are."""

from itertools import chain
from typing import Any

import numpy as np
from manim import DOWN, ORIGIN, VGroup, VMobject

from scenes._parts.frames import Frames, glide
from scenes._parts.network import Network
from scenes._sources import chosen

HEIGHT, MIDDLE, NAMES = 5.4, -0.28, 2.7  # of the net, of its middle, of the names above it
END = 0.3  # area of an input's or output's disc
ROOMY = 0.9  # from neuron to neuron, so that a number has its place between them


class Dropping(VGroup):
    """The net with the names of its layers; a ring is an activation before dropout, a disc the same after it.

    Args:
        stage: where it stands.
        widths: how many neurons each layer has; only hidden ones can be dropped.
        before: activations before dropout [step layer unit], padded where a layer has fewer units; the last
            step is evaluation.
        after: activations after it, likewise.
        kept: 1 for the units that were kept, likewise.
        ends: keys of the sentences that name inputs and outputs.
        x: where its middle is.
        width: from the inputs to the outputs.
    """

    def __init__(
        self,
        stage: Any,
        widths: tuple[int, ...],
        before: np.ndarray,
        after: np.ndarray,
        kept: np.ndarray,
        ends: tuple[str, str],
        x: float,
        width: float,
    ) -> None:
        self._words, self._widths = stage.words, widths
        self._before, self._after, self._kept = before, after, kept
        self._most = max(before.max(), after.max())  # has the largest disc
        theme, hidden = stage.theme, range(1, len(widths) - 1)
        hues = theme.data, *(theme.activation for _ in hidden), theme.text
        self.net = Network(widths, np.array([x, MIDDLE, 0]), (width, HEIGHT), hues, theme)
        inputs, outputs = (stage.say(key, size=24, colour=theme.faint) for key in ends)
        names = [inputs, *(stage.typeset(f"activation(h_{layer})") for layer in hidden), outputs]
        for name, places in zip(names, self.net.places, strict=True):
            name.move_to([places[0][0], NAMES, 0])
        self._places = np.concatenate(self.net.places[1:-1])  # of the hidden neurons [unit 3]
        numbered = self._places if self.net.pitch > ROOMY else self._places[:0]
        self.numbers = VGroup(*(self._number(stage, place) for place in numbered))
        firsts = np.cumsum((0, *widths[1:-2]))
        self._order = firsts[:, None] + np.arange(before.shape[2])  # of the draws [layer unit]
        self._frame = Frames(2 * self.net.radius, theme.text, theme.background, 3)
        for layer in (0, -1):
            self.net.fill(layer, np.full(widths[layer], END))
        super().__init__(self.net, *names)
        self.pose(0)

    def flow(self, share: float) -> None:
        """Let the activations of the first step grow, one layer after the other."""
        layers = len(self._before[0])
        grown = np.clip(share * layers - np.arange(layers), 0, 1)[:, None] * self._before[0]
        self._put(grown, grown, np.ones_like(grown), 0)

    def draw(self, stage: Any, step: int, seconds: float) -> None:
        """Let the mask of a step fall on one hidden neuron after the other; a frame shows on which."""
        h, left = stage.trace.h[step], stage.trace.h_kept[step]

        def fall(share: float) -> None:
            position = share * len(self._places)
            self._frame.put(glide(self._places, position - 0.5)[None])
            drawn = self._order < round(position)
            kept = np.where(drawn, self._kept[step], 1)
            self._put(self._before[step] * kept, self._before[step], kept, 1)
            self.write(chosen(drawn, left, h))

        stage.add(self._frame)
        stage.drive(fall, self.net, self._frame, self.numbers, seconds=seconds)
        stage.remove(self._frame)

    def pose(self, step: int, *, arrive: float = 1, fade: float = 0, swell: float | np.ndarray = 0) -> None:
        """First all arrive, in place of the step before; then the dropped fade; then the survivors swell.

        Before the first step comes the last in training, so that steps can be repeated. Layers may `swell` by
        shares of their own [layer 1].
        """
        kept, rings, after = self._kept[step], self._before[step], self._after[step]
        discs = rings * (1 - fade * (1 - kept)) + swell * (after - kept * rings)
        if arrive < 1:
            last = (step - 1) % (len(self._kept) - 1)
            kept, fade = self._kept[last], 1 - arrive
            rings = self._before[last] + arrive * (rings - self._before[last])
            discs = self._after[last] + arrive * (discs - self._after[last])
        self._put(discs, rings, kept, fade)

    def write(self, values: np.ndarray) -> None:
        """Write values [layer unit] below the neurons, if there is room."""
        for number, value in zip(self.numbers, chain(*self.hidden(values)), strict=False):
            number.write(self._words.number(value))

    def hidden(self, values: np.ndarray) -> list[np.ndarray]:
        """The values [layer unit] of each hidden layer, without padding."""
        return [row[:width] for row, width in zip(values, self._widths[1:-1], strict=True)]

    def _put(self, discs: np.ndarray, rings: np.ndarray, kept: np.ndarray, fade: float) -> None:
        """Draw the hidden layers' discs and rings [layer unit]; what is not kept fades by a share."""
        for layer, areas in enumerate(self.hidden(discs / self._most), start=1):
            self.net.fill(layer, areas)
        inputs, outputs = np.ones(self._widths[0]), np.ones(self._widths[-1])
        self.net.ring([0 * inputs, *self.hidden(rings / self._most), 0 * outputs])
        self.net.drop([inputs, *self.hidden(kept), outputs], fade)

    def _number(self, stage: Any, place: np.ndarray) -> VMobject:
        number = stage.number(anchor=ORIGIN).centred_at(place + (self.net.radius + 0.12) * DOWN)
        return number.set_stroke(stage.theme.background, 6, background=True)  # legible across the edges
