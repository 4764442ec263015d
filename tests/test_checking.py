"""The examples of docs/checking.md, run as they stand there."""

import csv
import re
import shlex
from pathlib import Path

import numpy as np
import pytest

import render
from mathcore._catalog import load
from mathcore._check import checking, hints
from mathcore._check.plugin import Trajectory

PAGE = (Path(__file__).parent.parent / "docs" / "checking.md").read_text(encoding="utf-8")


def blocks(kind):
    return re.findall(rf"```{kind}\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Runs a command of the page beside its table; its exit code and what it prints."""
    monkeypatch.chdir(tmp_path)
    Path("mine.csv").write_text(blocks("csv")[0])

    def call(command):
        python, script, *words = shlex.split(command)
        assert (python, script) == ("python", "render.py")
        return render.main(words), capsys.readouterr().out

    return call


def test_the_page_compares_all_concepts_then_a_run_at_two_tolerances(run, monkeypatch):
    everything, run_of_a_student, tolerant, _ = (command for block in blocks("sh") for command in block.splitlines())
    assert run(run_of_a_student) == (1, blocks("text")[0])
    assert run(tolerant)[0] == 1
    monkeypatch.setattr(checking, "check", lambda name, rtol, atol: checking.Report(name, 1, None))
    assert run(everything)[0] == 0


def test_the_page_compares_a_class(run):
    Path("handed-in/ada").mkdir(parents=True)
    Path("mine.csv").rename("handed-in/ada/run.csv")
    trace = load("gradient_descent").compute(load("gradient_descent").Params(learning_rate=1e-6, steps=3))
    np.savez("handed-in/bob.npz", w=trace.w, loss=trace.loss)
    for empty in ("eva.csv", "exercise.pdf"):
        Path("handed-in", empty).touch()
    *_, command = blocks("sh")
    assert run(command.strip()) == (1, blocks("text")[1])
    with Path("class.csv").open(encoding="utf-8-sig") as file:
        header = next(csv.reader(file))
    for column in header:
        assert f"`{column}`" in PAGE[PAGE.index("### The reports") :]


def test_the_test_of_the_page_passes(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    scope = {}
    exec(blocks("python")[0], scope)
    scope["test_my_descent"](Trajectory())


def test_the_report_of_the_page_knows_where_and_why(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    scope = {}
    exec(blocks("python")[1], scope)
    assert (scope["report"].fault.quantity, scope["report"].fault.index) == ("w", (1,))
    assert "a factor 2 forgotten" in scope["report"].hint


def test_the_page_explains_every_hint():
    told = PAGE[PAGE.index("### What a hint means") :]
    trace = load("gradient_descent").compute()
    causes = [cause for cause in hints._causes(trace, gradient=True).values() if " and " not in cause]
    assert len(causes) == 7
    for cause in causes:
        beginning = re.sub(r" (too|forgotten|over|instead).*", "", cause)
        assert beginning.removeprefix("a sum") in told, cause
    for concept in ("convolution_2d", "dropout"):
        for mistake, _ in load(concept).compute().mistakes():
            assert mistake.split()[-1] in told, mistake
