"""Killed, out of disk, twice at once: what stands under its final name is complete, and the next run succeeds."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from hashlib import sha256
from pathlib import Path

import numpy as np
import psutil
import pytest
from abuse import TIMES, is_a_sentence, tried
from pypdf import PdfReader
from reopen import frames_of

from export.render.settings import RenderSettings, named

ROOT = Path(__file__).parent.parent
FORMATS = ("mp4", "gif", "png", "pdf", "zip", "npz", "json", "csv")
FILM = ["gradient-descent", "--steps", "3", "--beat", "loop", *(word for f in FORMATS for word in ("-f", f))]
COURSE = ["course", "gradient-descent", "pooling", "--beat", "loop", "-f", "mp4", "-f", "npz", "-j", "2"]
WORDS = {"film": FILM, "course": COURSE}
OPEN = {
    ".mp4": frames_of,
    ".gif": frames_of,
    ".png": frames_of,
    ".pdf": lambda path: PdfReader(path).pages,
    ".zip": lambda path: zipfile.ZipFile(path).testzip() is None and zipfile.ZipFile(path).namelist(),
    ".npz": lambda path: dict(np.load(path)),
    ".json": lambda path: json.loads(path.read_text()),
    ".csv": lambda path: np.genfromtxt(path, delimiter=",", dtype=None, names=True, encoding="utf-8"),
}


def start(words, folder, **surroundings):
    """A command in a process of its own, and in a session of its own, so that all of it can be killed."""
    command = [sys.executable, str(ROOT / "tests" / "small.py"), *words, "-o", str(folder)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **{name: str(value) for name, value in surroundings.items()}}
    return subprocess.Popen(command, env=environment, stdout=-1, stderr=-1, text=True, start_new_session=True)


def finished(process):
    """Exit code and standard error of a command."""
    _, error = process.communicate(timeout=500)
    return process.returncode, error


def visible(folder):
    return {path.name: path for path in folder.glob("[!.]*")}


def check(folder):
    """Every file under a final name opens and is whole, and every record is of files that were there as it says."""
    for path in visible(folder).values():
        assert len(OPEN[path.suffix](path)), path.name
    for record in folder.glob(".deepreel/[!.]*.json"):
        for name, digest in json.loads(record.read_text())["files"].items():
            assert sha256((folder / name).read_bytes()).hexdigest() == digest


@pytest.fixture(scope="module")
def unharmed(tmp_path_factory):
    """For a film and for a course, the contents of all files by name."""
    made = {}
    for kind, words in WORDS.items():
        folder = tmp_path_factory.mktemp(kind)
        assert finished(start(words, folder)) == (0, "")
        check(folder)
        made[kind] = {name: path.read_bytes() for name, path in visible(folder).items()}
    return made


def left_over(folder):
    """What no user asked for: drafts, and folders of drafts."""
    return [path.name for path in folder.rglob(".*") if path.name != ".deepreel"]


def wait_for_a_sign(process, folder):
    """Until the process has begun to write, or has ended."""
    while process.poll() is None and not (folder.exists() and any(folder.iterdir())):
        time.sleep(0.005)


@pytest.mark.parametrize(("kind", "kills"), [("film", 2), ("course", 1)])
def test_after_a_kill_what_stands_is_whole_and_the_next_run_makes_the_rest(unharmed, tmp_path, kind, kills):
    words, chance = WORDS[kind], random.Random(0 if TIMES == 1 else None)
    folder = tmp_path / "out"
    for number in range(kills * TIMES):
        process = start(words, folder, TMPDIR=tmp_path)
        wait_for_a_sign(process, folder)
        time.sleep(chance.uniform(0, 1.5))
        if kind == "course" and number % 2 == 0:
            process.kill()  # its workers are told by nobody
            gone_with_their_parent(tmp_path)
        else:
            os.killpg(process.pid, signal.SIGKILL)
        code = process.wait()
        tried[f"{kind}: kills" if code < 0 else f"{kind}: ended before the kill"] += 1
        check(folder)
        if number % 3 == 2:
            shutil.rmtree(folder)
    assert finished(start(words, folder, TMPDIR=tmp_path))[0] == 0
    check(folder)
    assert {name: path.read_bytes() for name, path in visible(folder).items()} == unharmed[kind]
    assert left_over(folder) == []


def gone_with_their_parent(folder):
    """Waits until no process that writes below a folder is left."""
    for _ in range(300):
        surroundings = [process.info["environ"] or {} for process in psutil.process_iter(["environ"])]
        if not any(variables.get("TMPDIR", "").startswith(str(folder)) for variables in surroundings):
            return
        time.sleep(0.1)
    raise AssertionError("workers live on without their parent")


@pytest.mark.parametrize("kind", ["film", "course"][: 1 if TIMES == 1 else 2])
def test_two_at_once_in_one_folder_do_not_harm_each_other(unharmed, tmp_path, kind):
    words = WORDS[kind]
    for number in range(TIMES):
        folder = tmp_path / str(number)
        for code, error in [finished(process) for process in [start(words, folder) for _ in range(2)]]:
            assert code == 0
            assert not error or "are there and unchanged" in error  # one was faster
        tried[f"{kind}: pairs"] += 1
        check(folder)
        assert {name: path.read_bytes() for name, path in visible(folder).items()} == unharmed[kind]
        assert left_over(folder) == []


@pytest.fixture
def disk(tmp_path):
    """Makes small disks; the folder of one of so many KiB."""
    mounted = []

    def make(size):
        folder = tmp_path / f"disk{len(mounted)}"
        folder.mkdir()
        asked = ["mount", "-t", "tmpfs", "-o", f"size={size}k", "tmpfs", str(folder)]
        if not shutil.which("mount") or subprocess.run(asked, capture_output=True).returncode:
            pytest.skip("a small disk can only be mounted by root, on Linux")
        mounted.append(folder)
        return folder

    yield make
    for folder in mounted:
        subprocess.run(["umount", folder], check=True)


@pytest.mark.parametrize("extension", ["mov"] if TIMES == 1 else [*FORMATS, "mov", "webm", "webp", "pptx", "html"])
def test_a_full_disk_is_told_and_harms_nothing_that_was_there(disk, extension):
    words = ["gradient-descent", "--steps", "3", "--beat", "loop", "-f", extension]
    for size in range(8, 8 + 8 * TIMES, 8):
        folder = disk(size) / "out"
        folder.mkdir()
        there = folder / named("gradient-descent+steps=3", RenderSettings(height=96, fps=2), extension)
        there.write_bytes(b"what was there before")
        code, error = finished(start(words, folder))
        if code:
            assert code == 2
            assert is_a_sentence(error.splitlines()[-1] + "\n"), error
            assert "no space left on device" in error
            assert there.read_bytes() == b"what was there before"
            assert list(visible(folder)) == [there.name]
        assert left_over(folder) == []
        tried["full disks" if code else "disks that sufficed"] += 1


def test_a_full_disk_fails_a_course_in_sentences(disk):
    folder = disk(24)
    code, error = finished(start(COURSE, folder))
    assert code == 1
    assert all(is_a_sentence(f"{line}\n") for line in error.splitlines()), error
    assert "could not be made" in error
    check(folder)
    assert left_over(folder) == []
    tried["full disks"] += 1
