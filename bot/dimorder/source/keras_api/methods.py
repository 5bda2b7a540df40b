"""Methods of layers and models: calls that are told, and what they yield."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from dimorder.program import Thing, Unknown
from dimorder.source.keras_api.applying import Applied
from dimorder.source.keras_api.telling import tell
from dimorder.source.told import told
from dimorder.source.values import Called, Session

WEIGHTS = "get_weights"
MOST_ARRAYS = 12
"""No layer of Keras has more."""


def weights_of(owner: Applied) -> Thing:
    """Arrays of a layer or model, those of a layer by number too."""
    known = {owner.noun: told(owner)}
    count = MOST_ARRAYS if owner.kind == "keras layer" else 0
    arrays = {str(n): Thing("weights array", owner.name, {**known, "index": n}) for n in range(count)}
    return Thing("weights", owner.name, {**known, **arrays})


@dataclass(eq=False)
class Method:
    """One method of one object.

    parameters: in order. effect: what it does and yields, None where nothing that is known.
    """

    owner: Applied
    name: str
    parameters: tuple[str, ...] = ()
    effect: Callable[[Called], Any] | None = None
    kind: str = "method"

    @property
    def callee(self) -> str:
        """What calls of it are told as."""
        return f"{self.owner.noun}.{self.name}"

    def attribute(self, name: str, session: Session) -> Any:
        """Methods have none."""
        return Unknown(f"{name!r} of a method is not known")

    def call(self, called: Called) -> Any:
        """What it yields."""
        tell(called, self.callee, self.parameters, self.owner)
        if self.effect is not None:
            return self.effect(called)
        if self.name == WEIGHTS:
            return weights_of(self.owner)
        return Unknown(f"what {self.callee} yields is not known", called.place)

    def told(self) -> Thing:
        """What it is."""
        return Thing("function", self.callee)
