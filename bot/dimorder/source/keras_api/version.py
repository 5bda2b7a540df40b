"""`keras.__version__`, of which the first number is known: by it code speaks to Keras 1 and 2 in their words."""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from dimorder.program import Place, Unknown
from dimorder.source.machine import Machine
from dimorder.source.values import Called, Session

BEHIND = Unknown("which version of Keras is installed is known by its first number alone")


@dataclass
class Version:
    """The version; that code decides by it is told to the machine. Two of them are equal, and none is a key."""

    machine: Machine
    place: Place
    kind: str = "version"

    def attribute(self, name: str, session: Session) -> Any:
        """`split` and `startswith`."""
        known = {"split": self._split, "startswith": self._begins}
        return Reading(known[name]) if name in known else BEHIND

    def call(self, called: Called) -> Any:
        """It is a text."""
        return Unknown("a text is not called", called.place)

    def item(self, index: Any, session: Session) -> Any:
        """`[0]`, `[:1]`."""
        return self._major() if index in (0, slice(1), slice(0, 1)) else BEHIND

    def compared(self, order: Callable[[Any, Any], Any], other: Any, is_right: bool) -> Any:
        """Beside a text that all versions with its first number compare alike with."""
        if not isinstance(other, str):
            return BEHIND
        least, most = f"{self._major()}.0.0", f"{self._major()}.~"
        found = {bool(order(other, one) if is_right else order(one, other)) for one in (least, most)}
        open_still = order in (operator.eq, operator.ne) and least <= other <= most
        return BEHIND if open_still or len(found) > 1 else found.pop()

    def told(self) -> Unknown:
        """Nobody knows all of it."""
        return BEHIND

    def _major(self) -> str:
        return self.machine.installed(self.place)

    def _split(self, called: Called) -> Any:
        given = [one.value for one in called.positional]
        return [self._major(), BEHIND, BEHIND] if given[:1] == ["."] and not called.keywords else BEHIND

    def _begins(self, called: Called) -> Any:
        given = [one.value for one in called.positional]
        if len(given) != 1 or not isinstance(given[0], str):
            return BEHIND
        begun = f"{self._major()}."
        decided = not given[0].startswith(begun) or given[0] == begun
        return begun.startswith(given[0]) if decided else BEHIND


@dataclass(eq=False)
class Reading:
    """A method of the version."""

    effect: Callable[[Called], Any]
    kind: str = "function"

    def attribute(self, name: str, session: Session) -> Any:
        """Methods have none."""
        return Unknown(f"{name!r} of a method is not known")

    def call(self, called: Called) -> Any:
        """What it reads."""
        return self.effect(called)


class Asked:
    """The name, whose value is the machine's."""

    def now(self, session: Session, place: Place) -> Version:
        """The version."""
        return Version(session.machine, place)


VERSION = Asked()
