"""The examples of docs/embedding.md, run as they stand there, smaller."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from base64 import b64decode
from io import BytesIO
from pathlib import Path

import av
import pypdf
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
    shown = set(re.findall(r"\b(films|_static)/gradient-descent\.(\w+)", PAGE))
    written = {
        (Path(folder).name, suffix)
        for command in COMMANDS
        for folder in re.findall(r"-o (\S+)", command)
        for suffix in re.findall(r"-f (\w+)", command)
    }
    assert {folder for folder, _ in shown} == {"films", "_static"}
    assert shown <= written


def test_the_cell_shows_a_film_with_its_knobs(shell):
    (cell,) = blocks("{code-cell} python")
    shown = run(shell, cell.replace("fps=15", "fps=2"))
    assert isinstance(shown, Video)
    (file,) = Path("renders").glob("*.mp4")
    assert "learning_rate=4e-05" in file.name
    with av.open(file) as container:
        assert container.streams.video[0].height == 480


# What a notebook does with cells; manim looks once, when it is imported, whether it is in one.
NOTEBOOK = """
import json, sys
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
shell = InteractiveShell.instance()
for cell in json.loads(sys.argv[1]):
    with capture_output() as shown:
        shell.run_cell(cell).raise_error()
print(shown.outputs[-1].data["text/html"])
"""


def test_the_cells_with_the_magic_of_manim_put_a_film_into_the_notebook(tmp_path):
    cells = [block for kind in ("python", "ipython") for block in blocks(kind)]
    assert [cell.count("-ql --fps 15") for cell in cells] == [0, 1]
    cells = [cell.replace("-ql --fps 15", "-r 426,240 --fps 1 --progress_bar none") for cell in cells]
    words = [sys.executable, "-c", NOTEBOOK, json.dumps(cells)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    shown = subprocess.run(words, env=environment, cwd=tmp_path, check=True, capture_output=True, text=True).stdout
    (film,) = re.findall(r'src="data:video/mp4;base64,([^"]+)"', shown)
    with av.open(BytesIO(b64decode(film))) as container:
        assert container.duration > 20e6  # microseconds


def test_beamer_shows_the_figure_and_links_the_film(tmp_path, monkeypatch):
    if not shutil.which("kpsewhich") or subprocess.run(["kpsewhich", "beamer.cls"], capture_output=True).returncode:
        pytest.skip("Beamer is not installed")
    monkeypatch.chdir(tmp_path)
    (command,) = [command for command in COMMANDS if command.endswith("-o films")]
    assert render.main([*shlex.split(command)[2:], "-q", "480p", "--fps", "1"]) == 0
    (small,) = Path("films").glob("*.mp4")
    small.rename("films/gradient-descent.mp4")  # as the one in the size that the page asks for
    (frame,) = blocks("latex")
    page = "\\documentclass{beamer}\\begin{document}\\begin{frame}\n" + frame + "\\end{frame}\\end{document}\n"
    Path("slides.tex").write_text(page)
    subprocess.run(["pdflatex", "-interaction=nonstopmode", "slides.tex"], check=True, capture_output=True)
    (slide,) = pypdf.PdfReader("slides.pdf").pages
    actions = [one.get_object()["/A"] for one in slide["/Annots"]]
    (film,) = [str(action["/F"]) for action in actions if action["/S"] == "/Launch"]
    assert Path(film).is_file()
    assert any(form.get_object()["/Subtype"] == "/Form" for form in slide["/Resources"]["/XObject"].values())
