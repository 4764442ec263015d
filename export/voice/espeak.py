"""A draft of the voice: espeak-ng speaks a film's sentences, so that timing can be judged before anybody records."""

import subprocess
from collections.abc import Sequence
from shutil import which

import numpy as np

import mathcore
from export.voice.sound import from_samples
from export.voice.spelling import spelled

PROGRAM = "espeak-ng"
VOICES = {"en": "en-gb", "fr": "fr-fr"}
SPEED = 140  # by its own count; as lecturers speak, 150 words a minute in English, 170 of the shorter ones in French
LOUDNESS = 70  # of 200; at 100, where it is set, the loudest sounds of English are limited
HEADER = 44  # bytes before the samples, of which those of the rate are
RATE_AT = slice(24, 28)
HELP = (
    "`apt install espeak-ng` on Debian or Ubuntu, `brew install espeak-ng` on macOS, "
    "the installer of github.com/espeak-ng/espeak-ng/releases on Windows"
)


def check(language: str) -> None:
    """Try the program in a language, before a film is made for it.

    Raises:
        mathcore.InputError: it is not installed, or cannot speak the language.
    """
    speak(["a"], language)


def version() -> str:
    """What the program says of itself; nothing where it is not installed."""
    program = which(PROGRAM)
    return subprocess.run([program, "--version"], capture_output=True, text=True).stdout if program else ""  # noqa: S603


def speak(sentences: Sequence[str], language: str) -> list[np.ndarray]:
    """Each sentence as it is spoken [sample channel], signs and numbers in words; the same words, the same bits.

    Raises:
        mathcore.InputError: the program is not installed, or fails.
    """
    return [_spoken(spelled(sentence, language), language) for sentence in sentences]


def _spoken(words: str, language: str) -> np.ndarray:
    """The sound of words; it ends with the last one (-z)."""
    program = which(PROGRAM)
    if not program:
        raise mathcore.InputError(f"{PROGRAM}, which speaks the draft of a voice, is not installed: {HELP}.")
    if not words:
        return np.empty((0, 2), np.float32)
    how = [program, "-v", VOICES[language], "-s", str(SPEED), "-a", str(LOUDNESS), "-b", "1", "-z", "--stdin"]
    try:
        # The words go in by a pipe: none of them is an option, or is read by a shell.
        done = subprocess.run([*how, "--stdout"], input=words.encode(), capture_output=True)  # noqa: S603
    except OSError as error:
        raise mathcore.InputError(f"{program} does not run ({error.strerror}); install it again: {HELP}.") from error
    if done.returncode or len(done.stdout) <= HEADER:
        why = " ".join(done.stderr.decode(errors="replace").split()) or f"exit code {done.returncode}"
        raise mathcore.InputError(f"{PROGRAM} cannot speak {VOICES[language]} ({why[:200]}); install it again: {HELP}.")
    return from_samples(np.frombuffer(done.stdout[HEADER:], "<i2"), int.from_bytes(done.stdout[RATE_AT], "little"))
