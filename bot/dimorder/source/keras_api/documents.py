"""Models as to_json writes them, in the words of Keras 1 and of Keras 2.

Source: get_config in keras/engine/topology.py and models.py at 1.2.2, engine/network.py and sequential.py at 2.2.4.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from dimorder.source.bounds import unknown_in
from dimorder.source.keras_api.keras1 import told_in_keras1

if TYPE_CHECKING:
    from dimorder.source.keras_api.applying import Applied
    from dimorder.source.keras_api.layer import Layer
    from dimorder.source.keras_api.network import Network
    from dimorder.source.keras_api.sequential import Sequential
    from dimorder.source.keras_api.tensor import Tensor

Era = Literal["keras1", "keras2"]
Item = dict[str, Any]
VERSIONS: dict[Era, str] = {"keras1": "1", "keras2": "2"}
"""The era alone: code does not say under which version of it a model was trained."""


class NoForm(ValueError):
    """An era has no form for what a model holds."""


def documents(model: Network | Sequential) -> dict[str, Item]:
    """The model's document for each era that has a form for it."""
    spelled = {era: _spelled(model, era) for era in VERSIONS}
    return {era: {**document, "keras_version": VERSIONS[era]} for era, document in spelled.items() if document}


def _spelled(model: Network | Sequential, era: Era) -> Item:
    try:
        return item(model, era)
    except NoForm:
        return {}


def item(one: Applied, era: Era) -> Item:
    """Class and configuration of a layer or model. Raises NoForm."""
    if one.kind == "keras layer":
        layer: Any = one
        if era == "keras2":
            return {"class_name": _merged_class(layer), "config": layer_config(layer, era)}
        told = told_in_keras1(layer)
        if told is None:
            raise NoForm(f"Keras 1 has no {layer.class_name} of this form")
        return {"class_name": told[0], "config": layer_config(layer, era)}
    model: Any = one
    return {"class_name": one.class_name, "config": model.config(era)}


def _merged_class(layer: Layer) -> str:
    return "Merge" if layer.branches else layer.class_name


def layer_config(layer: Layer, era: Era) -> Item:
    """A layer's configuration with its name. Raises NoForm."""
    told = ("", _in_keras2(layer)) if era == "keras2" and not layer.branches else told_in_keras1(layer)
    if told is None:
        raise NoForm(f"Keras 1 has no {layer.class_name} of this form")
    stated: Item = {}
    if layer.stated is not None and unknown_in(layer.stated) is None:
        stated["batch_input_shape"] = list(layer.stated)
    if layer.dtype is not None:
        stated["dtype" if era == "keras2" else "input_dtype"] = layer.dtype
    trained: Item = {"trainable": layer.trainable} if _says_trained(layer, told[0]) else {}
    inside: Item = {"layer": item(layer.inner, era)} if layer.inner is not None else {}
    if layer.branches:
        inside = {"layers": [item(branch, era) for branch in layer.branches]}
    return {"name": layer.names[era], **trained, **stated, **told[1], **inside}


def _in_keras2(layer: Layer) -> Item:
    """Without the output_shape of Keras 1's Deconvolution2D, which Keras 2 warns of and leaves out."""
    if layer.class_name == "Lambda":
        return layer.config
    return {key: value for key, value in layer.config.items() if key != "output_shape"}


def _says_trained(layer: Layer, class_name: str) -> bool:
    return isinstance(layer.trainable, bool) and layer.class_name != "InputLayer" and class_name != "Merge"


def sequential_config(model: Sequential, era: Era) -> Any:
    """A list in Keras 1; in Keras 2 since 2.2.3 with the model's name, which the reader needs for models inside."""
    layers = [item(layer, era) for layer in model.layers]
    return layers if era == "keras1" else {"name": model.names[era], "layers": layers}


def network_config(model: Network, era: Era) -> Item:
    """A functional model's layers with what each call reads."""
    inputs = [one for one in model.inputs if id(one.layer) in model.order.nodes]
    if era == "keras1" and len(inputs) < len(model.inputs):
        # Keras 2 leaves out an input that nothing reads; to_json of 1.2.2 raises a KeyError.
        raise NoForm("nothing reads one of its inputs")
    numbers = _numbers(model)
    layers = [
        {"name": layer.names[era], **item(layer, era), "inbound_nodes": _calls(model, layer, numbers, era)}
        for layer in _listed(model, era)
    ]
    ends = {"input_layers": inputs, "output_layers": model.outputs}
    return {
        "name": model.names[era],
        "layers": layers,
        **{key: [_reference(one, numbers, era) for one in tensors] for key, tensors in ends.items()},
    }


def _listed(model: Network, era: Era) -> list[Applied]:
    """Layers in the era's order; as the code has them where both eras have the same. Raises NoForm."""
    own, asked = model.order.listed(model.style), model.order.listed(era)
    if asked is None:
        raise NoForm("the order of its layers takes too long to find out")
    return model.layers if own is asked or own == asked else asked


Numbers = dict[tuple[int, int], int]


def _numbers(model: Network) -> Numbers:
    """Calls inside the model, counted anew for each layer; models count from 1, since 0 is their own creation."""
    found: Numbers = {}
    for layer in model.layers:
        first = 0 if layer.kind == "keras layer" else 1
        for count, node in enumerate(model.order.nodes.get(id(layer), ())):
            found[id(layer), node] = first + count
    return found


def _calls(model: Network, layer: Applied, numbers: Numbers, era: Era) -> list[Any]:
    calls = []
    for number in model.order.nodes.get(id(layer), ()):
        node = layer.nodes[number]
        reads = [] if model.is_input(layer, number) else node.inputs
        more = [dict(node.keywords)] if era == "keras2" else []
        if reads:
            calls.append([[*_reference(one, numbers, era), *more] for one in reads])
    return calls


def _reference(tensor: Tensor, numbers: Numbers, era: Era) -> list[Any]:
    return [tensor.layer.names[era], numbers.get((id(tensor.layer), tensor.node), 0), tensor.index]
