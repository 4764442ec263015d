"""Fits a film to its voice."""

import warnings
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

import numpy as np

from export.render.heed import listed
from export.render.script import WHOLE, Script
from export.render.settings import RenderSettings
from export.voice import espeak, recorded
from export.voice.draft import drafted
from export.voice.pace import earliest
from export.voice.voice import Voice
from mathcore import InputNote
from mathcore._catalog import hyphens


def check(voice: Voice, concept: str, languages: Iterable[str]) -> None:
    """Refuse a voice that cannot be heard, before anything is computed.

    Raises:
        mathcore.InputError: a recording is of no beat or cannot be read, or there is nothing that speaks a draft.
    """
    if voice.source:
        recorded.read(voice, concept)
    else:
        for language in languages:
            espeak.check(language)


def fitted(film: Script, look: RenderSettings) -> tuple[RenderSettings, Mapping[str, np.ndarray]]:
    """The look of a film whose pictures wait for its voice, and by beat what is heard [sample channel].

    Args:
        film: as it is without a voice.
        look: how, with the voice.

    Raises:
        mathcore.InputError: as of `check`.
    """
    assert look.voice
    if not look.voice.source:
        sounds, spoken = drafted(film)
        return replace(look, earliest=earliest(film, sounds, spoken)), sounds
    there = recorded.recorded(look.voice, film.concept)
    _note(film, there, look)
    sounds = {beat.name: there[beat.name] for beat in film.beats if beat.name in there}
    return replace(look, earliest=earliest(film, sounds)), sounds


def _note(film: Script, there: Collection[str], look: RenderSettings) -> None:
    """Tell which of the beats that are asked for stay silent, and what is heard of none."""
    of_film = [beat.name for beat in film.beats]
    wanted = [beat.name for part in film.parts(look.beat or WHOLE).values() for beat in part.beats]
    if silent := [hyphens(name) for name in wanted if name not in there]:
        told = f"there is no recording of {listed(silent)}: silent in {hyphens(film.concept)}."
        warnings.warn(told, InputNote, stacklevel=2)
    if unheard := [hyphens(name) for name in there if name not in of_film]:
        told = (
            f"with these knobs {hyphens(film.concept)} has no {listed(unheard, 'nor')}: the voice for it is not heard."
        )
        warnings.warn(told, InputNote, stacklevel=2)
