"""Values of Keras that are no layers: functions, and settings made of plain data, such as `l2(0.01)`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from dimorder.program import Thing, Unknown
from dimorder.source.keras_api.telling import tell
from dimorder.source.values import Called, External, Session


@dataclass(eq=False)
class Function:
    """A function or class of which only the name is known: its calls are told, what they yield is not."""

    name: str
    kind: str = "function"

    @property
    def callee(self) -> str:
        """What calls of it are told as."""
        return self.name

    def attribute(self, name: str, session: Session) -> Any:
        """Its own name, else a name of Keras that is not known here."""
        return self.name.rpartition(".")[2] if name == "__name__" else External(f"{self.name}.{name}")

    def call(self, called: Called) -> Any:
        """Nobody knows."""
        tell(called, self.name)
        return Unknown(f"what {self.name} yields is not known", called.place)

    def told(self) -> Thing:
        """What it is."""
        return Thing("function", self.name)


@dataclass(eq=False)
class Made:
    """A class whose instances are plain settings: a regularizer, an initializer, an optimizer.

    parameters: names of those given by position.
    """

    name: str
    sort: str
    parameters: tuple[str, ...] = ()
    kind: str = "class"
    defaults: dict[str, Any] = field(default_factory=dict)

    @property
    def callee(self) -> str:
        """What calls of it are told as."""
        return self.name

    def attribute(self, name: str, session: Session) -> Any:
        """Its own name, else a name of Keras that is not known here."""
        return self.name.rpartition(".")[2] if name == "__name__" else External(f"{self.name}.{name}")

    def call(self, called: Called) -> Any:
        """The settings, by parameter."""
        tell(called, self.name, self.parameters)
        given = {name: argument.value for name, argument in zip(self.parameters, called.positional, strict=False)}
        given |= {name: argument.value for name, argument in called.keywords.items()}
        return Thing(self.sort, self.name.rpartition(".")[2], {**self.defaults, **given})

    def told(self) -> Thing:
        """What it is."""
        return Thing("class", self.name)
