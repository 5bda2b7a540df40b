"""Functional models that Keras refuses, whatever their layers are.

Source: Container.__init__ in keras/engine/topology.py at 1.2.2, Network in engine/network.py at 2.2.4.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from dimorder.source.keras_api.network import Network


def ill_formed(model: Network) -> Iterator[str]:
    """Each reason, in one sentence about the model."""
    begins = [(id(one.layer), one.node, one.index) for one in model.inputs]
    if len(set(begins)) < len(begins):
        yield "one of its inputs is given twice"
    doubled = [name for name, times in Counter(layer.name for layer in model.layers).items() if times > 1]
    if doubled:
        yield f"several of its layers have the name {doubled[0]!r}"
    if model.style == "tf":
        return
    if any(one.layer.class_name != "InputLayer" for one in model.inputs):
        yield "it begins with what a layer yields, not with an Input"
