"""Many films at once: in processes, interrupted, with some that fail or die."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from export.course.batch import in_processes
from export.course.job import Job, RenderError
from export.render.files import make
from export.render.settings import RenderSettings
from mathcore import gradient_descent

ROOT = Path(__file__).parent.parent
SMALL = RenderSettings(height=144, fps=2, beat="read_result")
NUMBERS = Job("gradient_descent", RenderSettings(), ("npz",))
BROKEN = Job("gradient_descent", RenderSettings(), ("nonsense",))
REFUSED = Job("gradient_descent", RenderSettings(), ("npz",), (("feature", "ROOMS"),))


class Deadly(tuple):
    """Knobs that kill the process which reads them, as long as there are matches in a folder."""

    def __iter__(self):
        for match in Path(self[0]).iterdir():
            match.unlink()
            os.kill(os.getpid(), signal.SIGKILL)
        return iter(())


def deadly(folder, matches, language="en"):
    folder.mkdir()
    for number in range(matches):
        (folder / str(number)).touch()
    return Job("gradient_descent", RenderSettings(language, "light"), ("npz",), Deadly((str(folder),)))


def made(jobs, folder, count=2):
    """What comes of jobs, by their numbers."""
    folder.mkdir()
    return dict(in_processes(jobs, folder, int, count))


def names(folder):
    return sorted(path.name for path in folder.iterdir() if path.name != ".deepreel")


def test_a_film_is_the_same_from_another_process(tmp_path):
    made([Job("gradient_descent", SMALL, ("png",), (("steps", 1),))], tmp_path / "there")
    (still,) = make(gradient_descent.compute(gradient_descent.Params(steps=1)), SMALL, ["png"], tmp_path)
    assert (tmp_path / "there" / still.name).read_bytes() == still.read_bytes()


def test_one_that_fails_stops_no_other(tmp_path):
    results = made([BROKEN, REFUSED, NUMBERS], tmp_path / "out")
    assert str(results[0]).startswith("KeyError: 'nonsense' (files.py, line ")
    assert str(results[1]).endswith("has no column 'ROOMS'; its columns are RM, CRIM, INDUS, NOX, AGE, TAX, PRICE.")
    assert results[2] == [tmp_path / "out" / "gradient-descent.npz"]
    assert names(tmp_path / "out") == ["gradient-descent.npz"]


def test_a_film_whose_process_dies_is_tried_once_more_and_harms_no_other(tmp_path):
    once, always = deadly(tmp_path / "one", 1), deadly(tmp_path / "many", 9, language="fr")
    results = made([once, always, NUMBERS], tmp_path / "out", count=1)
    assert [isinstance(results[number], RenderError) for number in range(3)] == [False, True, False]
    assert "died" in str(results[1])
    assert names(tmp_path / "out") == ["gradient-descent.light.npz", "gradient-descent.npz"]
    assert (len(names(tmp_path / "one")), len(names(tmp_path / "many"))) == (0, 7)


def test_how_far_all_films_are_only_grows_and_ends_at_their_number(tmp_path):
    seen = []
    list(in_processes([NUMBERS, BROKEN], tmp_path, seen.append, 1))
    assert seen == sorted(seen)
    assert seen[-1] == 2


@pytest.fixture
def hearing():
    """Has processes that are started here hear Ctrl-C, even where this one was started by nohup and does not."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def interrupted(folder, words, begun, whom=os.killpg):
    """A command that gets Ctrl-C once it has `begun`: its exit code, standard error, and the seconds it then took."""
    command = [sys.executable, "render.py", *words.split(), "-o", str(folder)]
    course = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True, start_new_session=True)
    while course.poll() is None and not any(folder.glob(begun)):
        time.sleep(0.02)
    time.sleep(0.3)  # long enough for the processes to start, and too short for them to end
    start = time.monotonic()
    whom(course.pid, signal.SIGINT)
    error = course.communicate(timeout=20)[1]
    return course.returncode, error, time.monotonic() - start


@pytest.mark.usefixtures("hearing")
@pytest.mark.parametrize(
    ("whom", "words", "begun"),
    [
        (os.killpg, "course gradient-descent --beat show_data -q 480p", ".deepreel-*/*/.*.mp4"),  # as a terminal does
        (os.killpg, "course -j 2 -f npz", ".deepreel-*"),
        (os.kill, "course -j 2 -f npz", ".deepreel-*"),
        (os.killpg, "gradient-descent --sweep start 0 9 --values 90 -f html -f csv", ".deepreel/*.npz"),
    ],
)
def test_ctrl_c_stops_all_within_two_seconds_and_leaves_nothing_half_made(tmp_path, whom, words, begun):
    code, error, seconds = interrupted(tmp_path, words, begun, whom)
    assert code == 130
    assert error == "render.py: interrupted; files that were finished are kept.\n"
    assert seconds < 2
    assert all(name == ".deepreel" or not name.startswith(".") for name in names(tmp_path))
    assert not subprocess.run(["pgrep", "-f", str(tmp_path)], capture_output=True).stdout
