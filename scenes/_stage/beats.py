"""The beats of a film as its source lists them: known without training a model or starting manim."""

import ast
from dataclasses import dataclass

from mathcore._catalog import ROOT, hyphens


@dataclass(frozen=True)
class Listed:
    """A beat by the name that a user writes; one that is not `always` there needs certain values of the knobs."""

    name: str
    loop: bool
    always: bool


def beats(concept: str) -> tuple[Listed, ...]:
    """The beats of a film in their order: the calls of `self.beat` in scenes/NAME.py, from top to bottom."""
    source = (ROOT / "scenes" / f"{concept}.py").read_text(encoding="utf-8")
    methods = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef)]
    certain = {name for method in methods if method.name == "construct" for name in _called(method)}
    return tuple(
        Listed(hyphens(str(call.args[0].value)), bool(call.keywords), method.name in certain)
        for method in methods
        for call in ast.walk(method)
        if isinstance(call, ast.Call)
        and ast.unparse(call.func) == "self.beat"
        and isinstance(call.args[0], ast.Constant)
    )


def _called(method: ast.FunctionDef) -> set[str]:
    """The methods that another one calls under no condition."""
    calls = [statement.value for statement in method.body if isinstance(statement, ast.Expr)]
    return {call.func.attr for call in calls if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)}
