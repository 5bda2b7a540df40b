"""Calls of Keras's own, told with the names of their parameters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from dimorder.program import Argument, Call
from dimorder.source.told import told
from dimorder.source.values import Called


def tell(called: Called, callee: str, parameters: Iterable[str] = (), on: Any = None) -> None:
    """Put a call into the session's; arguments beyond the known parameters go by number."""
    tell_arguments(called, callee, by_parameter(called, tuple(parameters)), on)


def tell_arguments(called: Called, callee: str, arguments: Mapping[str, Argument], on: Any = None) -> None:
    """Put a call into the session's with arguments that have their names already."""
    said = {name: Argument(told(one.value), one.place, one.origin) for name, one in arguments.items()}
    known = None if on is None else told(on)
    called.session.calls.append(Call(callee, called.place, said, known, called.function, called.guards))


def by_parameter(called: Called, parameters: tuple[str, ...]) -> dict[str, Argument]:
    """What a call says, by the names of parameters."""
    found: dict[str, Argument] = {}
    for number, argument in enumerate(called.positional):
        found[parameters[number] if number < len(parameters) else str(number)] = argument
    return {**found, **called.keywords}
