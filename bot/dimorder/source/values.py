"""Values while code is evaluated, and what libraries must offer to take part in it.

Plain data stand for themselves (None, bool, int, float, str, bytes, list, dict, set, tuple). Everything else is one
of these types; a value that nobody knows is program.Unknown, and it is contagious.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, Protocol

from dimorder.layout import Channels
from dimorder.program import Argument, BuiltLayer, BuiltModel, Call, Place, Thing, Unknown
from dimorder.source.machine import Machine, Settings

Shape = tuple[int | Unknown | None, ...]
"""None: an axis of any length. Unknown: one whose length the code alone does not tell; it may be None, too."""
Sizes = tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """Why no Keras builds a layer on what it reads, in one sentence about "it"."""

    because: str


Shaping = Callable[[str, dict[str, Any], tuple[Sizes, ...], Channels], Sizes | Refused | None]
"""(class of Keras 2, config, input shapes without batch, channels of the world) -> output shape; None if not known.

Handed in from above, since what layers compute is told elsewhere.
"""


def told_shape(shape: Shape | None) -> Sizes | None:
    """With None for an axis that nobody knows: the layer that it comes from says in its `unknown` why."""
    return None if shape is None else sizes(shape)


def sizes(shape: Shape) -> Sizes:
    """The same of a shape of which at least the number of axes is known."""
    return tuple(None if isinstance(one, Unknown) else one for one in shape)


@dataclass
class Session:
    """What the running code changes behind its own back, in one world.

    machine:  what its keras.json says. settings: what the code has put in its place.
    era:      the Keras that the code is written for, as far as its words tell.
    growing:  layers and models in the order in which they were made, to be recorded once the code has run.
    uids:     how many layers of each prefix were named so far (`conv2d` -> 3).
    asked:    where the machine's settings were asked for.
    uncertain: the unknown conditions that the running line stands under. What is added to an object under one that is
              not among those that the object was made under may be there or not (compare by identity).
    refused:  why Keras refuses the call that is being carried out.
    """

    machine: Machine
    shaping: Shaping
    settings: Settings = field(default_factory=Settings)
    era: Literal["keras1", "keras2", ""] = ""
    growing: list[Growing] = field(default_factory=list)
    uids: dict[str, int] = field(default_factory=dict)
    asked: list[Place] = field(default_factory=list)
    uncertain: list[Unknown] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    layers: list[BuiltLayer] = field(default_factory=list)
    models: list[BuiltModel] = field(default_factory=list)

    @property
    def channels(self) -> Channels:
        """As they stand now."""
        return self.settings.channels or self.machine.channels()

    @property
    def backend(self) -> str:
        """As it stands now."""
        return self.settings.backend or self.machine.backend()

    def record(self, doubts: Mapping[int, tuple[Unknown, ...]]) -> None:
        """Once the code has run: put what has become of layers and models into `layers` and `models`.

        doubts: why one of them may be another thing, by its number in `growing`.
        """
        for number, one in enumerate(self.growing):
            before = len(self.models)
            one.record(self)
            if number in doubts and len(self.models) > before:
                self.models[-1] = replace(self.models[-1], doubts=doubts[number])


class Growing(Protocol):
    """A layer or model, which may change until the code has run.

    kept_as: the variable or attribute that it is first kept under, "" for none yet; the interpreter sets it.
    """

    kind: str
    kept_as: str

    def record(self, session: Session) -> None:
        """Put what has become of it into session.layers or session.models."""


class Model(Growing, Protocol):
    """Of kind `keras model`."""

    def built(self, session: Session) -> BuiltModel:
        """What it has become by now."""


class Base(Protocol):
    """A class that the code's own classes may inherit from: `class Scale(Layer)`."""

    def derived(self, name: str, called: Called) -> Any:
        """An instance of the class of this name that inherits from this one; called as the code calls it."""


class Telling(Protocol):
    """An object that tells what it is to those who read calls; without this it is Thing(kind, its class's name)."""

    def told(self) -> Thing:
        """What it is, in plain data and Things."""


class Assignable(Protocol):
    """An object whose attributes code may set: `layer.trainable = False`, `model.outputs = [...]`."""

    def assign(self, name: str, value: Any, session: Session) -> None:
        """Set the attribute; what this changes in a model is told in it as unknown where nobody knows."""


@dataclass(frozen=True, slots=True)
class Called:
    """One call as libraries get it: positional and keyword arguments with their values, and where it stands.

    rest: why more arguments are passed that nobody knows (`*names`, `**settings`); None where all are there.
    """

    positional: tuple[Argument, ...]
    keywords: dict[str, Argument]
    place: Place
    session: Session
    function: str = ""
    guards: tuple[Place, ...] = ()
    rest: Unknown | None = None


class Object(Protocol):
    """A value with behaviour of its own that a library offers: a layer's class, a layer, a tensor, a model."""

    kind: str

    def attribute(self, name: str, session: Session) -> Any:
        """The attribute's value; Unknown where nobody knows it."""

    def call(self, called: Called) -> Any:
        """What calling it yields; Unknown where nobody knows.

        It may put the Call at called.place into session.calls with its parameters' names; where it does not, the
        interpreter does, by its `callee` (or its kind) and with arguments by keyword or number.
        """


@dataclass(frozen=True, slots=True)
class External:
    """A name of a library that no library module here offers: `numpy.transpose`, `os.environ`."""

    name: str


class Library(Protocol):
    """Knowledge of one package."""

    def resolve(self, name: str) -> Any:
        """The value behind an absolute dotted name (`keras.layers.Conv2D`); None where this library has none."""
