"""What a small deck is made of, and its windows."""

from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from io import BytesIO
from pathlib import Path

import av
import numpy as np
from browser import Deck
from PIL import Image
from selenium import webdriver

from export.voice.sound import RATE

SECONDS, FPS = 4, 5
STEP, PITCH = 0.5, 400  # seconds that a tone lasts, and by how many hertz each is higher than the one before


def film(*, speaks: bool = False) -> bytes:
    """A video that grows lighter; what is heard in it climbs by a step every half a second."""
    file = BytesIO()
    with av.open(file, "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=FPS, options={"g": "1"})
        stream.width, stream.height, stream.pix_fmt = 64, 36, "yuv420p"
        voice = container.add_stream("aac", rate=RATE, layout="mono") if speaks else None
        for number in range(SECONDS * FPS):
            grey = np.full((36, 64, 3), 5 * number, np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(grey, format="rgb24")))
            if voice:
                container.mux(voice.encode(_heard(number)))
        for each in container.streams:
            container.mux(each.encode())
    return file.getvalue()


def _heard(number: int) -> av.AudioFrame:
    """The sound of a frame."""
    length = RATE // FPS
    time = (number * length + np.arange(length)) / RATE
    tone = 0.3 * np.sin(2 * np.pi * PITCH * (1 + time // STEP) * time)
    frame = av.AudioFrame.from_ndarray(tone[None].astype(np.float32), format="fltp", layout="mono")
    frame.sample_rate, frame.pts, frame.time_base = RATE, number * length, Fraction(1, RATE)
    return frame


def still() -> bytes:
    file = BytesIO()
    Image.new("RGB", (64, 36), "grey").save(file, "png")
    return file.getvalue()


@contextmanager
def alone(browser: webdriver.Chrome, path: Path) -> Iterator[Deck]:
    """A deck in a window of its own; whatever else was opened is closed in the end."""
    deck = Deck(browser, path.as_uri())
    deck.at(1)
    deck.window = browser.current_window_handle
    yield deck
    for handle in set(browser.window_handles) - {deck.window}:
        browser.switch_to.window(handle)
        browser.close()
    browser.switch_to.window(deck.window)


class Two:
    """Both windows of a deck."""

    def __init__(self, deck):
        deck.press("s")
        self.deck, self.browser, self.audience = deck, deck.browser, deck.window
        (self.speaker,) = set(self.browser.window_handles) - {self.audience}
        self.to(self.speaker)
        deck.wait("linked()")

    def to(self, window):
        self.browser.switch_to.window(window)
        return self.deck

    def at(self, number, *windows):
        """Wait until these windows, by default both, show a slide."""
        for window in windows or (self.audience, self.speaker):
            self.to(window).at(number)
