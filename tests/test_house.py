"""The rules of the house, on every concept at once."""

import ast
import dataclasses
import functools
import re
import string
import sys
import tomllib
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import torch
from conftest import CONCEPTS, computed, ends, title

import mathcore
from mathcore import _catalog
from scenes._stage.beats import beats

ROOT = Path(__file__).parent.parent
CODE = sorted(path for folder in ("mathcore", "scenes", "export") for path in (ROOT / folder).rglob("*.py"))
MAY_IMPORT = {  # besides the standard library and other public packages
    "mathcore": {"mathcore"},
    "scenes": {"scenes", "mathcore"},
    "export": {"export", "scenes", "mathcore"},
}
OURS = {"mathcore", "scenes", "export", "render"}
CAMEL = {name: "".join(part.capitalize() for part in name.split("_")) for name in CONCEPTS}


def imports(path: Path) -> set[str]:
    """Every module that a file imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {f"{node.module}.{alias.name}" for alias in node.names} | {node.module or ""}
    return found


def texts(concept: str) -> dict[str, dict[str, str]]:
    return tomllib.loads((ROOT / "assets" / "text" / f"{concept}.toml").read_text())


def test_there_are_concepts():
    assert {"gradient_descent", "convolution_2d"} <= set(CONCEPTS)


def test_a_concept_is_files_of_one_name():
    scenes, figures = (names_in(folder) for folder in ("scenes", "scenes/_figures"))
    sentences = {path.stem for path in (ROOT / "assets" / "text").glob("[!_]*.toml")}
    tests = {path.stem.removeprefix("test_") for path in (ROOT / "tests").glob("test_*.py")}
    assert set(CONCEPTS) == scenes == figures == sentences
    assert names_in("scenes/_props") <= set(CONCEPTS) <= tests


def names_in(folder: str) -> set[str]:
    """The modules of a folder, but for those that begin with an underscore."""
    return {path.stem for path in (ROOT / folder).glob("[!_]*.py")}


def reached(path: Path) -> set[Path]:
    """All files of ours that a file needs, through whatever others."""
    found, waiting = set(), [path]
    while waiting:
        modules = [ROOT / f"{module.replace('.', '/')}.py" for module in imports(waiting.pop())]
        new = {module for module in modules if module.is_file()} - found
        found |= new
        waiting += new
    return found


@functools.cache
def films_by_file() -> dict[Path, set[str]]:
    """For each file in scenes/ the films whose picture or figure needs it."""
    served: dict[Path, set[str]] = {path: set() for path in (ROOT / "scenes").rglob("*.py")}
    for concept in CONCEPTS:
        for path in (ROOT / "scenes" / f"{concept}.py", ROOT / "scenes" / "_figures" / f"{concept}.py"):
            for needed in reached(path) & set(served):
                served[needed].add(concept)
    return served


@pytest.mark.parametrize("room", ["_marks", "_page"])
def test_what_stands_in_a_shared_room_serves_two_films_or_more(room):
    alone = {path.stem: films for path, films in films_by_file().items() if path.parent.name == room}
    assert len(alone) > 5
    assert {name: films for name, films in alone.items() if len(films) < 2} == {"__init__": set()}


@pytest.mark.parametrize("room", ["_props", "_figures"])
def test_what_bears_a_film_s_name_serves_that_film_alone(room):
    named = {path.stem: films for path, films in films_by_file().items() if path.parent.name == room}
    assert {name for name, films in named.items() if films - {name}} == set()
    assert room == "_figures" or {name for name, films in named.items() if not films} == {"__init__"}


def test_every_concept_has_its_place_in_the_course():
    placed = [name for chapter in _catalog.chapters() for name in chapter.concepts]
    assert len(placed) == len(set(placed))
    assert set(CONCEPTS) <= set(placed)


@pytest.mark.parametrize("concept", CONCEPTS)
def test_no_concept_bears_the_name_of_a_standard_module(concept):
    assert concept not in sys.stdlib_module_names


@pytest.mark.parametrize("path", CODE, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_one_way(path):
    folder, name = path.relative_to(ROOT).parts[0], path.stem
    for module in imports(path):
        top, _, rest = module.partition(".")
        assert top not in OURS or top in MAY_IMPORT[folder], f"{path.name} imports {module}"
        if top in OURS and (concept := set(rest.split(".")) & set(CONCEPTS)):
            assert folder == "scenes", f"{path.name} imports the concept {module}"
            assert concept == {name}, f"{path.name} imports the concept {module}"
        assert top != "torch" or folder == "mathcore"
        assert top != "manim" or folder == "scenes" or "render" in path.parts


@pytest.mark.parametrize("concept", CONCEPTS)
def test_a_module_has_params_trace_compute_and_a_lesson(concept):
    module = _catalog.load(concept)
    assert issubclass(module.Trace, mathcore.Trace)
    assert module.Params.model_config["frozen"]
    assert module.compute.__doc__
    assert len(module.__doc__.strip().split("\n\n")) >= 3, "a line of what, the formula, the lesson"
    scene = ast.parse((ROOT / "scenes" / f"{concept}.py").read_text())
    assert CAMEL[concept] in {node.name for node in scene.body if isinstance(node, ast.ClassDef)}


@pytest.mark.parametrize("concept", CONCEPTS)
def test_every_knob_says_what_it_means_and_has_bounds(concept):
    params = _catalog.load(concept).Params
    assert params(**params().model_dump()) == params(), "a default that nobody may give"
    for knob in _catalog.knobs(params):
        assert knob.meaning, knob.name
        if knob.kind in ("int", "float"):
            assert knob.low is not None, knob.name
            assert knob.high is not None, knob.name


@pytest.mark.parametrize("concept", CONCEPTS)
def test_every_quantity_says_what_it_means(concept):
    trace = _catalog.load(concept).Trace
    assert ["params", *trace.quantities()] == [field.name for field in dataclasses.fields(trace)]
    for name, quantity in trace.quantities().items():
        assert quantity.meaning, name
        assert isinstance(quantity.unit, str), name
        assert all(axis.isidentifier() for axis in quantity.axes), name
        assert quantity.tolerance in (None, 0, 1e-12, 1e-9, 1e-6), "nothing, exact, a closed form, short, longer"


@pytest.mark.parametrize("concept", CONCEPTS)
def test_both_languages_say_the_same(concept):
    sentences = texts(concept)
    assert {"title", "lesson"} <= set(sentences)
    for key, versions in sentences.items():
        if key.startswith("knob_"):
            continue
        assert set(versions) == {"en", "fr"}, key
        names = [{name for _, name, _, _ in string.Formatter().parse(text) if name} for text in versions.values()]
        assert names[0] == names[1], key
        typed = [Counter(re.findall(r"\d+", re.sub("{.*?}", "", text))) for text in versions.values()]
        assert key == "lesson" or typed[0] == typed[1], key
        assert all(text.strip() == text != "" for text in versions.values()), key


@pytest.mark.parametrize("concept", CONCEPTS)
def test_every_knob_has_a_french_meaning(concept):
    told = {key.removeprefix("knob_"): text for key, text in texts(concept).items() if key.startswith("knob_")}
    assert list(told) == [knob.name for knob in _catalog.knobs(_catalog.load(concept).Params)]
    assert all(set(versions) == {"fr"} for versions in told.values()), "the English is where the knob is declared"


def names_of_beats(concept: str) -> list[str]:
    return [beat.name.replace("-", "_") for beat in beats(concept)]


def spoken(source: str) -> tuple[set[str], tuple[str, ...]]:
    """The strings of a source, and what its f-strings begin with."""
    nodes = list(ast.walk(ast.parse(source)))
    strings = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    firsts = [node.values[0] for node in nodes if isinstance(node, ast.JoinedStr) and len(node.values) > 1]
    return strings, tuple(first.value for first in firsts if isinstance(first, ast.Constant))


@pytest.mark.parametrize("concept", CONCEPTS)
def test_every_beat_has_a_short_title_that_holds_for_every_knob(concept):
    titles = {key: versions for key, versions in texts(concept).items() if key.startswith("beat_")}
    assert set(titles) == {f"beat_{beat}" for beat in names_of_beats(concept)}
    for language in ("en", "fr"):
        said = [versions[language] for versions in titles.values()]
        assert len(set(said)) == len(said)
        assert not [title for title in said if len(title) > 40 or re.search(r"[{\d]|[.:]$", title)]
        assert all(title[0].isupper() for title in said)


@pytest.mark.parametrize("concept", CONCEPTS)
def test_no_sentence_is_unused(concept):
    own = [ROOT / folder / f"{concept}.py" for folder in ("mathcore", "scenes", "scenes/_props", "scenes/_figures")]
    paths = [path for path in own if path.exists()] + [*(ROOT / "scenes").glob("_[mps]*/*.py")]
    strings, beginnings = spoken("\n".join(path.read_text() for path in paths))
    of_beats = {f"{kind}_{beat}" for kind in ("beat", "seen", "notes") for beat in names_of_beats(concept)}
    for key in set(texts(concept)) - {"title", "lesson"} - of_beats:
        assert key.startswith(("knob_", *beginnings)) or key in strings, f"nothing says {key!r}"


@pytest.mark.parametrize("concept", CONCEPTS)
def test_captions_name_no_colour(concept):
    colours = r"\b(red|blue|green|orange|yellow|purple|pink|rouge|bleue?|verte?|jaune|violet|rose)s?\b"
    for key, versions in texts(concept).items():
        for text in versions.values():
            assert not re.search(colours, text.lower()) or concept == "image_channels", key


@pytest.mark.parametrize("path", [p for p in CODE if "scenes" in p.parts], ids=lambda path: path.name)
def test_scenes_take_colours_from_the_theme_and_draw_fast(path):
    source = path.read_text()
    if path.name != "theme.py":
        assert not re.search(r"#[0-9a-fA-F]{6}", source)
        colours = r"manim\.(WHITE|BLACK|RED|GREEN|BLUE|YELLOW|ORANGE|GR[AE]Y|PURPLE|PINK|TEAL|GOLD|PURE_.*)(_[A-E])?"
        assert not [name for name in imports(path) if re.fullmatch(colours, name)]
    assert not re.search(r"\b(always_redraw|DecimalNumber|MathTex|Tex|Text|MarkupText|add_updater)\(", source)


@pytest.mark.parametrize("path", [p for p in CODE if "scenes" in p.parts], ids=lambda path: path.name)
def test_numbers_are_made_by_the_stage_and_marks_by_scales(path):
    made = set(re.findall(r"(?<!class )\b(Number|TickLabel|outline)\(", path.read_text()))
    allowed = {"film.py": "Number", "number.py": "outline", "cells.py": "TickLabel outline", "band_panel.py": "Number"}
    allowed |= dict.fromkeys(("axes.py", "scales.py"), "TickLabel")
    assert made <= set(allowed.get(path.name, "").split())


@pytest.mark.parametrize("path", [*CODE, ROOT / "render.py"], ids=lambda path: path.name)
def test_functions_stay_small(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef):
            first = node.body[1] if ast.get_docstring(node) and len(node.body) > 1 else node.body[0]
            assert node.end_lineno - first.lineno < 40, f"{node.name} is long"


@pytest.mark.parametrize("concept", CONCEPTS)
def test_computing_twice_gives_the_same_bits_and_leaves_chance_alone(concept):
    module = _catalog.load(concept)
    torch.manual_seed(7)
    np.random.seed(7)
    before = (
        torch.get_rng_state(),
        np.random.get_state()[1].tobytes(),
        torch.get_num_threads(),
        torch.get_default_dtype(),
    )
    first = module.compute().arrays()
    after = (
        torch.get_rng_state(),
        np.random.get_state()[1].tobytes(),
        torch.get_num_threads(),
        torch.get_default_dtype(),
    )
    assert torch.equal(before[0], after[0])
    assert before[1:] == after[1:]
    torch.manual_seed(8)
    second = computed(concept).arrays()
    assert {name: array.tobytes() for name, array in first.items()} == {n: a.tobytes() for n, a in second.items()}


@pytest.mark.parametrize(("concept", "setting"), [(c, s) for c in CONCEPTS for s in ends(c)], ids=title)
def test_every_knob_computes_at_both_ends(concept, setting):
    trace = computed(concept, **setting)
    may_overflow = "infinity" in (trace.__doc__ or "")
    for name, array in trace.arrays().items():
        assert array.size, name
        assert not array.flags.writeable, name
        assert may_overflow or np.isfinite(array).all(), name
    for sentence, holds in trace.invariants():
        assert holds, sentence
