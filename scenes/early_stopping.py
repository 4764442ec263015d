"""The film of early stopping: a counter of patience fills; the best weights lie in a safe, and come out of it again."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from manim import DOWN, LEFT, RIGHT, UP, VGroup

from mathcore.early_stopping import SPLITS, Trace
from scenes._marks.halo import with_halo
from scenes._marks.line import Line
from scenes._marks.optimum import optimum_mark
from scenes._props.early_stopping import Dot, LossChart, Run, Safe, boxed, bracket, counter, level, reading
from scenes._stage.clock import follow
from scenes._stage.film import SMALL, Film, beat
from scenes._stage.layout import Slot

CHART, HEAD = Slot(-6.2, -2.35, 7.7, 4.3), 2.37  # height of what stands above it
COUNTER, SAFE = Slot(2.15, 1.0, 4.65, 0.75), Slot(2.15, -2.75, 4.65, 1.75)
COLUMNS = [Slot(left, -0.2, 3.75, 2.3) for left in (-6.3, -1.65, 3.0)]
EARLIEST = 3  # epoch of the first picture
MANY = 14  # epochs that are not shown one by one
COUNT = (
    "n arrow.l cases(0 comma med weight(w^*) arrow.l weight(w) comma med "
    "validation(L^*) arrow.l validation(L) & quad validation(L) < validation(L^*),"
    "n + 1 & quad validation(L) >= validation(L^*))"
)
STOP = "n = p = {p} quad arrow.r.double quad weight(w) arrow.l weight(w^*)"
LOSS_AFTER = "validation(L_({epoch})) = validation({loss})"


class EarlyStopping(Film):
    """Left the losses, right the counter of patience and the safe; at last three runs side by side."""

    elastic = True
    trace: Trace

    def build(self) -> None:
        t, unit = self.trace, self.say("loss", size=SMALL, colour=self.theme.faint)
        self.legend = VGroup(level(unit, [CHART.left, HEAD, 0], LEFT), self.names(CHART.left + CHART.width, HEAD))
        self.stop, self.last = int(t.stop_epoch), t.params.epochs
        self.show(t, self.refs, dict.fromkeys((self.stop, self.last)))
        self.reading = reading(self, self.training, self.refs)
        self.pause = int(t.best_epoch) + t.params.patience // 2 if t.stops() else int(t.waited.argmax())
        self.peak = int(t.waited[: max(int(t.held()[self.pause]), 1)].argmax())  # the fullest counter before
        self.now = max(int(t.held()[self.peak]), min(EARLIEST, self.pause))

    def show(self, trace: Trace, refs: Any, ranges: Iterable[int]) -> None:
        """Make the marks of a run, on a chart up to some epoch, or first on one and then on a second."""
        losses = np.array([trace.train_loss, trace.val_loss])[:, 1:]  # the first may stand above the chart
        self.charts = [LossChart(self, CHART, last, losses[:, :last], "epoch") for last in ranges]
        self.training = Run(self, trace, refs, *self.charts)
        self.safe = Safe(self, trace, refs, SAFE)
        self.notes: list[Any] = []
        units = dict(zip("abcde", refs.units, strict=True))
        values = {"split": refs.split_seed, "seed": refs.params.seed}
        setting = self.say("setting", size=SMALL, colour=self.theme.faint, **units, **values)
        setting.next_to(self.title, DOWN, buff=0.2).align_to(self.title, LEFT)
        self.shown = [setting, *self.training.drawn, self.safe.drawn, counter(self, trace, refs, COUNTER)]

    def names(self, right: float, height: float) -> VGroup:
        """The names of both curves, up to a right end, each with a piece of its curve."""
        names = VGroup()
        for key, role, width in ("validation_line", "validation", 5), ("training_line", "loss", 3):
            colour = getattr(self.theme, role)
            name = level(self.say(key, size=28, colour=colour), [right, height, 0], RIGHT)
            left = name.get_left()[0] - 0.15
            names.add(name, Line(np.array([[left - 0.5, height, 0], [left, height, 0]]), colour, width))
            right = left - 0.8
        return names

    def advance(self, epoch: int, seconds: float) -> None:
        """Train up to an epoch, one by one where there are few; copies of new bests go into the safe."""
        held, epochs = self.trace.held(), range(self.now + 1, epoch + 1)
        pace = seconds / max(len(epochs) + sum(held[one] == one for one in epochs), 1)
        if len(epochs) > MANY:
            self.run(seconds, epoch=epoch, kept=epoch)
        for one in epochs if len(epochs) <= MANY else ():
            if held[one] < one:
                self.run(pace, epoch=one, kept=one)
            else:
                self.run(pace, epoch=one)
                self.jump(flight=0)
                self.run(pace, flight=1)
                self.jump(kept=one)
        self.now = max(self.now, epoch)

    @beat
    def train(self) -> None:
        self.jump(epoch=self.now, kept=self.now)
        self.add(self.charts[0].drawn, self.legend, *self.shown, self.reading)
        self.caption("train", training=self.refs.flowers[0], held=self.refs.flowers[1])
        self.advance(self.peak - 1, self.reading_time_left(3))

    @beat
    def count(self) -> None:
        self.write_rule(f"{COUNT} \\ {STOP}", size=32, p=self.refs.params.patience)
        self.caption("count")
        self.advance(self.peak + 1, 2.4)
        self.advance(self.pause, self.reading_time_left(4.5))

    @beat
    def predict(self) -> None:
        t, refs = self.trace, self.refs
        deadline = min(int(t.held()[self.pause]) + t.params.patience, self.last)
        asked = {"waited": refs.waited[self.pause], "patience": refs.params.patience}
        self.caption("ask", epoch=refs.places("epoch")[deadline], **asked)
        self.wait(2.2)
        self.advance(self.stop, self.reading_time_left(2.4))
        self.notes = [self.loss_at_stop(t.val_loss[self.stop], refs.val_loss[self.stop], UP)]
        self.swap([self.reading], self.notes, seconds=0.3)
        self.caption("answer_stop" if t.stops() else "answer_never", stop=refs.stop_epoch)
        self.blink(self.training.window[2], self.reading_time_left(0.9))

    def loss_at_stop(self, loss: Any, ref: Any, side: np.ndarray) -> Any:
        """A loss, written at its height beside the line at which training stops, as soon as it has."""
        number = self.number(ref, self.theme.validation, size=32)
        most = CHART.foot + CHART.height - 0.75 if side is UP else self.notes[0].get_bottom()[1] - 0.25
        place = self.training.at(self.stop, loss) + 0.2 * RIGHT + 0.2 * side
        with_halo(number.centred_at(np.minimum(place, [np.inf, most, np.inf])), self.theme)
        return follow(number, "epoch", at=lambda epoch: number.set_opacity(float(epoch >= self.stop)))

    @beat(loop=True)
    def replay(self) -> None:
        self.caption("watch")
        self.jump(epoch=0, kept=0)
        self.run(self.reading_time_left(4.5), epoch=self.stop, kept=self.stop)

    @beat
    def restore(self) -> None:
        t, refs = self.trace, self.refs
        self.caption(f"restore_{t.restoring()}", best=refs.best_epoch)
        self.jump(flight=0)
        self.run(1, flight=-1)
        self.run(self.reading_time_left(1.4) - 0.3, restored=1)
        self.notes.append(self.loss_at_stop(t.restored_loss, refs.restored_loss, DOWN))
        self.swap([], self.notes[1:], seconds=0.3)
        self.caption("frameworks")
        self.swap([self.notes.pop()], seconds=0.3)
        self.run(1, restored=0)
        self.blink(self.training.head, self.reading_time_left(0.9))

    @beat(when=lambda trace: trace.stop_epoch < trace.params.epochs)
    def look_beyond(self) -> None:
        self.caption("beyond")
        self.jump(beyond=self.stop)
        self.run(0.6, restored=1)
        self.swap(self.notes, seconds=0.3)
        self.swap([self.charts[0].drawn], [self.charts[1].drawn], self.going(zoom=1), seconds=1.2)
        self.go_on()
        self.caption(f"missed_{self.trace.missed()}", best=self.refs.best_of_all_epoch)
        self.compare(self.trace, self.refs)

    def go_on(self) -> None:
        """Draw what training would have come to after the stop."""
        self.add(*self.training.rest)
        self.run(self.reading_time_left(2.2), beyond=self.last)

    def compare(self, trace: Trace, refs: Any) -> None:
        """Draw the level of the loss that is restored; write that loss and the lowest of all, with their marks."""
        at, stop, best = self.training.at, int(trace.stop_epoch), int(trace.best_of_all_epoch)
        level = self.training.across()
        self.grow(level, seconds=self.reading_time_left(1.6) - 0.4)
        across = at(stop, 1.0, 1)[0] - CHART.left
        beside = across + 0.5 if across < 2.9 else 0.35  # right of the stop, or left of it: below the curves
        corner, found = (
            np.array([CHART.left + beside, CHART.foot + 1.0, 0]),
            optimum_mark(self.theme, at(best, trace.val_loss[best], 1)),
        )
        marks = Dot(self.theme, "good").put(corner), optimum_mark(self.theme, corner + 0.65 * DOWN)
        told = (refs.best_epoch, refs.restored_loss), (refs.best_of_all_epoch, refs.val_loss[best])
        rows = list(zip(marks, told, strict=True))[1 if best == trace.best_epoch else 0 :]
        key = VGroup()
        for mark, (epoch, loss) in rows:
            written = self.typeset(LOSS_AFTER, size=32, epoch=epoch, loss=self.words.markup(loss))
            key.add(mark, written.move_to(mark.get_center() + 0.4 * RIGHT, LEFT))
        self.notes = [level, found, boxed(key, self.theme), key]
        if trace.missed() == "much":
            self.notes += self.longest_wait(trace, refs)
        self.swap([], self.notes[1:], seconds=0.4)

    def longest_wait(self, trace: Trace, refs: Any) -> list[Any]:
        """Bracket the two bests that lie furthest apart; patience has to last from one to the other."""
        start, end = trace.longest_wait()
        ends = self.training.at(np.array([start, end]), np.full(2, trace.val_loss[start : end + 1].max()), 1)
        ends[:, 1] = np.minimum(ends[:, 1] + 0.4, CHART.foot + CHART.height - 1.1)  # below the epoch of the stop
        waiting = bracket(self, ends)
        needed = with_halo(self.typeset("p >= {enough}", size=32, enough=refs.enough), self.theme)
        return [waiting, needed.next_to(waiting, UP, buff=0.12)]

    @beat(when=lambda trace: trace.params.split != "impatient")
    def stop_too_early(self) -> None:
        twin = self.rerun(split="impatient")
        refs = self.refs_of(twin)
        self.take_away()
        self.show(twin, refs, [self.last])
        self.swap([], [self.charts[0].drawn, *self.shown], seconds=0.4)
        self.caption("twin")
        self.run(self.reading_time_left(3), epoch=twin.stop_epoch, kept=twin.stop_epoch)
        self.run(0.6, restored=1)
        self.go_on()
        self.caption(f"twin_{twin.ending()}", best=refs.best_of_all_epoch, enough=refs.enough)
        self.compare(twin, refs)

    def take_away(self, *others: Any) -> None:
        """Take the marks of a run and the caption away; another one begins at the epoch of the first picture."""
        marks = self.charts[-1].drawn, *self.shown, *self.training.rest, *self.notes
        self.swap([*marks, *others, self._caption], seconds=0.4)
        self.jump(epoch=EARLIEST, kept=EARLIEST, restored=0, zoom=0, beyond=0)

    @beat(summary=True)
    def summarize(self) -> None:
        self.take_away(self.legend, self.rule)
        traces = [self.trace if split == self.trace.params.split else self.rerun(split=split) for split in SPLITS]
        losses = np.array([[trace.train_loss[1:], trace.val_loss[1:]] for trace in traces])
        charts = [LossChart(self, slot, self.last, losses, ticks=3) for slot in COLUMNS]
        runs = [Run(self, trace, self.refs_of(trace), chart) for trace, chart in zip(traces, charts, strict=True)]
        marks = [part for run in runs for part in (*run.curves, *run.rest, run.window, run.best)]
        heads = [part for slot, trace in zip(COLUMNS, traces, strict=True) for part in self.heads(slot, trace)]
        rows = [part for slot, trace in zip(COLUMNS, traces, strict=True) for part in self.rows(slot, trace)]
        splits = [self.split(slot, trace) for slot, trace in zip(COLUMNS, traces, strict=True)]
        lowest = [(run, int(trace.best_of_all_epoch)) for run, trace in zip(runs, traces, strict=True)]
        stars = [optimum_mark(self.theme, run.at(best, run.losses[best])) for run, best in lowest]
        names = self.names(COLUMNS[-1].left + COLUMNS[-1].width, self.title.get_center()[1])
        self.swap([], [names, *(chart.drawn for chart in charts), *marks, *splits], seconds=0.4)
        alike = len({trace.ending() for trace in traces}) == 1
        self.caption("summary_alike" if alike else "summary_split", patience=self.refs.params.patience)
        self.run(self.reading_time_left(2.5) - 0.4, epoch=self.last, kept=self.last, beyond=self.last)
        self.swap([], [*stars, *heads, *rows], seconds=0.4)

    def split(self, slot: Slot, trace: Trace) -> Any:
        """Above a column of the summary, on which split training is."""
        split = self.say("split", size=SMALL, colour=self.theme.faint, split=self.refs_of(trace).split_seed)
        return level(split, [slot.left + slot.width, slot.foot + slot.height + 0.5, 0], RIGHT)

    def heads(self, slot: Slot, trace: Trace) -> list[Any]:
        """Of a column of the summary: how training ended, and what the numbers are."""
        right, faint = slot.left + slot.width, self.theme.faint
        top, below = slot.foot + slot.height + 0.5, slot.foot - 0.85
        return [
            level(self.say(f"ending_{trace.ending()}", size=32), [slot.left, top, 0], LEFT),
            level(self.say("epoch", size=SMALL, colour=faint), [right - 1.3, below, 0], RIGHT),
            level(self.say("short_loss", size=SMALL, colour=faint), [right, below, 0], RIGHT),
        ]

    def rows(self, slot: Slot, trace: Trace) -> list[Any]:
        """The epochs and losses at the stop, at the best epoch before it, and at the best of all."""
        refs, right, written = self.refs_of(trace), slot.left + slot.width, []
        stop, best = int(trace.stop_epoch), int(trace.best_of_all_epoch)
        rows = (
            (*(("stop", "bad") if trace.stops() else ("last", "text")), refs.stop_epoch, refs.val_loss[stop]),
            ("best", "good", refs.best_epoch, refs.restored_loss),
            ("best_of_all", "text", refs.best_of_all_epoch, refs.val_loss[best]),
        )
        for row, (key, role, epoch, loss) in enumerate(rows):
            height, colour = slot.foot - 1.35 - 0.55 * row, getattr(self.theme, role)
            written.append(level(self.say(key, size=26, colour=colour), [slot.left, height, 0], LEFT))
            for value, x, hue in (epoch, right - 1.3, colour), (loss, right, self.theme.validation):
                written.append(self.number(value, hue, size=32, anchor=RIGHT).centred_at(np.array([x, height, 0])))
        return written
