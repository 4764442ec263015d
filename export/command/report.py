"""What the command line says of the course and of a concept, for people and for programs."""

import inspect
from typing import Any

from export.command.options import limits
from mathcore import Sweep, _catalog
from scenes._stage.beats import Listed, beats
from scenes._stage.words import Words


def course() -> str:
    """The chapters, the concepts, and for each that exists its lesson."""
    lines = []
    for chapter in _catalog.chapters():
        lines.append(f"{chapter.number}. {chapter.title['en']}")
        for name in chapter.concepts:
            there = name in _catalog.concepts()
            lesson = Words(name, "en").sentence("lesson") if there else "(not yet)"
            lines.append(f"   {_catalog.hyphens(name):26} {lesson}")
    lines.append("\nRender one with `python render.py NAME`; `python render.py NAME --help` shows its knobs.")
    return "\n".join(lines)


def course_record() -> list[dict[str, Any]]:
    """The same for programs."""
    existing = _catalog.concepts()
    return [
        {
            "number": chapter.number,
            "title": chapter.title,
            "concepts": [{"name": name, "exists": name in existing} for name in chapter.concepts],
        }
        for chapter in _catalog.chapters()
    ]


def concept(name: str) -> str:
    """The lesson, the knobs and the quantities of a concept."""
    module = _catalog.load(name)
    lines = [inspect.getdoc(module) or "", "", "knobs"]
    for knob in _catalog.knobs(module.Params):
        lines.append(f"  --{_catalog.hyphens(knob.name):16} {knob.meaning}{limits(knob)}")
    lines += ["", "the sweep that it proposes", f"  --sweep {_sweep(module.SWEEP)}"]
    lines += ["", "beats"]
    for beat in beats(name):
        lines.append(f"  {beat.name:28} {_nature(beat)}".rstrip())
    lines += ["", "quantities"]
    for quantity, (axes, meaning, unit, *_) in module.Trace.quantities().items():
        shape = f"{quantity} [{' '.join(axes)}]"
        lines.append(f"  {shape:28} {meaning}" + (f" ({unit})" if unit else ""))
    if known := module.Trace.conventions:
        lines += ["", "conventions of others, which `check --against FILE --convention` accepts"]
        lines += [f"  {name:28} {meaning} ({whose})" for name, (whose, meaning, _) in known.items()]
    return "\n".join(lines)


def _sweep(sweep: Sweep) -> str:
    """A sweep as the command line takes it."""
    return " ".join([_catalog.hyphens(sweep.knob), *map(str, sweep.values)]) + " --log" * sweep.log


def _nature(beat: Listed) -> str:
    """What is told of a beat besides its name."""
    told = {
        "the loop": beat.loop,
        "what a sweep shows": beat.summary,
        "not with every setting of the knobs": not beat.always,
    }
    return ", ".join(nature for nature, holds in told.items() if holds)


def help_of(name: str) -> str:
    """What the help of a film says above its options: its lesson and its beats."""
    listed = ", ".join(beat.name + " (the loop)" * beat.loop for beat in beats(name))
    some = "" if all(beat.always for beat in beats(name)) else " Some are not there with every setting of the knobs."
    return f"{Words(name, 'en').sentence('lesson')}\n\nBeats: {listed}.{some}"


def concept_record(name: str) -> dict[str, Any]:
    """The same for programs."""
    module = _catalog.load(name)
    return {
        "concept": name,
        "knobs": [vars(knob) for knob in _catalog.knobs(module.Params)],
        "sweep": module.SWEEP._asdict(),
        "beats": [vars(beat) for beat in beats(name)],
        "quantities": [
            {"name": quantity, "axes": axes, "unit": unit, "meaning": meaning, "tolerance": tolerance}
            for quantity, (axes, meaning, unit, _, tolerance) in module.Trace.quantities().items()
        ],
        "conventions": [{"name": key, **one._asdict()} for key, one in module.Trace.conventions.items()],
    }
