"""A course: what is there and unchanged is not made again, and every failure is told."""

import os
import shutil
import subprocess
import sys
from dataclasses import replace

import pytest

import render
from export.course import run, source
from export.course.job import Job, RenderError, do
from export.render.settings import RenderSettings
from mathcore import _catalog

NUMBERS = Job("gradient_descent", RenderSettings(fps=1), ("npz", "json"))
OTHERS = Job("learning_rate", RenderSettings(), ("npz",))


class Backend:
    """Makes films here and now, and remembers which."""

    def __init__(self):
        self.asked = []

    def __call__(self, jobs, folder, show):
        self.asked.append([(job.concept, job.formats) for job in jobs])
        for number, job in enumerate(jobs):
            try:
                yield number, do(job, folder)
            except RenderError as error:
                yield number, error


@pytest.fixture
def rendered(tmp_path):
    """Renders the same two jobs; what it asked its backend for."""

    def call(*jobs, **options):
        backend = Backend()
        assert run.render(jobs or (NUMBERS, OTHERS), tmp_path, backend, **options)
        return backend.asked

    call()
    return call


def test_what_is_there_is_not_made_again_but_told(rendered, tmp_path, capsys):
    capsys.readouterr()
    assert rendered() == []
    out, error = capsys.readouterr()
    names = ["gradient-descent.npz", "gradient-descent.1fps.json", "learning-rate.npz"]
    assert out.split() == [str(tmp_path / name) for name in names]
    assert error == "render.py: 2 of 2 films are there and unchanged; --force renders them anyway.\n"


def test_force_makes_it_again(rendered):
    assert rendered(force=True) == [[("gradient_descent", ("npz", "json")), ("learning_rate", ("npz",))]]


def test_a_file_that_was_deleted_or_altered_is_made_again(rendered, tmp_path):
    (tmp_path / "gradient-descent.1fps.json").unlink()
    assert rendered() == [[("gradient_descent", ("json",))]]
    with (tmp_path / "learning-rate.npz").open("ab") as file:
        file.write(b"x")
    assert rendered() == [[("learning_rate", ("npz",))]]
    assert rendered() == []


def test_what_was_asked_for_otherwise_is_made(rendered):
    for job in (
        replace(OTHERS, look=RenderSettings(language="fr")),
        replace(OTHERS, look=RenderSettings(fps=15)),
        replace(OTHERS, knobs=(("steps", 9),)),
    ):
        assert rendered(job) == [[("learning_rate", ("npz",))]]
        assert rendered(job) == []


def test_a_user_s_table_counts_by_what_is_in_it(rendered, tmp_path):
    table = tmp_path / "rents.csv"
    table.write_text("RM,PRICE\n1,2\n2,4\n")
    job = replace(OTHERS, knobs=(("data", table),))
    assert rendered(job)
    assert not rendered(job)
    table.write_text("RM,PRICE\n1,2\n2,5\n")
    assert rendered(job)


@pytest.mark.parametrize("record", ["", "{}"])
def test_a_damaged_record_counts_for_nothing(rendered, tmp_path, record):
    for path in (tmp_path / ".deepreel").iterdir():
        path.write_text(record)
    assert rendered()
    assert not rendered()


@pytest.fixture
def house(tmp_path, monkeypatch):
    """A copy of the sources of the films, which may be changed."""
    for folder in ("mathcore", "scenes", "export", "assets"):
        shutil.copytree(_catalog.ROOT / folder, tmp_path / "house" / folder)
    monkeypatch.setattr(_catalog, "ROOT", tmp_path / "house")
    return tmp_path / "house"


SHARED = [
    "mathcore/_training.py",
    "scenes/_stage/film.py",
    "scenes/_marks/axes.py",
    "export/render/player.py",
    "assets/data/cat.png",
]
OWN = [
    "mathcore/pooling.py",
    "scenes/pooling.py",
    "scenes/_props/pooling.py",
    "scenes/_figures/pooling.py",
    "assets/text/pooling.toml",
]


@pytest.mark.parametrize(("name", "touched"), [*((name, 2) for name in SHARED), *((name, 1) for name in OWN)])
def test_a_film_is_made_of_its_own_sources_and_of_those_that_all_share(house, name, touched):
    concepts = ("pooling", "dropout")
    before = [source.code(concept) for concept in concepts]
    with (house / name).open("a") as file:
        file.write("\n")
    after = [source.code(concept) for concept in concepts]
    assert [one == other for one, other in zip(before, after, strict=True)] == [False, touched == 1]


@pytest.mark.parametrize("library", ["torch", "manim"])
def test_another_version_makes_another_film(monkeypatch, library):
    before = source.code("pooling")
    true = source.version
    monkeypatch.setattr(source, "version", lambda name: "0" if name == library else true(name))
    assert source.code("pooling") != before


def test_a_source_that_changes_while_its_film_is_made_makes_it_stale(house, tmp_path):
    def edited(jobs, folder, show):
        (house / "scenes" / "learning_rate.py").write_text("")
        yield from Backend()(jobs, folder, show)

    backend = Backend()
    run.render([OTHERS], tmp_path, edited)
    run.render([OTHERS], tmp_path, backend)
    assert backend.asked


def test_a_failure_is_told_at_the_end_and_the_rest_is_made(tmp_path, capsys):
    broken = Job("dropout", RenderSettings(), ("nonsense",))
    assert not run.render([broken, NUMBERS], tmp_path, Backend())
    out, error = capsys.readouterr()
    assert len(out.split()) == 2
    assert error.startswith("render.py: dropout could not be made: KeyError: 'nonsense' (files.py, line ")
    assert len(error.splitlines()) == 1


def test_the_course_gives_the_same_bytes_by_one_process_or_two(tmp_path, capsys):
    words = "gradient-descent learning_rate learning-rate pooling -f npz -f json --fps 1"
    for count in ("1", "2"):
        assert render.main(["course", *words.split(), "-j", count, "-o", str(tmp_path / count)]) == 0
    assert len(capsys.readouterr().out.split()) == 12
    one, two = ({path.name: path.read_bytes() for path in (tmp_path / n).glob("[!.]*")} for n in ("1", "2"))
    assert one == two


def test_the_course_says_with_its_exit_code_that_a_film_failed(tmp_path, capsys):
    taken = tmp_path / "pooling.npz"
    taken.mkdir()
    assert render.main(["course", "pooling", "gradient-descent", "-f", "npz", "-o", str(tmp_path)]) == 1
    out, error = capsys.readouterr()
    assert out.split() == [str(tmp_path / "gradient-descent.npz")]
    assert error == f"render.py: pooling could not be made: {taken} cannot be written: is a directory.\n"


def test_numbers_of_a_course_start_no_manim_here_nor_torch(tmp_path):
    words = ["course", "gradient-descent", "-f", "npz", "-o", str(tmp_path)]
    code = f"import sys, render; render.main({words!r}); sys.exit(bool({{'torch', 'manim'}} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], cwd=_catalog.ROOT, capture_output=True).returncode == 0


def test_a_process_that_has_grown_is_replaced_without_a_word(tmp_path):
    words = ["course", "pooling", "lstm", "linear-fit", "-f", "npz", "-j", "1", "-o", tmp_path]
    done = subprocess.run(
        [sys.executable, "render.py", *words],
        cwd=_catalog.ROOT,
        env={**os.environ, "LOKY_MAX_MEMORY_LEAK_SIZE": "1"},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert len(done.stdout.split()) == 3
