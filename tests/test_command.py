"""The command line: what it prints, what it writes, what it refuses."""

import inspect
import json
import shutil
import signal
import subprocess
import sys
import tomllib
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Annotated

import numpy as np
import pytest
from conftest import CONCEPTS
from cyclopts import App, CycloptsError
from PIL import Image
from pydantic import BaseModel, Field
from rehearsal import rehearsed
from voices import babble, write

import render
from export.command import options
from export.course import run as courses
from export.course.job import RenderError, do
from export.render.heed import heeded
from mathcore import _catalog
from scenes._stage.words import _sentences

ROOT = Path(__file__).parent.parent


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
    assert {path.suffix for path in tmp_path.glob("[!.]*")} == {".npz", ".csv"}


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

    command.__signature__ = inspect.Signature([options._option(knob)])
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
    assert len(list(tmp_path.glob("[!.]*"))) == 1


def test_the_course_writes_every_concept(run):
    code, out, _ = run("course", "-f", "npz")
    assert code == 0
    assert len(out.split()) == len(CONCEPTS)


def test_a_chapter_writes_its_concepts_only(run):
    written = {Path(line).stem for line in run("course", "--chapter", "3", "-f", "npz")[1].split()}
    assert {"mean-squared-error", "logistic-loss"} <= written
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
    "gradient-descent --learning-rate Auto": '"Auto" is not a number or auto',
    "gradient-descent --learning-rate auto --data zero.csv": "zero in every row",
    "gradient-descent --learning-rate -1": "--learning-rate must be",
    "gradient-descent --stepz 3": "Did you mean --steps",
    "gradient-descent -f xyz": "mp4",
    "gradient-descent -q 333p": "720p",
    "gradient-descent --fps 0": "--fps",
    "gradient-descent --fps 100000": "--fps",
    "gradient-descent --lang de": '"fr"',
    "gradient-descent --theme pink": '"light"',
    "gradient-descent --beat nap": "show-data",
    "gradient-descent --beat wolk-on -f npz": "did you mean 'walk-on'? Those of gradient-descent are show-data, draw-",
    "course pooling dropout --beat walk-on": "those of pooling are show-image",
    "gradient-descent --steps 1 --beat walk-on -f srt": "this film's beats are show-data, draw-loss, take-first",
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
    "course --chapter x": "x",
    "course --chapter 6.5 -f npz": "'6.5' is not a whole number",
    "course pooling -f npz -j 2.5": "'2.5' is not a whole number",
    "course pooling -f npz -j 2 --cluster tcp://127.0.0.1:1": "--jobs has no effect",
    "course pooling -f gif --fps 60": "at most 50 frames",
    "gallery pooling --fps 60": "at most 50 frames",
    "gallery pooling --fps 15.5": "'15.5' is not a whole number of frames per second, from 1 to 120",
    "gradient-descent --fps 29.97 -f npz": "'29.97' is not a whole number of frames per second, from 1 to 120",
    "gradient-descent --fps 30.0 -f npz": "'30.0' is not a whole number of frames per second, from 1 to 120",
    "dropout --seed 1e3": "'1e3' is not a whole number, written in digits alone",
    "dropout --seed 1_0 -f npz": "'1_0' is not a whole number, written in digits alone",
    "gradient-descent --steps 3 --steps 4": "multiple times",
    "gradient-descent -f MP4": "did you mean 'mp4'",
    "gradient-descent -f mp4,gif": "one by one: -f mp4 -f gif",
    "gradient-descent -f mp4 gif": "each with -f: -f gif",
    "gradient-descent -q 720": 'Did you mean "720p"',
    "gradient-descent --lang FR": 'Did you mean "fr"',
    "gradient-descent --learning-rate 1,0e-5": "decimals stand behind a point: --learning-rate 1.0e-5",
    "check gradient-descent --rtol 1,5": "decimals stand behind a point: --rtol 1.5",
    "learning-rate --learning-rates 1e-6,2e-5": "spaces between them: --learning-rates 1e-6 2e-5",
    "gradient-descent --learning-rate abc": '"abc" is not a number',
    "gradient-descent --transparent=maybe": '"maybe" is not yes or no',
    "gradient-descent foo": "'foo' is not understood here. `python render.py gradient-descent --help`",
    "gradient-descent steps=40": "did you mean --steps 40?",
    "gradient-descent pooling": "`course gradient-descent pooling`",
    "gradient-descent walk-on": "--beat walk-on",
    "gradient-descent --kernel box": "Unknown option: --kernel. It is a knob of convolution-2d and image-channels.",
    "gradient-descent --colour red": "`python render.py gradient-descent --help` shows the options",
    "check gradient-descent --learning-rate 1e-6": "Knobs are turned beside --against FILE",
    "gallery pooling -f mp4": "`python render.py gallery --help`",
    "--lang fr gradient-descent": "Options stand behind the name",
    "cours": "did you mean 'course'?",
    "descibe pooling": "did you mean 'describe'?",
    "gradient-descent -f npz -f csv -o film.npz": "film.npz cannot be written: it is one file, and npz and csv are",
    "gradient-descent -f npz -o film.csv": "film.csv cannot be written: its name ends in csv, and npz is asked for",
    "gradient-descent -o film.png": "one for each beat is asked for; name a --beat",
    "gradient-descent -f mp4 --beat all -o film.mp4": "one for each beat is asked for; name a --beat",
    "gradient-descent -o film.avi": "no format 'avi'",
    "gradient-descent -o film.MP4": "did you mean 'mp4'",
    "course pooling -f npz -o film.npz": "film.npz cannot be written: it is one file, and several are made",
    "list extra": "extra",
    "describe": "describe",
    "describe zzz": "no concept",
    "--nonsense": "nonsense",
}


