"""A file appears complete or not at all."""

import errno
import os
import subprocess
import sys

import pytest

from mathcore._files import MACHINE, abandoned, owner, written_whole


def test_a_file_appears_when_its_block_ends(tmp_path):
    path = tmp_path / "film.mp4"
    with written_whole(path) as draft:
        draft.write_text("new")
        assert not path.exists()
    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [("film.mp4", "new")]


def test_the_old_file_stands_until_the_new_one_is_complete(tmp_path):
    path = tmp_path / "film.mp4"
    path.write_text("old")
    with written_whole(path) as draft:
        draft.write_text("new")
        assert path.read_text() == "old"
    assert path.read_text() == "new"


@pytest.mark.parametrize("fault", [OSError, KeyboardInterrupt])
def test_a_block_that_raises_leaves_all_as_it_was(tmp_path, fault):
    path = tmp_path / "film.mp4"
    path.write_text("old")

    def interrupted():
        with written_whole(path) as draft:
            draft.write_text("half")
            raise fault

    with pytest.raises(fault):
        interrupted()
    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [("film.mp4", "old")]


def test_a_block_that_writes_nothing_is_an_error(tmp_path):
    with pytest.raises(FileNotFoundError), written_whole(tmp_path / "film.mp4"):
        pass
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["film.mp4", "gradient-descent+learning_rate=1e-06.fr.light.mp4"])
def test_the_draft_is_hidden_beside_its_file_and_keeps_the_suffix(tmp_path, name):
    with written_whole(tmp_path / name) as draft:
        draft.touch()
        assert draft.parent == tmp_path
        assert draft.suffix == ".mp4"
        assert draft.name.startswith(".")


def test_two_drafts_of_one_file_do_not_meet(tmp_path):
    path = tmp_path / "film.mp4"
    with written_whole(path) as one, written_whole(path) as other:
        assert one != other
        one.touch()
        other.touch()


@pytest.mark.parametrize("letter", ["x", "é", "层", "🎬"])
def test_the_longest_name_that_fits_can_be_written(tmp_path, letter):
    path = tmp_path / (letter * (251 // len(letter.encode())) + ".mp4")
    with written_whole(path) as draft:
        draft.touch()
    assert path.exists()


def test_what_a_killed_process_left_is_removed_and_what_others_write_is_not(tmp_path):
    path, dead = tmp_path / "film.mp4", subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    theirs = [
        tmp_path / f".film.{start}-0{number}.mp4"
        for number, start in enumerate([owner(), f"{MACHINE}-{os.getppid()}", f"another-{dead.pid}"])
    ]
    left, other = (tmp_path / f".{name}.{MACHINE}-{dead.pid}-00.mp4" for name in ("film", "loop"))
    for file in (*theirs, left, other):
        file.touch()
    with written_whole(path) as draft:
        draft.touch()
    assert set(tmp_path.iterdir()) == {path, *theirs, other}
    assert abandoned(tmp_path, ".loop.") == [other]


def test_a_place_that_cannot_be_written_is_told_by_the_name_of_the_file(tmp_path):
    with pytest.raises(OSError, match=r"film\.mp4") as caught, written_whole(tmp_path / "film.mp4"):
        raise OSError(errno.ENOSPC, "no space left on device")
    assert caught.value.errno == errno.ENOSPC
    with pytest.raises(FileNotFoundError, match="gone"), written_whole(tmp_path / "film.mp4"):
        (tmp_path / "gone").read_bytes()
