"""Files and words that no reader should choke on: sound ones that were damaged, and ones that are bad on purpose."""

import io
import json
import struct
import zipfile
from functools import cache

import numpy as np
from hypothesis import strategies as st
from PIL import Image

NUMBERS = [
    "1",
    "2.5",
    "-3e2",
    "0",
    "nan",
    "inf",
    "-inf",
    "1e400",
    "1e-400",
    "1e13",
    "0x10",
    "1_000",
    "1e1_0",
    "١٢",
    "½",
]
CELLS = [*NUMBERS, "", " ", '"', '""', '"a\nb"', "\0", "\ufeff", "é", "=cmd()", "'1'", "1,5", "1 2", "TRUE", "9" * 400]
SEPARATORS = [",", ";", "\t", "|", "", ",,"]
ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "latin-1"]
WORDS = [
    *CELLS,
    "-1",
    "--",
    "-",
    "1e999",
    "9" * 5000,
    "1" + "0" * 400,
    "1.",
    "None",
    "[]",
    "*",
    "1 1 1 1 1 1 1",
    "../x",
]
PICTURES = ["PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF", "PPM", "TGA", "ICO", "PCX", "EPS", "PDF"]


@st.composite
def tables(draw):
    """A table of which anything may be wrong, though it often has the columns RM and PRICE, or step, w and loss."""
    header = draw(st.sampled_from([["RM", "PRICE"], ["step", "w", "loss"], ["quantity", "step", "value"], CELLS[:3]]))
    cell = st.sampled_from(NUMBERS[:3]) | st.sampled_from(CELLS) | st.sampled_from(["w", "loss"])
    rows = st.lists(st.lists(cell, min_size=len(header), max_size=len(header)), max_size=8)
    odd = st.lists(st.lists(cell, max_size=5), max_size=1)
    separator, line = draw(st.sampled_from(SEPARATORS)), draw(st.sampled_from(["\n", "\r\n", "\r", "\n\n"]))
    text = line.join(separator.join(row) for row in [header, *draw(rows), *draw(odd)])
    return text.encode(draw(st.sampled_from(ENCODINGS)), "replace")


@st.composite
def damaged(draw, *sound: bytes):
    """One of these contents, cut, or with some of its bytes changed, left out or inserted."""
    content = bytearray(draw(st.sampled_from(sound)))
    for place, kind, some in draw(st.lists(st.tuples(st.floats(0, 1), st.integers(0, 3), st.binary(max_size=6)))):
        at = int(place * len(content))
        if kind == 0:
            content = content[:at]
        else:
            content[at : at + len(some) * (kind < 3)] = some * (kind > 1)
    return bytes(content)


@cache
def pictures() -> tuple[bytes, ...]:
    """Small pictures of many kinds: grey, coloured, transparent, animated, in 16 bits, for printing, turned."""
    made = []
    colours = Image.fromarray(np.random.default_rng(0).integers(0, 255, (9, 8, 4), np.uint8))
    for kind in PICTURES:
        mode = "RGB" if kind in ("JPEG", "PPM", "PCX", "EPS", "PDF", "BMP") else "RGBA"
        made.append(_saved(colours.convert(mode), kind))
    more = {"save_all": True, "append_images": [colours.rotate(90, expand=False), colours]}
    made += [_saved(colours, "GIF", **more), _saved(colours, "WEBP", **more), _saved(colours, "TIFF", **more)]
    made += [_saved(colours.convert("CMYK"), kind) for kind in ("JPEG", "TIFF")]
    made += [_saved(Image.new("I;16", (5, 4)), kind) for kind in ("PNG", "TIFF")]
    turned = Image.Exif()
    turned[0x0112] = 6
    return (*made, _saved(colours.convert("RGB"), "JPEG", exif=turned), b'<svg xmlns="http://www.w3.org/2000/svg"/>')


def _saved(image: Image.Image, kind: str, **options) -> bytes:
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


@cache
def trajectories() -> dict[str, tuple[bytes, ...]]:
    """Runs of somebody else, by suffix: sound ones, and ones that promise more than they hold."""
    w = np.arange(11.0)
    sound, packed, pickled = io.BytesIO(), io.BytesIO(), io.BytesIO()
    np.savez(sound, w=w, loss=w**2)
    np.savez_compressed(packed, w=w)
    np.savez(pickled, w=np.array([{}], dtype=object))
    shapes = [(10**12,), (-1,), (-5,), (2**62, 4), (10**30, 0), (1,) * 40, (0,), (11, 1)]
    lying = [_zipped(_npy(shape, w.tobytes())) for shape in shapes]
    bomb = _zipped(_npy((10**6 // 8,), bytes(10**6)), zipfile.ZIP_DEFLATED)
    twice = _zipped(_npy((11,), w.tobytes()), times=2)
    records = [
        {"w": w.tolist(), "loss": w.tolist()},
        {"w": [[1], 2]},
        {"w": {}},
        [],
        {"w": "NaN", "loss": ["Infinity"]},
    ]
    return {
        ".npz": (sound.getvalue(), packed.getvalue(), pickled.getvalue(), bomb, twice, *lying),
        ".json": tuple(json.dumps(record).encode() for record in records),
    }


def _npy(shape: tuple[int, ...], data: bytes) -> bytes:
    header = repr({"descr": "<f8", "fortran_order": False, "shape": shape}).encode() + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + data


def _zipped(content: bytes, method: int = zipfile.ZIP_STORED, times: int = 1) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for number in range(times):
            archive.writestr("loss.npy" if number else "w.npy", content)
    return stream.getvalue()
