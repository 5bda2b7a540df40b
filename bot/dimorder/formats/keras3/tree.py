"""The config.json of a .keras file as a tree of layers and their calls."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from dimorder.errors import UnreadableFile
from dimorder.formats.keras3.order import Use
from dimorder.semantics import Shape

Json = Mapping[str, Any]
Ref = tuple[str, int, int]
"""A layer, which call of it, and which of its outputs."""
WRAPPER, HELD = "TimeDistributed", "layer"
"""The layer that distributes another one, its key for that, and the name of the group with its arrays."""


@dataclass(frozen=True, slots=True)
class Spec:
    """One layer: config, what each call reads; inner for a nested model.

    odd: why a call is not a plain one; "" where it is.
    mapped: how many TimeDistributed are wrapped around the layer, or around the model `inner`; class_name and config
            are those of the outermost.
    """

    name: str
    class_name: str
    config: Json
    calls: tuple[tuple[Ref, ...], ...]
    inner: Level | None = None
    odd: str = ""
    module: str = "keras.layers"
    mapped: int = 0


@dataclass(frozen=True, slots=True)
class Level:
    """A functional or sequential model; shapes holds those that readers of a value state."""

    name: str
    layers: tuple[Spec, ...]
    inputs: tuple[Ref, ...]
    outputs: tuple[Ref, ...]
    shapes: Mapping[Ref, Shape]
    sequential: bool = False

    def parents(self) -> dict[Use, list[Use]]:
        """For every call, the calls that it reads."""
        return {
            (spec.name, number): [(name, call) for name, call, _ in reads]
            for spec in self.layers
            for number, reads in enumerate(spec.calls)
        }


def level(document: Json, path: str) -> Level:
    """The tree of a whole model."""
    try:
        found = _model(document)
    except (KeyError, TypeError, IndexError, ValueError, AttributeError) as problem:
        raise UnreadableFile(f"{path}: not as Keras writes a model ({problem!r})") from problem
    if found is None:
        raise UnreadableFile(f"{path}: a {document['class_name']!r} is not read as a model")
    return found


def _model(document: Json) -> Level | None:
    config = document["config"]
    if document["class_name"] == "Sequential":
        return _sequential(config)
    # A subclass of Model may be functional too, and is written like one.
    return _functional(config) if "output_layers" in config else None


def _functional(config: Json) -> Level:
    shapes: dict[Ref, Shape] = {}
    layers = tuple(_spec(item, _calls(item, shapes)) for item in config["layers"])
    outputs = tuple(_refs(config["output_layers"]))
    if any(isinstance(node, list) for item in config["layers"] for node in item.get("inbound_nodes") or ()):
        layers, outputs = _all_from_zero(layers, outputs)
    else:
        outputs = tuple(_from_zero(ref, layers) for ref in outputs)
    inputs = tuple(_refs(config["input_layers"]))
    found = Level(str(config["name"]), layers, inputs, outputs, shapes)
    _check(found)
    return found


def _from_zero(ref: Ref, layers: tuple[Spec, ...]) -> Ref:
    """Calls of a nested functional model count from 1 among the outputs, from 0 elsewhere.

    Source: keras/src/models/functional.py get_config (kept_nodes = 1) at 3.15.1.
    """
    name, call, tensor = ref
    counted = any(s.name == name and s.inner and not s.mapped and not s.inner.sequential for s in layers)
    return (name, call - 1, tensor) if counted else ref


def _all_from_zero(layers: tuple[Spec, ...], outputs: tuple[Ref, ...]) -> tuple[tuple[Spec, ...], tuple[Ref, ...]]:
    """Keras 2 counts calls of nested models from 1 everywhere: call 0 is their own creation (traps 38)."""
    refs = [ref for spec in layers for call in spec.calls for ref in call] + list(outputs)
    inner = [spec.name for spec in layers if spec.inner and not spec.mapped]
    lowest = {own: min((call for name, call, _ in refs if name == own), default=0) for own in inner}

    def counted(ref: Ref) -> Ref:
        return ref[0], ref[1] - min(lowest.get(ref[0], 0), 1), ref[2]

    moved = tuple(replace(s, calls=tuple(tuple(map(counted, call)) for call in s.calls)) for s in layers)
    return moved, tuple(map(counted, outputs))


def _check(found: Level) -> None:
    calls = {spec.name: len(spec.calls) for spec in found.layers}
    if len(calls) != len(found.layers):
        raise ValueError("two layers of one name")
    reads = [ref for spec in found.layers for call in spec.calls for ref in call]
    for name, call, _ in (*reads, *found.inputs, *found.outputs):
        if not 0 <= call < calls.get(name, 0):
            raise ValueError(f"no call {call} of a layer {name!r}")


def _spec(item: Json, calls: tuple[tuple[Ref, ...], ...]) -> Spec:
    class_name, config = str(item["class_name"]), item["config"]
    held, mapped = item, 0
    while held["class_name"] == WRAPPER:
        held, mapped = held["config"][HELD], mapped + 1
    inner = _model(held) if held["class_name"] in ("Functional", "Sequential", "Model") else None
    name = str(item.get("name") or config["name"])
    odd = next((o for node in item.get("inbound_nodes", ()) if (o := _oddity(node))), "")
    return Spec(name, class_name, config, calls, inner, odd, module(item), mapped)


def module(item: Json) -> str:
    """Where the class comes from; HDF5 files leave it out, and write an operation (`x * 2`) like a layer."""
    if "module" in item:
        return str(item["module"])
    is_layer = item["class_name"] == "InputLayer" or not {"dtype", "trainable"}.isdisjoint(item["config"])
    return "keras.layers" if is_layer else "keras.src.ops."


def _oddity(node: Any) -> str:
    kwargs = node.get("kwargs", {}) if isinstance(node, Mapping) else _keywords(node)
    if kwargs.get("training"):
        return "it is called as if in training"
    if isinstance(node, list):
        return "it reads further values by keyword" if any(_is_ref(value) for value in kwargs.values()) else ""
    return "it is given a mask" if any(_tensors(kwargs)) else ""


def _noted(item: Json, node: list[Any]) -> dict[Ref, Shape]:
    """Shapes of what a layer reads, as tf.keras noted them when it was built."""
    refs, shape = _refs([entry[:3] for entry in _entries(node)]), (item.get("build_config") or {}).get("input_shape")
    if len(refs) != 1 or not isinstance(shape, list) or any(isinstance(size, list) for size in shape):
        return {}
    return {refs[0]: tuple(shape[1:])}


def _keywords(node: Any) -> Json:
    """Of a call as Keras 2 wrote it."""
    entries = _entries(node)
    return {key: value for entry in entries if len(entry) > 3 for key, value in entry[3].items()}


def _entries(node: Any) -> list[Any]:
    """[layer, call, tensor, keywords] of everything that is read; one alone may stand without its list."""
    entries = [node] if node and isinstance(node[0], str) else node
    return [entry for entry in entries if entry[0] != "_CONSTANT_VALUE"]


def _is_ref(value: Any) -> bool:
    return isinstance(value, list) and len(value) >= 3 and isinstance(value[0], str) and isinstance(value[1], int)


def _calls(item: Json, shapes: dict[Ref, Shape]) -> tuple[tuple[Ref, ...], ...]:
    nodes = item.get("inbound_nodes") or []
    for node in nodes:
        if isinstance(node, list):
            shapes |= _noted(item, node)
    return tuple(tuple(_reads(node, shapes)) for node in nodes) or ((),)


def _reads(node: Any, shapes: dict[Ref, Shape]) -> Iterator[Ref]:
    if isinstance(node, list):  # as Keras 2 wrote it
        yield from _refs([entry[:3] for entry in _entries(node)])
        return
    for config in _tensors(node["args"]):
        (ref,) = _refs(config["keras_history"])
        shapes[ref] = tuple(config["shape"][1:])
        yield ref


def _tensors(value: Any) -> Iterator[Json]:
    """The symbolic tensors among a call's arguments."""
    if isinstance(value, Mapping):
        if value.get("class_name") == "__keras_tensor__":
            yield value["config"]
            return
        value = list(value.values())
    if isinstance(value, list):
        for inner in value:
            yield from _tensors(inner)


