"""What is asked for, and where it goes: formats, and a folder or a file that is named."""

import difflib
import mimetypes
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from export.command.options import Output
from export.formats import formats
from export.render.files import checked
from export.render.heed import heeded, idle, listed
from export.render.script import EACH, check_beat
from export.render.settings import RenderSettings
from export.voice.voice import Voice
from mathcore import InputError

DEFAULT = "mp4"


def of_one(output: Output, beat: str | None, default: str = DEFAULT) -> tuple[tuple[str, ...], Path, str]:
    """The formats of one film, the folder, and the name of the file where the user has given it, else "".

    Raises:
        InputError: there is no such format, or `place` names a file and something else than this one is asked for.
    """
    place = output.place
    named, wanted = known(_extension(place)), known(output.asked)
    if not named:
        return wanted or (default,), place, ""
    if len(wanted) > 1:
        raise InputError(f"{place} cannot be written: it is one file, and {listed(wanted)} are asked for.")
    if wanted not in ((), named):
        raise InputError(f"{place} cannot be written: its name ends in {named[0]}, and {wanted[0]} is asked for.")
    if (many := len(output.looks())) > 1:
        raise InputError(f"{place} cannot be written: it is one file, and {many} looks are asked for; give a folder.")
    if EACH in (beat, not beat and formats()[named[0]].part):
        raise InputError(
            f"{place} cannot be written: it is one file, and one for each beat is asked for; name a --beat."
        )
    return named, place.parent, place.name


def of_many(extensions: Sequence[str], place: Path) -> tuple[str, ...]:
    """The formats of several films.

    Raises:
        InputError: there is no such format, or `place` names a file.
    """
    if known(_extension(place)):
        raise InputError(f"{place} cannot be written: it is one file, and several are made; give a folder.")
    return known(extensions) or (DEFAULT,)


def check(concepts: Sequence[str], output: Output, wanted: Sequence[str]) -> None:
    """Refuse what no film can have, before anything is computed; options that change nothing are told on stderr.

    Raises:
        InputError: a format cannot have the look asked for, or none of the films has the beat.
    """
    for look in output.looks():
        checked(look, wanted)
    without = []
    for concept in concepts:
        try:
            check_beat(concept, output.beat)
        except InputError as error:
            without.append(error)
    if len(without) == len(concepts):
        raise without[0]
    if useless := idle(output.told(), wanted):
        print(f"render.py: {useless}", file=sys.stderr)


def check_voices(voices: Mapping[str, Voice | None], output: Output, wanted: Sequence[str]) -> None:
    """Refuse voices of films that cannot be heard, where a format has sound; what they lack is noted.

    Raises:
        InputError: a recording is of no beat or cannot be read, or there is nothing that speaks a draft.
    """
    from export.voice.fit import check  # here, because it brings what reads sound

    for concept, voice in voices.items():
        if voice and any("--voice" in heeded(one) for one in wanted):
            check(voice, concept, {look.language for look in output.looks()})


def apart(looks: Iterable[RenderSettings], wanted: Sequence[str]) -> Iterator[tuple[RenderSettings, list[str]]]:
    """Each look with the formats in which it differs from those before: numbers are the same in every language.

    What has no sound is made apart, since no picture waits for a voice there.
    """
    made = set()
    for look in looks:
        told = {"--lang": look.language, "--theme": look.theme}
        keys = {one: (one, *(told[option] for option in told if option in heeded(one))) for one in wanted}
        news = [one for one, key in keys.items() if key not in made]
        made |= set(keys.values())
        heard = [one for one in news if look.voice and "--voice" in heeded(one)]
        for spoken, those in ((look, heard), (replace(look, voice=None), [one for one in news if one not in heard])):
            if those:
                yield spoken, those


def known(extensions: Sequence[str]) -> tuple[str, ...]:
    """Formats that exist, each once.

    Raises:
        InputError: one does not; what was meant is told if it can be guessed.
    """
    for extension in extensions:
        if extension not in formats():
            raise InputError(f"there is no format {extension!r}; {_meant(extension)}")
    return tuple(dict.fromkeys(extensions))


def _meant(extension: str) -> str:
    several = [word.strip(" .").lower() for word in extension.replace(";", ",").split(",")]
    if len(several) > 1 and set(several) <= set(formats()):
        return f"several are asked for one by one: {' '.join(f'-f {word}' for word in several)}."
    near = difflib.get_close_matches(several[0], formats(), n=1, cutoff=0.6)
    those = f"those that exist are {', '.join(sorted(formats()))}."
    return f"did you mean {near[0]!r}? {those.capitalize()}" if near else those


def _extension(place: Path) -> tuple[str, ...]:
    """The extension of a file that is named; nothing where a folder is."""
    extension = place.suffix.removeprefix(".")
    kind = (mimetypes.guess_type(place.name)[0] or "").partition("/")[0]
    is_file = extension.lower() in formats() or kind in ("video", "image", "audio")
    return (extension,) if is_file and not place.is_dir() else ()