@cache
def bomb():
    """A picture that is small as a file only."""
    content = BytesIO()
    Image.new("1", (20_000, 10_000)).save(content, "png")
    return content.getvalue()


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
    (tmp_path / "bomb.png").write_bytes(bomb())


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


@pytest.mark.parametrize(
    ("words", "told"),
    {
        "transformer": "there is no film of 'transformer' yet",
        "describe transformer": "there is no film of 'transformer' yet",
        "course Transformer": "there is no film of 'transformer' yet",
        "course --chapter 9": "chapter 9 has no film yet",
    }.items(),
)
def test_a_film_that_is_only_planned_is_told_apart_from_a_wrong_name(run, monkeypatch, words, told):
    planned = _catalog.Chapter(9, {"en": "Transformers", "fr": "Transformeurs"}, ("transformer",))
    course = (*_catalog.chapters(), planned)
    monkeypatch.setattr(_catalog, "chapters", lambda: course)
    code, _, error = run(*words.split())
    assert (code, error.count("\n")) == (2, 1)
    assert told in error
    assert run("list")[1].splitlines()[-3].split() == ["transformer", "(not", "yet)"]


def test_a_height_that_does_not_exist_is_not_answered_with_another_that_looks_like_it(run):
    error = run("gradient-descent", "-q", "1440p")[2]
    assert error == ('render.py: Invalid value "1440p" for -q. Choose from: "480p", "720p", "1080p", "2160p".\n')


@pytest.mark.parametrize("words", ["gradient-descent --beat nap", "course gradient-descent -f mp4 --beat nap"])
def test_a_wrong_beat_is_refused_before_any_training(run, monkeypatch, words):
    monkeypatch.setattr(_catalog.load("gradient_descent"), "compute", lambda *_: pytest.fail("it has trained"))
    assert run(*words.split())[0] == 2


def test_a_film_of_a_course_that_lacks_the_beat_does_not_stop_the_others_nor_train(run, monkeypatch):
    monkeypatch.setattr(courses, "backend", lambda *_: lambda jobs, folder, show: here(jobs, folder))
    monkeypatch.setattr(_catalog.load("pooling"), "compute", lambda *_: pytest.fail("it has trained"))
    code, out, error = run("course", "gradient-descent", "pooling", "--beat", "walk-on", "-f", "srt")
    assert (code, out) == (1, "renders/gradient-descent.walk-on.srt\n")
    assert error.startswith("render.py: pooling could not be made: there is no beat 'walk-on'; those of pooling are ")


