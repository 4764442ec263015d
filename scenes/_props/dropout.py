"""What only the film of dropout draws: a net whose neurons come and go, the table of its masks, three losses' marks."""

from typing import Any

import numpy as np
from manim import DOWN, LEFT, ORIGIN, RIGHT, UP, Rectangle, VGroup, VMobject

from mathcore.dropout import Trace
from scenes._marks.dots import Dots
from scenes._marks.frames import Frames, glide
from scenes._marks.halo import with_halo
from scenes._marks.line import Dashes, Line, Segments
from scenes._marks.net import column, edges
from scenes._stage.clock import follow, turn
from scenes._stage.film import SMALL, Film
from scenes._stage.theme import Theme

INPUTS, OUTPUTS = 4, 3  # measures of a flower, species
FARTHEST = 1.08  # from one neuron of a layer to the next, in units of the frame
SLIM = 0.32  # the largest radius of a neuron, as a share of that distance
EDGE, LOST_EDGE, LOST_RING = 0.7, 0.08, 0.6  # opacities; a ring that is kept has 1
HEIGHT, MIDDLE, NAMES = 5.4, -0.28, 2.7  # of the net, of its middle, of the names above it
END = 0.3  # area of an input's or output's disc, as a share of the largest
ROOMY = 0.9  # from neuron to neuron, so that a number has its place between them
ARRIVED, DRAWN, SWOLLEN = 0.3, 0.6, 0.9  # stations in the time of a minibatch; then it rests
SLOW = 0.5  # minibatches a second up to which the eye follows where the mask falls
NONE = np.zeros((0, 3))


def hidden(trace: Trace) -> np.ndarray:
    """Which places of arrays [layer unit] are units: they are padded where a layer has fewer."""
    widths = np.array(trace.params.hidden)
    return np.arange(widths.max()) < widths[:, None]


def masks(trace: Trace) -> np.ndarray:
    """Which hidden units were kept at each minibatch, and at evaluation, which comes last and keeps all [step unit]."""
    return np.concatenate([trace.mask, trace.h_eval[None] > 0])[:, hidden(trace)]


