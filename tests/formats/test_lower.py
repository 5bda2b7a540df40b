"""Trees that become graphs: models called more than once, inputs that a layer stands in front of."""

from __future__ import annotations

from typing import Any

import pytest

from dimorder.errors import UnreadableFile
from dimorder.formats.architectures import lowered_document
from dimorder.formats.keras3.network import network
from dimorder.graph import Graph


def layer(class_name: str, name: str, *calls: list[list[Any]], **config: Any) -> dict[str, Any]:
    return {"name": name, "class_name": class_name, "config": {"name": name, **config}, "inbound_nodes": list(calls)}


def model(name: str, layers: list[dict[str, Any]], first: str, last: list[str], *calls: Any) -> dict[str, Any]:
    inputs, outputs = [[first, 0, 0]], [[one, 0, 0] for one in last]
    config = {"name": name, "layers": layers, "input_layers": inputs, "output_layers": outputs}
    return {"name": name, "class_name": "Model", "config": config, "inbound_nodes": list(calls)}


def entrance(name: str, *shape: int) -> dict[str, Any]:
    return layer("InputLayer", name, batch_input_shape=[None, *shape], input_dtype="float32")


def activation(name: str, kind: str, *calls: list[list[Any]]) -> dict[str, Any]:
    return layer("Activation", name, *calls, activation=kind)


def graph_of(document: dict[str, Any]) -> Graph:
    return lowered_document(document, "keras1", "1.2.2", None).graph()


def dense(name: str, units: int, *calls: list[list[Any]]) -> dict[str, Any]:
    return layer("Dense", name, *calls, output_dim=units, activation="linear", bias=True)


def twice() -> Graph:
    """A tower that applies its one Dense twice, called twice itself."""
    inside = [entrance("i", 5), dense("d", 5, [["i", 0, 0]], [["d", 0, 0]])]
    tower = model("tower", inside, "i", ["d"], [["x", 0, 0]], [["a", 0, 0]])
    tower["config"]["output_layers"] = [["d", 1, 0]]
    merge = layer("Merge", "m", [["tower", 1, 0], ["tower", 2, 0]], mode="concat", concat_axis=-1)
    return graph_of(model("all", [entrance("x", 5), activation("a", "tanh", [["x", 0, 0]]), tower, merge], "x", ["m"]))


def test_every_call_of_a_layer_has_its_own_number() -> None:
    calls = [node.call for node in twice().nodes if node.layer == "tower/d"]
    assert calls == [0, 1, 2, 3]


def test_a_model_called_twice_stays_one_set_of_layers() -> None:
    written = {layer.name: len(layer.reads) for layer in network(twice(), {}).layers}
    assert written == {"x": 1, "a": 1, "d": 4, "m": 1}


def test_a_layer_that_changes_nothing_may_stand_for_the_input() -> None:
    layers = [entrance("x", 5), activation("a", "linear", [["x", 0, 0]]), dense("d", 3, [["a", 0, 0]])]
    assert graph_of(model("all", layers, "a", ["d"])).inputs == ("x",)


def test_a_layer_that_computes_may_not() -> None:
    layers = [entrance("x", 5), activation("a", "tanh", [["x", 0, 0]]), dense("d", 3, [["a", 0, 0]])]
    with pytest.raises(UnreadableFile, match="'a' of the model is no InputLayer"):
        graph_of(model("all", layers, "a", ["d"]))