def _refs(written: Any) -> list[Ref]:
    """One [layer, call, tensor], a list of them, or a mapping (Keras sorts its keys)."""
    if isinstance(written, Mapping):
        return [ref for key in sorted(written) for ref in _refs(written[key])]
    if written and isinstance(written[0], str):
        return [(written[0], int(written[1]), int(written[2]))]
    return [ref for inner in written for ref in _refs(inner)]


def _sequential(config: Json) -> Level:
    """A chain; where no InputLayer stands first, one is made of the shape it was built with."""
    items = list(config["layers"])
    if not items or items[0]["class_name"] != "InputLayer":
        items.insert(0, _entrance(config, items))
    specs: list[Spec] = []
    shapes: dict[Ref, Shape] = {}
    for item in items:
        reads: tuple[Ref, ...] = ((specs[-1].name, 0, 0),) if specs else ()
        stated = (item.get("build_config") or {}).get("input_shape")
        if reads and isinstance(stated, list):
            shapes[reads[0]] = tuple(stated[1:])
        specs.append(_spec(item, (reads,)))
    first, last = (specs[0].name, 0, 0), (specs[-1].name, 0, 0)
    return Level(str(config["name"]), tuple(specs), (first,), (last,), shapes, sequential=True)


def _entrance(config: Json, items: list[Json]) -> Json:
    first = items[0]["config"] if items else {}
    shape = first.get("batch_shape") or first.get("batch_input_shape")
    name = f"{config['name']}_input"
    return {
        "class_name": "InputLayer",
        "name": name,
        "config": {"name": name, "batch_shape": shape or config.get("build_input_shape")},
    }
