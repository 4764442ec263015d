"""A page on which a reader turns the knob: one file that any browser shows with no network."""

import json
import tomllib
from base64 import b64encode
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from html import escape
from io import BytesIO
from pathlib import Path
from string import Template
from typing import Any

import numpy as np
from PIL import Image

from export.render.settings import RenderSettings
from export.sweep.swept import Swept
from mathcore import _catalog
from mathcore._files import written_whole

ASSETS = _catalog.ROOT / "assets" / "sweep"


def write(swept: Swept, path: Path, look: RenderSettings) -> None:
    """Write the page."""
    files, seen, theme = swept.pictures[look.height], swept.first, swept.theme
    pictures = [read(file) for file in files]
    ground = common(pictures)
    height, width, _ = ground.shape
    words = tomllib.loads(_asset("words.toml"))[look.language]
    with written_whole(path) as draft:
        draft.write_text(
            Template(_asset("page.html")).substitute(
                {word: escape(text) for word, text in words.items()},
                language=look.language,
                title=escape(seen.title),
                lesson=escape(seen.lesson),
                knob=escape(swept.name()),
                meaning=escape(swept.meaning()),
                last=len(files) - 1,
                start=_start(swept),
                width=width,
                height=height,
                ground=_address(ground),
                values=_script(_values(swept, pictures, ground)),
                style=Template(_asset("page.css")).substitute(theme.colours(), ratio=f"{width} / {height}"),
                script=_asset("page.js"),
            ),
            encoding="utf-8",
        )


def read(file: Path) -> np.ndarray:
    """The pixels of a picture [row column rgb]."""
    with Image.open(file) as picture:
        return np.array(picture.convert("RGB"))


def common(pictures: Sequence[np.ndarray]) -> np.ndarray:
    """At each place the pixel that more than half of the pictures have, where there is one."""
    middle = len(pictures) // 2
    rows = (np.stack([picture[row] for picture in pictures]) for row in range(len(pictures[0])))  # [picture column rgb]
    return np.stack([_rgb(np.sort(_whole(row), axis=0)[middle]) for row in rows])


def _whole(pixels: np.ndarray) -> np.ndarray:
    """A number for each colour [... rgb]."""
    return np.asarray(pixels.astype(np.uint32) @ np.array([1 << 16, 1 << 8, 1], np.uint32))


def _rgb(whole: np.ndarray) -> np.ndarray:
    """The colours that numbers stand for [... rgb]."""
    return np.stack([whole >> 16 & 255, whole >> 8 & 255, whole & 255], axis=-1).astype(np.uint8)


def over(picture: np.ndarray, ground: np.ndarray) -> np.ndarray:
    """What is laid over a ground to get a picture [row column rgba]: nothing where they are the same."""
    differs = np.any(picture != ground, axis=-1, keepdims=True)
    return np.concatenate([picture * differs, 255 * differs.astype(np.uint8)], axis=-1)


def _address(pixels: np.ndarray) -> str:
    """A picture as an address that holds it, exact to the pixel."""
    packed = BytesIO()
    Image.fromarray(pixels).save(packed, "webp", lossless=True, quality=80, method=6)
    return f"data:image/webp;base64,{b64encode(packed.getvalue()).decode()}"


def _values(swept: Swept, pictures: Sequence[np.ndarray], ground: np.ndarray) -> list[dict[str, Any]]:
    """For each value what is seen and said; `turn` where another sentence is said than at the value before."""
    address, found, before = swept.address(), [], None
    with ThreadPoolExecutor() as threads:  # which encode side by side
        addresses = list(threads.map(lambda picture: _address(over(picture, ground)), pictures))
    for point, told, picture in zip(swept.points, swept.told(), addresses, strict=True):
        assert point.seen
        found.append(
            {
                "value": address[point.places[0]],
                "text": told,
                "said": point.seen.said,
                "turn": before not in (None, point.seen.keys),
                "picture": picture,
            }
        )
        before = point.seen.keys
    return found


def _start(swept: Swept) -> int:
    """The place among the points of the knob's default, or the one nearest to it; else of the first."""
    (turned,) = swept.turned
    default = turned.knob.default
    values = [turned.values[point.places[0]] for point in swept.points]
    if default in values:
        return values.index(default)
    if not (turned.numeric and isinstance(default, (int, float))):
        return 0
    return min(range(len(values)), key=lambda place: abs(values[place] - default))


def _script(value: Any) -> str:
    """JSON that may stand in a script: nothing in it ends the element."""
    return json.dumps(value, ensure_ascii=False).replace("<", "\\u003c")


def _asset(name: str) -> str:
    return (ASSETS / name).read_text(encoding="utf-8")
