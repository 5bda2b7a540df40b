"""What functional models and Sequentials have in common: what code may ask of them, and what becomes of them."""

from __future__ import annotations

import operator
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dimorder.program import BuiltLayer, BuiltModel, Thing, Unknown
from dimorder.source.keras_api.applying import Applied, Node
from dimorder.source.keras_api.building import built_layer
from dimorder.source.keras_api.documents import NoForm, documents
from dimorder.source.keras_api.methods import Method
from dimorder.source.keras_api.nesting import bounded
from dimorder.source.keras_api.tensor import tensors
from dimorder.source.told import told
from dimorder.source.values import Called, told_shape

if TYPE_CHECKING:
    from dimorder.source.keras_api.network import Network
    from dimorder.source.keras_api.sequential import Sequential

METHODS: dict[str, tuple[str, ...]] = {
    "load_weights": ("filepath", "by_name"),
    "save_weights": ("filepath", "overwrite"),
    "save": ("filepath", "overwrite", "include_optimizer"),
    "set_weights": ("weights",),
    "get_weights": (),
    "compile": ("optimizer", "loss", "metrics"),
    "fit": ("x", "y"),
    "fit_generator": ("generator",),
    "evaluate": ("x", "y"),
    "evaluate_generator": ("generator",),
    "predict": ("x",),
    "predict_classes": ("x",),
    "predict_proba": ("x",),
    "predict_on_batch": ("x",),
    "predict_generator": ("generator",),
    "train_on_batch": ("x", "y"),
    "test_on_batch": ("x", "y"),
    "to_json": (),
    "to_yaml": (),
    "get_config": (),
    "summary": (),
    "count_params": (),
    "reset_states": (),
}
"""Methods and the names of their first parameters, of which Keras 1 and 2 have the same."""


def model_attribute(model: Network | Sequential, name: str) -> Any:
    """Its layers, tensors and methods; Unknown where nobody knows."""
    if name in METHODS:
        return Method(model, name, METHODS[name], _plain_effect(model, name))
    if name == "get_layer":
        return Method(model, name, ("name", "index"), lambda called: layer_of(model, called))
    if name == "layers":
        return model.layers
    if name == "_layers":
        model.unknown.append(Unknown(f"the inside of {model.label()} is reached for", model.place))
    if name == "name":
        return model.name
    if name == "trainable":
        return model.trainable
    if name in ("input_names", "output_names") and model.class_name != "Sequential":
        return _names_of_ends(model, name)
    if name in ("input", "inputs", "output", "outputs", "input_shape", "output_shape"):
        return _ends(model, name)
    if name == "weights" or name.endswith("_weights"):
        return Thing("weights", name, {"model": told(model)})
    return Unknown(f"{name!r} of {model.label()} is not known")


def _plain_effect(model: Network | Sequential, name: str) -> Any:
    if name in ("to_json", "to_yaml", "get_config"):
        return lambda called: Thing("keras architecture", name.removeprefix("to_"), {"model": told(model)})
    if name in ("load_weights", "save_weights", "save", "set_weights", "compile", "summary", "reset_states"):
        return lambda called: None
    return None


def _names_of_ends(model: Network | Sequential, name: str) -> Any:
    """One for each tensor, of the layer that yields it."""
    found = _ends(model, "inputs" if name == "input_names" else "outputs")
    return found if isinstance(found, Unknown) else [one.layer.name for one in found]


def _ends(model: Network | Sequential, name: str) -> Any:
    found = model.inputs if name.startswith("input") else model.outputs
    if model.unknown:
        return model.unknown[0]
    if not found:
        return Unknown(f"{model.label()} has no {name} yet")
    if name.endswith("s"):
        return list(found)
    values = [one.full_shape() for one in found] if name.endswith("shape") else found
    return values[0] if len(values) == 1 else list(values)


def layer_of(model: Network | Sequential, called: Called) -> Any:
    """The layer of a name or number."""
    given = [argument.value for argument in called.positional]
    name = called.keywords["name"].value if "name" in called.keywords else given[0] if given else None
    index = called.keywords["index"].value if "index" in called.keywords else given[1] if len(given) > 1 else None
    if isinstance(index, int):
        return model.layers[index] if -len(model.layers) <= index < len(model.layers) else _none(model, index, called)
    found = next((layer for layer in model.layers if name in (layer.name, *layer.names.values())), None)
    return found or _none(model, name, called)


