"""The loops, as GIF and as WebP: measured against the frames that they were made of."""

import numpy as np
import pytest
from PIL import Image
from reopen import delays, frames_of

from export import _film, gif, webp
from export._look import Look
from export._make import make
from mathcore import gradient_descent

LOOK = Look(height=144, fps=15, beat="loop")


class Kept:
    """A sink that keeps every frame, and how often it came."""

    def __init__(self):
        self.frames, self.repeats = [], []

    def add(self, pixels, repeat, beat):
        self.frames.append(pixels)
        self.repeats.append(repeat)


@pytest.fixture(scope="module")
def loop(tmp_path_factory):
    """The loop of a film: what is known of it, its frames, and the files made of it."""
    trace, kept = gradient_descent.compute(), Kept()
    film = _film.rehearse(trace, LOOK)
    _film.shoot(trace, LOOK, [kept], beats={"replay"})
    written = make(trace, LOOK, ["gif", "webp"], tmp_path_factory.mktemp("loop"))
    return film.cut(film.beat("loop")), kept, *written


def psnr(one, other):
    return 10 * np.log10(255**2 / np.mean((one[..., :3].astype(float) - other[..., :3]) ** 2))


def test_the_delays_of_a_gif_add_up_to_the_length_of_the_film(loop):
    film, kept, path, _ = loop
    assert sum(kept.repeats) == round(film.seconds * 15)
    assert sum(delays(path)) == round(film.seconds * 100) * 10
    assert {60, 70} <= set(delays(path)), "6.67 hundredths of a second are now 6 and now 7"


def test_a_still_that_is_held_is_one_frame(loop):
    *_, path, _ = loop
    assert delays(path)[-1] == 1000
    assert max(delays(path)[:-1]) <= 140


@pytest.mark.parametrize("at", [2, 3], ids=["gif", "webp"])
def test_it_loops_for_ever(loop, at):
    with Image.open(loop[at]) as animation:
        assert animation.is_animated
        assert animation.info["loop"] == 0


def test_one_palette_serves_all_frames(loop):
    colours = np.unique(np.concatenate([np.unique(frame.view(np.uint32)) for frame in frames_of(loop[2])]))
    assert 100 < len(colours) <= 256


def test_the_gif_is_close_to_the_frames(loop):
    _, kept, path, _ = loop
    shown = np.repeat(frames_of(path), np.rint(np.array(delays(path)) * 15 / 1000).astype(int), axis=0)
    rendered = np.repeat(kept.frames, kept.repeats, axis=0)
    assert len(shown) == len(rendered)
    assert min(psnr(one, other) for one, other in zip(shown, rendered, strict=True)) > 40


def test_the_webp_is_the_frames(loop):
    film, kept, _, path = loop
    assert sum(delays(path)) == round(film.seconds * 1000)
    starts = np.cumsum([0, *kept.repeats[:-1]]) / 15 * 1000
    for frame, start in zip(frames_of(path), np.cumsum([0, *delays(path)[:-1]]), strict=True):
        at = np.abs(starts - start).argmin()
        np.testing.assert_array_equal(frame, kept.frames[at])


def test_a_film_that_never_changes_is_a_gif_and_a_webp_of_one_frame(tmp_path):
    class Film:
        seconds = 3.0

    for opened, name in ((gif.opened, "still.gif"), (webp.opened, "still.webp")):
        with opened(tmp_path / name, Look(height=90, fps=10), Film) as sink:
            for _ in range(3):
                sink.add(np.full((90, 160, 4), 255, np.uint8), 10, "")
        assert len(frames_of(tmp_path / name)) == 1
    assert delays(tmp_path / "still.gif") == [3000]
