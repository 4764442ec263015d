"""The boxes of an mp4 or mov file, ISO/IEC 14496-12: what FFmpeg cannot be asked to write into its tracks."""

import struct
from collections.abc import Iterator
from mmap import mmap
from pathlib import Path

SUBTITLES, TEXT = b"sbtl", b"text"  # how FFmpeg names what handles captions, and what handles chapters
ENABLED = 1  # the lowest bit of the flags of a track's header
AFTER_DATES = {0: 20, 1: 32}  # by the version of a media header: where its language stands

Span = tuple[int, int]  # where the contents of a box begin and end


def settle(path: Path, language: str) -> None:
    """Have players leave the subtitles off until they are asked for, and tell the language of the chapters.

    FFmpeg enables a lone track of subtitles, whatever its disposition, and gives chapters no language.

    Args:
        path: an mp4 or mov file, which is changed.
        language: of the film, three letters of ISO 639-2.
    """
    with path.open("r+b") as file, mmap(file.fileno(), 0) as content:
        for track in _find(content, (0, len(content)), b"moov", b"trak"):
            handler = _handler(content, track)
            if handler == SUBTITLES:
                (header,) = _find(content, track, b"tkhd")
                content[header[0] + 3] &= ~ENABLED  # after a byte of version, flags of three
            elif handler == TEXT:
                (header,) = _find(content, track, b"mdia", b"mdhd")
                struct.pack_into(">H", content, header[0] + AFTER_DATES[content[header[0]]], _packed(language))


def _handler(content: mmap, track: Span) -> bytes:
    """What handles a track: the four letters after version, flags and a field of zeros."""
    ((start, _),) = _find(content, track, b"mdia", b"hdlr")
    return content[start + 8 : start + 12]


def _find(content: mmap, parent: Span, name: bytes, *below: bytes) -> Iterator[Span]:
    """The boxes of a name in a box; given more names, those of the second in these, and so on."""
    for box, span in _boxes(content, parent):
        if box == name:
            yield from _find(content, span, *below) if below else [span]


def _boxes(content: mmap, parent: Span) -> Iterator[tuple[bytes, Span]]:
    """The name and the contents of each box in a box."""
    at, end = parent
    while at < end:
        size, name = struct.unpack_from(">I4s", content, at)
        start = at + 8
        if size == 1:  # it does not fit into 32 bits and follows in 64
            (size,) = struct.unpack_from(">Q", content, start)
            start += 8
        stop = at + size if size else end
        yield name, (start, stop)
        at = stop


def _packed(language: str) -> int:
    """Three letters in five bits each."""
    first, second, third = (ord(letter) - ord("a") + 1 for letter in language)
    return first << 10 | second << 5 | third
