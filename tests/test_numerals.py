"""Every numeral on screen is true: it was taken from the trace or the knobs, and tells of them to all its digits.

Each film is played without drawing, and looked at frame by frame, at few frames per second.
"""

import importlib
import json
import re
from typing import Any

import numpy as np
import pytest
from conftest import CONCEPTS, computed
from manim import DOWN, VGroup
from reading import last_digit, read_back

from export.formats import data
from export.render import player
from export.render.settings import RenderSettings
from mathcore import _catalog
from scenes._marks.axes import Axes
from scenes._marks.cells import Cells, ColourBar
from scenes._marks.number import Number, TickLabel, digit_height
from scenes._marks.scales import LogScale, ShareScale
from scenes._marks.typeset import Typeset
from scenes._stage.film import Film
from scenes._stage.rows import drawn_rows
from scenes._stage.seen import drawn
from scenes._stage.timeline import Timeline
from scenes._stage.words import NumberText
from scenes.gradient_descent import GradientDescent

FPS = 3
NUMERAL = re.compile("[0-9₀-₉⁰¹²³⁴⁵⁶⁷⁸⁹]")
SHOWN_AS = {
    "itself": lambda value: value,
    "percent": lambda value: 100 * value,
    "magnitude": abs,
    "ordinal": lambda place: place + 1,
}
NOTATION = (  # numerals that tell no value in any film: § stands for a number that does; a film's own are in its test
    r"[_ ]?[wh]_\d",  # a name: w_0, h_1
    r"x[₁-₆]",
    r"[tkl]\s?[-+]\s?1",  # the step before or after
    r"[kl]\s?=\s?(t\+)?1",  # where a product begins
    r"\^2|²",
    r"1\s?/\s?(\(|§|Σ)",  # a reciprocal
)


def of_film(concept: str, name: str, otherwise: Any) -> Any:
    """What a film's own test declares: a SETTING in which other sentences are said, the NOTATION of its formulas."""
    return getattr(importlib.import_module(f"test_{concept}"), name, otherwise)


PLAYS = [(c, *play) for c in CONCEPTS for play in (("fr", {}), ("en", of_film(c, "SETTING", {})))]


