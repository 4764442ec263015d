"""What only the film of early stopping draws: losses over epochs, the counter of patience, the safe."""

from typing import Any, Self

import numpy as np
from manim import DOWN, LEFT, RIGHT, UP, Circle, RoundedRectangle, VGroup, VMobject

from mathcore.early_stopping import Trace
from scenes._marks.halo import with_halo
from scenes._marks.line import Dashes, Line, Segments, closed
from scenes._marks.panel import Panel
from scenes._marks.scales import LogScale
from scenes._marks.typeset import HANGING
from scenes._stage.clock import between, follow
from scenes._stage.film import SMALL, Film
from scenes._stage.layout import Slot
from scenes._stage.theme import Theme

ROOM = 1.13  # of the epochs that are drawn: numbers stand at the right of the last
NONE = np.zeros((0, 3))
BOX, GAP = np.array([[0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0]]), 0.2  # of the counter; share between two of them
NUMBER = 34  # font size
HALF_DESCENT = 0.0015  # of the letters that hang below the line, for font size 1
TALLEST, STROKE = 0.45, 10  # of a weight drawn as a stick: height, width
ARROW, TIP = (
    0.42,
    np.array([[0, 0, 0], [-0.12, 0.15, 0], [0.12, 0.15, 0]]),
)  # into the safe: length, ends of its strokes


class LossChart:
    """Losses over epochs, on a logarithmic scale.

    Args:
        film: it writes names and numbers.
        slot: where the chart stands.
        epochs: the last that is drawn.
        losses: what shall have room.
        name: key of what is said below.
        ticks: at most so many along the epochs.
    """

    def __init__(self, film: Film, slot: Slot, epochs: int, losses: Any, name: str = "", ticks: int = 6) -> None:
        panel = Panel(film, slot, [0, ROOM * epochs], [0, 1], name, ticks=(ticks, 0))
        self._axes, self.foot, self.top = panel.axes, slot.foot, slot.foot + slot.height
        corner, size = np.array([slot.left, slot.foot, 0.0]), (slot.width, slot.height)
        self._scale = LogScale(corner, size, np.asarray(losses), film.theme)
        self.drawn = VGroup(self._scale, panel.drawn)

    def at(self, epoch: Any, loss: Any) -> np.ndarray:
        """The points of the frame [... 3] for losses after epochs."""
        points = self._axes.at(epoch, np.zeros_like(loss))
        points[..., 1] = self.foot + self._scale.height(loss)
        return points


