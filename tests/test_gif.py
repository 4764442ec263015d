"""The loops, as GIF and as WebP: measured against the frames that they were made of."""

from dataclasses import replace

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image
from reopen import delays, frames_of

import render
from export.formats import gif, webp
from export.formats._patches import SHORTEST, patches
from export.render import player
from export.render.files import make
from export.render.frame import Frame
from export.render.settings import RenderSettings
from mathcore import gradient_descent

LOOK = RenderSettings(height=144, fps=15, beat="loop")


class Kept:
    """A sink that keeps every frame, and how often it came."""

    def __init__(self):
        self.frames, self.repeats = [], []

    def add(self, frame, repeat, beat):
        self.frames.append(frame.pixels.copy())
        self.repeats.append(repeat)


@pytest.fixture(scope="module")
def loop(tmp_path_factory):
    """The loop of a film: what is known of it, its frames, and the files made of it."""
    trace, kept = gradient_descent.compute(), Kept()
    film = player.dry_run(trace, LOOK)
    player.render_frames(trace, LOOK, [kept], beats={"replay"})
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
    class Script:
        seconds = 3.0

    for opened, name in ((gif.opened, "still.gif"), (webp.opened, "still.webp")):
        with opened(tmp_path / name, RenderSettings(height=90, fps=10), Script) as sink:
            for _ in range(3):
                sink.add(Frame.whole(np.full((90, 160, 4), 255, np.uint8)), 10, "")
        assert len(frames_of(tmp_path / name)) == 1
    assert delays(tmp_path / "still.gif") == [3000]


CLEAR = replace(LOOK, transparent=True, theme="light")


@pytest.fixture(scope="module")
def clear(tmp_path_factory):
    """The loop without a background: its frames, the opaque frames, the gif, and that of another matte."""
    trace, (kept, opaque) = gradient_descent.compute(), (Kept(), Kept())
    player.render_frames(trace, CLEAR, [kept], beats={"replay"})
    player.render_frames(trace, replace(CLEAR, transparent=False), [opaque], beats={"replay"})
    looks = {"own": CLEAR, "red": replace(CLEAR, matte="red")}
    written = {name: make(trace, look, ["gif"], tmp_path_factory.mktemp(name))[0] for name, look in looks.items()}
    return frames(kept), frames(opaque), written


def frames(kept):
    return np.repeat(kept.frames, kept.repeats, axis=0)


def shown(path, times):
    """The frame of a file that is shown at each time, in milliseconds."""
    return np.array(frames_of(path))[np.searchsorted(np.cumsum(delays(path)), times, side="right")]


def times(count):
    """The middle of each frame at 15 in a second, in milliseconds."""
    return (np.arange(count) + 0.5) * 1000 / 15


def over(frame, ground):
    alpha = frame[..., 3:] / 255
    return frame[..., :3] * alpha + np.array(ground) * (1 - alpha)


@pytest.mark.parametrize("name", ["own", "red"])
def test_a_transparent_gif_has_every_pixel_that_can_be_seen_and_no_other(clear, name):
    drawn, _, written = clear
    for one, other in zip(drawn, shown(written[name], times(len(drawn))), strict=True):
        np.testing.assert_array_equal(other[..., 3], np.where(one[..., 3], 255, 0))


def test_a_transparent_gif_over_the_ground_of_its_theme_is_the_opaque_film(clear):
    drawn, opaque, written = clear
    ground = opaque[0][0, 0, :3]
    there = shown(written["own"], times(len(drawn)))
    assert min(psnr(over(one, ground), other) for one, other in zip(there, opaque, strict=True)) > 40


def test_a_transparent_gif_over_its_matte_is_what_was_drawn_over_it(clear):
    drawn, _, written = clear
    there, red = shown(written["red"], times(len(drawn))), (255, 0, 0)
    assert min(psnr(over(one, red), over(other, red)) for one, other in zip(there, drawn, strict=True)) > 40


def test_another_program_reads_a_transparent_gif_alike(clear):
    with av.open(clear[2]["own"]) as container:
        read = [frame.to_ndarray(format="rgba") for frame in container.decode(video=0)]
    for one, other in zip(read, frames_of(clear[2]["own"]), strict=True):
        np.testing.assert_array_equal(one[..., 3], other[..., 3])
        np.testing.assert_array_equal(over(one, 0), over(other, 0))


def test_a_transparent_gif_is_cropped_to_what_changes(clear, loop):
    with Image.open(clear[2]["own"]) as animation:
        areas = []
        for number in range(1, animation.n_frames):
            animation.seek(number)
            left, top, right, bottom = animation.dispose_extent
            areas.append((right - left) * (bottom - top) / (animation.width * animation.height))
    assert np.mean(areas) < 0.4


def laid(found, shape, hole):
    """What each patch shows, as the GIF format says it."""
    canvas = np.full(shape, hole)
    for patch in found:
        (left, top), (rows, columns) = patch.corner, patch.pixels.shape
        place = canvas[top : top + rows, left : left + columns]
        place[patch.pixels != hole] = patch.pixels[patch.pixels != hole]
        yield canvas.copy(), patch.delay
        if patch.clears:
            place[:] = hole


@given(
    pictures=st.integers(1, 6).flatmap(lambda count: arrays(np.uint8, (count, 4, 5), elements=st.integers(0, 3))),
    data=st.data(),
)
def test_patches_show_every_picture_for_its_time(pictures, data):
    lengths = [data.draw(st.integers(SHORTEST, 9)) for _ in pictures]
    found = list(patches(zip(pictures, lengths, strict=True), hole=3))
    assert min(patch.delay for patch in found) >= SHORTEST
    instants = np.concatenate([np.repeat([canvas], delay, axis=0) for canvas, delay in laid(found, (4, 5), 3)])
    np.testing.assert_array_equal(instants, np.repeat(pictures, lengths, axis=0))


def test_what_stays_is_not_laid_again():
    still, moved = np.zeros((2, 90, 160), np.uint8)
    still[10:20, 10:20], moved[12:20, 10:20] = 1, 1
    found = list(patches([(still, 6), (moved, 6), (still, 6)], hole=0))
    assert [(patch.pixels.shape, patch.clears) for patch in found] == [
        ((10, 10), False),
        ((2, 10), True),
        ((1, 1), False),
        ((2, 10), False),
    ]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("-f gif --transparent --matte rde", "'rde' is no colour"),
        ("-f gif --transparent --matte #ff000080", "'#ff000080' is no colour"),
        ("-f gif --matte red", "add `--transparent"),
        ("-f webp --transparent --matte red", "add `--transparent -f gif`"),
        ("-f gif --fps 60", "at most 50 frames"),
        ("-f mp4 -f gif --transparent", "an mp4 has no transparency"),
    ],
)
def test_what_a_gif_or_what_is_beside_it_cannot_be_is_refused_once(capsys, tmp_path, words, told):
    for films in (["gradient-descent"], ["course", "gradient-descent", "pooling"]):
        assert render.main([*films, *words.split(), "-o", str(tmp_path)]) == 2
        refusal = capsys.readouterr().err
        assert told in refusal
        assert refusal.count("\n") == 1
        assert not list(tmp_path.iterdir())
