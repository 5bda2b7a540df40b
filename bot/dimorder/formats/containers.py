"""Architectures as trees: containers, their layers, and which output of which call each layer reads."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from dimorder.errors import UnreadableFile
from dimorder.formats.document import Document

Pointer = tuple[str | int, ...]
"""Where a layer's own mapping lies inside the document."""


@dataclass(frozen=True, slots=True)
class Ref:
    """Output `tensor` of call `node` of a layer of the same container."""

    layer: str
    node: int = 0
    tensor: int = 0


@dataclass(frozen=True, slots=True)
class Spec:
    """One layer as written: calls lists the inputs of each time it is used.

    branches: of Keras 1's Merge at the head of a Sequential, each a model with inputs of its own.
    mapped:   how many TimeDistributed are wrapped around the layer, or around the model `inner`; class_name and config
              are those of the outermost.
    odd:      why some call is not a plain one; "" where all are.
    """

    name: str
    class_name: str
    config: dict[str, Any]
    pointer: Pointer
    calls: tuple[tuple[Ref, ...], ...]
    inner: Container | None = None
    branches: tuple[Container, ...] = ()
    mapped: int = 0
    odd: str = ""

    def held(self) -> tuple[str, dict[str, Any]]:
        """Class and configuration inside all TimeDistributed."""
        return held(self.class_name, self.config, self.mapped)

    def containers(self) -> tuple[Container, ...]:
        """The models inside this layer."""
        return (self.inner, *self.branches) if self.inner else self.branches


@dataclass(frozen=True, slots=True)
class Container:
    """A Sequential or functional model; a Sequential's inputs are left to its first layer."""

    name: str
    sequential: bool
    layers: tuple[Spec, ...]
    inputs: tuple[Ref, ...]
    outputs: tuple[Ref, ...]


WRAPPER = "TimeDistributed"
HELD: Pointer = ("config", "layer")
"""Where a TimeDistributed holds the layer that it distributes."""


def held(class_name: str, config: dict[str, Any], mapped: int) -> tuple[str, dict[str, Any]]:
    """Class and configuration inside so many TimeDistributed."""
    for _ in range(mapped):
        class_name, config = config["layer"]["class_name"], config["layer"]["config"]
    return class_name, config


FUNCTIONAL = ("Model", "Functional", "Container")
_OTHERWISE = "the architecture is not as Keras writes it"


def container(document: Document, pointer: Pointer = ()) -> Container:
    """The tree of an architecture (Keras 1 and 2 in JSON or YAML form)."""
    try:
        if document["class_name"] == "Sequential":
            return _sequential(document, pointer)
        if document["class_name"] in FUNCTIONAL:
            return _functional(document, pointer)
    except (KeyError, TypeError, IndexError, ValueError, AttributeError, OverflowError) as problem:
        raise UnreadableFile(f"{_OTHERWISE} ({problem!r})", code="config.type") from problem
    found = document["class_name"]
    raise UnreadableFile(f"the architecture is a {found!r}, not a Sequential or Model", code="config.type")


def _is_container(class_name: str) -> bool:
    return class_name == "Sequential" or class_name in FUNCTIONAL


def _sequential(document: Document, pointer: Pointer) -> Container:
    config = document["config"]
    # Keras wrote a plain list until 2.2.2, {"name", "layers"} from 2.2.3.
    inside: Pointer = ("config",) if isinstance(config, list) else ("config", "layers")
    written = config if isinstance(config, list) else config["layers"]
    name = "" if isinstance(config, list) else config.get("name", "")
    layers: list[Spec] = []
    for number, item in enumerate(written):
        calls: tuple[tuple[Ref, ...], ...] = ((Ref(layers[-1].name),),) if layers else ((),)
        layers.append(_spec(item, (*pointer, *inside, number), calls, f"{item['class_name'].lower()}_{number}"))
    return Container(name, True, tuple(layers), (), (Ref(layers[-1].name),))


def _functional(document: Document, pointer: Pointer) -> Container:
    config = document["config"]
    layers = tuple(
        _spec(item, (*pointer, "config", "layers", number), _calls(item), item["name"])
        for number, item in enumerate(config["layers"])
    )
    return Container(
        config.get("name", ""), False, layers, _refs(config["input_layers"]), _refs(config["output_layers"])
    )


def _spec(item: dict[str, Any], pointer: Pointer, calls: tuple[tuple[Ref, ...], ...], default: str) -> Spec:
    class_name, config = item["class_name"], item["config"]
    own = config if isinstance(config, dict) else {}
    inside, mapped = item, 0
    while inside["class_name"] == WRAPPER:
        inside, mapped = inside["config"]["layer"], mapped + 1
    inner = container(inside, (*pointer, *HELD * mapped)) if _is_container(inside["class_name"]) else None
    name = item.get("name") or own.get("name") or default
    if not isinstance(name, str) or not isinstance(class_name, str):
        raise TypeError(f"a layer is called {name!r}, its class {class_name!r}")
    if inner is None and not isinstance(config, dict):
        raise TypeError(f"layer {name!r} has no settings")
    branches = _branches(own, pointer) if class_name == "Merge" else ()
    return Spec(name, class_name, own, pointer, calls, inner, branches, mapped, _oddity(item))


def _branches(config: dict[str, Any], pointer: Pointer) -> tuple[Container, ...]:
    found = [container(item, (*pointer, "config", "layers", n)) for n, item in enumerate(config.get("layers", []))]
    return tuple(replace(branch, name=branch.name or f"branch_{n}") for n, branch in enumerate(found))


def _calls(item: dict[str, Any]) -> tuple[tuple[Ref, ...], ...]:
    return tuple(_refs(call) for call in item["inbound_nodes"]) or ((),)


def _oddity(item: dict[str, Any]) -> str:
    """Why a call is not a plain one; "" where it is. Since 2.0 each thing that is read brings the call's keywords."""
    for call in item.get("inbound_nodes") or ():
        keywords = [entry[3] for entry in _entries(call) if len(entry) > 3 and isinstance(entry[3], dict)]
        if any(given.get("training") for given in keywords):
            return "it is called as if in training"
        if any(_is_ref(value) for given in keywords for value in given.values()):
            return "it reads further values by keyword"
    return ""


def _is_ref(value: Any) -> bool:
    return isinstance(value, list) and len(value) >= 3 and isinstance(value[0], str) and isinstance(value[1], int)


def _entries(written: Any) -> list[Any]:
    # One input or output may stand without its outer list (tf.keras), and a number among what is read.
    entries = [written] if written and isinstance(written[0], str) else written
    return [entry for entry in entries if entry[0] != "_CONSTANT_VALUE"]


def _refs(written: Any) -> tuple[Ref, ...]:
    return tuple(Ref(str(ref[0]), int(ref[1]), int(ref[2])) for ref in _entries(written))