class Reader:
    """Reads all numerals on the stage, and keeps those for which there is no reason."""

    def __init__(self, concept, language, setting):
        self.concept, self.language = concept, language
        self.trace = computed(concept, **setting)
        self.faults, self.read, self.scales, self._known = [], [], set(), set()
        self.notation = re.compile("|".join([*NOTATION, *of_film(concept, "NOTATION", ())]))

    def look(self, stage: Film) -> None:
        seen, told = {id(mobject) for mobject in drawn(stage)}, []
        for member in [member for mobject in stage.mobjects for member in mobject.get_family()]:
            inks = member.inks if isinstance(member, Cells) else member.get_family()
            if isinstance(member, Number | Typeset | Cells) and any(id(ink) in seen for ink in inks):
                told += self.numbers(member)
            self.check_scale(member)
        for number in told:
            self.check(number, stage)
        self.read.append((stage.time, {number.read for number in told if NUMERAL.search(number)}))

    def numbers(self, mobject):
        """The numbers of a text; what else has a numeral in it is notation, a mark of a scale, or a fault."""
        if isinstance(mobject, TickLabel | Cells):
            return getattr(mobject, "numbers", [])
        if isinstance(mobject, Number):
            if isinstance(mobject.text, NumberText):
                return [mobject.text]
            self.faults += [f"{mobject.text} was typed"] if NUMERAL.search(mobject.text) else []
            return []
        rest = without(mobject.source, mobject.numbers)
        if NUMERAL.search(self.notation.sub("", rest)):
            self.faults.append(f"a numeral was typed: {rest}")
        return mobject.numbers

    def check(self, number, stage):
        """Find what a number refers to in the trace or in the knobs, to the digits shown."""
        ref = number.ref
        if not NUMERAL.search(number) or (number, ref) in self._known:
            return
        self._known.add((number, ref))
        if ref is None:
            self.faults.append(f"{number.read} comes from nowhere")
            return
        value = SHOWN_AS[ref.shown_as](self.find(ref, stage))
        if abs(read_back(number.read, self.language) - value) > 0.5000001 * last_digit(number.read, self.language):
            self.faults.append(f"{number.read} is written for {value!r} of {ref}")

    def find(self, ref, stage):
        """What stands where a reference points to."""
        trace = stage.rerun(**dict(ref.knobs)) if ref.knobs else self.trace
        lengths = {
            axis: length
            for name, declared in trace.quantities().items()
            for axis, length in zip(declared.axes, trace.arrays()[name].shape, strict=True)
        }
        if ref.kind == "quantity":
            return np.asarray(trace.arrays()[ref.name])[ref.index]
        if ref.kind == "sum":
            *place, many = ref.index
            return sum(np.ravel(trace.arrays()[ref.name][tuple(place)])[:many])
        if ref.kind == "knob":
            value = getattr(trace.params, ref.name)
            return value[ref.index[0]] if ref.index else value
        if ref.kind == "drawn":
            return len(drawn_rows(trace.x, trace.y))
        if ref.kind == "count":
            return trace.arrays()[ref.name].size
        assert ref.index < (lengths[ref.name],)
        return ref.index[0] if ref.kind == "place" else lengths[ref.name]

    def check_scale(self, member):
        """Every mark of a scale stands at the value that it tells."""
        marks = [mark for mark in member.submobjects if isinstance(mark, TickLabel)]
        if marks and id(member) not in self.scales:
            self.scales.add(id(member))
            self.faults += [f"{mark.text} stands elsewhere" for mark in marks if not self.in_place(mark, member)]

    def in_place(self, mark, scale):
        value = read_back(mark.text.lstrip("≤≥ "), self.language)
        x, y, _ = mark.place - digit_height(mark.font_size) / 2 * DOWN
        if isinstance(scale, Axes):
            there = scale.at(value, value)
            return np.isclose(there[0], x) if y < scale.corner[1] - 0.1 else np.isclose(there[1], y)
        if isinstance(scale, LogScale):
            above = (np.log10(value) if value else scale.low) - scale.low
            return np.isclose(scale.corner[1] + above * scale.unit, y)
        if isinstance(scale, ColourBar):
            end = scale.scale.low if mark is scale.submobjects[1] else scale.scale.high
            return abs(value - end) <= 0.5000001 * last_digit(mark.text.lstrip("≤≥ "), self.language)
        return isinstance(scale, ShareScale) and np.isclose(scale.corner[1] + scale.unit * value, y)


def without(source, numbers):
    """A text with § in the place of its numbers."""
    start = 0
    for number in numbers:
        start = source.index(number, start)
        source = f"{source[:start]}§{source[start + len(number) :]}"
    return source


def play(concept, language="en", setting=None):
    """What a reader finds in a film, and what its timeline says."""
    reader, timeline = Reader(concept, language, setting or {}), Timeline()

    def look(stage):
        timeline.look(stage)
        reader.look(stage)

    with player.staged(reader.trace, RenderSettings(language, fps=FPS), watch=look) as scene:
        scene.render()
        return reader, timeline.end(scene.time)


@pytest.mark.parametrize(("concept", "language", "setting"), PLAYS, ids=str)
def test_every_numeral_is_found_in_the_trace_or_in_the_knobs(concept, language, setting):
    reader, timeline = play(concept, language, setting)
    assert not reader.faults
    assert sum(len(texts) for _, texts in reader.read) > 200, "there are numerals to read"
    assert reader.scales
    for time, texts in reader.read:
        assert texts <= {shown.text for shown in timeline if shown.start <= time < shown.stop}, time
    json.dumps([(shown.ref.index, shown.ref.value) for shown in timeline])  # as `-f json` writes them


def test_the_numerals_of_a_large_table_and_of_a_run_that_leaves_are_found(tmp_path):
    rows = np.random.RandomState(0).rand(1500, 2)
    np.savetxt(tmp_path / "own.csv", rows, delimiter=",", header="x,y", comments="")
    reader, timeline = play(
        "gradient_descent",
        setting={"data": tmp_path / "own.csv", "feature": "x", "target": "y", "learning_rate": 1, "steps": 3},
    )
    assert not reader.faults
    assert {f"{len(drawn_rows(reader.trace.x, reader.trace.y)):,}", "1,500"} <= {shown.text for shown in timeline}


