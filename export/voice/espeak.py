"""A draft of the voice: espeak-ng speaks a film's sentences, so that timing can be judged before anybody records."""

import subprocess
import wave
from collections.abc import Sequence
from pathlib import Path
from shutil import which

import mathcore
from export.voice.spelling import spelled
from mathcore._files import written_whole

PROGRAM = "espeak-ng"
VOICES = {"en": "en-gb", "fr": "fr-fr"}
SPEED = 140  # by its own count; as lecturers speak, 150 words a minute in English, 170 of the shorter ones in French
LOUDNESS = 70  # of 200; at 100, where it is set, the loudest sounds of English are limited
HEADER = 44  # bytes before the samples, of which those of the rate are
RATE = slice(24, 28)
SILENCE = 0.1  # seconds, where there is nothing to say
HELP = (
    "`apt install espeak-ng` on Debian or Ubuntu, `brew install espeak-ng` on macOS, "
    "the installer of github.com/espeak-ng/espeak-ng/releases on Windows"
)


def check(language: str) -> None:
    """Try the program in a language, before a film is made for it.

    Raises:
        mathcore.InputError: it is not installed, or cannot speak the language.
    """
    _samples("a", language)


def version() -> str:
    """What the program says of itself; nothing where it is not installed."""
    program = which(PROGRAM)
    return subprocess.run([program, "--version"], capture_output=True, text=True).stdout if program else ""  # noqa: S603


def speak(sentences: Sequence[str], language: str, folder: Path) -> list[Path]:
    """Speak each sentence into a file of the folder, signs and numbers in words; the same words, the same bytes.

    Raises:
        mathcore.InputError: the program is not installed, or fails.
        OSError: a file cannot be written.
    """
    paths = [folder / f"{number:04}.wav" for number in range(1, len(sentences) + 1)]
    for path, sentence in zip(paths, sentences, strict=True):
        rate, samples = _samples(spelled(sentence, language), language)
        with written_whole(path) as draft, draft.open("wb") as file, wave.open(file, "wb") as sound:
            sound.setparams((1, 2, rate, 0, "NONE", ""))
            sound.writeframes(samples or bytes(2 * round(rate * SILENCE)))
    return paths


def _samples(words: str, language: str) -> tuple[int, bytes]:
    """What is said: samples per second, and the samples, 16 bits each. It ends with the last word (-z).

    They are read from a pipe, since espeak-ng 1.51 ends well where its own file could not be written.
    """
    program = which(PROGRAM)
    if not program:
        raise mathcore.InputError(f"{PROGRAM}, which speaks the draft of a voice, is not installed: {HELP}.")
    how = [program, "-v", VOICES[language], "-s", str(SPEED), "-a", str(LOUDNESS), "-b", "1", "-z", "--stdin"]
    try:
        # The words go in by a pipe: none of them is an option, or is read by a shell.
        done = subprocess.run([*how, "--stdout"], input=(words or ".").encode(), capture_output=True)  # noqa: S603
    except OSError as error:
        raise mathcore.InputError(f"{program} does not run ({error.strerror}); install it again: {HELP}.") from error
    if done.returncode or len(done.stdout) < HEADER:
        why = " ".join(done.stderr.decode(errors="replace").split()) or f"exit code {done.returncode}"
        raise mathcore.InputError(f"{PROGRAM} cannot speak {VOICES[language]} ({why[:200]}); install it again: {HELP}.")
    return int.from_bytes(done.stdout[RATE], "little"), done.stdout[HEADER:] if words else b""
