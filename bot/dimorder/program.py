"""What Python code says of Keras models, as values: calls with their arguments, and the models that they build.

Code is evaluated once in each world that it can run in; what holds in all worlds needs no keras.json to be true.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from dimorder.layout import Channels

Backend = Literal["theano", "tensorflow"]
Era = Literal["keras1", "keras2", ""]
"""The Keras that code is written for, as far as its words tell."""
ChannelsFrom = Literal["argument", "code", "machine", "none"]
"""Who decides a layer's channels: its own argument, a global switch in the code, the machine's keras.json, nobody."""


@dataclass(frozen=True, slots=True)
class World:
    """What a machine's keras.json says: the same code computes differently in another world."""

    channels: Channels
    backend: Backend


WORLDS: tuple[World, ...] = (
    World("last", "tensorflow"), World("first", "theano"), World("first", "tensorflow"), World("last", "theano"),
)  # fmt: skip
"""The world of today comes first."""


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of source. line, column: 1-based, in codepoints; the end is exclusive. cell: as in Finding."""

    path: str
    line: int
    column: int
    end_line: int = 0
    end_column: int = 0
    cell: int | None = None


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value that the code alone does not tell. because: one sentence without the place."""

    because: str
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Thing:
    """A value that is no plain data, told by what it is: `keras layer`, `keras model`, `tensor`, `array`, `function`.

    name: of the class, function or array that it is, "" for none. of: what it was made from, by role.
    """

    kind: str
    name: str = ""
    of: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of a call.

    value: plain data (None, bool, int, float, str, tuple, list, dict), Unknown, or a Thing; also inside sequences.
    place: where it is written, None for a default. origin: where the literal or tuple that it comes from is written.
    """

    value: Any
    place: Place | None = None
    origin: Place | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """One call that is carried out when the code runs in one world.

    callee:    the dotted name, told apart from how it was imported: `keras.layers.Conv2D`, `numpy.transpose`,
               `keras.backend.set_image_dim_ordering`; of methods the kind of what they belong to: `model.load_weights`,
               `layer.set_weights`, `array.transpose`; "" where nobody knows what is called.
    arguments: by the names of the parameters; those of unknown parameters by number: `0`, `1`, …
    on:        what a method is called on, None for functions.
    function:  the qualified name of the function it stands in, "" for a module's own lines.
    guards:    places of conditions on dim ordering or backend that decide whether it is reached.
    """

    callee: str
    place: Place
    arguments: dict[str, Argument]
    on: Any = None
    function: str = ""
    guards: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class BuiltLayer:
    """One layer of a model that code builds.

    class_name, config: as Keras 2 would write them into JSON; what is not known is left out of config.
    channels:  of layers that have such a thing, in this world. channels_from: who says so.
    arguments: what the call said, by Keras 2's names of the parameters. place: of the constructor's call.
    called:    where it is applied to its input; the constructor's place in a Sequential.
    inputs:    names of the layers it reads. input_shapes, output_shape: without batch, axes as in this world; None
               where not known.
    unknown:   what is not known of its settings.
    weights:   of a layer of the code's own class: shapes of its arrays in Keras's order, as that class's own code
               makes them; None where it does not tell, and of all other layers.
    """

    name: str
    class_name: str
    config: dict[str, Any]
    place: Place
    called: Place
    arguments: dict[str, Argument] = field(default_factory=dict)
    channels: Channels | None = None
    channels_from: ChannelsFrom = "none"
    inputs: tuple[str, ...] = ()
    input_shapes: tuple[tuple[int | None, ...] | None, ...] = ()
    output_shape: tuple[int | None, ...] | None = None
    unknown: tuple[Unknown, ...] = ()
    weights: tuple[tuple[int | None, ...], ...] | None = None


@dataclass(frozen=True, slots=True)
class BuiltModel:
    """A model that code builds in one world.

    name:      of the variable or attribute that it is first kept under, "" for none.
    function:  the qualified name of the function that builds it, "" for a module's own lines.
    place:     of the call that makes it a model.
    documents: its architecture by the era that it is spelled for (keras1, keras2), as model.to_json() writes it;
               empty where something in it is not known.
    unknown:   why it is not known completely; empty for a complete one.
    doubts:    what the code did besides that is not followed, so that the model may be another one than is told here.
    """

    name: str
    function: str
    place: Place
    layers: tuple[BuiltLayer, ...]
    documents: dict[str, dict[str, Any]] = field(default_factory=dict)
    unknown: tuple[Unknown, ...] = ()
    doubts: tuple[Unknown, ...] = ()

    @property
    def is_complete(self) -> bool:
        """Whether every layer's settings are known."""
        return not self.unknown


@dataclass(frozen=True, slots=True)
class Assumption:
    """What a run takes for granted though the code does not tell it.

    said: the condition as it is written. holds: whether it is taken to hold.
    """

    said: str
    holds: bool
    place: Place


@dataclass(frozen=True, slots=True)
class Run:
    """What one module does in one world, functions that nobody calls included.

    asked:   where the code asks for the dim ordering or the backend of the machine.
    stopped: why evaluation ended early (its bounds); None where it went to the end.
    layers:  every layer that is applied or added, in order, also those that became part of no model.
    assumed: what is taken for granted here; () where nothing is, so that what is told holds whatever is not known.
    """

    world: World
    calls: tuple[Call, ...]
    models: tuple[BuiltModel, ...]
    asked: tuple[Place, ...] = ()
    stopped: Unknown | None = None
    layers: tuple[BuiltLayer, ...] = ()
    assumed: tuple[Assumption, ...] = ()


@dataclass(frozen=True, slots=True)
class Program:
    """One file of code, in every world. era: the Keras that it is written for, as far as its words tell.

    variants: the same in worlds where models depend on conditions that nobody knows, under assumptions about these;
              and under each further Keras where the code decides by its version (runs: under that of its words).
    covered:  worlds of which the variants are all ways that there are, as far as each was followed (`stopped`).
    """

    path: str
    runs: tuple[Run, ...]
    era: Era = ""
    uses_keras: bool = False
    variants: tuple[Run, ...] = ()
    covered: tuple[World, ...] = ()

    @property
    def alternatives(self) -> tuple[Run, ...]:
        """Runs of which, in each world, one tells what happens there: certain is what all of them agree about."""
        return (*(run for run in self.runs if run.world not in self.covered), *self.variants)
