"""Reads a look of one's own: a TOML file that names colours by role, heat maps and a logo, for either ground.

    logo = "university.png"
    [dark]
    background = "#001a33"
    data = "#ffcc00"

What it does not name stays the house's.
"""

import difflib
import tomllib
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from reprlib import repr as shortened
from typing import Any

from PIL import ImageColor

from export.look import logo
from export.look.mending import mended
from export.look.palette import MAPS, ROLES, bright, faults
from export.render.heed import listed
from mathcore import InputError
from mathcore._data import content
from scenes._stage.brand import CORNERS, Brand, Logo
from scenes._stage.theme import THEMES, Theme

MOST_BYTES = 1 << 20
GROUNDS = ("dark", "light")


def read(path: Path) -> Brand:
    """The look in a file, once it is sure that it can be read and told apart by all.

    Raises:
        InputError: the file, its logo, a name or a colour in it cannot be used, or two colours collide.
    """
    given = _parsed(path)
    corner = given.get("corner", CORNERS[0])
    _known(path, "", given, ("logo", "corner", *GROUNDS))
    if corner not in CORNERS:
        raise InputError(f"{path}: the corner {shortened(corner)} is not kept free for a logo; {listed(CORNERS)} are.")
    tables = {ground: _table(path, ground, given.get(ground, {})) for ground in GROUNDS}
    dark, light = (_theme(path, ground, table) for ground, table in tables.items())
    logos = [_logo(path, table.get("logo", given.get("logo")), corner) for table in tables.values()]
    told = repr((dark, light, [one and (one.image, one.corner) for one in logos]))
    return Brand(path.name, sha256(told.encode()).hexdigest(), dark, light, *logos)


def _parsed(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(content(path, "a look, a TOML file,", MOST_BYTES).decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise InputError(f"{path} is not a text in UTF-8; a look is a TOML file.") from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise InputError(f"{path} is not TOML: {str(error).lower()}.") from None


def _table(path: Path, ground: str, table: Any) -> dict[str, Any]:
    """What is given for a ground, all of it known by name."""
    if not isinstance(table, dict):
        raise InputError(f"{path}: {ground} is a table, [{ground}], with colours by role below it.")
    _known(path, ground, table, ("logo", *ROLES))
    return table


def _known(path: Path, table: str, given: Mapping[str, Any], names: tuple[str, ...]) -> None:
    """Refuse a name that means nothing."""
    for name in given:
        if name in names:
            continue
        if name in ROLES:
            raise InputError(f"{path}: {name} stands below [dark] or [light], since each has colours of its own.")
        where, near = f"{path}, [{table}]" if table else str(path), _near(name, names)
        those = f"{'those of a table are' if table else 'what a look has is'} {listed(names)}."
        raise InputError(f"{where}: there is no {shortened(name)}; {f'{near} {those.capitalize()}' if near else those}")


def _theme(path: Path, ground: str, table: Mapping[str, Any]) -> Theme:
    """The house's theme of a ground with the colours that are given.

    Raises:
        InputError: a value is no colour or no map, or the theme that comes of it has a fault.
    """
    values = {
        role: (_map if role in MAPS else _colour)(path, ground, role, value)
        for role, value in table.items()
        if role != "logo"
    }
    theme = replace(THEMES[ground], **values)
    if (bright(theme.background) < bright(theme.text)) != (ground == "dark"):
        wrong, other = ("lighter", "light") if ground == "dark" else ("darker", "dark")
        both = f"the background ({theme.background}) is {wrong} than the text ({theme.text})"
        raise InputError(f"{path}, [{ground}]: {both}; such colours stand below [{other}].")
    found = list(faults(theme, values)) if values else []
    if found:
        others = f" ({len(found) - 1} more like that)" if found[1:] else ""
        those = [f'{role} = "{colour}"' for role, colour in mended(theme, values).items()]
        help_ = f"; it would hold with {listed(those)}" if those else ""
        raise InputError(f"{path}, [{ground}]: {found[0]}{others}{help_}.")
    return theme


def _colour(path: Path, ground: str, role: str, value: Any) -> str:
    with suppress(ValueError, TypeError, AttributeError):  # Pillow's, on what is no colour and on what is no text
        colour = ImageColor.getrgb(value)
        if len(colour) == 3:  # else it has an alpha of its own
            return "#{:02x}{:02x}{:02x}".format(*colour)
    raise InputError(
        f"{path}, [{ground}]: {role} = {shortened(value)} is no colour; write a name, such as white, or #rrggbb."
    )


def _map(path: Path, ground: str, role: str, value: Any) -> str:
    import matplotlib  # here, because it is slow to load and few looks come from files

    if value not in list(matplotlib.colormaps):
        near = _near(value, matplotlib.colormaps) or "viridis and berlin are two of them."
        raise InputError(f"{path}, [{ground}]: {role} = {shortened(value)} is none of matplotlib's colour maps; {near}")
    return str(value)


def _logo(path: Path, name: Any, corner: str) -> Logo | None:
    if name is None:
        return None
    if not isinstance(name, str) or "\0" in name:
        raise InputError(f"{path}: the logo is {shortened(name)}; write the name of a file beside it, in quotes.")
    return logo.read(path.parent / name, corner)


def _near(name: Any, names: Iterable[str]) -> str:
    near = difflib.get_close_matches(str(name).lower(), names, n=1, cutoff=0.6)
    return f"did you mean {near[0]!r}?" if near else ""
