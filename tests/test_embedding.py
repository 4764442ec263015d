"""The examples of docs/embedding.md, run as they stand there, smaller."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import av
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.display import Video

import render

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "embedding.md").read_text(encoding="utf-8")
COMMANDS = [line for block in re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL) for line in block.splitlines()]


def blocks(kind):
    return re.findall(rf"```{re.escape(kind)}\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture
def shell(tmp_path, monkeypatch):
    """A notebook's shell, in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(ROOT)
    return InteractiveShell()


def run(shell, code):
    result = shell.run_cell(code)
    result.raise_error()
    return result.result


def test_the_page_has_commands():
    assert len(COMMANDS) >= 5


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_of_the_page_writes_what_it_names(command, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    python, script, *words = shlex.split(command)
    assert (python, script) == ("python", "render.py")
    assert render.main([*words, "-q", "480p", "--fps", "1"]) == 0
    wanted = {words[i + 1] for i, word in enumerate(words) if word == "-f"}
    assert {path.suffix[1:] for path in tmp_path.rglob("gradient-descent*")} >= wanted


def test_files_that_the_page_shows_are_those_that_its_commands_write():
    written = {suffix for command in COMMANDS if "films" in command for suffix in re.findall(r"-f (\w+)", command)}
    shown = set(re.findall(r"films/gradient-descent\.(\w+)", PAGE))
    assert shown
    assert shown <= written


def test_the_cell_shows_a_film_with_its_knobs(shell):
    (cell,) = blocks("{code-cell}")
    shown = run(shell, cell.replace("fps=15", "fps=2"))
    assert isinstance(shown, Video)
    (file,) = Path("renders").glob("*.mp4")
    assert "learning_rate=4e-05" in file.name
    with av.open(file) as container:
        assert container.streams.video[0].height == 480


def test_the_magic_of_manim_plays_a_film(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (imports,) = blocks("python")
    (magic,) = blocks("ipython")
    options = magic.strip().removeprefix("%%manim ").replace("-ql --fps 15", "-r 426,240 --fps 1 --progress_bar none")
    cells = f"{imports}\nget_ipython().run_cell_magic('manim', {options!r}, 'pass')"
    notebook = [sys.executable, "-m", "IPython", "--no-banner", "-c", cells]  # manim looks once whether it is in one
    subprocess.run(notebook, env=os.environ | {"PYTHONPATH": str(ROOT)}, check=True, capture_output=True)
    (film,) = Path("media", "jupyter").glob("GradientDescent*.mp4")
    with av.open(film) as container:
        assert container.duration > 20e6  # microseconds