def here(jobs, folder):
    """Makes films in this process."""
    for number, job in enumerate(jobs):
        try:
            yield number, do(job, folder)
        except RenderError as error:
            yield number, error


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("-f npz --lang fr", "--lang has no effect on npz."),
        ("-f npz -f csv --beat walk-on --theme light", "--theme and --beat have no effect on npz and csv."),
        ("-f json -q 480p --transparent --fps 10", "--quality and --transparent have no effect on json."),
        ("-f srt -q 480p", "--quality has no effect on srt."),
        ("-f svg --fps 10 --beat loop -q 480p --lang fr", "--quality, --fps and --beat have no effect on svg."),
        ("-f npz -f srt --lang fr --beat loop", ""),
        ("-f npz --lang en", ""),
    ],
)
def test_an_option_that_changes_nothing_is_told(run, words, told):
    code, _, error = run("gradient-descent", *words.split())
    assert code == 0
    assert error == (f"render.py: {told}\n" if told else "")


def test_a_course_tells_once_which_option_changes_nothing(run):
    error = run("course", "pooling", "gradient-descent", "-f", "npz", "--transparent")[2]
    assert error == "render.py: --transparent has no effect on npz.\n"


VALUES = {
    "--quality": "480p", "--lang": "fr", "--beat": "walk-on", "--look": "look.toml", "--figure-size": "column",
    "--voice": "voice",
}  # fmt: skip


@pytest.mark.parametrize("extension", ["npz", "csv", "json", "srt", "vtt", "txt", "md", "docx", "svg"])
def test_an_option_changes_the_files_of_those_formats_that_heed_it(run, extension):
    def content(*words, rate="1"):
        (path,) = run("gradient-descent", "-f", extension, "--fps", rate, *words)[1].split()
        return Path(path).read_bytes()

    Path("look.toml").write_text('[light]\ndata = "#0078b6"\n')
    Path("voice").mkdir()
    write(Path("voice", "show-data.wav"), babble(20, 1))
    plain, other = content(), {"--theme": "dark" if extension == "svg" else "light"}
    changing = {option for option, value in (VALUES | other).items() if content(option, value) != plain}
    changing |= {"--fps"} if content(rate="2") != plain else set()
    changing |= {"--transparent"} if content("--transparent") != plain else set()
    assert changing == heeded(extension)


def test_a_chapter_beside_names_is_made_as_well(run):
    out = run("course", "gradient-descent", "pooling", "--chapter", "3", "-f", "npz")[1]
    made = {Path(line).stem for line in out.split()}
    assert made == {"gradient-descent", "pooling", "mean-squared-error", "logistic-loss"}


@pytest.mark.parametrize("words", ["-f npz", ""])
def test_a_file_may_be_named(run, words):
    out = run("gradient-descent", *words.split(), "--lang", "en", "--steps", "3", "-o", "out/my numbers.npz")[1]
    assert out == "out/my numbers.npz\n"
    assert len(np.load("out/my numbers.npz")["w"]) == 4


def test_a_file_of_one_beat_may_be_named(run):
    assert run("gradient-descent", "--beat", "walk-on", "-o", "walk.vtt")[1] == "walk.vtt\n"
    assert Path("walk.vtt").read_text().startswith("WEBVTT")


def test_a_folder_may_look_like_a_file(run):
    Path("films.zip").mkdir()
    assert run("gradient-descent", "-f", "npz", "-o", "films.zip")[1] == "films.zip/gradient-descent.npz\n"
    assert run("gradient-descent", "-f", "npz", "-o", "v1.2")[1] == "v1.2/gradient-descent.npz\n"


def test_help_shows_a_command_a_line(run):
    lines = [line.rstrip() for line in run("--help")[1].splitlines()]
    wanted = [line.strip() for line in render.USAGE.splitlines() if line.startswith("  ")]
    assert len(wanted) > 6
    assert set(wanted) <= {line.strip() for line in lines}


def test_a_python_that_lacks_the_libraries_is_told_how_to_start_it():
    done = subprocess.run([sys.executable, "-S", "render.py"], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "render.py: this Python has no cyclopts; start with `.venv/bin/python render.py`, once `make demo` has set "
        "that up.\n"
    )


