"""The benchmark: its scenes of the usual way play as long as ours, its table says what was measured."""

import ast
import importlib
import json
import string
import subprocess
import sys
import tomllib
from itertools import pairwise
from pathlib import Path

import av
import pytest
from manim import tempconfig

from bench import _against, _cost, _encode, _pairs, _record, _table
from bench._shot import FILMS, Shot
from export.render import player
from export.render.settings import RenderSettings
from mathcore import _catalog

SHOT = Shot("gradient_descent", 480, 15, "loop")


def cost(cpu: float, peak: float = 100) -> _cost.Cost:
    return _cost.Cost(cpu, 2 * cpu, peak, "")


def committed(path) -> str:
    """A file of the project as it was last committed."""
    return subprocess.run(["git", "show", f"HEAD:{path}"], cwd=_cost.ROOT, capture_output=True, text=True).stdout


def played(film, folder) -> dict[str, float]:
    """The seconds of each section of the usual way."""
    begun = []
    with tempconfig({"dry_run": True, "verbosity": "ERROR", "progress_bar": "none", "media_dir": folder}):
        scene = getattr(importlib.import_module(f"bench.{film}"), Shot(film, 0, 0).title)(skip_animations=True)
        scene.renderer.update_frame = lambda *_, **__: None
        scene.next_section = lambda name: begun.append((name, scene.time))
        scene.render()
    return {name: stop - start for (name, start), (_, stop) in pairwise([*begun, ("", scene.time)])}


@pytest.mark.parametrize("film", ["gradient_descent"])  # the others take a minute each
def test_the_usual_way_has_the_same_beats_and_the_same_length(film, tmp_path):
    ours = {
        beat.name: beat.seconds for beat in player.dry_run(_catalog.load(film).compute(), RenderSettings(fps=60)).beats
    }
    assert played(film, tmp_path) == pytest.approx(ours, abs=0.2)


@pytest.mark.parametrize("film", FILMS)
def test_the_usual_way_fills_in_what_its_sentences_ask_for(film):
    module = importlib.import_module(f"bench.{film}")
    texts = tomllib.loads((_cost.ROOT / "assets" / "text" / f"{film}.toml").read_text())
    calls = [node for node in ast.walk(ast.parse(Path(module.__file__).read_text())) if isinstance(node, ast.Call)]
    said = [call for call in calls if isinstance(call.func, ast.Attribute) and call.func.attr in ("say", "caption")]
    assert len(said) > 3
    for call in said:
        given = {keyword.arg for keyword in call.keywords}  # None stands for **
        for key in {n.value for n in ast.walk(call.args[0]) if isinstance(n, ast.Constant)} & set(texts):
            asked = {name for _, name, _, _ in string.Formatter().parse(texts[key]["en"]) if name}
            assert None in given or asked <= given, key


def test_the_cost_of_a_command_is_that_of_its_children_too():
    burn = "import time\nwhile time.process_time() < 0.5: pass"
    nested = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {burn!r}])"
    spent = _cost.run([sys.executable, "-c", nested])
    assert spent.cpu >= 0.5
    assert spent.peak > 5


def test_a_command_that_fails_is_told_with_its_last_words():
    with pytest.raises(_cost.Broken, match="no such film"):
        _cost.run([sys.executable, "-c", "raise SystemExit('no such film')"])


def test_a_ratio_is_the_median_of_the_ratios_within_the_pairs():
    rounds = [{"a": cost(1), "c": cost(6)}, {"a": cost(4), "c": cost(8)}, {"a": cost(2), "c": cost(20)}]
    record = _pairs.record(SHOT, 90, rounds)
    assert record["cpu"] == {"a": 2, "c": 8}
    assert record["to_a"] == {"c": 6}  # of 6, 2 and 10; that of the medians is 4
    assert record["frames_per_cpu_second"]["a"] == 45


def test_the_table_says_what_was_measured(tmp_path):
    costs = {"a": cost(2, 300), "b": cost(4), "c": cost(16), "d": cost(1)}
    results = {
        "machine": "A machine.",
        "shots": [_pairs.record(SHOT, 90, [costs])],
        "shares": {"lstm": {"starting": 1.0, "encoding": 3.0}},
        "others": {"`list`": "0.5 s"},
    }
    told = _table.write(tmp_path, results)
    row = next(line for line in told.splitlines() if line.startswith("| gradient-descent 480p15"))
    cells = [cell.strip() for cell in row.strip("|").split("|")]
    assert cells[1:] == ["loop", "90", "2.0", "4.0", "16.0", "1.0", "0.50", "0.12", "2.00", "45.0", "300"]
    assert "- `list`: 0.5 s" in told
    assert "| lstm | 25 | 0 | 0 | 0 | 0 | 0 | 75 |" in told
    assert (tmp_path / "results.md").read_text() == told
    assert json.loads((tmp_path / "results.json").read_text()) == results


def test_the_pieces_of_a_film_add_up_to_what_it_costs(tmp_path):
    options = ["-q", "480p", "--fps", "2", "--beat", "replay", "-o", tmp_path]
    spent = _cost.run([sys.executable, "-m", "bench._shares", "gradient-descent", *options])
    pieces = json.loads(spent.said.splitlines()[-1])
    assert list(pieces) == _table.PIECES
    assert min(pieces.values()) >= 0
    assert sum(pieces.values()) == pytest.approx(spent.cpu, rel=0.2)


def test_the_frames_that_are_encoded_alone_are_those_of_the_film(tmp_path):
    known = _record.record("gradient_descent", RenderSettings(height=120, fps=2, beat="read-result"), tmp_path)
    assert known["beat"] == "read_result"
    assert known["frames"] >= known["drawn"] > 2
    assert _encode.encode(tmp_path, tmp_path / "alone.mp4") > 0
    with av.open(tmp_path / "alone.mp4") as container:
        assert sum(1 for _ in container.decode(video=0)) == known["frames"]


def test_a_process_ends_with_the_first_frame_that_reaches_the_encoder(tmp_path):
    options = ["gradient-descent", "-q", "480p", "--fps", "2", "-o", tmp_path]
    assert _cost.run([sys.executable, "-m", "bench._first", *options]).said == ""
    assert not list(tmp_path.iterdir())


def test_two_builds_are_compared_film_by_film():
    rounds = [
        (_against.Made(cost(8, 600), 100), _against.Made(cost(2, 500), 130)),
        (_against.Made(cost(10, 620), 100), _against.Made(cost(5, 480), 110)),
        (_against.Made(cost(4, 610), 100), _against.Made(cost(1.2, 490), 120)),
    ]
    cells = _against.row(Shot("gradient_descent", 1080, 60), rounds)
    assert cells == ["gradient-descent 1080p60", "8.0", "2.0", "0.30", "1.20", "610", "490"]  # of 0.25, 0.5 and 0.3


def test_another_build_is_the_tree_of_its_commit():
    with _against.build_of("HEAD") as build:
        assert (build / "render.py").read_text() == committed("render.py")
        assert "gradient_descent" in _against.films_of(build)
    assert not build.exists()
    with pytest.raises(_cost.Broken, match="no build of no-such-commit"), _against.build_of("no-such-commit"):
        pass