class MaskedNet(VGroup):
    """The net with the names of its layers; a ring is an activation before dropout, a disc the same after it.

    `at(time)`: so many minibatches are over, the last of them evaluation. Of the time of each, activations grow until
    `ARRIVED` in place of those before, the mask falls on one hidden neuron after the other until `DRAWN`, survivors
    swell until `SWOLLEN`.

    Args:
        film: where it stands.
        axis: along which it goes, with a frame around the neuron on which the mask falls.
        x: where its middle is.
        width: from the inputs to the outputs.
        written: whether activations are written below the neurons, if there is room; nothing is there before they come.
    """

    def __init__(self, film: Film, axis: str, x: float, width: float, *, written: bool = False) -> None:
        t, refs, real = film.trace, film.refs, hidden(film.trace)
        self._words, self._kept = film.words, masks(t)
        self._before, self._after = (np.concatenate([run, t.h_eval[None]])[:, real] for run in (t.h, t.h_dropped))
        self._most = max(self._before.max(), self._after.max())  # has the largest disc
        self._refs = [of[:, real] for of in (refs.h, refs.h_kept, refs.h_dropped)] if written else []
        self._layer = np.nonzero(real)[0]  # of each hidden unit
        counts = (INPUTS, *t.params.hidden, OUTPUTS)
        pitch, across = min(HEIGHT / max(counts), FARTHEST), x + np.linspace(-0.5, 0.5, len(counts)) * width
        columns = [column(at, MIDDLE, count, pitch) for at, count in zip(across, counts, strict=True)]
        self.radius, self._places, self._joined = SLIM * pitch, np.concatenate(columns), edges(counts)
        self.neurons = self._places[INPUTS:-OUTPUTS]  # that are hidden [unit 3]
        self.numbers = VGroup(*(self._number(film, at) for at in self.neurons if written and pitch > ROOMY))
        names = (name.move_to([at, NAMES, 0]) for name, at in zip(layer_names(film), across, strict=True))
        super().__init__(*self._marks(film.theme, columns), *names)
        follow(self, axis)
        self._frame(film, axis)

    def _marks(self, theme: Theme, columns: list[np.ndarray]) -> list[VMobject]:
        """Edges, the discs of each layer, rings and crosses; twice where what is lost fades."""
        self._edges, self._lost_edges = (Segments(NONE, NONE, theme.weight, 2, EDGE) for _ in range(2))
        hues, radius = [theme.data, *[theme.activation] * (len(columns) - 2), theme.text], self.radius * np.sqrt(END)
        self._discs = [with_halo(Dots(places, hue, radius), theme) for places, hue in zip(columns, hues, strict=True)]
        self._rings, self._lost_rings = (
            Dots(NONE, theme.text, opacity=0).set_stroke(theme.text, 2.5) for _ in range(2)
        )
        for rings in (self._rings, self._lost_rings):
            rings.set_stroke(theme.background, 7, background=True)
        self._crosses = Segments(NONE, NONE, theme.faint, 3, 1)
        return [self._lost_edges, self._edges, *self._discs, self._lost_rings, self._rings, self._crosses]

    def at(self, time: float) -> None:
        """Show the net after so many minibatches; before the first comes the last in training."""
        step, share = turn(time)
        arrived, drawn, swollen = phases(share)
        fallen = np.arange(len(self.neurons)) < round(drawn * len(self.neurons))  # on which the mask has
        arriving, swelling = self._in_turn(arrived), self._in_turn(swollen)
        kept, rings, fade = np.where(fallen, self._kept[step], 1), self._before[step], 1.0
        discs = rings * kept + swelling * (self._after[step] - kept * rings)
        if self._refs:
            before, left, after = (refs[step] for refs in self._refs)
            self._write(np.where(swelling < 1, left, after) if swollen else np.where(fallen, left, before))
            rings, discs = (arriving * rings, arriving * rings) if arrived < 1 else (rings, discs)
        elif arrived < 1:
            last = (step - 1) % (len(self._kept) - 1)
            kept, fade = self._kept[last], 1 - arrived
            rings = self._before[last] + arrived * (rings - self._before[last])
            discs = self._after[last] + arrived * (discs - self._after[last])
        self._put(discs, rings, kept, fade)

    def _frame(self, film: Film, axis: str) -> None:
        """Have a frame on stage only while the mask falls."""
        frame = Frames(2 * self.radius, film.theme.text, film.theme.background, 3)

        def at(time: float) -> None:
            drawn = phases(turn(time)[1])[1]
            frame.put(glide(self.neurons, drawn * len(self.neurons) - 0.5)[None] if 0 < drawn < 1 else [])

        film.passing(follow(frame, axis, at=at), SLOW)

    def _in_turn(self, share: float) -> np.ndarray:
        """How far each unit is, one layer after the other."""
        shares: np.ndarray = np.clip(share * (self._layer[-1] + 1) - self._layer, 0, 1)
        return shares

    def _write(self, refs: np.ndarray) -> None:
        """Write numbers [unit] below the neurons, if there is room."""
        for number, ref in zip(self.numbers, refs, strict=False):
            number.write(self._words.number_to(ref, 3))

    def _put(self, discs: np.ndarray, rings: np.ndarray, kept: np.ndarray, fade: float) -> None:
        """Draw discs and rings [unit]; what is not kept fades by a share, with its edges."""
        radii = self.radius * np.sqrt(discs / self._most)
        for layer, disc in enumerate(self._discs[1:-1]):
            disc.put(self.neurons[self._layer == layer], radii[self._layer == layer])
        (starts, ends), stay = self._places[self._joined], np.pad(kept, (INPUTS, OUTPUTS), constant_values=1) > 0
        stay = stay[self._joined].all(axis=0)  # [edge]
        self._edges.join(starts[stay], ends[stay])
        self._lost_edges.join(starts[~stay], ends[~stay]).set_stroke(opacity=EDGE + fade * (LOST_EDGE - EDGE))
        for mark, these, opacity in (
            (self._rings, (rings > 0) & (kept > 0), 1),
            (self._lost_rings, (rings > 0) & (kept == 0), 1 + fade * (LOST_RING - 1)),
        ):
            mark.put(self.neurons[these], self.radius * np.sqrt(rings[these] / self._most)).set_stroke(opacity=opacity)
        self._crosses.join(*crosses(self.neurons[kept == 0], 0.7 * self.radius * fade))

    def _number(self, film: Film, place: np.ndarray) -> VMobject:
        number = film.number(anchor=ORIGIN).centred_at(place + (self.radius + 0.12) * DOWN)
        return number.set_stroke(film.theme.background, 6, background=True)  # legible across the edges


def layer_names(film: Film) -> list[VMobject]:
    """What the layers are called, from the inputs to the outputs."""
    inputs, outputs = (film.say(key, size=SMALL, colour=film.theme.faint) for key in ("inputs", "outputs"))
    return [inputs, *hidden_names(film), outputs]


def hidden_names(film: Film) -> list[VMobject]:
    """What the hidden layers are called."""
    return [film.typeset(f"activation(h_{layer + 1})") for layer in range(len(film.trace.params.hidden))]


def phases(share: float) -> np.ndarray:
    """How far activations have arrived, the mask has fallen, survivors have swollen, by a share of the time."""
    ends = np.array([0, ARRIVED, DRAWN, SWOLLEN])
    return np.clip((share - ends[:-1]) / np.diff(ends), 0, 1)


def crosses(places: np.ndarray, arm: float) -> tuple[np.ndarray, np.ndarray]:
    """Where the strokes of crosses at some places start and end [stroke 3]; half as wide and high as an arm."""
    arms = arm * np.array([[-1.0, -1, 0], [-1, 1, 0]])
    return (places[:, None] + arms).reshape(-1, 3), (places[:, None] - arms).reshape(-1, 3)


CORNER, TABLE = np.array([2.2, 2.2, 0]), (4.6, 4.9)  # upper left corner of the table; its width, its largest height
DOT, ARM = 0.36, 0.22  # radius of a dot and half the width of a cross, as shares of a cell
GROUP_GAP, LAST_GAP = 0.8, 0.35  # between two groups of rows; before the last column; in cells
HEAD = 0.5  # height of the columns' numbers and of their counts