@pytest.mark.parametrize("concept", CONCEPTS)
def test_the_beats_that_are_listed_are_those_of_the_film(run, concept):
    listed = json.loads(run("describe", concept, "--json")[1])["beats"]
    film = rehearsed(concept)
    left_out = {"pooling": ["look-closer"], "lenet": ["prepare-image"]}.get(concept, [])
    there = [(beat["name"], beat["loop"]) for beat in listed if beat["always"] or beat["name"] not in left_out]
    assert there == [(_catalog.hyphens(beat.name), beat.loop) for beat in film.beats]
    told = run("describe", concept)[1].splitlines()
    assert all(any(line.split()[:1] == [beat["name"]] for line in told) for beat in listed)
    words = " ".join(run(concept, "--help")[1].split())
    assert f"Beats: {', '.join(beat['name'] + ' (the loop)' * beat['loop'] for beat in listed)}." in words


@pytest.mark.parametrize(
    ("concept", "knobs"),
    [("gradient_descent", {"steps": 1}), ("learning_rate", {"steps": 1}), ("pooling", {"size": 4, "window": 4})],
)
def test_a_beat_that_some_knobs_leave_out_is_listed_as_such(run, concept, knobs):
    listed = json.loads(run("describe", concept, "--json")[1])["beats"]
    film = rehearsed(concept, **knobs)
    played = {_catalog.hyphens(beat.name) for beat in film.beats}
    always = {beat["name"] for beat in listed if beat["always"]}
    assert always <= played < {beat["name"] for beat in listed}


def test_a_refused_run_leaves_the_file_that_was_there(run, tmp_path):
    run("gradient-descent", "-f", "npz")
    before = (tmp_path / "renders" / "gradient-descent.npz").read_bytes()
    assert run("gradient-descent", "-f", "npz", "--beat", "nap", "-f", "mp4")[0] == 2
    assert (tmp_path / "renders" / "gradient-descent.npz").read_bytes() == before
    assert [path.name for path in (tmp_path / "renders").glob("[!.]*")] == ["gradient-descent.npz"]


@pytest.mark.parametrize("missing", ["scenes/pooling.py", "assets/text/pooling.toml", "scenes/_figures/pooling.py"])
def test_an_author_is_told_which_file_of_a_concept_is_missing(run, monkeypatch, tmp_path, missing):
    monkeypatch.setattr(_catalog, "ROOT", tmp_path / "house")
    monkeypatch.setattr("scenes._stage.words.TEXTS", tmp_path / "house" / "assets" / "text")
    _sentences.cache_clear()
    for folder in ("mathcore", "scenes", "assets"):
        shutil.copytree(ROOT / folder, tmp_path / "house" / folder)
    (tmp_path / "house" / missing).unlink()
    code, out, error = run("pooling", "-f", "srt", "-f", "pdf", "--lang", "fr")
    _sentences.cache_clear()
    assert (code, out) == (2, "")
    assert missing in error
    assert error.endswith("is missing; docs/adding-a-concept.md tells the files of a concept.\n")


def test_a_skeleton_is_a_concept_that_renders(tmp_path):
    for folder in ("mathcore", "scenes", "export", "assets"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    shutil.copy(ROOT / "render.py", tmp_path)
    (tmp_path / "tests").mkdir()

    def call(*arguments):
        command = [sys.executable, str(tmp_path / "render.py"), *arguments]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)

    new = "transformer"
    assert "'transformer' is not in assets/course.toml" in call("new", new).stderr
    with (tmp_path / "assets" / "course.toml").open("a") as file:
        file.write(f'[[chapter]]\nen = "Transformers"\nfr = "Transformeurs"\nconcepts = ["{new}"]\n')
    assert len(call("new", new).stdout.split()) == 5
    assert "is there already" in call("new", new).stderr
    done = call(new, "-f", "srt", "-f", "svg", "-f", "npz")
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.split()) == 3
    assert call(new, "--sweep", "steps", "--values", "2", "-q", "480p").returncode == 0
    said = set(tomllib.loads((tmp_path / "assets" / "text" / f"{new}.toml").read_text(encoding="utf-8")))
    assert said >= {"beat_show_start", "beat_walk_on", "beat_replay", "knob_steps"}
