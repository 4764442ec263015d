"""What only the film of dropout draws: a net whose neurons come and go, the table of its masks, three losses' marks."""

from collections.abc import Sequence
from itertools import chain, pairwise
from typing import Any, Self

import numpy as np
from manim import DOWN, LEFT, ORIGIN, RIGHT, UP, Mobject, Rectangle, VGroup, VMobject

from scenes._marks.dots import Dots
from scenes._marks.frames import Frames, glide
from scenes._marks.halo import with_halo
from scenes._marks.line import Dashes, Line, Segments
from scenes._stage.clock import follow
from scenes._stage.film import Film
from scenes._stage.theme import Theme

FARTHEST = 1.08  # from one neuron of a layer to the next, in units of the frame
SLIM = 0.32  # the largest radius of a neuron, as a share of that distance
EDGE, LOST_EDGE, LOST_RING = 0.7, 0.08, 0.6  # opacities; a ring that is kept has 1


class Network(VGroup):
    """Neurons as discs in columns, the first of a layer on top; all discs of a layer are one path.

    Args:
        layers: how many neurons each layer has, from the inputs to the outputs.
        centre: the middle of the net.
        size: from the first layer to the last, and the height of the highest layer.
        colours: of each layer's discs.
        theme: for the edges and what is dropped.
    """

    def __init__(
        self,
        layers: Sequence[int],
        centre: np.ndarray,
        size: tuple[float, float],
        colours: Sequence[str],
        theme: Theme,
    ) -> None:
        self.pitch = min(size[1] / max(layers), FARTHEST)
        self.radius = SLIM * self.pitch
        self.places = [  # of each layer [unit 3]
            centre + np.array([[x, ((count - 1) / 2 - unit) * self.pitch, 0.0] for unit in range(count)])
            for x, count in zip(np.linspace(-0.5, 0.5, len(layers)) * size[0], layers, strict=True)
        ]
        none = np.zeros((0, 3))
        self.edges, self.lost_edges = (Segments(none, none, theme.weight, 2) for _ in range(2))
        discs = [Dots(p, hue, self.radius) for p, hue in zip(self.places, colours, strict=True)]
        self.discs = [with_halo(disc, theme) for disc in discs]
        self.rings, self.lost_rings = (
            Dots(none, theme.text, opacity=0).set_stroke(theme.text).set_stroke(theme.background, 7, background=True)
            for _ in range(2)
        )
        self.crosses = Segments(none, none, theme.faint, 3, 1)
        super().__init__(self.lost_edges, self.edges, *self.discs, self.lost_rings, self.rings, self.crosses)
        self.ring([np.zeros(count) for count in layers])
        self.drop([np.ones(count) for count in layers], 0)

    def fill(self, layer: int, areas: np.ndarray) -> Self:
        """Give the neurons of a layer [unit] discs of these areas; 1 is the largest that has room."""
        self.discs[layer].put(self.places[layer], self.radius * np.sqrt(areas))
        return self

    def ring(self, areas: Sequence[np.ndarray]) -> Self:
        """Draw, at the next `drop`, a ring of that area around each neuron [layer][unit]; 0 draws none."""
        self._rings = self.radius * np.sqrt(np.concatenate(areas))
        return self

    def drop(self, kept: Sequence[np.ndarray], share: float) -> Self:
        """Let the neurons that are not `kept` [layer][unit] go, with their edges, by a share from 0 to 1."""
        pairs = list(pairwise(self.places))
        starts = np.concatenate([np.repeat(left, len(right), axis=0) for left, right in pairs])
        ends = np.concatenate([np.tile(right, (len(left), 1)) for left, right in pairs])
        stays = np.concatenate([np.outer(a, b).ravel() for a, b in pairwise(kept)]).astype(bool)
        self.edges.join(starts[stays], ends[stays]).set_stroke(opacity=EDGE)
        self.lost_edges.join(starts[~stays], ends[~stays]).set_stroke(opacity=EDGE + share * (LOST_EDGE - EDGE))
        stays, places = np.concatenate(kept).astype(bool), np.concatenate(self.places)
        ringed = self._rings > 0
        for rings, these, opacity in (
            (self.rings, ringed & stays, 1),
            (self.lost_rings, ringed & ~stays, 1 + share * (LOST_RING - 1)),
        ):
            rings.put(places[these], self._rings[these]).set_stroke(width=2.5, opacity=opacity)
        arms = 0.7 * self.radius * share * np.array([[-1.0, -1, 0], [-1, 1, 0]])
        gone = places[~stays][:, None]
        self.crosses.join((gone + arms).reshape(-1, 3), (gone - arms).reshape(-1, 3))
        return self