class MaskTable(VGroup):
    """A dot where a neuron was kept, a small cross where not: a numbered column for each mask, the count at its foot.

    The last column is evaluation; it stands apart and has no number. Along "drawn" the columns of the masks that have
    been drawn after so many minibatches are shown; along "time" a cursor stands around the latest.
    """

    def __init__(self, film: Film) -> None:
        theme, groups, self._kept = film.theme, film.trace.params.hidden, masks(film.trace).T > 0  # [row column]
        rows, columns = self._kept.shape
        width = TABLE[0] / (columns + LAST_GAP)
        places = rows + GROUP_GAP * (len(groups) - 1)
        height = min(width, (TABLE[1] - 2 * HEAD) / places)
        whole = places * height + 2 * HEAD
        across = (np.arange(columns) + 0.5 + LAST_GAP * (np.arange(columns) == columns - 1)) * width
        down = (np.arange(rows) + 0.5 + GROUP_GAP * np.repeat(np.arange(len(groups)), groups)) * height
        self._columns = CORNER + across[:, None] * RIGHT
        self._places = self._columns - [0, HEAD, 0] + (-down[:, None, None] * [0.0, 1.0, 0.0])  # [row column 3]
        self._dots = Dots(NONE, theme.activation, DOT * height)
        self._crosses, self._arm = Segments(NONE, NONE, theme.faint, 2, 1), ARM * height
        steps, counts = film.refs.places("step"), [*film.refs.survivors, film.refs.units]
        heads = [self._number(film, step.ordinal, theme.faint, HEAD / 2, k) for k, step in enumerate(steps)]
        self._counts = [self._number(film, n, theme.text, whole - HEAD / 2, k) for k, n in enumerate(counts)]
        cursor = Rectangle(width=width, height=whole, color=theme.text, stroke_width=2.5)
        cursor.move_to(self._columns[0] + whole / 2 * DOWN)
        super().__init__(self._dots, self._crosses, *heads, *self._counts, cursor)
        follow(self, "drawn")
        layers, firsts = hidden_names(film), np.cumsum((0, *groups[:-1]))
        for name, row in zip(layers, firsts, strict=True):
            name.next_to(CORNER + (down[row] + HEAD) * DOWN, LEFT)
        head, foot = (film.say(key, size=SMALL) for key in ("minibatch", "stay"))
        self.add(*layers, head.next_to(self, UP, buff=0.12), foot.next_to(CORNER + (whole - HEAD / 2) * DOWN, LEFT))
        self._mark_latest(cursor)

    def at(self, time: float) -> None:
        """Show the masks that have been drawn after so many minibatches."""
        columns = drawn(time)
        kept, places = self._kept[:, :columns], self._places[:, :columns]
        self._dots.put(places[kept])
        self._crosses.join(*crosses(places[~kept], self._arm))
        for k, count in enumerate(self._counts):
            count.set_opacity(k < columns)

    def _mark_latest(self, cursor: Rectangle) -> None:
        """Have the cursor stand around the mask that was drawn last."""
        last = len(self._counts) - 1  # the column of evaluation, where no mask is drawn

        def at(time: float) -> None:
            column = drawn(time) - 1
            cursor.set_x(self._columns[column % last if time <= last else last][0])

        follow(cursor, "time", at=at)

    def _number(self, film: Film, value: Any, colour: str, depth: float, column: int) -> Any:
        number = film.number(value, colour, anchor=ORIGIN)
        return number.centred_at(self._columns[column] + depth * DOWN)


def drawn(time: float) -> int:
    """How many masks have been drawn after so many minibatches."""
    step, share = turn(time)
    return step + int(share > ARRIVED + 1e-9)


KEY, PITCH = np.array([2.6, 1.9, 0]), 1.5  # of the key: where the first sample begins; from one name to the next
SAMPLE = 0.7  # width of a sample


class Key(VGroup):
    """The names of the three losses; `lines` or `marks` go before them, `values` below."""

    def __init__(self, film: Film, names: tuple[str, ...]) -> None:
        self._starts = KEY + np.arange(len(names))[:, None] * PITCH * DOWN
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


def lines(theme: Theme, places: np.ndarray) -> list[VMobject]:
    """A line through each row of places [3 x 3]."""
    measured, evaluated, held_out = places
    return [Line(measured, theme.loss, 4), Dashes(evaluated, theme.loss, 4), Line(held_out, theme.validation, 5)]


def marks(theme: Theme, places: np.ndarray) -> list[VMobject]:
    """A mark at each of the places [3 x 3]; the measures of the training loss are joined."""
    measured, evaluated, held_out = places
    joint = Segments(measured, evaluated, theme.loss, 3, 1)
    ring = Dots(evaluated, theme.background, 0.13).set_stroke(theme.loss, 4)
    bar = Segments(held_out + 0.3 * LEFT, held_out + 0.3 * RIGHT, theme.validation, 8, 1)
    return [joint, Dots(measured, theme.loss, 0.15), ring, bar]
