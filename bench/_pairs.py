"""Measures shots in every way, in pairs: a b c d, a b c d, so that what else the machine does weighs on all alike."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from bench._cost import Cost
from bench._shot import Shot
from bench._ways import measure, prepare

PEAKS = "abc"  # d reads its frames from a file, which needs memory of its own


def measured(shot: Shot, ways: str, pairs: int, uncached: bool = False) -> dict[str, Any]:
    """What a shot costs in each of the ways, as a record that can be written as json."""
    with TemporaryDirectory(prefix="deepreel-frames-") as folder:
        frames, beat = prepare(shot, Path(folder))
        shot = replace(shot, beat=beat)
        rounds = [
            {way: measure(way, shot, Path(folder), uncached) for way in ways} for _ in _told(pairs, shot)
        ]  # a list of rounds, each with one run of every way
    return record(shot, frames, rounds)


def record(shot: Shot, frames: int, rounds: list[dict[str, Cost]]) -> dict[str, Any]:
    """Medians over the rounds; a ratio is the median of the ratios within each round."""
    ways = list(rounds[0])
    cpu = {way: median(costs[way].cpu for costs in rounds) for way in ways}
    ratios = {way: median(costs[way].cpu / costs["a"].cpu for costs in rounds) for way in ways if "a" in ways}
    return {
        "film": shot.film,
        "height": shot.height,
        "fps": shot.fps,
        "beat": shot.beat,
        "frames": frames,
        "pairs": len(rounds),
        "cpu": {way: round(seconds, 3) for way, seconds in cpu.items()},
        "to_a": {way: round(ratio, 3) for way, ratio in ratios.items() if way != "a"},
        "frames_per_cpu_second": {way: round(frames / seconds, 1) for way, seconds in cpu.items()},
        "peak": {way: round(median(costs[way].peak for costs in rounds)) for way in ways if way in PEAKS},
    }


def _told(pairs: int, shot: Shot) -> Iterator[int]:
    for pair in range(pairs):
        print(f"{shot.film} {shot.height}p{shot.fps}, {shot.beat}: pair {pair + 1} of {pairs}", flush=True)
        yield pair