HEIGHT, MIDDLE, NAMES = 5.4, -0.28, 2.7  # of the net, of its middle, of the names above it
END = 0.3  # area of an input's or output's disc
ROOMY = 0.9  # from neuron to neuron, so that a number has its place between them
ARRIVED, DRAWN, SWOLLEN = 0.3, 0.6, 0.9  # stations in the time of a minibatch; then it rests
SLOW = 0.5  # minibatches a second up to which the eye follows where the mask falls


class MaskedNet(VGroup):
    """The net with the names of its layers; a ring is an activation before dropout, a disc the same after it.

    `at(time)`: so many minibatches are over. Of the time of each, activations grow until `ARRIVED` in place of those
    before, the mask falls on one hidden neuron after the other until `DRAWN`, survivors swell until `SWOLLEN`.

    Args:
        film: where it stands.
        widths: how many neurons each layer has; only hidden ones can be dropped.
        before: activations before dropout [step layer unit], padded where a layer has fewer units; the last
            step is evaluation.
        after: activations after it, likewise.
        kept: 1 for the units that were kept, likewise.
        written: references to activations before dropout, to those that are kept, and to those after it, likewise;
            if they are given, they are written below the neurons.
        ends: keys of the sentences that name inputs and outputs.
        x: where its middle is.
        width: from the inputs to the outputs.
    """

    def __init__(
        self,
        film: Film,
        widths: tuple[int, ...],
        before: np.ndarray,
        after: np.ndarray,
        kept: np.ndarray,
        written: tuple[np.ndarray, np.ndarray, np.ndarray] | None,
        ends: tuple[str, str],
        x: float,
        width: float,
    ) -> None:
        self._words, self._widths = film.words, widths
        self._before, self._after, self._kept, self._refs = before, after, kept, written
        self._most = max(before.max(), after.max())  # has the largest disc
        theme, hidden = film.theme, range(1, len(widths) - 1)
        hues = theme.data, *(theme.activation for _ in hidden), theme.text
        self.net = Network(widths, np.array([x, MIDDLE, 0]), (width, HEIGHT), hues, theme)
        inputs, outputs = (film.say(key, size=24, colour=theme.faint) for key in ends)
        names = [inputs, *(film.typeset(f"activation(h_{layer})") for layer in hidden), outputs]
        for name, places in zip(names, self.net.places, strict=True):
            name.move_to([places[0][0], NAMES, 0])
        self.neurons = np.concatenate(self.net.places[1:-1])  # that are hidden [unit 3]
        numbered = self.neurons if written and self.net.pitch > ROOMY else self.neurons[:0]
        self.numbers = VGroup(*(self._number(film, place) for place in numbered))
        self._order = np.cumsum((0, *widths[1:-2]))[:, None] + np.arange(before.shape[2])  # of the draws [layer unit]
        for layer in (0, -1):
            self.net.fill(layer, np.full(widths[layer], END))
        super().__init__(self.net, *names)
        self.at(0)

    def at(self, time: float) -> None:
        """Show the net after so many minibatches; before the first comes the last in training."""
        step = max(int(np.ceil(time - 1e-9)) - 1, 0)
        arrived, drawn, swollen = phases(time - step)
        kept = np.where(self._order < round(drawn * len(self.neurons)), self._kept[step], 1)
        swollen = np.clip(swollen * len(kept) - np.arange(len(kept)), 0, 1)[:, None]  # one layer after the other
        rings, fade = self._before[step], 1.0
        discs = rings * kept + swollen * (self._after[step] - kept * rings)
        if not self._refs and arrived < 1:
            last = (step - 1) % (len(self._kept) - 1)
            kept, fade = self._kept[last], 1 - arrived
            rings = self._before[last] + arrived * (rings - self._before[last])
            discs = self._after[last] + arrived * (discs - self._after[last])
        elif arrived < 1:  # nothing was there before
            rings = discs = np.clip(arrived * len(kept) - np.arange(len(kept)), 0, 1)[:, None] * rings
        self._put(discs, rings, kept, fade)
        if self._refs:
            before, left, after = (refs[step] for refs in self._refs)
            now = np.where(self._order < round(drawn * len(self.neurons)), left, before)
            self._write(np.where(swollen < 1, left, after) if swollen.any() else now)

    def cursor(self, film: Film, axis: str) -> Frames:
        """A frame around the neuron on which the mask falls; it is on stage only while it does."""
        frame = Frames(2 * self.net.radius, film.theme.text, film.theme.background, 3)

        def at(time: float) -> None:
            drawn = phases(time - max(int(np.ceil(time - 1e-9)) - 1, 0))[1]
            frame.put(glide(self.neurons, drawn * len(self.neurons) - 0.5)[None] if 0 < drawn < 1 else [])

        passing: Frames = film.passing(follow(frame, axis, at=at), SLOW)
        return passing

    def hidden(self, values: np.ndarray) -> list[np.ndarray]:
        """The values [layer unit] of each hidden layer, without padding."""
        return [row[:width] for row, width in zip(values, self._widths[1:-1], strict=True)]

    def _write(self, refs: np.ndarray) -> None:
        """Write numbers [layer unit] below the neurons, if there is room."""
        for number, ref in zip(self.numbers, chain(*self.hidden(refs)), strict=False):
            number.write(self._words.number(ref))

    def _put(self, discs: np.ndarray, rings: np.ndarray, kept: np.ndarray, fade: float) -> None:
        """Draw the hidden layers' discs and rings [layer unit]; what is not kept fades by a share."""
        for layer, areas in enumerate(self.hidden(discs / self._most), start=1):
            self.net.fill(layer, areas)
        inputs, outputs = np.ones(self._widths[0]), np.ones(self._widths[-1])
        self.net.ring([0 * inputs, *self.hidden(rings / self._most), 0 * outputs])
        self.net.drop([inputs, *self.hidden(kept), outputs], fade)

    def _number(self, film: Film, place: np.ndarray) -> VMobject:
        number = film.number(anchor=ORIGIN).centred_at(place + (self.net.radius + 0.12) * DOWN)
        return number.set_stroke(film.theme.background, 6, background=True)  # legible across the edges


