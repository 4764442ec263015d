"""A film of a sweep: the knob goes from its first value to the last and back; a strip below tells where it is."""

from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from export.formats._format import Format
from export.render.frame import Frame
from export.render.script import Script
from export.render.settings import RenderSettings
from export.sweep.swept import Swept
from scenes._marks.outlines import compiler
from scenes._marks.typeset import PREAMBLE, quoted

STRIP = 0.09  # of the height: where the knob is shown
SECONDS, SLOWEST, QUICKEST, ENDS = 8.0, 1.0, 0.1, 0.7  # of the way there and back; of a value; more at either end
LEFT, RIGHT = 0.42, 0.9  # of the width: the ends of the track
SOURCE = """\
#set page(width: {width}pt, height: {height}pt, margin: 0pt, fill: rgb("{ground}"))
#set text(size: {size}pt, fill: rgb("{text}"))
{preamble}
#place(left + horizon, dx: {edge}pt, text({name}) + h(0.6em) + text(weight: "bold", {value}))
#place(left + horizon, dx: {left}pt, line(length: {long}pt, stroke: {thin}pt + rgb("{faint}")))
#place(left + horizon, dx: {left}pt - {half}pt, box(width: {half}pt, inset: (right: 0.7em), align(right, text({low}))))
#place(left + horizon, dx: {right}pt, box(inset: (left: 0.7em), text({high})))
#place(left + horizon, dx: {at}pt - {radius}pt, circle(radius: {radius}pt, fill: rgb("{mark}")))
"""


def drawn_height(height: int) -> int:
    """How high the picture is above its strip, an even number of pixels."""
    return round(height * (1 - STRIP) / 2) * 2


def write(swept: Swept, one: Format, path: Path, look: RenderSettings) -> None:
    """Write a film in one of the formats that are made of frames."""
    assert one.opened
    pictures = swept.pictures[drawn_height(look.height)]
    order = [*range(len(pictures)), *range(len(pictures) - 2, 0, -1)]
    each = min(max(SECONDS / len(order), QUICKEST), SLOWEST)
    stays = [max(1, round((each + ENDS * (k in (0, len(pictures) - 1))) * look.fps)) for k in order]
    seen = swept.first
    film = Script((), (), sum(stays) / look.fps, seen.title, seen.lesson, look.language)
    with one.opened(path, look, film) as sink:
        for place, repeat in zip(order, stays, strict=True):
            pixels = np.array(composed(swept, place, look).convert("RGBA"))
            pixels.flags.writeable = False
            sink.add(Frame.whole(pixels), repeat, "")


def composed(swept: Swept, place: int, look: RenderSettings) -> Image.Image:
    """The picture of a point above the sign of where the knob is."""
    height = drawn_height(look.height)
    frame = Image.new("RGB", (look.width, look.height), swept.theme.background)
    with Image.open(swept.pictures[height][place]) as picture:
        frame.paste(picture, ((look.width - picture.width) // 2, (height - picture.height) // 2))
    frame.paste(strip(swept, place, look.width, look.height - height), (0, height))
    return frame


def strip(swept: Swept, place: int, width: int, height: int) -> Image.Image:
    """The name of the knob, its value, and where that is between the ends, in so many pixels."""
    theme, told = swept.theme, swept.told()
    share = place / max(len(told) - 1, 1)
    source = SOURCE.format(
        width=width, height=height, ground=theme.background, text=theme.text, faint=theme.faint, mark=theme.text,
        preamble=PREAMBLE, size=0.45 * height, edge=0.3 * height, name=quoted(swept.name()), value=quoted(told[place]),
        low=quoted(told[0]), high=quoted(told[-1]), left=LEFT * width, right=RIGHT * width, half=0.2 * width,
        long=(RIGHT - LEFT) * width, at=(LEFT + share * (RIGHT - LEFT)) * width, thin=0.05 * height,
        radius=0.16 * height,
    )  # fmt: skip
    page: Any = compiler().compile(source.encode(), format="png", ppi=72)
    with Image.open(BytesIO(page)) as drawn:
        return drawn.convert("RGB")
