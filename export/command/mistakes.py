"""What a command line that is not understood is answered: one sentence that helps."""

import difflib
from types import NoneType
from typing import Literal, get_args, get_origin

from cyclopts import CoercionError, CycloptsError, MissingArgumentError, UnknownOptionError, UnusedCliTokensError

from export.formats import formats
from export.render.heed import listed
from mathcore import InputError, _catalog
from scenes._stage.beats import beats


def sentence(error: CycloptsError | InputError) -> str:
    """One sentence, or a question after it, on what is wrong in a command line."""
    if isinstance(error, UnknownOptionError):
        return _unknown(error)
    if isinstance(error, UnusedCliTokensError):
        return _stray(error)
    if isinstance(error, CoercionError) and error.token and error.msg is None:
        return _unfit(error.token.keyword or "", error.token.value, error.target_type)
    told = " ".join(str(error).split())
    if isinstance(error, MissingArgumentError) and error.argument and (words := _words(error.argument.hint)):
        return f"{told.rstrip('.')}: {listed(words, 'or')}."
    return told


def _words(kind: object) -> list[str]:
    """The words that an option takes, or each of its values; none where it takes anything else."""
    if get_origin(kind) is Literal:
        return [str(word) for word in get_args(kind)]
    parts = [part for part in get_args(kind) if part not in (Ellipsis, NoneType)]
    return _words(parts[0]) if len(parts) == 1 else []


def _unknown(error: UnknownOptionError) -> str:
    """An option that the command has not: the nearest one, and the films of which it is a knob."""
    option, command = (error.token.keyword or error.token.value).partition("=")[0], _command(error)
    knob = option.lstrip("-").replace("-", "_")
    owners = [_catalog.hyphens(name) for name in _catalog.concepts() if knob in _catalog.load(name).Params.model_fields]
    names = {name.lstrip("-"): name for argument in error.argument_collection for name in argument.names}
    near = [names[one] for one in difflib.get_close_matches(option.lstrip("-").lower(), names, n=1, cutoff=0.6)]
    told = [f"Unknown option: {option}."]
    if near:
        told.append(f"Did you mean {near[0]}?")
    if not command and not near:
        told.append("Options stand behind the name of a film or of a command.")
    elif owners and command == "check":
        told.append("Knobs are turned beside --against FILE, of the one concept that is named.")
    elif owners:
        told.append(f"It is a knob of {listed(owners)}.")
    return " ".join(told) if told[1:] else f"{told[0]} {_help(command)}"


def _stray(error: UnusedCliTokensError) -> str:
    """A word that belongs to nothing: what it may have been meant as."""
    word, command = (error.unused_tokens or [""])[0], _command(error)
    concept = command.replace("-", "_") if command.replace("-", "_") in _catalog.concepts() else ""
    name, _, value = word.partition("=")
    arguments = error.app.assemble_argument_collection() if error.app else []
    options = [name for argument in arguments for name in argument.names]
    near = difflib.get_close_matches(f"--{name.lower().replace('_', '-')}", options, n=1, cutoff=0.8)
    if word.lower() in formats():
        return f"{word!r} stands alone; formats are asked for one by one, each with -f: -f {word.lower()}."
    if concept and word.lower().replace("_", "-") in [beat.name for beat in beats(concept)]:
        return f"{word!r} stands alone; a beat is asked for with --beat {word}."
    if concept and word.lower().replace("-", "_") in _catalog.concepts():
        return f"{word!r} stands alone; several films are asked for with `course {command} {word}`."
    if near:
        return f"{word!r} stands alone; did you mean {near[0]}{f' {value}' if value else ''}?"
    return f"{word!r} is not understood here. {_help(command)}"


def _unfit(option: str, value: str, kind: object) -> str:
    """A value that is none of those which an option takes."""
    if get_origin(kind) is Literal:
        choices = [str(choice) for choice in get_args(kind)]
        near = [choice for choice in choices if choice in (value.lower(), f"{value}p")]
        near += [] if value[:1].isdigit() else difflib.get_close_matches(value.lower(), choices, n=1, cutoff=0.6)
        hint = f' Did you mean "{near[0]}"?' if near else ""
        quoted = ", ".join(f'"{choice}"' for choice in choices)
        return f'Invalid value "{value}" for {option}. Choose from: {quoted}.{hint}'
    words = [str(word) for part in get_args(kind) if get_origin(part) is Literal for word in get_args(part)]
    number = " or ".join(["a number", *words]) if kind is float or float in get_args(kind) else ""
    what = number or ("yes or no" if kind is bool else "what it takes")
    return f'Invalid value for {option}: "{value}" is not {what}{_number_meant(option, value)}.'


def _number_meant(option: str, value: str) -> str:
    """How a number with a comma in it is written."""
    parts = [part for part in value.split(",") if part]
    if len(parts) == 2 and _is_number(".".join(parts)):
        return f"; decimals stand behind a point: {option} {'.'.join(parts)}"
    if "," in value and all(map(_is_number, parts)):
        return f"; several are written with spaces between them: {option} {' '.join(parts)}"
    return ""


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _command(error: CycloptsError) -> str:
    return (error.command_chain or [""])[0]


def _help(command: str) -> str:
    return f"`{' '.join(['python render.py', *[command] * bool(command), '--help'])}` shows the options."