class Run:
    """The marks of a training run, on a chart or, along the axis `zoom`, on its way to a second one.

    Args:
        film: where they stand.
        trace: the run.
        refs: to its numbers.
        charts: one, or two.
    """

    def __init__(self, film: Film, trace: Trace, refs: Any, *charts: LossChart) -> None:
        theme = film.theme
        self._theme, self._t, self._charts = theme, trace, charts
        self._held, self.stop, self.losses = trace.held(), int(trace.stop_epoch), trace.val_loss
        losses = ("loss", trace.train_loss), ("validation", trace.val_loss)
        self.curves = [self._curve(role, "epoch", loss) for role, loss in losses]
        goes_on = self.stop < trace.params.epochs
        self.rest = [self._curve(role, "beyond", loss) for role, loss in losses if goes_on]
        self.best, self.head = Dot(theme, "good"), Dot(theme, "validation")
        roles = ("good", 3), ("bad", 3), ("text", 10)
        self.window = VGroup(*(Segments(NONE, NONE, getattr(theme, role), width, 1) for role, width in roles))
        follow(self.best, "kept", "zoom", at=lambda kept, zoom: self.best.put(self.at(*self._kept(kept), zoom)))
        follow(self.head, "epoch", "restored", "zoom", at=self._lead)
        follow(with_halo(self.window, theme), "kept", "zoom", at=self._wait)
        number, epochs = with_halo(film.number(size=NUMBER, colour=theme.bad), theme), refs.places("epoch")

        def tell(kept: float, zoom: float) -> None:
            until, stops = self._until(kept)
            film.rewrite(number.set_opacity(float(stops)), epochs[until])
            number.anchored_at(self.at(until, 1.0, zoom) * [1, 0, 0] + [0.15, self._charts[0].top - 0.25, 0])

        self.drawn = [*self.curves, self.window, follow(number, "kept", "zoom", at=tell), self.best, self.head]

    def at(self, epoch: Any, loss: Any, zoom: float = 0) -> np.ndarray:
        """The points of the frame [... 3] for losses after epochs."""
        return between(np.stack([chart.at(epoch, loss) for chart in self._charts]), zoom)

    def across(self) -> Line:
        """The level of the loss that is restored, from the stop to the last epoch, on the last chart."""
        ends = self.at(np.array([self.stop, self._t.params.epochs]), np.full(2, self._t.restored_loss), 1)
        return with_halo(Line(ends, self._theme.good, 3), self._theme)

    def _curve(self, role: str, axis: str, losses: np.ndarray) -> Line:
        """The losses up to the stop, or those after it, which are not had: dashed."""
        first, last = (0, self.stop) if axis == "epoch" else (self.stop, len(losses) - 1)
        epochs, losses = np.arange(first, last + 1), losses[first : last + 1]
        kind = Line if axis == "epoch" else Dashes
        line = kind(self.at(epochs, losses), getattr(self._theme, role), 5 if role == "validation" else 3)

        def go(place: float, zoom: float) -> None:
            line.through(self.at(epochs, losses, zoom)).show(float(np.clip((place - first) / (last - first), 0, 1)))

        return follow(with_halo(line, self._theme), axis, "zoom", at=go)

    def _kept(self, kept: float) -> tuple[int, float]:
        """The epoch and the loss of the best so far."""
        best = int(self._held[int(kept + 1e-9)])
        return best, float(self._t.val_loss[best])

    def _until(self, kept: float) -> tuple[int, bool]:
        """The epoch by which there must be a new best, or the last one; and whether training would stop there."""
        until, last = self._kept(kept)[0] + self._t.params.patience, self._t.params.epochs
        return min(until, last), until <= last

    def _lead(self, epoch: float, restored: float, zoom: float) -> None:
        """Put the dot that leads the validation loss; restored weights take it back down."""
        epoch = min(epoch, self.stop)
        start, end = (self.at(epoch, loss, zoom) for loss in (between(self._t.val_loss, epoch), self._t.restored_loss))
        self.head.put(start + restored * (end - start))

    def _wait(self, kept: float, zoom: float) -> None:
        """Draw the level below which a new best lies, until when there must be one, and how much of that is over."""
        (best, lowest), (until, stops) = self._kept(kept), self._until(kept)
        now = min(int(kept + 1e-9), self.stop)
        start, end, here = (self.at(place, lowest, zoom) for place in (best, until, now))
        foot = [end[0], self._charts[0].foot, 0]
        top = [end[0], self._charts[0].top, 0] if stops else foot
        for line, ends in zip(self.window, ((start, end), (foot, top), (start, here)), strict=True):
            line.join(*np.array(ends)[:, None])


def reading(film: Film, run: Run, refs: Any) -> Any:
    """The validation loss beside its point, where the curve has not come yet."""
    number, right = film.number(size=30, colour=film.theme.validation), run.at(run.stop, 1.0)[0] - 0.95

    def read(epoch: float) -> None:
        here = min(epoch, run.stop)
        film.rewrite(number, refs.val_loss[int(here + 1e-9)])
        place = run.at(here, between(run.losses, here)) + np.array([0.16, 0.22, 0])
        number.anchored_at(np.minimum(place, [right, np.inf, np.inf]))

    return follow(with_halo(number, film.theme), "epoch", at=read)


def bracket(film: Film, ends: np.ndarray) -> Segments:
    """From one point of the frame to another at the same height, with a foot at each."""
    start, end = ends
    feet = 0.15 * DOWN
    segments = Segments(np.array([start, start, end]), np.array([end, start + feet, end + feet]), film.theme.bad, 4, 1)
    return with_halo(segments, film.theme)


