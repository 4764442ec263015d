"""What the scenes of the usual way share: the sentences and colours of ours, written with manim's own means."""

import importlib
import inspect
import json
from pathlib import Path
from typing import Any

from manim import DOWN, UL, FadeIn, FadeOut, MathTypst, Mobject, Scene, Typst

from scenes._marks.typeset import PREAMBLE
from scenes._stage.theme import THEMES
from scenes._stage.words import Words

THEME = THEMES["dark"]
COLOURS = "".join(
    f'#let {name}(it) = text(fill: rgb("{hue}"), it)\n' for name, hue in THEME.colours().items() if name != "text"
)


class Lecture(Scene):
    """Base of the scenes: the trace of the concept, a title, a caption, sections that can be read to their end."""

    def setup(self) -> None:
        name = Path(inspect.getfile(type(self))).stem
        self.trace: Any = importlib.import_module(f"mathcore.{name}").compute()
        self.words = Words(name, "en")
        self.camera.background_color = THEME.background
        self.heading = self.say("title", size=44).to_corner(UL, buff=0.3)
        self.add(self.heading)
        self.spoken: Mobject | None = None
        self.read_by = 0.0

    def tear_down(self) -> None:
        self.rest()
        super().tear_down()

    def say(self, key: str, size: float = 24, color: str = THEME.text, **values: Any) -> Typst:
        """A sentence of the film."""
        return self.write(self.words.sentence(key, **values), size, color)

    def write(self, text: str, size: float = 24, color: str = THEME.text) -> Typst:
        """A text as it stands."""
        return Typst(f"#{json.dumps(text, ensure_ascii=False)}", color=color, font_size=size, typst_preamble=PREAMBLE)

    def formula(self, markup: str, size: float = 30) -> MathTypst:
        """A formula; `weight(w)` colours w as a weight."""
        return MathTypst(markup, color=THEME.text, font_size=size, typst_preamble=COLOURS)

    def caption(self, key: str, **values: Any) -> None:
        """Put a sentence at the foot once the one before can have been read."""
        self.let_read()
        text = self.words.sentence(key, **values)
        written = self.write(text, 30).to_edge(DOWN, buff=0.3)
        self.read_by = self.time + 1 + len(text) / 15
        self.play(FadeIn(written), *([FadeOut(self.spoken)] if self.spoken else []), run_time=0.35)
        self.spoken = written

    def reading_time_left(self, least: float = 1.0) -> float:
        """Seconds that the caption still needs but for the last one, at least so many."""
        return max(least, self.read_by - 1 - self.time)

    def section(self, name: str) -> None:
        """Begin a section, once the one before has come to rest."""
        if self.time:
            self.rest()
        self.next_section(name)

    def rest(self) -> None:
        """End a section with a still."""
        self.wait(1)
        self.let_read()

    def let_read(self) -> None:
        """Wait until the caption can have been read."""
        if self.read_by > self.time + 0.05:
            self.wait(self.read_by - self.time)
