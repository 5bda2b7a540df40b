"""A plan carried out: the converted file written and read back, in the dialect asked for."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import PurePath
from typing import Any, BinaryIO

from dimorder.errors import Refused, UsageError
from dimorder.flow.aligning import aligned
from dimorder.flow.goal import slot_moves
from dimorder.flow.options import Dialect, Options
from dimorder.flow.reading import Opened, Settled, conv1d_axes, flatten_channels, judge, open_model
from dimorder.formats import keras3
from dimorder.formats.containers import container
from dimorder.formats.hdf5 import Hdf5Store
from dimorder.formats.order import nested_order_holds, reordered
from dimorder.formats.reader import PROVENANCE, lowered_document
from dimorder.formats.respell import respell
from dimorder.formats.settings import training_settings
from dimorder.formats.writing import compare, write_hdf5
from dimorder.graph import Tensor
from dimorder.infer import settle
from dimorder.layout import Layout
from dimorder.model import Model
from dimorder.plan import Array, Plan, apply, expanded
from dimorder.report_data import Training

ENDINGS = (".h5", ".hdf5", ".keras")


@dataclass(frozen=True, slots=True)
class Written:
    """The converted model as read back from the file that was written, and what became of optimizer state."""

    settled: Settled
    training: Training


def dialect_of(options: Options, target: str) -> Dialect:
    """The dialect asked for, or the one that the target's suffix stands for."""
    lower = target.lower()
    if lower.endswith(".weights.h5") or not lower.endswith(ENDINGS):
        raise UsageError(
            f"{target}: its suffix stands for no container that is written here",
            hint=f"name the target {', '.join(ENDINGS[:-1])} or {ENDINGS[-1]}"
            + (" (Keras 3 takes .weights.h5 for a format of its own)" if lower.endswith(".weights.h5") else ""),
        )
    container: Dialect = "keras3" if lower.endswith(".keras") else "same"
    if options.dialect not in (None, container):
        raise UsageError(
            f"{target}: dialect {options.dialect} is not what this suffix stands for",
            hint="name the target .keras for Keras 3, .h5 or .hdf5 for the source's own dialect",
        )
    return container


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be written, and into which of the open files."""

    settled: Settled
    plan: Plan
    files: Mapping[str, BinaryIO]
    names: Mapping[str, str]

    @property
    def model(self) -> Model:
        return self.settled.model


def write(order: Order, options: Options) -> Written:
    """Write the target (and the new architecture, if asked for), then read it back from the file."""
    dialect = dialect_of(options, order.names["target"])
    attributes = {PROVENANCE: _provenance(order.settled, order.plan.target)}
    return _keras3(order, attributes) if dialect == "keras3" else _same(order, attributes)


def _provenance(settled: Settled, target: Layout) -> bytes:
    stated = {
        "layout": str(target),
        "source_layout": str(settled.verdict.layout),
        "source_sha256": settled.model.sha256,
        "version": version("dimorder"),
        "conv1d": conv1d_axes(settled.graph),
        "flatten": flatten_channels(settled.graph),
    }
    return json.dumps(stated, sort_keys=True).encode()


def _keras3(order: Order, attributes: dict[str, bytes]) -> Written:
    settled, plan, files, names = order.settled, order.plan, order.files, order.names
    model = order.model
    assert plan.graph is not None
    assert model.document is not None
    settings = training_settings(model.document) if model.era != "keras3" else {}
    name = PurePath(names["target"]).name.removesuffix(".keras")
    keras3.write(plan.graph, settings, _converted(settled, plan), files["target"], name=name, attributes=attributes)
    files["target"].seek(0)
    read_back, stored = keras3.read(files["target"], names["target"])
    opened = Opened(read_back, stored.read_array, None)
    verdict = judge(opened, Options())
    assert read_back.graph is not None
    graph = aligned(settle(read_back.graph, verdict), plan.graph)
    trained = model.slots or order.settled.opened.is_compiled()
    return Written(Settled(opened, verdict, graph, ()), "dropped" if trained else _training(model, plan))


def _converted(settled: Settled, plan: Plan) -> Any:
    """Reads an array of the original as the converted model holds it."""
    originals = {tensor.address: tensor for tensor in settled.arrays()}

    def read(tensor: Tensor) -> Array:
        steps = plan.moves[tensor.address].steps
        return apply(steps, settled.opened.read(originals[tensor.address]))

    return read


def _same(order: Order, attributes: dict[str, bytes]) -> Written:
    plan, files, model, store = order.plan, order.files, order.model, order.settled.opened.store
    if not isinstance(store, Hdf5Store):
        hint = "name the target NAME.keras"
        raise UsageError(f"{order.names['target']}: a .keras source is written as .keras", hint=hint)
    document = new_document(order.settled, plan)
    if model.kind == "model":
        attributes["model_config"] = json.dumps(document).encode()
    elif "architecture_out" in files:
        files["architecture_out"].write(json.dumps(document).encode())
    if model.backend:
        attributes["backend"] = b"theano" if plan.target.kernels == "th" else b"tensorflow"
    moves = expanded({**plan.moves, **slot_moves(order.settled, plan)}, order.settled.arrays())
    leave_out = frozenset() if model.slots_known else frozenset({"/optimizer_weights"})
    write_hdf5(store, moves, attributes, leave_out, files["target"], _layer_names(model, document))
    files["target"].seek(0)
    written = _read_back(order, document)
    target_store = written.opened.store
    assert isinstance(target_store, Hdf5Store)
    compare(store, target_store, moves, attributes, leave_out)
    return Written(written, _training(model, plan) if model.slots_known else "dropped")


def _training(model: Model, plan: Plan) -> Training:
    """Constraints work along axes of a kernel: once these have moved, training goes on otherwise."""
    return "changed" if plan.moved() and _is_constrained(model.document) else "preserved"


def _is_constrained(value: object) -> bool:
    if isinstance(value, dict):
        own = any(key.endswith("_constraint") and inner for key, inner in value.items())
        return own or any(_is_constrained(inner) for inner in value.values())
    return isinstance(value, list) and any(_is_constrained(inner) for inner in value)


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


def new_document(settled: Settled, plan: Plan) -> dict[str, Any] | None:
    """The architecture for the converted graph, None where none is known."""
    model = settled.model
    if model.document is None or plan.graph is None:
        return None
    default = "first" if settled.verdict.layout.dim_ordering == "th" else "last"
    version = str(model.document.get("keras_version") or model.keras_version)
    lowered = lowered_document(model.document, model.era, version, default)  # type: ignore[arg-type]
    document = respell(model.document, lowered, plan.graph, model.era, version)
    if "backend" in document:
        document["backend"] = "theano" if plan.target.kernels == "th" else "tensorflow"
    return document


def check_carriers(settled: Settled, plan: Plan, names: Mapping[str, str], options: Options) -> None:
    """Raise where the files asked for cannot carry what the plan needs; a dry run asks the same."""
    model, apart = settled.model, "architecture_out" in names
    if dialect_of(options, names["target"]) == "keras3" and settled.graph is None:
        raise Refused(
            f"{model.path}: a .keras file holds an architecture, and none is known",
            hint="pass it with --architecture model.json",
        )
    carried = model.kind == "model" or dialect_of(options, names["target"]) == "keras3"
    if apart and carried:
        raise UsageError(
            f"--architecture-out: {names['target']} carries the new architecture itself", hint="leave it out"
        )
    if apart and model.document is None:
        raise UsageError("--architecture-out needs an architecture to start from", hint="pass --architecture")
    if plan.edits and not carried and not apart:
        changed = "; ".join(dict.fromkeys(f"{edit.layer}: {edit.says}" for edit in plan.edits))
        raise Refused(
            f"exact only with a changed architecture, which a weights file cannot carry ({changed})",
            hint="take the new architecture too with --architecture-out model.tf.json, or write NAME.keras",
        )


def _read_back(order: Order, document: dict[str, Any] | None) -> Settled:
    """The written file as anybody would read it, with the architecture that goes with it."""
    plan = order.plan
    beside = {"target": order.files["target"]}
    if document is not None and order.model.kind == "weights":
        beside["architecture"] = io.BytesIO(json.dumps(document).encode())
    names = {**order.names, "architecture": "the converted architecture"}
    opened = open_model(beside, names, Options(stated=plan.target), "target")
    verdict = judge(opened, Options())
    graph = opened.model.graph
    if graph is not None:
        verdict = replace(verdict, layout=replace(plan.target, dense_rows=verdict.layout.dense_rows))
        graph = settle(graph, verdict, keras_version=opened.model.keras_version)
        graph = aligned(graph, plan.graph) if plan.graph else graph
    return Settled(opened, verdict, graph, ())