def boxed(key: VGroup, theme: Theme) -> RoundedRectangle:
    """The box of a key, which sets it apart from what is drawn in a chart."""
    box = RoundedRectangle(corner_radius=0.1, width=key.width + 0.35, height=key.height + 0.3, color=theme.faint)
    return box.set_stroke(width=2).set_fill(theme.background, 1).move_to(key)


class Dot(VMobject):
    """A dot of a role's colour, which is put elsewhere."""

    def __init__(self, theme: Theme, role: str, radius: float = 0.13) -> None:
        super().__init__(fill_color=getattr(theme, role), fill_opacity=1, stroke_width=0)
        self._outline = Circle(radius=radius).points
        with_halo(self, theme)

    def put(self, place: np.ndarray) -> Self:
        """Put its middle at a point of the frame."""
        self.points = self._outline + place
        return self


def counter(film: Film, trace: Trace, refs: Any, slot: Slot) -> VGroup:
    """A box for each epoch of patience, filled for those without a new best; above them their number."""
    theme, last, right, head = film.theme, len(trace.waited) - 1, slot.left + slot.width, slot.foot + slot.height
    pitch = slot.width / (trace.params.patience - GAP)
    lefts = slot.left + pitch * np.arange(trace.params.patience)
    boxes = BOX * [(1 - GAP) * pitch, 0.42, 0] + np.stack([lefts, 0 * lefts + slot.foot, 0 * lefts], axis=-1)[:, None]
    empty = VMobject(stroke_color=theme.faint, stroke_width=2)
    full = VMobject(fill_color=theme.text, fill_opacity=1, stroke_width=0)
    empty.points = closed(boxes)
    sign, number = named(film, film.typeset("n =", size=NUMBER), right - 1.15, head, "text")

    def count(kept: float) -> None:
        epoch = min(int(kept + 1e-9), last)
        full.points = closed(boxes[: trace.waited[epoch]])
        film.rewrite(number, refs.waited[epoch])

    name = level(film.say("waited", size=SMALL), [slot.left, head, 0], LEFT)
    return VGroup(empty, follow(VGroup(full, number), "kept", at=count), sign, name)