def phases(share: float) -> np.ndarray:
    """How far activations have arrived, the mask has fallen, survivors have swollen, by a share of the time."""
    ends = np.array([0, ARRIVED, DRAWN, SWOLLEN])
    return np.clip((share - ends[:-1]) / np.diff(ends), 0, 1)


DOT, ARM = 0.36, 0.22  # radius of a dot and half the width of a cross, as shares of a cell
GROUP_GAP, LAST_GAP = 0.8, 0.35  # between two groups of rows; before the last column; in cells
HEAD = 0.5  # height of the columns' numbers and of their counts


class MaskTable(VGroup):
    """A dot where a neuron was kept, a small cross where not: a numbered column for each mask, the count at its foot.

    `at(time)`: the columns of the masks that have been drawn after so many minibatches are shown.

    Args:
        film: where it stands.
        present: whether they came [row column]; the last column stands apart and has no number.
        groups: how many rows belong together, from the top.
        written: the numbers of the columns but the last, and how many came in each.
        corner: the upper left corner.
        size: width, and the largest height.
    """

    def __init__(
        self,
        film: Film,
        present: np.ndarray,
        groups: tuple[int, ...],
        written: tuple[Sequence[Any], Sequence[Any]],
        corner: np.ndarray,
        size: tuple[float, float],
    ) -> None:
        self._present = np.asarray(present, dtype=bool)
        rows, columns = present.shape
        width = size[0] / (columns + LAST_GAP)
        places = rows + GROUP_GAP * (len(groups) - 1)
        height = min(width, (size[1] - 2 * HEAD) / places)
        across = (np.arange(columns) + 0.5 + LAST_GAP * (np.arange(columns) == columns - 1)) * width
        down = (np.arange(rows) + 0.5 + GROUP_GAP * np.repeat(np.arange(len(groups)), groups)) * height
        self._groups, self._rows = groups, [corner + (y + HEAD) * DOWN for y in down]
        self._columns = corner + across[:, None] * RIGHT
        self._places = self._columns - [0, HEAD, 0] + (-down[:, None, None] * [0.0, 1.0, 0.0])  # [row column 3]
        none = np.zeros((0, 3))
        self._dots = Dots(none, film.theme.activation, DOT * height)
        self._crosses, self._arm = Segments(none, none, film.theme.faint, 2, 1), ARM * height
        whole = places * height + 2 * HEAD
        self._foot = corner + (whole - HEAD / 2) * DOWN
        numbers, counts = written
        heads = [self._number(film, n, film.theme.faint, HEAD / 2, k) for k, n in enumerate(numbers)]
        self._counts = [self._number(film, n, film.theme.text, whole - HEAD / 2, k) for k, n in enumerate(counts)]
        self.cursor = Rectangle(width=width, height=whole, color=film.theme.text, stroke_width=2.5)
        self.cursor.move_to(self._columns[0] + whole / 2 * DOWN)
        super().__init__(self._dots, self._crosses, *heads, *self._counts, self.cursor)
        self.at(0)

    def at(self, time: float) -> None:
        """Show the masks that have been drawn after so many minibatches."""
        self._show(drawn(time))

    def _show(self, columns: int) -> None:
        """Show the first so many columns."""
        present, places = self._present[:, :columns], self._places[:, :columns]
        self._dots.put(places[present])
        absent, corners = places[~present][:, None], self._arm * np.array([[-1.0, -1, 0], [-1, 1, 0]])
        self._crosses.join((absent + corners).reshape(-1, 3), (absent - corners).reshape(-1, 3))
        for column, count in enumerate(self._counts):
            count.set_opacity(column < columns)

    def label(self, groups: Sequence[Mobject], head: Mobject, foot: Mobject) -> Self:
        """Put names before the first row of each group, above the columns, and before the counts."""
        firsts = np.cumsum((0, *self._groups[:-1]))
        for name, row in zip(groups, firsts, strict=True):
            name.next_to(self._rows[row], LEFT)
        self.add(*groups, head.next_to(self, UP, buff=0.12), foot.next_to(self._foot, LEFT))
        return self

    def mark_latest(self, axis: str) -> None:
        """Have the cursor stand, along an axis, around the mask that was drawn last."""
        last = len(self._counts) - 1  # the column of evaluation, where no mask is drawn

        def at(time: float) -> None:
            column = drawn(time) - 1
            self.cursor.set_x(self._columns[column % last if time <= last else last][0])

        follow(self.cursor, axis, at=at)

    def _number(self, film: Film, value: Any, colour: str, depth: float, column: int) -> Any:
        number = film.number(value, colour, anchor=ORIGIN)
        return number.centred_at(self._columns[column] + depth * DOWN)


