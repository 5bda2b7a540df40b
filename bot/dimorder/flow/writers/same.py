"""The HDF5 form of Keras 0 to 2, in the spelling that the source has itself."""

from __future__ import annotations

import io
import json
from typing import Any

from dimorder.errors import Refused, UsageError
from dimorder.flow.documents import new_document, spelled
from dimorder.flow.goal import slot_moves
from dimorder.flow.opened import Settled
from dimorder.flow.options import Options
from dimorder.flow.order import Order, Written
from dimorder.flow.reading import open_model
from dimorder.flow.writers.planned import as_planned
from dimorder.formats.compared import compare
from dimorder.formats.containers import container
from dimorder.formats.hdf5 import Hdf5Store
from dimorder.formats.keras2.settings import mattering
from dimorder.formats.order import nested_order_holds, reordered
from dimorder.formats.training import Became, changed_axes, changed_numbers, dropped, judged
from dimorder.formats.writing import write_hdf5
from dimorder.model import Model
from dimorder.plan import expanded


def write(order: Order, attributes: dict[str, bytes]) -> Written:
    """Every array with its steps, all else as the source has it; compared after reading back."""
    plan, model, store = order.plan, order.model, _store(order)
    document = new_document(order.settled, plan)
    _write_apart(order, document)
    attributes = {**attributes, **_attributes(order, document)}
    moves = expanded({**plan.moves, **slot_moves(order.settled, plan)}, order.settled.arrays())
    leave_out = frozenset() if model.slots_known else frozenset({"/optimizer_weights"})
    write_hdf5(store, moves, attributes, leave_out, order.files["target"], _layer_names(model, document))
    order.files["target"].seek(0)
    written = _read_back(order, document)
    target_store = written.opened.store
    assert isinstance(target_store, Hdf5Store)
    compare(store, target_store, moves, attributes, leave_out)
    return Written(written, _training(order))


def _training(order: Order) -> Became:
    """The same Keras goes on with it: its settings are as they were, constraints along the axes that they name."""
    model, plan = order.model, order.plan
    stated = mattering(model.document, model.era, model.path) if model.document else {}
    reasons = (*changed_numbers(plan), *changed_axes(stated, order.settled.graph, plan))
    if not model.slots_known:
        return dropped("the optimizer's state is left out: it could not be matched with the weights", reasons)
    return judged(reasons)


def _store(order: Order) -> Hdf5Store:
    store = order.settled.opened.store
    if not isinstance(store, Hdf5Store):
        raise UsageError(
            f"{order.target}: what Keras 3 wrote is not written in this form",
            hint="name the target NAME.keras or NAME.weights.h5",
        )
    return store


def _write_apart(order: Order, document: dict[str, Any] | None) -> None:
    """The new architecture beside weights, if asked for."""
    if order.model.kind == "model" or "architecture_out" not in order.files:
        return
    assert document is not None
    order.files["architecture_out"].write(spelled(order.model, document))


def _attributes(order: Order, document: dict[str, Any] | None) -> dict[str, bytes]:
    """What the file says of the model, where that has changed."""
    model, found = order.model, {}
    if model.kind == "model":
        found["model_config"] = json.dumps(document).encode()
    if model.backend:
        found["backend"] = b"theano" if order.plan.target.kernels == "th" else b"tensorflow"
    return found


def _layer_names(model: Model, document: dict[str, Any] | None) -> list[str]:
    """The file's layers in the order in which Keras lists those of the converted architecture."""
    names = [layer.name for layer in model.layers]
    if document is None or model.document is None:
        return names
    before, after = container(model.document), container(document)
    if not nested_order_holds(before, after):
        raise Refused(
            f"{model.path}: Keras would list the layers of a nested model in another order",
            hint="write the .keras form: -o NAME.keras",
        )
    return reordered(names, before, after)


def _read_back(order: Order, document: dict[str, Any] | None) -> Settled:
    """The written file as anybody would read it, with the architecture that goes with it."""
    beside = {"target": order.files["target"]}
    if document is not None and order.model.kind == "weights":
        beside["architecture"] = io.BytesIO(json.dumps(document).encode())
    names = {**order.names, "architecture": "the converted architecture"}
    stated = Options(stated=order.plan.target, expressions=order.settled.opened.expressions)
    opened = open_model(beside, names, stated, "target")
    return as_planned(opened, order.plan, order.settled.keras_version or opened.model.keras_version)
