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
    """

    name: str
    class_name: str
    config: dict[str, Any]
    pointer: Pointer
    calls: tuple[tuple[Ref, ...], ...]
    inner: Container | None = None
    branches: tuple[Container, ...] = ()

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


FUNCTIONAL = ("Model", "Functional", "Container")


def container(document: Document, pointer: Pointer = ()) -> Container:
    """The tree of an architecture (Keras 1 and 2 in JSON or YAML form)."""
    try:
        if document["class_name"] == "Sequential":
            return _sequential(document, pointer)
        if document["class_name"] in FUNCTIONAL:
            return _functional(document, pointer)
    except (KeyError, TypeError, IndexError, ValueError, AttributeError) as problem:
        raise UnreadableFile(f"the architecture is not as Keras writes it ({problem!r})") from problem
    raise UnreadableFile(f"the architecture is a {document['class_name']!r}, not a Sequential or Model")


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
    inner = container(item, pointer) if _is_container(class_name) else None
    own = config if isinstance(config, dict) else {}
    name = item.get("name") or own.get("name") or default
    branches = _branches(own, pointer) if class_name == "Merge" else ()
    return Spec(name, class_name, own, pointer, calls, inner, branches)


def _branches(config: dict[str, Any], pointer: Pointer) -> tuple[Container, ...]:
    found = [container(item, (*pointer, "config", "layers", n)) for n, item in enumerate(config.get("layers", []))]
    return tuple(replace(branch, name=branch.name or f"branch_{n}") for n, branch in enumerate(found))


def _calls(item: dict[str, Any]) -> tuple[tuple[Ref, ...], ...]:
    return tuple(_refs(call) for call in item["inbound_nodes"]) or ((),)


def _refs(written: Any) -> tuple[Ref, ...]:
    # One input or output may stand without its outer list (tf.keras).
    if written and isinstance(written[0], str):
        written = [written]
    return tuple(Ref(str(ref[0]), int(ref[1]), int(ref[2])) for ref in written)
