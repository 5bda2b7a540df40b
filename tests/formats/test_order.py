"""The order in which Keras lists layers, and how an inserted layer can change it."""

from __future__ import annotations

from dimorder.formats.containers import container
from dimorder.formats.order import listed, nested_order_holds, reordered


def network(**layers):
    """A functional model: name = names of the layers it reads; the last one is the output."""
    items = [
        {"name": name, "class_name": "Any", "config": {"name": name},
         "inbound_nodes": [[[source, 0, 0] for source in sources]] if sources else []}
        for name, sources in layers.items()
    ]  # fmt: skip
    last = list(layers)[-1]
    ends = {"input_layers": [["entry", 0, 0]], "output_layers": [[last, 0, 0]]}
    return container({"class_name": "Model", "config": {"name": "m", "layers": items, **ends}})


TWO = {"entry": [], "a": ["entry"], "b": ["entry"], "join": ["a", "b"]}


def test_parallel_layers_are_listed_as_a_walk_from_the_output_meets_them():
    assert listed(network(**TWO)) == ("entry", "a", "b", "join")


def test_a_layer_in_front_of_one_branch_lists_nothing_else_anew():
    padded = network(entry=[], pad=["entry"], b=["pad"], a=["entry"], join=["a", "b"])
    assert listed(padded) == ("entry", "pad", "a", "b", "join")
    assert reordered(["entry", "a", "b", "join"], network(**TWO), padded) == ["entry", "a", "b", "join"]


def test_a_longer_branch_moves_its_layers_to_the_front():
    before = network(entry=[], a=["entry"], b1=["entry"], b=["b1"], join=["a", "b"])
    after = network(entry=[], a=["entry"], pad=["a"], a2=["pad"], b1=["entry"], b=["b1"], join=["a2", "b"])
    assert listed(before) == ("entry", "b1", "a", "b", "join")
    assert listed(after) == ("entry", "a", "pad", "b1", "a2", "b", "join")
    assert reordered(["entry", "b1", "a", "b", "join"], before, after) == ["entry", "a", "b1", "b", "join"]


def test_nested_models_are_watched_too():
    assert nested_order_holds(network(**TWO), network(**TWO))
