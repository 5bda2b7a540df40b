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
from dimorder.formats import keras3
from dimorder.formats.keras2.settings import mattering
from dimorder.formats.keras3.network import Network
from dimorder.formats.training import Became, changed_habits, changed_numbers, dropped, judged, lost
from dimorder.graph import Tensor
from dimorder.infer import settle
from dimorder.steps import Array, apply


def write(order: Order, attributes: dict[str, bytes]) -> Written:
    """Every layer spelled anew; optimizer state is left behind."""
    plan = order.plan
    assert plan.graph is not None
    planned = keras3.planned_layers(plan.graph, keras3_settings(order.settled, plan), plan.moves)
    opened, document = (_apart if order.form == "weights.h5" else _archive)(order, planned, attributes)
    verdict = judge(opened, Options())
    assert opened.model.graph is not None
    graph = aligned(settle(opened.model.graph, verdict), plan.graph)
    return Written(Settled(opened, verdict, graph, ()), _training(order, planned), architecture=document)


def _training(order: Order, planned: Network) -> Became:
    model, plan = order.model, order.plan
    assert model.document is not None
    stated = mattering(model.document, model.era, model.path)
    reasons = (
        *lost(stated, planned, plan.heirs.values()),
        *changed_numbers(plan),
        *changed_habits(stated, plan.graph, model, "keras3"),
    )
    if model.slots or order.settled.opened.is_compiled():
        return dropped("what it was compiled with is left out, and the optimizer's state: compile it anew", reasons)
    return judged(reasons)


def _archive(order: Order, planned: Network, attributes: dict[str, bytes]) -> tuple[Opened, bytes]:
    """`.keras` written and opened again; it holds its architecture itself."""
    file, path = order.files["target"], order.target
    keras3.write(planned, _converted(order), file, name=model_name(path), attributes=attributes)
    file.seek(0)
    model, stored = keras3.read(file, path)
    return Opened(model, stored.read_array, None), b""


def _apart(order: Order, planned: Network, attributes: dict[str, bytes]) -> tuple[Opened, bytes]:
    """`.weights.h5` written and opened again, and the architecture that goes with it."""
    file, path = order.files["target"], order.target
    document = keras3.write_apart(planned, _converted(order), file, name=model_name(path), attributes=attributes)
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
