"""The planes of a video are changed where its pixels are, and are those of the whole frame, bit for bit."""

import numpy as np
import pytest

from export.render.frame import Frame, merged
from tests.converting import Converting

SIZES = [(320, 180), (854, 480), (214, 120)]


def covered(boxes, size=(400, 300)):
    """Which pixels [row column] lie in one of the rectangles."""
    there = np.zeros(size[::-1], bool)
    for left, top, right, bottom in boxes:
        there[top:bottom, left:right] = True
    return there


@pytest.mark.parametrize("pixels", ["yuv420p", "yuva420p", "yuv444p10le", "yuva444p10le"])
@pytest.mark.parametrize("size", SIZES)
def test_rectangles_of_noise_are_converted_as_in_the_whole_frame(size, pixels):
    chance, (width, height) = np.random.default_rng(0), size
    picture = chance.integers(0, 256, (height, width, 4), np.uint8)
    picture[..., 3] = 255
    sink = Converting(*size, pixels)
    sink.add(Frame.whole(picture), 1, "first")
    for _ in range(40):
        across, down = (sorted(chance.choice(length + 1, 2, replace=False)) for length in size)
        box = int(across[0]), int(down[0]), int(across[1]), int(down[1])
        area = picture[box[1] : box[3], box[0] : box[2]]
        area[..., :3] = chance.integers(0, 256, (*area.shape[:2], 3), np.uint8)
        sink.add(Frame(picture, (box,)), 1, str(box))


def test_the_rows_around_what_has_changed_are_needed(monkeypatch):
    monkeypatch.setattr("export.formats._planes.REACH", 0)
    with pytest.raises(AssertionError, match="not those of the whole frame"):
        test_rectangles_of_noise_are_converted_as_in_the_whole_frame((854, 480), "yuv420p")


def test_a_change_that_nobody_was_told_of_is_found():
    picture = np.zeros((180, 320, 4), np.uint8)
    sink = Converting(320, 180)
    sink.add(Frame.whole(picture), 1, "one")
    picture[90, 160] = 255
    with pytest.raises(AssertionError, match="frame 1, in two"):
        sink.add(Frame(picture, ((0, 0, 32, 32),)), 1, "two")


def test_merged_rectangles_cover_what_they_covered():
    chance = np.random.default_rng(1)
    for count in (0, 1, 2, 5, 40):
        corners = chance.integers(0, 150, (count, 2))
        boxes = [(int(x), int(y), int(x + w), int(y + h)) for (x, y), (w, h) in zip(corners, corners + 1, strict=True)]
        assert not (covered(boxes) & ~covered(merged(boxes))).any()


def test_rectangles_are_taken_as_one_where_that_adds_little():
    near, far = [(0, 0, 50, 50), (60, 0, 110, 50)], [(0, 0, 50, 50), (1500, 900, 1550, 950)]
    assert merged(near) == ((0, 0, 110, 50),)
    assert set(merged(far)) == set(far)
    assert merged([*far, far[0]]) != merged(near)
