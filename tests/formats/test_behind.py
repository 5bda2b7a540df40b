"""A layer put behind another: whoever read the one reads the other, outputs included."""

from __future__ import annotations

from typing import Any

from dimorder.formats.behind import put_behind
from dimorder.formats.containers import Ref

CROP: dict[str, Any] = {"class_name": "Cropping2D", "config": {"name": "crop"}}


def layer(name: str, *calls: list[list[Any]]) -> dict[str, Any]:
    return {"name": name, "class_name": "Layer", "config": {"name": name}, "inbound_nodes": list(calls)}


def test_readers_and_outputs_follow() -> None:
    network: dict[str, Any] = {
        "layers": [layer("x"), layer("up", [["x", 0, 0]]), layer("sum", [["up", 0, 0], ["x", 0, 0]])],
        "output_layers": [["sum", 0, 0], ["up", 0, 0]],
    }
    put_behind(network, 1, CROP, Ref("up"), [])
    assert [one["name"] for one in network["layers"]] == ["x", "up", "crop", "sum"]
    assert network["layers"][2]["inbound_nodes"] == [[["up", 0, 0]]]
    assert network["layers"][3]["inbound_nodes"] == [[["crop", 0, 0], ["x", 0, 0]]]
    assert network["output_layers"] == [["sum", 0, 0], ["crop", 0, 0]]


def test_another_call_of_a_shared_layer_is_left_alone() -> None:
    network: dict[str, Any] = {
        "layers": [layer("x"), layer("up", [["x", 0, 0]], [["x", 0, 0]]), layer("sum", [["up", 0, 0], ["up", 1, 0]])],
        "output_layers": [["sum", 0, 0]],
    }
    put_behind(network, 1, CROP, Ref("up", 1), [])
    assert network["layers"][3]["inbound_nodes"] == [[["up", 0, 0], ["crop", 0, 0]]]


def test_keywords_of_keras_2_stay() -> None:
    network: dict[str, Any] = {
        "layers": [layer("up"), layer("next", [["up", 0, 0, {"training": True}]])],
        "output_layers": [["next", 0, 0]],
    }
    put_behind(network, 0, CROP, Ref("up"), [{}])
    assert network["layers"][1]["inbound_nodes"] == [[["up", 0, 0, {}]]]
    assert network["layers"][2]["inbound_nodes"] == [[["crop", 0, 0, {"training": True}]]]


def test_a_sequential_is_a_list_or_holds_one() -> None:
    first, last = {"class_name": "A", "config": {}}, {"class_name": "B", "config": {}}
    bare, named = [first, last], {"name": "model", "layers": [first, last]}
    for container, layers in ((bare, bare), (named, named["layers"])):
        put_behind(container, 1, CROP, Ref("b"), [])
        assert layers == [first, last, CROP]
