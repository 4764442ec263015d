"""A course on a Dask cluster: a real scheduler and two real workers, which know nothing of this folder."""

import os
import subprocess
import sys
import time
import warnings
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from distributed import Client, versions

import render
from export.course import source
from export.course.cluster import on_cluster
from export.course.job import Job, RenderError, do
from export.render.settings import RenderSettings
from mathcore import InputError, _catalog
from scenes._stage.brand import HOUSE, Brand


def started(folder, *words):
    """A program of Dask, run elsewhere, that can import deepreel."""
    settings = os.environ | {"PYTHONPATH": str(_catalog.ROOT)}
    with (folder / "log").open("a") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "dask", *words], cwd=folder, env=settings, stdout=log, stderr=log
        )


@pytest.fixture(scope="module")
def workers():
    """The processes of two workers."""
    return []


@pytest.fixture(scope="module")
def address(workers, tmp_path_factory):
    """Where the scheduler answers."""
    folder = tmp_path_factory.mktemp("cluster")
    told = folder / "scheduler.json"
    scheduler = started(
        folder, "scheduler", "--host", "127.0.0.1", "--port", "0", "--scheduler-file", told, "--no-show"
    )
    words = "worker", "--scheduler-file", told, "--no-nanny", "--nthreads", "1", "--no-dashboard"
    workers += [started(folder, *words) for _ in range(2)]
    with Client(scheduler_file=str(told), timeout=60) as client:
        client.wait_for_workers(2, timeout=60)
        yield client.scheduler.address
    for process in [*workers, scheduler]:
        process.kill()
        process.wait()


def numbers(concept, **knobs):
    return Job(concept, RenderSettings(), ("npz",), tuple(knobs.items()))


def test_files_come_back_as_they_would_be_made_here(address, tmp_path, capsys):
    words = ["course", "gradient-descent", "pooling", "-f", "npz", "-f", "json", "--fps", "1", "-o"]
    assert render.main([*words, str(tmp_path / "there"), "--cluster", address]) == 0
    made = [Path(name) for name in capsys.readouterr().out.split()]
    assert len(made) == 4
    for path in made:
        concept = path.name.partition(".")[0].replace("-", "_")
        do(Job(concept, RenderSettings(fps=1), (path.suffix[1:],)), tmp_path)
        assert path.read_bytes() == (tmp_path / path.name).read_bytes()


def test_a_user_s_file_travels(address, tmp_path):
    table = tmp_path / "rents.csv"
    table.write_text("RM,PRICE\n1,2\n2,4\n")
    ((_, (path,)),) = on_cluster([numbers("gradient_descent", data=table)], tmp_path, int, address)
    (here,) = do(numbers("gradient_descent", data=table), tmp_path / "here")
    assert path == tmp_path / here.name
    with np.load(path) as file:
        assert file["w"][-1] > 0
        assert str(tmp_path) not in str(file["meta"]), "the worker read the file where it was"


def test_a_look_travels(address, tmp_path):
    brand = Brand("uni.toml", "0123456789", replace(HOUSE.dark, background="#001a33"))
    job = Job("pooling", RenderSettings(paper="dark", brand=brand), ("svg",))
    ((_, (file,)),) = on_cluster([job], tmp_path, int, address)
    assert file == tmp_path / "pooling.dark.look-uni-012345.svg"
    assert "#001a33" in file.read_text()


def test_one_that_fails_stops_no_other(address, tmp_path):
    jobs = [numbers("gradient_descent", feature="ROOMS"), numbers("gradient_descent")]
    results = dict(on_cluster(jobs, tmp_path, int, address))
    assert "has no column 'ROOMS'" in str(results[0])
    assert results[1] == [tmp_path / "gradient-descent.npz"]


def test_workers_that_have_other_code_are_refused(address, tmp_path, monkeypatch):
    monkeypatch.setattr(source, "code", lambda concept: "another")
    with pytest.raises(InputError, match="has another deepreel or other libraries"):
        list(on_cluster([numbers("gradient_descent")], tmp_path, int, address))


def test_another_version_of_dask_gets_no_warning_besides(address, tmp_path, monkeypatch):
    true = versions.get_versions
    monkeypatch.setattr(
        versions, "get_versions", lambda *_: (told := true()) | {"packages": told["packages"] | {"dask": "0"}}
    )
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        assert list(on_cluster([numbers("gradient_descent")], tmp_path, int, address))
    assert [str(warning.message) for warning in seen] == []


def test_every_film_arrives_though_a_worker_is_killed_midway(address, workers, tmp_path):
    jobs = [numbers("dropout", seed=seed) for seed in range(5)]
    results = {}
    for number, result in on_cluster(jobs, tmp_path, int, address):
        if not results:
            workers[0].kill()
        results[number] = result
    assert set(results) == set(range(5))
    assert not any(isinstance(result, RenderError) for result in results.values())
    assert len(list(tmp_path.iterdir())) == 5


@pytest.mark.parametrize("nowhere", ["tcp://127.0.0.1:1", "nonsense", "foo://x:1"])
def test_no_scheduler_is_told_in_one_sentence(nowhere, tmp_path, capsys):
    start = time.monotonic()
    assert render.main(["course", "pooling", "-f", "npz", "-o", str(tmp_path), "--cluster", nowhere]) == 2
    assert capsys.readouterr().err == f"render.py: no Dask scheduler answers at {nowhere}.\n"
    assert time.monotonic() - start < 10


def test_without_dask_it_says_what_to_install(tmp_path, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    monkeypatch.delitem(sys.modules, "export.course.cluster")
    assert render.main(["course", "pooling", "-f", "npz", "-o", str(tmp_path), "--cluster", "tcp://127.0.0.1:1"]) == 2
    assert "pip install 'dask[distributed]'" in capsys.readouterr().err