def drawn(time: float) -> int:
    """How many masks have been drawn after so many minibatches."""
    step = max(int(np.ceil(time - 1e-9)) - 1, 0)
    return step + int(time - step > ARRIVED + 1e-9)


SAMPLE = 0.7  # width of a sample in the key


class Key(VGroup):
    """The names of the three losses, with `samples` before them; `values` go below.

    Args:
        film: where it stands.
        names: keys of their sentences.
        corner: where the first sample begins.
        pitch: from one name to the next.
    """

    def __init__(self, film: Film, names: tuple[str, ...], corner: np.ndarray, pitch: float) -> None:
        self._starts = corner + np.arange(len(names))[:, None] * pitch * DOWN
        ends = self._starts[:, None] + SAMPLE * np.outer([0, 1], RIGHT)  # [name end 3]
        self.lines = VGroup(*lines(film.theme, ends))
        self.marks = VGroup(*marks(film.theme, ends.mean(axis=1, keepdims=True)))
        written = zip(names, self._starts, strict=True)
        super().__init__(*(film.say(n, size=26).next_to(at + SAMPLE * RIGHT, RIGHT, buff=0.25) for n, at in written))

    def values(self, film: Film, refs: np.ndarray) -> VGroup:
        """A number below each name."""
        places = self._starts + np.array([SAMPLE + 0.25, -0.55, 0])
        numbers = [film.number(ref, size=40) for ref in refs]
        return VGroup(*(number.centred_at(place) for number, place in zip(numbers, places, strict=True)))


def lines(theme: Any, places: np.ndarray) -> list[VMobject]:
    """A line through each row of places [3 x 3]."""
    measured, evaluated, held_out = places
    return [Line(measured, theme.loss, 4), Dashes(evaluated, theme.loss, 4), Line(held_out, theme.validation, 5)]


def marks(theme: Any, places: np.ndarray) -> list[VMobject]:
    """A mark at each of the places [3 x 3]; the measures of the training loss are joined."""
    measured, evaluated, held_out = places
    joint = Segments(measured, evaluated, theme.loss, 3, 1)
    ring = Dots(evaluated, theme.background, 0.13).set_stroke(theme.loss, 4)
    bar = Segments(held_out + 0.3 * LEFT, held_out + 0.3 * RIGHT, theme.validation, 8, 1)
    return [joint, Dots(measured, theme.loss, 0.15), ring, bar]
