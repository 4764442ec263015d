"""Colours with which a look would hold: those that it leaves to us, moved as little as need be."""

from collections.abc import Container
from dataclasses import replace

import numpy as np

from export.look.palette import APART, READABLE, faults
from export.look.vision import BLINDNESS, LINEAR, LUMINANCE, brettel, lab, machado, rgb
from scenes._stage.theme import Theme

ROOM = 1.02  # times what is needed: what is aimed at
ROUNDS, TRIES = 400, 48  # of the search
FIRST, LAST = 80.0, 1.0  # how far a try is, in sRGB bytes, at first and at last
GRAVITY = 0.001  # what a colour costs that is moved by one in CIE Lab, beside one that is lacking


def mended(theme: Theme, own: Container[str]) -> dict[str, str]:
    """Colours by role, none of them `own`, with which a theme has no fault; nothing where none were found."""
    roles = [*theme.colours()]
    start = np.array([rgb(colour) for colour in theme.colours().values()], int)
    free = [place for place, role in enumerate(roles) if role not in own and role != "background"]
    ground = roles.index("background")
    best, chance = start, np.random.default_rng(0)
    cost = _costs(best[None], start, ground)[0]
    for reach in np.geomspace(FIRST, LAST, ROUNDS) if free and cost else ():
        tried, places = np.repeat(best[None], TRIES, axis=0), chance.choice(free, TRIES)
        steps = np.rint(chance.normal(0, reach, (TRIES, 3))).astype(int)
        tried[np.arange(TRIES), places] = np.clip(best[places] + steps, 0, 255)
        costs = _costs(tried, start, ground)
        if costs.min() < cost:
            best, cost = tried[costs.argmin()], costs.min()
    moved = {role: "#{:02x}{:02x}{:02x}".format(*one) for role, one in zip(roles, best, strict=True)}
    changed = {role: colour for role, colour in moved.items() if colour != getattr(theme, role)}
    if any(faults(replace(theme, **changed))):
        return {}
    for role in [*changed]:  # some have moved to no end
        fewer = {other: colour for other, colour in changed.items() if other != role}
        changed = changed if any(faults(replace(theme, **fewer))) else fewer
    return changed


def _costs(colours: np.ndarray, start: np.ndarray, ground: int) -> np.ndarray:
    """What is lacking to sRGB bytes [try colour rgb], squared, and how far they have been moved [try]."""
    linear = LINEAR[colours]
    sights = [linear, *(simulate(linear, kind) for simulate in (machado, brettel) for kind in BLINDNESS)]
    places = lab(np.stack(sights))  # [sight try colour Lab]
    one, other = np.triu_indices(len(start), 1)
    apart = np.linalg.norm(places[:, :, one] - places[:, :, other], axis=-1).min(axis=0)
    light = linear @ LUMINANCE + 0.05
    contrasts = np.delete(np.maximum(light / light[:, [ground]], light[:, [ground]] / light), ground, axis=1)
    lacking = np.maximum(READABLE * ROOM - contrasts, 0) * APART / READABLE
    moved = places[0] - lab(LINEAR[start])
    squares = (np.maximum(APART * ROOM - apart, 0) ** 2).sum(axis=1) + (lacking**2).sum(axis=1)
    return np.asarray(squares + GRAVITY * (moved**2).sum(axis=(1, 2)))
