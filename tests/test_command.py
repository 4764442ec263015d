"""The command line: what it prints, what it writes, what it refuses."""

import inspect
import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import numpy as np
import pytest
from conftest import CONCEPTS
from cyclopts import App, CycloptsError
from PIL import Image
from pydantic import BaseModel, Field

import render
from export import _options
from mathcore import _catalog

ROOT = Path(__file__).parent.parent


@pytest.fixture
def run(capsys, tmp_path, monkeypatch):
    """Runs a command line in an empty folder; its exit code, standard output and standard error."""
    monkeypatch.chdir(tmp_path)

    def call(*words: str) -> tuple[int, str, str]:
        code = render.main(words)
        return code, *capsys.readouterr()

    return call


def test_without_a_word_it_shows_the_course(run):
    code, out, _ = run()
    assert code == 0
    for concept in CONCEPTS:
        assert concept.replace("_", "-") in out


def test_the_list_for_programs_names_every_concept_and_whether_it_exists(run):
    chapters = json.loads(run("list", "--json")[1])
    exists = {entry["name"]: entry["exists"] for chapter in chapters for entry in chapter["concepts"]}
    assert {name for name, there in exists.items() if there} == set(CONCEPTS)


def test_listing_starts_neither_torch_nor_manim():
    code = "import sys, render; render.main(['list']); sys.exit(bool({'torch', 'manim'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True).returncode == 0


def test_numbers_are_written_without_starting_manim(tmp_path):
    words = ["gradient-descent", "-f", "npz", "-f", "csv", "-o", str(tmp_path)]
    code = f"import sys, render; render.main({words!r}); sys.exit('manim' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True).returncode == 0
    assert {path.suffix for path in tmp_path.iterdir()} == {".npz", ".csv"}


@pytest.mark.parametrize("concept", CONCEPTS)
def test_describe_tells_every_knob_and_quantity(run, concept):
    code, out, _ = run("describe", concept)
    told = json.loads(run("describe", concept, "--json")[1])
    assert code == 0
    assert {"name", "kind", "default", "low", "high", "choices", "meaning", "length"} == set(told["knobs"][0])
    assert all("--" + knob["name"].replace("_", "-") in out for knob in told["knobs"])
    assert all(quantity["name"] in out for quantity in told["quantities"])
    assert {"name", "axes", "unit", "meaning", "tolerance"} == set(told["quantities"][0])


@pytest.mark.parametrize("concept", CONCEPTS)
def test_help_shows_every_knob_with_its_range(run, concept):
    code, out, _ = run(concept, "--help")
    assert code == 0
    for knob in json.loads(run("describe", concept, "--json")[1])["knobs"]:
        assert "--" + knob["name"].replace("_", "-") in out


def test_hyphens_and_underscores_name_the_same_concept(run):
    for name in ("gradient-descent", "gradient_descent"):
        assert run(name, "-f", "npz", "-o", name)[0] == 0
    files = [np.load(next(Path(name).iterdir())) for name in ("gradient-descent", "gradient_descent")]
    np.testing.assert_array_equal(files[0]["w"], files[1]["w"])


def test_a_turned_knob_shows_in_the_file_name(run):
    words = "gradient-descent --learning-rate 1e-6 --steps 10 --lang fr --theme light -f npz -o out"
    out = run(*words.split(" "))[1]
    assert out.strip() == "out/gradient-descent+learning_rate=1e-06.fr.light.npz"
    assert Path(out.strip()).exists()


@pytest.mark.parametrize(
    "words", ["--learning-rates 1e-6 2e-5", "--learning-rates 1e-6 --learning-rates 2e-5", "--learning-rates=1e-6 2e-5"]
)
def test_a_knob_of_several_values_takes_them_in_a_row_or_one_by_one(run, words):
    out = run("learning-rate", *words.split(), "-f", "npz")[1].strip()
    assert out == "renders/learning-rate+learning_rates=1e-06_2e-05.npz"
    assert np.load(out)["learning_rate"].tolist() == [1e-6, 2e-5]


def test_a_knob_of_several_values_tells_how_many_and_their_range(run):
    knob = json.loads(run("describe", "learning-rate", "--json")[1])["knobs"][0]
    assert (knob["kind"], knob["low"], knob["high"], knob["length"]) == ("float", 1e-32, 1e83, [1, 4])
    assert knob["default"] == [1e-6, 1e-5, 5e-5]
    for told in (run("describe", "learning-rate")[1], " ".join(run("learning-rate", "--help")[1].split())):
        assert "1 to 4 values, each" in told
    assert "1 to 4 values, each 1e-32 to 1e+83; default: 1e-06 1e-05 5e-05" in run("describe", "learning-rate")[1]


def test_whole_numbers_in_a_row_are_not_rounded():
    class Params(BaseModel):
        layers: tuple[Annotated[int, Field(ge=1, le=99)], ...] = Field((10, 3), min_length=2, max_length=3)

    (knob,) = _catalog.knobs(Params)
    assert knob.range() == "2 to 3 values, each 1 to 99"

    def command(**knobs):
        return knobs

    command.__signature__ = inspect.Signature([_options._option(knob)])
    app = App(default_command=command)
    assert app(["--layers", "7", "8"], result_action="return_value") == {"layers": (7, 8)}
    with pytest.raises(CycloptsError, match=r"2\.5"):
        app(["--layers", "7", "2.5"], exit_on_error=False, print_error=False)


