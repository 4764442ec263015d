"""Reads a logo: a PNG or an SVG, cut to what is seen of it, and large enough for the largest frame."""

import io
import warnings
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from PIL import Image

from export.look.vision import contrast, rgb
from mathcore import InputError
from mathcore._data import MOST_PIXELS, content
from scenes._stage.brand import BROADEST, HIGHEST, Logo

MOST_BYTES = 4 << 20
LARGEST = 4320 / 8  # pixels per unit of the frame: twice those of 2160p
SLIMMEST = 6  # times as wide as high, or as high as wide
FAINTEST, SEEN, LEAST = 0.5, 3, 0.1  # opacity and contrast of what is seen of a logo; the part of it that is, at least


def read(path: Path, corner: str) -> Logo:
    """The logo in a file.

    Raises:
        InputError: the file is missing, no PNG or SVG, damaged, too large, or shows nothing.
    """
    packed = content(path, "a PNG or an SVG", MOST_BYTES)
    drawn = (_of_png if packed.startswith(b"\x89PNG") else _of_svg)(path, packed)
    box = drawn.getchannel("A").getbbox()
    if box is None:
        raise InputError(f"{path} shows nothing: all of it is transparent.")
    seen = drawn.crop(box)
    if max(seen.size) > SLIMMEST * min(seen.size):
        raise InputError(f"{path} is too slim for a corner: one side may be {SLIMMEST} times the other.")
    seen.thumbnail((round(BROADEST * LARGEST), round(HIGHEST * LARGEST)), Image.Resampling.LANCZOS)
    small = io.BytesIO()
    seen.save(small, "png")
    return Logo(small.getvalue(), corner)


def refuse_unseen(logo: Logo, background: str) -> None:
    """Refuse a logo that is lost on a background.

    Raises:
        InputError: hardly anything of it stands out.
    """
    pixels = np.asarray(Image.open(io.BytesIO(logo.image)).convert("RGBA"))
    solid = pixels[pixels[..., 3] > FAINTEST * 255][:, :3]
    part = (contrast(solid, rgb(background)) >= SEEN).mean() if len(solid) else 0.0
    if part < LEAST:
        raise InputError(
            f"the logo cannot be seen on {background}: {100 * part:.0f} % of it has a contrast of {SEEN}; give another "
            "one for this theme."
        )


def _of_png(path: Path, packed: bytes) -> Image.Image:
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            with Image.open(io.BytesIO(packed), formats=("PNG",)) as image:
                if image.width * image.height > MOST_PIXELS:
                    raise Image.DecompressionBombError
                return image.convert("RGBA")
        except (Image.DecompressionBombError, Image.DecompressionBombWarning):
            raise InputError(f"{path} is too large: a logo may have {MOST_PIXELS} pixels.") from None
        except Exception:  # Pillow's readers raise almost anything on damaged files
            raise InputError(f"{path} is not a PNG that can be read.") from None


def _of_svg(path: Path, packed: bytes) -> Image.Image:
    """An SVG as Typst draws it, which has no letters but its own, and reads no file that it may name."""
    from typst import Compiler

    page = "#set page(width: auto, height: auto, margin: 0pt, fill: none)"
    source = f'{page}\n#image("logo.svg", height: {HIGHEST * LARGEST}pt)'
    with TemporaryDirectory(prefix="deepreel-") as folder:
        Path(folder, "logo.svg").write_bytes(packed)
        Path(folder, "page.typ").write_text(source, encoding="utf-8")
        try:
            compiler: Any = Compiler(Path(folder, "page.typ"), root=folder, ignore_system_fonts=True)
            drawn = compiler.compile(format="png", ppi=72)
        except Exception as error:
            told = " ".join(str(error).split())
            raise InputError(f"{path} is neither a PNG nor an SVG that can be drawn ({told}).") from None
    return Image.open(io.BytesIO(drawn)).convert("RGBA")
