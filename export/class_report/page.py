"""The page of a class: one file that any browser shows with no network, and that can be printed."""

import re
from string import Template
from typing import NamedTuple

import jinja2
from markupsafe import Markup

from export.class_report.compared import Class
from export.class_report.drawing import drawing
from export.class_report.sentences import brief, sentences, tolerance
from export.class_report.words import ASSETS, said, translated
from mathcore import __version__, _catalog
from mathcore._check.classroom import Verdict, frequent
from scenes._stage.theme import PAPER
from scenes._stage.words import Words

MARK = r'<meta name="generator" content="deepreel, a class">'  # what such a file has in its head
KINDS = ("ok", "departs", "unread")


class Entry(NamedTuple):
    """A submission as the page tells of it."""

    verdict: Verdict
    anchor: str
    told: tuple[str | Markup, ...]  # sentences on where it departs; of one that does not, why or how it was read
    brief: tuple[str, str, str] = ("", "", "")  # where it departs, what was handed in there, what is expected
    drawing: Markup = Markup("")


def page(told: Class, language: str) -> str:
    """The page as a text."""
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, loader=jinja2.FileSystemLoader(ASSETS), trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    words = Words(told.expected.trace.concept, language)
    entries = [_entry(told, number, words) for number in range(len(told.verdicts))]
    causes = _causes(told, entries)
    style = Template((ASSETS / "page.css").read_text(encoding="utf-8")).substitute(PAPER.colours())
    return environment.get_template("page.html").render(
        language=language,
        heading=_heading(words, len(entries)),
        compared=_compared(told, words),
        style=Markup(style),  # noqa: S704 - it is ours
        amounts=[(kind, count) for kind in KINDS if (count := sum(one.word == kind for one in told.verdicts))],
        causes=causes,
        entries=entries,
        departing=[one for one in entries if one.verdict.word == "departs"],
        others=_others(told, language),
        say=lambda name: said(name, language),
        told=lambda text: in_language(text, language),
        drawn=lambda one: said("drawn", language, quantity=one.brief[0], name=one.verdict.name),
        joint=said("joint", language),
    )


def in_language(text: str, language: str, quantity: str | None = None) -> str | Markup:
    """What the comparison says, in a language; where it is not known there, in English, which is marked.

    Where a quantity is named, as a sentence, of which its name may be the first word.
    """
    found = translated(text, language)
    told = text if found is None else found
    told = told if quantity is None else as_sentence(told, quantity)
    return Markup('<span lang="en">{}</span>').format(told) if found is None else told


def as_sentence(text: str, quantity: str) -> str:
    """With a full stop, and a capital unless it begins with the name of a quantity, whose case counts."""
    begun = text if re.match(rf"{re.escape(quantity)}\b", text) else text[0].upper() + text[1:]
    return begun if begun.endswith("?") else f"{begun}."


def _entry(told: Class, number: int, words: Words) -> Entry:
    verdict, anchor = told.verdicts[number], f"s{number + 1}"
    if verdict.report is None or verdict.report.fault is None:
        return Entry(verdict, anchor, _aside(verdict, words))
    svg = _own_names(drawing(told.expected, verdict.report, words.language), anchor)
    shown = Markup(svg)  # noqa: S704 - nothing in it comes from a file but numbers
    return Entry(verdict, anchor, _sentences(verdict, words), brief(verdict.report.fault, words), shown)


def _aside(verdict: Verdict, words: Words) -> tuple[str | Markup, ...]:
    """Why a submission cannot be read, or how it was."""
    if verdict.report is None:
        return (in_language(verdict.unread, words.language),)
    count = verdict.report.values
    values = said("value" if count == 1 else "values", words.language, count=words.number(count))
    return (values, *(in_language(note, words.language) for note in verdict.report.notes))


def _sentences(verdict: Verdict, words: Words) -> tuple[str | Markup, ...]:
    """What is told of a departure, what shows its cause last."""
    assert verdict.report
    shown = verdict.report.hint.removeprefix(f"looks like {verdict.report.cause}: ")
    hint = in_language(shown, words.language, getattr(verdict.report.fault, "quantity", "")) if shown else ""
    same = said("same", words.language, name=verdict.same) if verdict.same else ""
    return tuple(sentence for sentence in (*sentences(verdict.report.fault, words), hint, same) if sentence)


def _causes(told: Class, entries: list[Entry]) -> list[tuple[str, list[Entry]]]:
    """The causes with whom they concern, the most frequent first; at the end those that are not recognised."""
    by_verdict = {id(verdict): entry for verdict, entry in zip(told.verdicts, entries, strict=True)}
    causes = [(cause, [by_verdict[id(one)] for one in those]) for cause, those in frequent(told.verdicts)]
    unknown = [one for one in entries if one.verdict.word == "departs" and not one.verdict.cause]
    return [*causes, ("", unknown)] if unknown else causes


def _heading(words: Words, count: int) -> str:
    name = "heading_of_one" if count == 1 else "heading"
    return said(name, words.language, title=words.sentence("title"), count=count)


def _compared(told: Class, words: Words) -> str:
    """With what the class was compared, and how closely."""
    expected, language = told.expected, words.language
    turned = _catalog.off_default(expected.trace.params)
    listed = ", ".join(f"{_catalog.hyphens(knob)} {_catalog.written(value)}" for knob, value in turned.items())
    knobs = said("turned_knobs", language, knobs=listed) if turned else said("default_knobs", language)
    about = {"folder": told.folder.resolve().name, "version": __version__, "knobs": knobs}
    parts = [said("compared", language, tolerance=tolerance(expected.tolerances, words), **about)]
    parts += [said("partial", language)] * expected.partial
    parts += [said("convention", language, name=expected.convention)] * bool(expected.convention)
    return "; ".join(parts) + "."


def _others(told: Class, language: str) -> str:
    names, count = ", ".join(told.others[:20]) + ", …" * (len(told.others) > 20), len(told.others)
    return said("others_of_one" if count == 1 else "others", language, count=count, names=names) if count else ""


def _own_names(svg: str, own: str) -> str:
    """A drawing whose names differ from those in the other drawings of the page."""
    return re.sub(r'(\bid="|url\(#|href="#)', rf"\1{own}-", svg)
