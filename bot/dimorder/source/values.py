"""Values while code is evaluated, and what libraries must offer to take part in it.

Plain data stand for themselves (None, bool, int, float, str, bytes, list, dict, set, tuple). Everything else is one
of these types; a value that nobody knows is program.Unknown, and it is contagious.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from dimorder.layout import Channels
from dimorder.program import Argument, BuiltLayer, BuiltModel, Call, Place, World

Shape = tuple[int | None, ...]

Shaping = Callable[[str, dict[str, Any], tuple[Shape, ...], Channels], Shape | None]
"""(class of Keras 2, config, input shapes without batch, channels of the world) -> output shape; None if not known.

Handed in from above, since what layers compute is told elsewhere.
"""


@dataclass
class Session:
    """What the running code changes behind its own back, in one world.

    world:    the machine's; channels, backend: as they stand now, which the code may have set.
    set_by:   the call that set the channels, None while the machine decides.
    uids:     how many layers of each prefix were named so far (`conv2d` -> 3).
    asked:    where the machine's settings were asked for.
    """

    world: World
    channels: Channels
    backend: str
    shaping: Shaping
    set_by: Place | None = None
    uids: dict[str, int] = field(default_factory=dict)
    asked: list[Place] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    layers: list[BuiltLayer] = field(default_factory=list)
    models: list[BuiltModel] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Called:
    """One call as libraries get it: positional and keyword arguments with their values, and where it stands."""

    positional: tuple[Argument, ...]
    keywords: dict[str, Argument]
    place: Place
    session: Session
    function: str = ""
    guards: tuple[Place, ...] = ()


class Object(Protocol):
    """A value with behaviour of its own that a library offers: a layer's class, a layer, a tensor, a model."""

    kind: str

    def attribute(self, name: str, session: Session) -> Any:
        """The attribute's value; Unknown where nobody knows it."""

    def call(self, called: Called) -> Any:
        """What calling it yields; Unknown where nobody knows."""


@dataclass(frozen=True, slots=True)
class External:
    """A name of a library that no library module here offers: `numpy.transpose`, `os.environ`."""

    name: str


class Library(Protocol):
    """Knowledge of one package."""

    def resolve(self, name: str) -> Any:
        """The value behind an absolute dotted name (`keras.layers.Conv2D`); None where this library has none."""