@pytest.mark.parametrize(
    ("say", "fault"),
    [
        (lambda film: film.label("42 rows"), 'typed: #"42 rows"'),
        (lambda film: film.typeset("weight(w) = 3"), "typed: $ weight(w) = 3 $"),
        (lambda film: film.number(film.refs.w[1]).write("1.48"), "1.48 was typed"),
        (lambda film: film.number(film.refs.w[1]).write(NumberText("1.48")), "1.48 comes from nowhere"),
        (lambda film: film.number(film.refs.w[1]).write(NumberText("1.49", film.refs.w[1])), "1.49 is written for"),
        (lambda film: TickLabel("3", film.theme.text), "3 stands elsewhere"),
    ],
)
def test_a_number_that_was_typed_or_computed_is_found(monkeypatch, say, fault):
    def construct(film):
        film.begin("only")
        film.add(VGroup(say(film)))
        film.wait(1)

    monkeypatch.setattr(GradientDescent, "construct", construct)
    reader, _ = play("gradient_descent")
    assert reader.faults
    assert all(fault in found for found in reader.faults)


@pytest.mark.parametrize(
    "say",
    [
        lambda film: film.typeset("weight(w) = {w}", w=7),
        lambda film: film.say("define_loss", w=film.trace.w[1] + 1, count=film.refs.length("sample")),
        lambda film: film.caption("walk_on", steps=film.trace.params.steps),
        lambda film: film.number(2 * film.trace.w[1]),
        lambda film: film.rewrite(film.number(), film.trace.w[1]),
        lambda film: film.number(2 * film.refs.w[1]),
        lambda film: film.number(film.refs.w[1] + film.refs.w[2]),
        lambda film: film.number(film.refs.w.sum()),
    ],
)
def test_a_number_that_is_no_reference_fails_where_it_is_written(say):
    with pytest.raises(TypeError):
        say(GradientDescent())


def test_a_json_tells_when_each_number_is_shown_and_which_it_is(tmp_path):
    trace = _catalog.load("lstm").compute(_catalog.turned("lstm", {"length": 5, "steps": 3}))
    data.save(trace, tmp_path / "lstm.json", RenderSettings("fr", fps=FPS))
    told = json.loads((tmp_path / "lstm.json").read_text(encoding="utf-8"))["timeline"]
    assert told == data.timeline(trace, RenderSettings("fr", fps=FPS)), "whenever it is asked"
    film = player.dry_run(trace, RenderSettings("fr", fps=FPS))
    starts = {beat.name: beat.start for beat in film.beats}
    for entry in told:
        assert starts[entry["beat"]] <= entry["time"] + 1e-3 < entry["until"] + 1e-3
        assert entry["until"] <= film.seconds + 1e-3
        if entry["kind"] == "quantity" and not entry["knobs"]:
            assert trace.arrays()[entry["quantity"]][tuple(entry["index"])] == entry["value"]
    kinds = {(entry["kind"], entry["as"]) for entry in told}
    assert {("quantity", "itself"), ("quantity", "percent"), ("knob", "itself"), ("place", "ordinal")} <= kinds
    twins = [entry for entry in told if entry["knobs"]]
    assert twins
    assert all(entry["knobs"] == {"forget_bias": 0.0} for entry in twins)
    (share,) = [e for e in twins if e["quantity"] == "accuracy"]
    assert float(share["text"].replace(",", ".")) == pytest.approx(100 * share["value"], abs=0.05)


@pytest.mark.parametrize("extension", ["npz", "csv"])
def test_other_formats_hold_no_timeline(tmp_path, extension):
    trace = _catalog.load("gradient_descent").compute()
    data.save(trace, tmp_path / f"numbers.{extension}", RenderSettings())
    trace.save(tmp_path / f"plain.{extension}")
    assert (tmp_path / f"numbers.{extension}").read_bytes() == (tmp_path / f"plain.{extension}").read_bytes()