def test_an_automatic_rate_is_written_as_the_number_that_it_became(run):
    path = run("gradient-descent", "--learning-rate", "auto", "-f", "npz")[1].strip()
    assert path == "renders/gradient-descent+learning_rate=1.65e-05.npz"
    assert json.loads(str(np.load(path)["meta"]))["params"]["learning_rate"] == 1.65e-5
    again = run("gradient-descent", "--learning-rate", "1.65e-05", "-f", "npz", "-o", "again")[1].strip()
    assert Path(again).read_bytes() == Path(path).read_bytes()
    compared = run("check", "gradient-descent", "--learning-rate", "auto", "--against", path)
    assert compared[0] == 0
    assert compared[1].endswith("\n  learning_rate is 1.65e-05\n")


def test_what_an_automatic_rate_is_stands_in_the_description(run):
    knob = json.loads(run("describe", "gradient-descent", "--json")[1])["knobs"][0]
    assert (knob["kind"], knob["low"], knob["high"], knob["choices"]) == ("float", 1e-32, 1e83, ["auto"])
    for words in (["describe", "gradient-descent"], ["gradient-descent", "--help"]):
        told = " ".join(run(*words)[1].replace("│", " ").split())
        assert "auto takes a third of the critical rate [1e-32 to 1e+83, or auto; default: 1e-05]" in told


@pytest.mark.parametrize(
    ("rate", "told"),
    [
        ("1e-5", "1e-05 is above the critical rate of own.csv, 1.53e-13, so every step makes the error larger"),
        ("1e-20", "1e-20 is far below the critical rate of own.csv, 1.53e-13, so 10 steps hardly change the weight"),
        ("auto", ""),
    ],
)
def test_a_rate_that_does_not_suit_a_table_is_told_and_the_film_is_made_all_the_same(run, rate, told):
    Path("own.csv").write_text("staff,revenue\n2200000,514405\n1300000,290212\n")
    words = "gradient-descent --data own.csv --feature staff --target revenue -f npz --learning-rate"
    code, out, error = run(*words.split(), rate)
    assert code == 0
    assert Path(out.strip()).exists()
    assert error == (told and f"render.py: the learning rate {told}; try --learning-rate auto.\n")


INTERRUPT = """
import os, signal, sys
class Finder:
    def find_spec(self, name, *_):
        if name == {module!r}:
            os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, Finder())
sys.argv[1:] = {words!r}
"""
ENTRIES = {
    "render.py": "import runpy; runpy.run_path('render.py', run_name='__main__')",
    "deepreel": "from render import main; sys.exit(main())",
}


@pytest.fixture
def interrupted(tmp_path):
    """A command that gets Ctrl-C as it begins to load a module: its exit code and standard error."""
    before = signal.getsignal(signal.SIGINT)

    def start(entry: str, module: str, heard: bool) -> tuple[int, str]:
        words = [
            "gradient-descent",
            "--steps",
            "1",
            "--beat",
            "show-data",
            "-f",
            "png",
            "-q",
            "480p",
            "-o",
            str(tmp_path),
        ]
        signal.signal(signal.SIGINT, signal.default_int_handler if heard else signal.SIG_IGN)
        code = INTERRUPT.format(module=module, words=words) + ENTRIES[entry]
        done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
        return done.returncode, done.stderr

    yield start
    signal.signal(signal.SIGINT, before)


@pytest.mark.parametrize("entry", ENTRIES)
@pytest.mark.parametrize("module", ["cyclopts", "numpy", "mathcore._check", "torch", "manim"])
def test_ctrl_c_gets_one_sentence_however_early_it_comes(interrupted, entry, module):
    assert interrupted(entry, module, True) == (130, "render.py: interrupted; files that were finished are kept.\n")


def test_a_command_that_was_started_to_outlive_its_terminal_does_not_hear_ctrl_c(interrupted, tmp_path):
    assert interrupted("render.py", "torch", False) == (0, "")
    assert len(list(tmp_path.iterdir())) == 1


def test_the_course_writes_every_concept(run):
    code, out, _ = run("course", "-f", "npz")
    assert code == 0
    assert len(out.split()) == len(CONCEPTS)


def test_a_chapter_writes_its_concepts_only(run):
    written = {Path(line).stem for line in run("course", "--chapter", "6", "-f", "npz")[1].split()}
    assert {"convolution-2d", "pooling"} <= written
    assert not {"gradient-descent", "dropout"} & written


