"""Functions and classes of Keras of which it is known what they do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from dimorder.program import Argument, Thing, Unknown
from dimorder.source.keras_api.telling import by_parameter, tell
from dimorder.source.values import Called, External, Session

Effect = Callable[["Given"], Any]


@dataclass(frozen=True, slots=True)
class Given:
    """One call, its arguments by the names of parameters. package: keras or tf."""

    called: Called
    arguments: dict[str, Argument]
    package: str

    def value(self, *names: str, default: Any = None) -> Any:
        """The value of the first of these parameters that is given."""
        found = (self.arguments[name].value for name in names if name in self.arguments)
        return next(found, default)

    @property
    def session(self) -> Session:
        """The session that it runs in."""
        return self.called.session


@dataclass(eq=False)
class Builtin:
    """One of them. callee: what calls of it are told as. parameters: in order.

    inherited: what an instance is of a class of the code's own that inherits from it.
    """

    callee: str
    parameters: tuple[str, ...]
    effect: Effect
    package: str = "keras"
    kind: str = "function"
    inherited: Callable[[str, Called, str], Any] | None = None

    def attribute(self, name: str, session: Session) -> Any:
        """Its name, else something of Keras that is not known here."""
        return self.callee.rpartition(".")[2] if name == "__name__" else External(f"{self.callee}.{name}")

    def call(self, called: Called) -> Any:
        """What it yields."""
        tell(called, self.callee, self.parameters)
        return self.effect(Given(called, by_parameter(called, self.parameters), self.package))

    def derived(self, name: str, called: Called) -> Any:
        """What an instance of a class of the code's own is that inherits from this one."""
        if self.inherited is not None:
            return self.inherited(name, called, self.package)
        return Unknown(f"{name} inherits from {self.callee}, and only its own code tells what it does", called.place)

    def told(self) -> Thing:
        """What it is."""
        return Thing("function", self.callee)
