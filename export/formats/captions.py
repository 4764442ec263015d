"""SRT and WebVTT: the captions on screen, with their times, for players and for translators."""

from html import escape
from pathlib import Path

from export.formats._format import Format
from export.render.script import Script, milliseconds
from mathcore._files import written_whole


def write(film: Script, path: Path) -> None:
    """Write what is said in a film, in the format that the suffix names."""
    with written_whole(path) as draft:
        draft.write_text(vtt(film) if path.suffix == ".vtt" else srt(film), encoding="utf-8")


def srt(film: Script) -> str:
    """The captions, numbered from 1."""
    cues = [
        f"{number}\n{_clock(caption.start, ',')} --> {_clock(caption.stop, ',')}\n{caption.text}\n"
        for number, caption in enumerate(film.captions, start=1)
    ]
    return "\n".join(cues)


def vtt(film: Script) -> str:
    """The captions, in which the signs that WebVTT gives a meaning are written as entities."""
    cues = [
        f"\n{_clock(caption.start, '.')} --> {_clock(caption.stop, '.')}\n{escape(caption.text, quote=False)}\n"
        for caption in film.captions
    ]
    return "WEBVTT\n" + "".join(cues)


def _clock(seconds: float, mark: str) -> str:
    """Hours, minutes, seconds and milliseconds after `mark`."""
    whole, thousandths = divmod(milliseconds(seconds), 1000)
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}{mark}{thousandths:03}"


FORMAT = Format(extensions=("srt", "vtt"), write=write)
