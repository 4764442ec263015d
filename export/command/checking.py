"""The command that compares: every concept with its reference, or somebody's own run with a concept."""

import inspect
from collections.abc import Callable, Sequence
from functools import wraps
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Group, Parameter

from export.command.options import knob_options
from mathcore import InputError, _catalog
from mathcore._check import checking

COMPARISON = Group("Comparison", sort_key=1)


def check(
    *names: str,
    against: Annotated[Path | None, Parameter(group=COMPARISON)] = None,
    called: Annotated[
        tuple[str, ...],
        Parameter(name="--as", group=COMPARISON, consume_multiple=True, negative="", show_default=False),
    ] = (),
    rtol: Annotated[float | None, Parameter(group=COMPARISON)] = None,
    atol: Annotated[float | None, Parameter(group=COMPARISON)] = None,
    partial: Annotated[bool, Parameter(group=COMPARISON, negative="", show_default=False)] = False,
    convention: Annotated[str | None, Parameter(group=COMPARISON)] = None,
    **knobs: Any,
) -> int:
    """Compare concepts with what they computed before, or your own run with a concept.

    Prints a line for each: ok, or the first value that departs. With --against the knobs of the concept may be
    turned, and what the cause looks like is told where the numbers show it. The exit code is 1 where something
    departs.

    Parameters
    ----------
    names
        concepts; all that exist where none is named
    against
        your own run: npz, csv or json, where columns or keys are named after quantities (`describe` shows them).
        A csv has a row per step and holds quantities with one axis; for others use npz, json with nested lists,
        or the layout that `-f csv` writes. A column such as step or epoch says where its rows stand. Read as well:
        an npy file, json of pandas and, where what reads them is installed, xlsx, parquet and event files of
        TensorBoard.
    called
        which quantity a name in your file is, as in loss=train/loss; the quantity alone means its only series
    rtol
        how far a value may be, in parts of the largest of its quantity so far [default: what the quantity
        declares; 1e-5 for your own run]
    atol
        how far a value may be in any case [default: 0]; where one of rtol and atol is given, the other is 0
    partial
        your own run may end before the concept's, or go on after it
    convention
        your own run follows another library's convention (`describe` shows those of a concept)
    """
    chosen = list(dict.fromkeys(_catalog.find(name) for name in names))
    for option, given in (("--partial", partial), ("--convention", convention), ("--as", called)):
        if given and against is None:
            raise InputError(f"{option} goes with --against.")
    if against is None:
        reports = (checking.check(name, rtol, atol) for name in chosen or _catalog.concepts_of(None))
    elif len(chosen) == 1:
        reports = (
            checking.compare_file(name, against, knobs, rtol, atol, partial, convention, called) for name in chosen
        )
    else:
        raise InputError(f"--against compares with one concept; {f'{len(chosen)} are' if chosen else 'none is'} named.")
    code = 0
    for report in reports:
        print(report, flush=True)
        code = code if report.fault is None else 1
    return code


def command(tokens: Sequence[str]) -> Callable[..., int]:
    """The command `check` for a command line, with an option for each knob where it names a concept and a file.

    Raises:
        InputError: the line has a file, and no concept of that name.
    """
    concept = _compared(tokens)
    *fixed, _ = inspect.signature(check).parameters.values()

    @wraps(check)
    def turned(*names: str, **options: Any) -> int:
        return check(*names, **options)

    turned.__signature__ = inspect.Signature([*fixed, *(knob_options(concept) if concept else [])])  # type: ignore[attr-defined]
    return turned


def _compared(tokens: Sequence[str]) -> str | None:
    """The concept that a command line compares a file with."""
    options = {token.partition("=")[0] for token in tokens}
    if tokens[:1] != ["check"] or not options & {"--against", "--help", "-h"}:
        return None
    names = [token for token in tokens[1:] if token.lower().replace("-", "_") in _catalog.concepts()]
    first = [*names, *tokens[1:2]][:1]
    return _catalog.find(first[0]) if first and not first[0].startswith("-") else None
