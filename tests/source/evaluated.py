"""Code put through the evaluation, with a library that only remembers what it was asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dimorder.program import Call, Program, Run, Unknown
from dimorder.source.evaluate import evaluate
from dimorder.source.project import Project
from dimorder.source.values import Called, Session


def no_shaping(*_: object) -> None:
    """Nobody knows any shape."""


@dataclass
class Setting:
    """`K.image_dim_ordering` and `K.backend`: they ask the machine."""

    name: str
    kind: str = "function"

    def attribute(self, name: str, session: Session) -> Any:
        return Unknown(name)

    def call(self, called: Called) -> Any:
        called.session.asked.append(called.place)
        if self.name == "backend":
            return called.session.backend
        return {"first": "th", "last": "tf"}[called.session.channels]


class Settings:
    """The library of these two."""

    def resolve(self, name: str) -> Any:
        known = {"keras.backend.image_dim_ordering", "keras.backend.backend"}
        return Setting(name.rpartition(".")[2]) if name in known else None


def program(code: str, **others: str) -> Program:
    """The code as main.py, among others; `pack__part` stands for pack/part.py, `pack__INIT` for its __init__.py."""
    texts = {name.replace("__", "/").replace("INIT", "__init__") + ".py": text for name, text in others.items()}
    return evaluate("main.py", Project({"main.py": code, **texts}), (Settings(),), no_shaping)


def run(code: str, **others: str) -> Run:
    """In the world of today."""
    return program(code, **others).runs[0]


def seen(code: str, **others: str) -> list[Any]:
    """What the code hands to `see`, a function that nobody knows."""
    return [call.arguments["0"].value for call in calls("see", "from lib import see\n" + code, **others)]


def calls(callee: str, code: str, **others: str) -> list[Call]:
    """The calls of a name, whichever module it comes from."""
    return [call for call in run(code, **others).calls if call.callee.rpartition(".")[2] == callee]


def is_unknown(value: Any) -> bool:
    """Whether nobody knows it."""
    return isinstance(value, Unknown)