REFUSED = {
    "gradien-descent": "did you mean 'gradient-descent'",
    "zzz": "list",
    "gradient-descent --steps 0": "--steps must be 1 to 1000, not 0",
    "gradient-descent --steps 100000000000": "--steps must be 1 to 1000",
    "gradient-descent --steps two": "two",
    "gradient-descent --steps 2.5": "2.5",
    "gradient-descent --steps nan": "nan",
    "gradient-descent --learning-rate nan": "--learning-rate must be",
    "gradient-descent --learning-rate 0": "--learning-rate must be 1e-32 to 1e+83, or auto, not 0.0",
    "gradient-descent --learning-rate Auto": "'Auto' is neither a number nor auto",
    "gradient-descent --learning-rate auto --data zero.csv": "zero in every row",
    "gradient-descent --learning-rate -1": "--learning-rate must be",
    "gradient-descent --stepz 3": "Did you mean --steps",
    "gradient-descent -f xyz": "mp4",
    "gradient-descent -q 333p": "720p",
    "gradient-descent --fps 0": "--fps",
    "gradient-descent --fps 100000": "--fps",
    "gradient-descent --lang de": '"fr"',
    "gradient-descent --theme pink": '"light"',
    "gradient-descent --beat nap": "show_data",
    "gradient-descent --feature ROOMS": "RM, CRIM",
    "gradient-descent --data missing.csv": "missing.csv",
    "gradient-descent --data .": "folder",
    "gradient-descent --data empty.csv": "empty.csv is empty",
    "gradient-descent --data cat.png": "not a text",
    "gradient-descent --data nan.csv": "line 3, column 'PRICE'",
    "gradient-descent --data text.csv": "line 2, column 'RM'",
    "gradient-descent --data short.csv": "short.csv, line 3",
    "gradient-descent --data zero.csv": "zero",
    "gradient-descent -f npz -o empty.csv": "cannot be written",
    "gradient-descent -f npz -o /proc/nowhere": "cannot be written",
    "learning-rate --learning-rates 1e84": "--learning-rates must be 1 to 4 values, each 1e-32 to 1e+83, not 1e+84",
    "learning-rate --learning-rates 1e-5 -1": "--learning-rates must be 1 to 4 values, each 1e-32 to 1e+83, not -1.0",
    "learning-rate --learning-rates 1 1 1 1 1": "must be 1 to 4 values, each 1e-32 to 1e+83, not 1.0 1.0 1.0 1.0 1.0",
    "learning-rate --learning-rates auto": "auto",
    "learning-rate --learning-rates nan": "--learning-rates must be",
    "learning-rate --learning-rates": "--learning-rates",
    "learning-rate --learning-rates 1e-5 x": "x",
    "learning-rate --learning-rates 1e-6,1e-5": "1e-6,1e-5",
    "learning-rate --learning-rate 1e-5": "Did you mean --learning-rates",
    "convolution-2d --kernel-size 4": "odd",
    "convolution-2d --kernel sobel_x --kernel-size 5": "3 x 3",
    "convolution-2d --kernel-size 9 --size 5": "does not fit",
    "convolution-2d --size 100000": "--size must be 3 to 32",
    "convolution-2d --kernel blur": "gaussian",
    "convolution-2d --image missing.png": "missing.png",
    "convolution-2d --image text.csv": "not an image",
    "convolution-2d --image bomb.png": "too large",
    "course nothing": "no concept",
    "course gradient-descent -f xyz": "no format 'xyz'",
    "course gradient-descent -j 0": "Must be >= 1",
    "course gradient-descent -f npz -o empty.csv": "cannot be written",
    "course --chapter 9": "no chapter 9",
    "course --chapter 8": "chapter 8 has no film yet",
    "course --chapter x": "x",
    "list extra": "extra",
    "describe": "describe",
    "describe zzz": "no concept",
    "--nonsense": "nonsense",
}


@pytest.fixture
def bad_files(tmp_path):
    for name, text in {
        "empty.csv": "",
        "nan.csv": "RM,PRICE\n1,2\n3,nan\n",
        "text.csv": "RM,PRICE\nabc,2\n3,4\n",
        "short.csv": "RM,PRICE\n1,2\n3\n",
        "zero.csv": "RM,PRICE\n0,2\n0,4\n",
    }.items():
        (tmp_path / name).write_text(text)
    (tmp_path / "cat.png").write_bytes((ROOT / "assets" / "data" / "cat.png").read_bytes())
    Image.new("1", (20_000, 10_000)).save(tmp_path / "bomb.png")


@pytest.mark.usefixtures("bad_files")
@pytest.mark.parametrize("words", REFUSED)
def test_wrong_input_gets_one_sentence_and_exit_code_2(run, words):
    code, out, error = run(*words.split())
    assert code == 2
    assert out == ""
    assert len(error.strip().splitlines()) == 1
    assert REFUSED[words] in error
    assert "Traceback" not in error
    assert not Path("renders").exists() or not any(Path("renders").iterdir())


def test_a_refused_run_leaves_the_file_that_was_there(run, tmp_path):
    run("gradient-descent", "-f", "npz")
    before = (tmp_path / "renders" / "gradient-descent.npz").read_bytes()
    assert run("gradient-descent", "-f", "npz", "--beat", "nap", "-f", "mp4")[0] == 2
    assert (tmp_path / "renders" / "gradient-descent.npz").read_bytes() == before
    assert [path.name for path in (tmp_path / "renders").iterdir()] == ["gradient-descent.npz"]
