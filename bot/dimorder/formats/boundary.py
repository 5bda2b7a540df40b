"""Where a document becomes layers: whatever in it is not as Keras writes it is the file's fault, told as such."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from dimorder.errors import CannotTell, UnreadableFile, UnsafeContent

LAMBDA = "Lambda"
_CODE = "config.type"
_NOT_AS_WRITTEN = (
    KeyError, TypeError, ValueError, IndexError, AttributeError, AssertionError, ArithmeticError, RecursionError,
)  # fmt: skip
"""What reading numbers, names and lists raises where something else stands, sizes being 0 or below included."""


@contextmanager
def as_keras_writes(document: Any, path: str, code: str = "model.lambda") -> Iterator[None]:
    """Raise UnreadableFile with a reason code for all that a document of the wrong shape brings about in here.

    code: the reason for one that cannot be read and holds Python code, which is then what is told first.
    """
    try:
        yield
    except (UnreadableFile, CannotTell) as problem:
        layer = lambda_in(document)
        if layer is None or problem.code not in ("", _CODE):
            raise _named(problem, path) from problem
        raise UnsafeContent(
            f"{path}: layer {layer!r} is a Lambda, whose Python code is never run. Besides: {problem.sentence}",
            hint=problem.hint,
            code=code,
        ) from problem
    except _NOT_AS_WRITTEN as problem:
        raise UnreadableFile(
            f"{path}: the architecture is not as Keras writes it ({problem!r:.200})",
            hint="save it again in the Keras that it was trained in (model.to_json())",
            code=_CODE,
        ) from problem


def _named(problem: UnreadableFile | CannotTell, path: str) -> UnreadableFile | CannotTell:
    """The same error with the file in its sentence, and a reason code."""
    sentence = problem.sentence if path in problem.sentence else f"{path}: {problem.sentence}"
    return type(problem)(sentence, hint=problem.hint, code=problem.code or _CODE)


def lambda_in(value: Any) -> str | None:
    """The name of the first Lambda anywhere inside, None where there is none."""
    if isinstance(value, dict):
        if value.get("class_name") == LAMBDA:
            config = value.get("config")
            return str(config.get("name", "")) if isinstance(config, dict) else ""
        value = list(value.values())
    if not isinstance(value, list):
        return None
    return next((found for inner in value if (found := lambda_in(inner)) is not None), None)
