"""Calls of layers and models on tensors."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol

from dimorder.program import Place, Unknown
from dimorder.source.keras_api.masks import masked, unmasked
from dimorder.source.keras_api.naming import Names
from dimorder.source.keras_api.telling import tell
from dimorder.source.keras_api.tensor import Tensor, tensors
from dimorder.source.values import Called, Session, Shape

PASSED_ON = frozenset({"training", "mask"})
OF_ONE_TENSOR = frozenset({
    "Dense", "Conv1D", "Conv2D", "Conv3D", "Flatten", "Dropout", "Activation", "BatchNormalization", "Reshape",
    "Permute", "MaxPooling2D", "AveragePooling2D", "ZeroPadding2D", "UpSampling2D", "GlobalAveragePooling2D",
})  # fmt: skip


@dataclass(eq=False)
class Node:
    """One call: the tensors that are read, and those that it yields.

    keywords: plain ones of the call. refused: why Keras does not carry it out; None where nothing speaks against it.
    """

    inputs: list[Tensor]
    outputs: list[Tensor]
    place: Place
    keywords: dict[str, Any] = field(default_factory=dict)
    refused: Unknown | None = None


class Applied(Protocol):
    """What may be called on tensors: a layer, or a model.

    names:  by era. style: whose ways hold for it: keras1, keras2 or tf.
    noun:   what its methods are told as: `layer.set_weights`, `model.load_weights`.
    stated: batch and shape of its input where its constructor says them, dtype: the kind of numbers in it.
    """

    kind: str
    noun: str
    names: Names
    style: str
    place: Place
    nodes: list[Node]
    unknown: list[Unknown]
    trainable: Any
    stated: Shape | None
    dtype: str | None

    @property
    def class_name(self) -> str:
        """In Keras 2."""

    @property
    def name(self) -> str:
        """As the Keras that the code is written for gives it."""

    def label(self) -> str:
        """How sentences call it."""

    def outputs_of(self, shapes: list[Shape | None], session: Session) -> list[Shape | None]:
        """Shapes of what it yields for inputs of these shapes."""


def as_applied(value: Any) -> Applied | Unknown:
    """A layer or model; also what an instance of the code's own class stands for."""
    value = getattr(value, "delegate", None) or value
    if getattr(value, "kind", "") in ("keras layer", "keras model"):
        found: Applied = value
        return found
    return value if isinstance(value, Unknown) else Unknown("it is no layer of Keras that is known here")


def own_name(names: Names, style: str) -> str:
    """The name that the Keras gives that the code is written for."""
    return names["keras1" if style == "keras1" else "keras2"]


def applied(
    one: Applied, inputs: list[Tensor], place: Place, session: Session, keywords: dict[str, Any] | None = None
) -> list[Tensor]:
    """What it yields for these tensors: a further node."""
    build = getattr(one, "build", None)
    if one.kind == "keras layer" and callable(build):
        build([read.shape for read in inputs], place, session)
    session.refused[:] = filter(None, [unmasked(one, inputs)])
    # A model that nobody knows yields something, too.
    shapes = one.outputs_of([read.shape for read in inputs], session) or [None]
    refused = next((Unknown(f"Keras refuses {one.label()}: {why}", place) for why in session.refused), None)
    batch, mask = inputs[0].batch if inputs else None, masked(one, inputs)
    number = len(one.nodes)
    made = [Tensor(one, number, index, shape, batch, mask) for index, shape in enumerate(shapes)]
    one.nodes.append(Node(inputs, made, place, keywords or {}, refused))
    return made


def called_on(one: Applied, called: Called) -> Any:
    """What it yields for what code calls it on: a tensor, or a list of several."""
    tell(called, f"{one.noun}.__call__", ("inputs",), one)
    read = tensors(called.positional[0].value if called.positional else _by_keyword(called))
    if isinstance(read, Unknown):
        # As it is, or reasons would grow with each layer.
        return read if read.place else Unknown(f"{one.label()} reads something: {read.because}", called.place)
    read = [*read, *_states(one, called)]
    made = applied(one, read, called.place, called.session, _keywords(called))
    one.nodes[-1].refused = one.nodes[-1].refused or _listed(one, called)
    return made[0] if len(made) == 1 else made


def _listed(one: Applied, called: Called) -> Unknown | None:
    """Keras 2 hands a list on as it is, also to a layer that reads one tensor. Source: base_layer.py at 2.2.4."""
    given = called.positional[0].value if called.positional else None
    alone = isinstance(given, list | tuple) and len(given) == 1
    if not alone or called.session.era != "keras2" or one.style == "tf" or one.class_name not in OF_ONE_TENSOR:
        return None
    return Unknown(f"Keras refuses {one.label()}: it reads a tensor, not a list of one", called.place)


def _by_keyword(called: Called) -> Any:
    given = (called.keywords[name].value for name in ("inputs", "x", "input") if name in called.keywords)
    return next(given, Unknown("no input is given"))


def _states(one: Applied, called: Called) -> list[Tensor]:
    """What a recurrent layer begins with, which it reads like further inputs."""
    given = called.keywords.get("initial_state")
    if given is None or given.value is None:
        return []
    found = tensors(given.value)
    if isinstance(found, Unknown):
        one.unknown.append(Unknown(f"what {one.label()} begins with is not known: {found.because}", called.place))
        return []
    return found


def _keywords(called: Called) -> dict[str, Any]:
    given = {name: argument.value for name, argument in called.keywords.items() if name in PASSED_ON}
    return {name: value for name, value in given.items() if isinstance(value, bool | int)}
