"""Which of the files asked for carries the new architecture, and what holds where none does."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import PurePath

from dimorder.errors import Refused, UsageError
from dimorder.flow.documents import keras3_document
from dimorder.flow.order import Order
from dimorder.formats.borders import EDIT, has_explained_borders

_MOST_CLASSES = 12


def check_carriers(order: Order) -> None:
    """Raise where the files asked for cannot carry what the plan needs; a dry run asks the same."""
    model, whole, loose = order.model, _is_whole(order), order.form == "weights.h5"
    if whole and order.settled.graph is None:
        what = "the architecture tells which layer owns an array" if loose else "a whole model holds an architecture"
        raise Refused(f"{model.path}: {what}, and none is known", hint="pass it with --architecture model.json")
    carried = (model.kind == "model" or whole) and not loose
    apart = "architecture_out" in order.names
    if apart:
        _check_apart(order, carried=carried)
    bordered = order.plan.target.kernels == "tf" and has_explained_borders(model.document)
    if (order.plan.edits or bordered) and not carried and not apart:
        changed = "; ".join(dict.fromkeys(f"{edit.layer}: {edit.says}" for edit in order.plan.edits)) or EDIT
        raise Refused(
            f"exact only with a changed architecture, which a weights file cannot carry ({changed})",
            hint="take the new architecture too with --architecture-out model.tf.json, or write NAME.keras",
        )


def _is_whole(order: Order) -> bool:
    """Whether layers are spelled anew, which needs an architecture."""
    return order.dialect in ("keras2", "keras3")


def _check_apart(order: Order, *, carried: bool) -> None:
    """--architecture-out is for an architecture that exists and has no other place."""
    if carried:
        raise UsageError(f"--architecture-out: {order.target} carries the new architecture itself", hint="leave it out")
    if order.model.document is None:
        raise UsageError("--architecture-out needs an architecture to start from", hint="pass --architecture")


def with_duty(order: Order) -> Order:
    """Weights alone are right only in a model that has been changed along with them."""
    if order.model.kind != "weights" or order.settled.graph is None or order.dialect != "same":
        return order
    if "architecture_out" in order.names:
        return _assuming(order, _loaded_into(order))
    duty = (
        "the weights are loaded into the given architecture with only its ordering changed: input shapes, data format"
    )
    return _assuming(order, f"{duty}, and every axis, shared axis and Reshape that counts channels")


def with_loading(order: Order) -> Order:
    """Keras 3 tells the layers of its weights by class and count: they are right in one model only."""
    if order.form != "weights.h5":
        return order
    return _assuming(order, _loaded_into(order) if "architecture_out" in order.names else _loaded_in_order(order))


def _assuming(order: Order, sentence: str) -> Order:
    source = order.settled
    return replace(order, settled=replace(source, assumptions=(*source.assumptions, sentence)))


def _loaded_into(order: Order) -> str:
    return f"the weights are loaded into the architecture written to {PurePath(order.names['architecture_out']).name}"


def _loaded_in_order(order: Order) -> str:
    layers = json.loads(keras3_document(order.settled, order.plan, order.target))["config"]["layers"]
    classes = [layer["class_name"] for layer in layers]
    listed = ", ".join(classes[:_MOST_CLASSES]) + (", …" if len(classes) > _MOST_CLASSES else "")
    return (
        f"the weights are loaded into a model of these {len(classes)} layers in this order ({listed}), "
        "which --architecture-out writes"
    )
