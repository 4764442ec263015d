"""Whatever words and files the command is given, it does its work or refuses in one sentence."""

import itertools
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from abuse import attempt, is_a_sentence, told, tried, tries
from conftest import CONCEPTS
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from spoiled import WORDS, damaged, pictures, tables, trajectories

from mathcore import _catalog
from mathcore._data import MOST_BYTES
from scenes._stage.words import Name

ROOT = Path(__file__).parent.parent
MOST_ADDED = 3 * 2**28  # bytes
AS_JSON = ("-f", "json", "--fps", "1")  # plays the film
FILMS_OWN = ("--lang", "--theme", "--fps", "-q", "--beat", "-f", "--nonsense")
CHEAP = sorted(set(CONCEPTS) - {"lstm", "dropout", "nonconvex_loss", "lenet"})
number = itertools.count()


@pytest.fixture
def put(tmp_path):
    """Writes content to a new file of that suffix; the folder that a command may write to is beside it."""

    def write(content: bytes, suffix: str) -> tuple[Path, Path]:
        path = tmp_path / f"own{next(number)}{suffix}"
        path.write_bytes(content)
        return path, tmp_path / "out"

    return write


def test_any_table_is_read_or_refused(put):
    codes = set()

    @tries(60)
    @given(tables() | damaged(b"RM,PRICE\n1,2\n3,4\n", b'RM;PRICE\r\n"1,5";2\r\n-3;4e1\r\n'))
    def check(content):
        path, out = put(content, ".csv")
        codes.add(attempt("table", out, "gradient-descent", "--data", str(path), "--steps", "2", *AS_JSON))

    check()
    assert codes == {0, 2}


def test_any_picture_is_read_or_refused(put):
    codes = set()

    @tries(40)
    @given(damaged(*pictures()))
    def check(content):
        path, out = put(content, ".png")
        codes.add(attempt("picture", out, "pooling", "--image", str(path), *AS_JSON))

    check()
    assert codes == {0, 2}


@pytest.mark.parametrize("suffix", [".npz", ".json", ".csv"])
def test_any_trajectory_is_compared_or_refused(put, suffix):
    contents = tables() if suffix == ".csv" else damaged(*trajectories()[suffix])

    @tries(50)
    @given(contents | damaged(b"PK\x03\x04", b"w\n1\n", b"{}", *trajectories()[".npz"][:1]))
    def check(content):
        path, _ = put(content, suffix)
        code, out, _ = told(f"trajectory {suffix}", "check", "gradient-descent", "--against", str(path))
        assert code == 2 or out.startswith("gradient-descent")

    check()


@pytest.mark.parametrize("concept", CHEAP)
def test_any_word_for_a_knob_is_taken_or_refused(concept, tmp_path):
    knobs = ["--" + _catalog.hyphens(knob.name) for knob in _catalog.knobs(_catalog.load(concept).Params)]
    word = st.sampled_from(WORDS) | st.text(
        st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=9
    )
    option = st.tuples(st.sampled_from(knobs) | st.sampled_from(FILMS_OWN), word, st.booleans())

    @tries(25)
    @given(st.lists(option, min_size=1, max_size=3))
    def check(options):
        words = [[f"{name}={value}"] if joined else [name, value] for name, value, joined in options]
        flat = [word.replace("\0", "") for pair in words for word in pair]  # no system passes that on
        attempt("words", tmp_path / "out", _catalog.hyphens(concept), "-f", "csv", *flat)

    check()


def run(*words, cwd):
    """A command in a process of its own: exit code, standard error, and the most memory that it had, in bytes."""
    command = [sys.executable, ROOT / "render.py", *words]
    with subprocess.Popen(command, cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        error = process.stderr.read().decode()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    tried["large files"] += 1
    return process.returncode, error, usage.ru_maxrss * 1024


def large_picture(path):
    Image.new("RGBA", (6324, 6324), (1, 2, 3, 4)).save(path, compress_level=1)  # just below the limit


LARGE = {
    "columns.csv": lambda path: path.write_text("RM,PRICE" + "," * (MOST_BYTES - 20) + "\n1,2\n"),
    "cell.csv": lambda path: path.write_text("RM,PRICE\n" + "1" * (MOST_BYTES - 20) + ",2\n", encoding="utf-8"),
    "lists.json": lambda path: path.write_text('{"w": [' + "[]," * (MOST_BYTES // 3 - 10) + "[]]}"),
    "picture.png": large_picture,
}


SMALL = {
    ".csv": lambda path: path.write_text("RM,PRICE\n1,2\n"),
    ".json": lambda path: path.write_text('{"w": []}'),
    ".png": lambda path: Image.new("L", (1, 1)).save(path),
}


@pytest.mark.parametrize("name", LARGE)
def test_the_largest_files_that_are_read_add_less_than_three_quarters_of_a_gibibyte(tmp_path, name):
    words = {
        ".csv": ["gradient-descent", "-f", "npz", "--data"],
        ".json": ["check", "gradient-descent", "--against"],
        ".png": ["convolution-2d", "-f", "npz", "--image"],
    }[Path(name).suffix]
    small = f"small{Path(name).suffix}"
    SMALL[Path(name).suffix](tmp_path / small)
    *_, without = run(*words, small, cwd=tmp_path)  # which has Python and torch in it, whatever its build
    LARGE[name](tmp_path / name)
    code, error, memory = run(*words, name, cwd=tmp_path)
    assert memory - without < MOST_ADDED
    assert (code, error) == (0, "") if name == "picture.png" else code == 2 and is_a_sentence(error)


def test_a_file_whose_name_is_no_text_is_shown_with_a_question_mark():
    assert Name(os.fsdecode(b"mine\xff.csv")) == "mine?.csv"


def test_a_terminal_that_knows_few_letters_is_shown_codes():
    command = [sys.executable, "render.py", "list"]
    shown = subprocess.run(command, cwd=ROOT, env={**os.environ, "PYTHONIOENCODING": "ascii"}, capture_output=True)
    assert (shown.returncode, shown.stderr) == (0, b"")
    assert b"\\u" in shown.stdout


def test_a_complaint_does_not_repeat_what_is_endless():
    _, _, complaint = told("words", "gradient-descent", "--steps", "9" * 5000)
    assert "--steps" in complaint
    assert "is not a whole number" in complaint
    assert len(complaint) < 600


def test_names_that_are_not_compared_are_listed_as_far_as_there_is_room(put):
    path, _ = put(json.dumps({"w": [0.0], **{f"extra{k}" * 99: 1 for k in range(99)}}).encode(), ".json")
    _, out, _ = told("trajectory .json", "check", "gradient-descent", "--against", str(path))
    assert "not compared: extra0extra0" in out
    assert len(out) < 2000