class Safe:
    """The safe in which the best weights lie, and above it how far those in training have gone from them.

    Args:
        film: where it stands; along the axis `flight` an arrow tells that a copy goes into the safe, below 0 out of it.
        trace: the run.
        refs: to its numbers.
        slot: of the safe.
    """

    def __init__(self, film: Film, trace: Trace, refs: Any, slot: Slot) -> None:
        t, theme = trace, film.theme
        self._t, self._refs = trace, refs
        self._x = slot.left + 0.35 + (slot.width - 1.85) * np.linspace(0, 1, t.w.shape[1])
        self._inside, self._above = slot.foot + slot.height - 0.65, slot.foot + slot.height + 0.65
        door = RoundedRectangle(
            corner_radius=0.15, width=slot.width, height=slot.height, color=theme.good, stroke_width=6
        )
        door.move_to([slot.left + slot.width / 2, slot.foot + slot.height / 2, 0])
        self.best = self._best(film, slot)
        self.drawn = VGroup(door, wheel(theme, slot), self.best, self._departing(film, slot))
        self.arrow = with_halo(Segments(NONE, NONE, theme.weight, 6, 1), theme)
        middle = np.array([slot.left + slot.width - 0.75, slot.foot + slot.height + 0.33, 0])

        def point(flight: float) -> None:
            way = np.sign(flight) * DOWN
            start = middle - ARROW / 2 * way
            tip = start + abs(flight) * ARROW * way
            self.arrow.join(np.array([start, tip, tip]), tip - TIP * way[1])

        film.passing(follow(self.arrow, "flight", at=point))

    def _sticks(self, theme: Theme) -> Segments:
        return with_halo(Segments(NONE, NONE, theme.weight, STROKE, 1), theme)

    def _stand(self, sticks: Segments, middle: float, shares: np.ndarray) -> None:
        """Have sticks stand up or down from a height, each so long as its share."""
        feet = np.stack([self._x, 0 * self._x + middle, 0 * self._x], axis=-1)
        sticks.join(feet, feet + TALLEST * np.stack([0 * shares, shares, 0 * shares], axis=-1))

    def _best(self, film: Film, slot: Slot) -> VGroup:
        """The weights in the safe, their epoch and their loss."""
        t, refs, held, sticks = self._t, self._refs, self._t.held(), self._sticks(film.theme)
        height, largest = slot.foot + 0.38, np.abs(t.w).max()
        epoch_name, epoch = named(film, film.say("safe", size=28), slot.left + 0.25, height, "good", 30)
        level(epoch_name, [slot.left + 0.25, height, 0], LEFT)
        sign = film.typeset("validation(L^*) =", size=30)
        loss_name, loss = named(film, sign, slot.left + 2.7, height, "validation", 30)

        def hold(kept: float) -> None:
            best = held[int(kept + 1e-9)]
            self._stand(sticks, self._inside, t.w[best] / largest)
            film.rewrite(epoch, refs.places("epoch")[best])
            film.rewrite(loss, refs.val_loss[best])

        return VGroup(follow(VGroup(sticks, epoch, loss), "kept", at=hold), epoch_name, loss_name)

    def _departing(self, film: Film, slot: Slot) -> VGroup:
        """The differences between the weights in training and those in the safe, enlarged, and their norm."""
        t, refs, stop, sticks = self._t, self._refs, int(self._t.stop_epoch), self._sticks(film.theme)
        changes = t.w - t.w[t.held()]
        largest = np.abs(changes[: stop + 1]).max(initial=1e-9)
        name = film.typeset("norm(weight(w) - weight(w^*)) =", size=NUMBER)
        name, distance = named(film, name, slot.left, self._above + 0.8, "text")

        def depart(kept: float, restored: float) -> None:
            place = float(t.best_epoch) if restored == 1 else min(kept, stop)
            self._stand(sticks, self._above, between(changes, place) / largest)
            film.rewrite(distance, refs.distance[int(place + 1e-9)])

        ends = np.array([[slot.left, self._above, 0], [slot.left + slot.width, self._above, 0]])
        faint = film.theme.faint
        every = film.say("all", size=SMALL, colour=faint, all=refs.parameters)
        drawn = film.say("drawn", size=SMALL, colour=faint, drawn=refs.length("unit"))
        return VGroup(
            level(every, ends[1] + 0.8 * UP, RIGHT),
            level(drawn, ends[1] + 0.3 * UP, RIGHT),
            Line(ends, film.theme.faint, 2),
            follow(VGroup(sticks, distance), "kept", "restored", at=depart),
            name,
        )


def level(text: Any, place: Any, end: np.ndarray) -> Any:
    """A text one end of which is at a place, on the same line as numbers whose middle is at that height."""
    hanging = any(letter in HANGING for letter in text.source)
    return text.move_to(place, end).shift(HALF_DESCENT * text.font_size * hanging * DOWN)


def named(film: Film, name: Any, left: float, height: float, role: str, size: float = NUMBER) -> tuple[Any, Any]:
    """A name and, at its right, an open number in a role's colour."""
    name.move_to([left, height, 0], LEFT)
    number = film.number(colour=getattr(film.theme, role), size=size)
    return name, number.centred_at(name.get_right() * [1, 0, 0] + [0.14, height, 0])


def wheel(theme: Theme, slot: Slot) -> VGroup:
    """The wheel on the door of the safe."""
    centre, angles = (
        np.array([slot.left + slot.width - 0.75, slot.foot + slot.height - 0.65, 0]),
        np.pi / 4 * (np.arange(4) + 0.5),
    )
    spokes = 0.42 * np.stack([np.cos(angles), np.sin(angles), 0 * angles], axis=-1)
    ring = Circle(radius=0.28, color=theme.good, stroke_width=5).move_to(centre)
    return VGroup(ring, Segments(centre - spokes, centre + spokes, theme.good, 4, 1))