def _none(model: Network | Sequential, which: Any, called: Called) -> Unknown:
    return Unknown(f"{model.label()} has no layer {told(which)!r} that is known", called.place)


def assigned(model: Network | Sequential, name: str, value: Any) -> None:
    """Set an attribute: outputs, inputs, trainable; others change nothing about what the model is."""
    if name in ("outputs", "inputs", "output", "input"):
        found = tensors(value)
        if isinstance(found, Unknown):
            model.unknown.append(Unknown(f"its {name} are set to something that is not known: {found.because}"))
        elif name.startswith("output"):
            model.outputs = found
        else:
            model.inputs = found
    elif name == "trainable":
        model.trainable = value
    elif name in ("name", "_name") and isinstance(value, str):
        model.names = {"keras1": value, "keras2": value}


def built_model(model: Network | Sequential, layers: list[Applied], first: Mapping[int, int]) -> BuiltModel:
    """What has become of a model. first: the number of the call inside the model, by the layer's id."""
    excess = bounded(model)
    if isinstance(excess, Unknown):
        return BuiltModel(model.kept_as, model.function, model.place, (), {}, (excess, *model.unknown))
    told = tuple(_built(layer, first.get(id(layer))) for layer in layers)
    own = [*model.unknown, *_moved(model)]
    settings = [one for layer in layers for one in unknown_of(layer)]
    spelled = {} if own or settings else documents(model)
    opaque = [one for layer in layers for one in layer.unknown if one not in settings]
    unknown = (*own, *settings, *opaque, *refusals(model))
    return BuiltModel(model.kept_as, model.function, model.place, told, spelled, unknown)


def refusals(model: Network | Sequential) -> list[Unknown]:
    """Why Keras does not build it, in its own calls and in those of the models inside it."""
    order = getattr(model, "order", None)
    found = list(model.refused)
    for layer in model.layers:
        numbers = range(len(layer.nodes)) if order is None else order.nodes.get(id(layer), ())
        called = [layer.nodes[number] for number in numbers if number < len(layer.nodes)]
        found += [node.refused for node in called if node.refused is not None]
        inside: Any = layer
        found += refusals(inside) if layer.kind == "keras model" else []
    return list(dict.fromkeys(found))


def _moved(model: Network | Sequential) -> list[Unknown]:
    """Whether code put layers into the list or took them away behind the model's back, as each Keras sees otherwise."""
    asked: Any = model
    made = asked.order.listed(model.style) if hasattr(model, "order") else asked.own
    if made is None:
        return [Unknown(f"in which order {model.label()} lists its layers takes too long to find out", model.place)]
    alike = len(made) == len(model.layers) and all(map(operator.is_, made, model.layers))
    return [] if alike else [Unknown(f"the list of layers of {model.label()} was changed by hand", model.place)]


def unknown_of(layer: Applied) -> list[Unknown]:
    """What is not known of the settings of a layer, or of those of the layers inside it."""
    known: Any = layer
    if layer.kind == "keras model":
        return [*layer.unknown, *(one for inner in known.layers for one in unknown_of(inner))]
    inside = [known.inner] if known.inner is not None else known.branches
    own = layer.unknown if known.spec.known else []
    return [*own, *(one for inner in inside for one in unknown_of(inner))]


def _built(layer: Applied, number: int | None) -> BuiltLayer:
    node: Node | None = layer.nodes[number] if number is not None and number < len(layer.nodes) else None
    known: Any = layer
    if layer.kind == "keras layer":
        return built_layer(known, node)
    return BuiltLayer(
        layer.name,
        layer.class_name,
        _config_of(known),
        layer.place,
        node.place if node else layer.place,
        inputs=tuple(one.layer.name for one in node.inputs) if node else (),
        input_shapes=tuple(told_shape(one.shape) for one in node.inputs) if node else (),
        output_shape=told_shape(node.outputs[0].shape) if node and node.outputs else None,
        unknown=tuple(unknown_of(layer)),
    )


def _config_of(model: Any) -> dict[str, Any]:
    try:
        found = model.config("keras2")
    except NoForm:
        return {}
    return found if isinstance(found, dict) else {"layers": found}
