"""Keras 3's archive `.keras`, and its weights alone, `.weights.h5`."""

from __future__ import annotations

import json
from typing import BinaryIO

from dimorder.flow.aligning import aligned
from dimorder.flow.documents import keras3_settings, model_name
from dimorder.flow.opened import Opened, Read, Settled
from dimorder.flow.options import Options
from dimorder.flow.order import Order, Written
from dimorder.flow.settling import judge
from dimorder.flow.writers.planned import training
from dimorder.formats import keras3
from dimorder.graph import Tensor
from dimorder.infer import settle
from dimorder.steps import Array, apply


def write(order: Order, attributes: dict[str, bytes]) -> Written:
    """Every layer spelled anew; optimizer state is left behind."""
    model, plan = order.model, order.plan
    opened, document = (_apart if order.form == "weights.h5" else _archive)(order, attributes)
    verdict = judge(opened, Options())
    assert plan.graph is not None
    assert opened.model.graph is not None
    graph = aligned(settle(opened.model.graph, verdict), plan.graph)
    trained = model.slots or order.settled.opened.is_compiled()
    state = "dropped" if trained else training(model, plan)
    return Written(Settled(opened, verdict, graph, ()), state, architecture=document)


def _archive(order: Order, attributes: dict[str, bytes]) -> tuple[Opened, bytes]:
    """`.keras` written and opened again; it holds its architecture itself."""
    plan, file, path = order.plan, order.files["target"], order.target
    assert plan.graph is not None
    settings, name = keras3_settings(order.settled, plan), model_name(path)
    read = _converted(order)
    keras3.write(plan.graph, settings, read, file, name=name, attributes=attributes, moves=plan.moves)
    file.seek(0)
    model, stored = keras3.read(file, path)
    return Opened(model, stored.read_array, None), b""


def _apart(order: Order, attributes: dict[str, bytes]) -> tuple[Opened, bytes]:
    """`.weights.h5` written and opened again, and the architecture that goes with it."""
    plan, file, path = order.plan, order.files["target"], order.target
    assert plan.graph is not None
    settings, name = keras3_settings(order.settled, plan), model_name(path)
    read = _converted(order)
    document = keras3.write_apart(plan.graph, settings, read, file, name=name, attributes=attributes, moves=plan.moves)
    if "architecture_out" in order.files:
        order.files["architecture_out"].write(document)
    return _opened_apart(file, path, document), document


def _opened_apart(file: BinaryIO, path: str, document: bytes) -> Opened:
    file.seek(0)
    stored = keras3.Stored(file, path)
    model = keras3.with_architecture(keras3.read_weights(stored, path, ""), stored, json.loads(document))
    return Opened(model, stored.read_array, None, stored)


def _converted(order: Order) -> Read:
    """Reads an array of the original as the converted model holds it."""
    originals = {tensor.address: tensor for tensor in order.settled.arrays()}

    def read(tensor: Tensor) -> Array:
        return apply(order.plan.moves[tensor.address].steps, order.settled.opened.read(originals[tensor.address]))

    return read
