"""The beats of a film as its source lists them: known without training a model or starting manim."""

import ast
from dataclasses import dataclass

from mathcore._catalog import ROOT, hyphens


@dataclass(frozen=True)
class Listed:
    """A beat by the name that a user writes.

    One that is not `always` there needs certain values of the knobs; the end of the `summary` shows what a knob does.
    """

    name: str
    loop: bool
    always: bool
    summary: bool


def beats(concept: str) -> tuple[Listed, ...]:
    """The beats of a film in their order: the methods in scenes/NAME.py that `@beat` marks, from top to bottom."""
    source = (ROOT / "scenes" / f"{concept}.py").read_text(encoding="utf-8")
    methods = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef)]
    marked = [(method.name, mark) for method in methods if (mark := _mark(method))]
    return tuple(
        Listed(hyphens(name), "loop" in options, "when" not in options, "summary" in options)
        for name, (options,) in marked
    )


def _mark(method: ast.FunctionDef) -> list[set[str]]:
    """The options of each `@beat` before a method, of which there is one or none."""
    calls = [mark if isinstance(mark, ast.Call) else ast.Call(mark, [], []) for mark in method.decorator_list]
    return [{str(option.arg) for option in call.keywords} for call in calls if ast.unparse(call.func) == "beat"]
