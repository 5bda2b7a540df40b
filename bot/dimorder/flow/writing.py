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
from dimorder.flow.forms import ENDINGS, dialect_in, form_of
from dimorder.flow.goal import slot_moves
from dimorder.flow.options import Dialect, Options
from dimorder.flow.reading import Opened, Settled, conv1d_axes, flatten_channels, judge, open_model
from dimorder.formats import keras2, keras3
from dimorder.formats.borders import EDIT, has_explained_borders
from dimorder.formats.containers import container
from dimorder.formats.hdf5 import Hdf5Store
from dimorder.formats.keras0.spelling import spelled_back
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

_MOST_CLASSES = 12


@dataclass(frozen=True, slots=True)
class Written:
    """The converted model as read back from the file that was written, and what became of optimizer state.

    architecture: JSON of Keras 3, where it is not in the file itself.
    """

    settled: Settled
    training: Training
    notes: tuple[str, ...] = ()
    architecture: bytes = b""


def dialect_of(options: Options, target: str) -> Dialect:
    """The dialect asked for, or the one that the target's suffix stands for."""
    return dialect_in(target, options.dialect)


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
    attributes = {PROVENANCE: _provenance(order.settled, order.plan.target, dialect)}
    if dialect == "keras2":
        return _keras2(order, attributes)
    return _keras3(order, attributes) if dialect == "keras3" else _same(order, attributes)


def _provenance(settled: Settled, target: Layout, dialect: Dialect) -> bytes:
    stated = {
        "layout": str(target),
        "source_layout": str(settled.verdict.layout),
        "source_sha256": settled.model.sha256,
        "version": version("dimorder"),
        "conv1d": conv1d_axes(settled.graph),
        "flatten": flatten_channels(settled.graph),
        "dialect": dialect,
    }
    return json.dumps(stated, sort_keys=True).encode()


def _keras3(order: Order, attributes: dict[str, bytes]) -> Written:
    model, plan = order.model, order.plan
    assert plan.graph is not None
    opened, document = _keras3_opened(order, attributes)
    verdict = judge(opened, Options())
    assert opened.model.graph is not None
    graph = aligned(settle(opened.model.graph, verdict), plan.graph)
    trained = model.slots or order.settled.opened.is_compiled()
    training: Training = "dropped" if trained else _training(model, plan)
    return Written(Settled(opened, verdict, graph, ()), training, architecture=document)


def _keras3_opened(order: Order, attributes: dict[str, bytes]) -> tuple[Opened, bytes]:
    """The target written and opened again, and its architecture where the target does not hold it."""
    plan, file, path = order.plan, order.files["target"], order.names["target"]
    assert plan.graph is not None
    settings, read, name = keras3_settings(order.settled, plan), _converted(order.settled, plan), model_name(path)
    if form_of(path) == "weights.h5":
        document = keras3.write_apart(plan.graph, settings, read, file, name=name, attributes=attributes)
        if "architecture_out" in order.files:
            order.files["architecture_out"].write(document)
        return _opened_apart(file, path, document), document
    keras3.write(plan.graph, settings, read, file, name=name, attributes=attributes)
    file.seek(0)
    model, stored = keras3.read(file, path)
    return Opened(model, stored.read_array, None), b""


def keras3_settings(settled: Settled, plan: Plan) -> dict[str, dict[str, Any]]:
    """By layer path, what layers carry over that Keras 3 spells anew."""
    model = settled.model
    assert model.document is not None
    spoken = keras3.settings_in if model.era == "keras3" else None
    settings = spoken(model.document, model.path) if spoken else training_settings(model.document)
    return settings | {heir: settings[layer] for heir, layer in plan.heirs.items() if layer in settings}


def keras3_document(settled: Settled, plan: Plan, target: str) -> bytes:
    """The converted architecture as JSON of Keras 3."""
    assert plan.graph is not None
    return keras3.architecture(plan.graph, keras3_settings(settled, plan), model_name(target))


def model_name(target: str) -> str:
    """What a converted model is called in a file of this name."""
    name = PurePath(target).name
    return next((name[: -len(end)] for end, _ in ENDINGS if name.lower().endswith(end)), name)


def loading(settled: Settled, plan: Plan, names: Mapping[str, str]) -> str:
    """What has to hold of the model into which a `.weights.h5` is loaded: Keras tells its layers by class and count."""
    if "architecture_out" in names:
        return f"the weights are loaded into the architecture written to {names['architecture_out']}"
    layers = json.loads(keras3_document(settled, plan, names["target"]))["config"]["layers"]
    classes = [layer["class_name"] for layer in layers]
    listed = ", ".join(classes[:_MOST_CLASSES]) + (", …" if len(classes) > _MOST_CLASSES else "")
    return (
        f"the weights are loaded into a model of these {len(classes)} layers in this order ({listed}), "
        "which --architecture-out writes"
    )


def _opened_apart(file: BinaryIO, path: str, document: bytes) -> Opened:
    """A `.weights.h5` with the architecture that goes with it."""
    file.seek(0)
    stored = keras3.Stored(file, path)
    model = keras3.with_architecture(keras3.read_weights(stored, path, ""), stored, json.loads(document))
    return Opened(model, stored.read_array, None, stored)


def _keras2(order: Order, attributes: dict[str, bytes]) -> Written:
    settled, plan, files, names = order.settled, order.plan, order.files, order.names
    assert plan.graph is not None
    source = keras2.Source(order.model, settled.opened.training(), settled.opened.read)
    name = keras2.model_name(order.model, PurePath(names["target"]).stem)
    written = keras2.write(source, plan, files["target"], name=name, attributes=attributes)
    files["target"].seek(0)
    opened = open_model({"target": files["target"]}, names, Options(stated=plan.target), "target")
    verdict = judge(opened, Options())
    verdict = replace(verdict, layout=replace(plan.target, dense_rows=verdict.layout.dense_rows))
    assert opened.model.graph is not None
    graph = aligned(settle(opened.model.graph, verdict, keras_version=keras2.KERAS_VERSION), plan.graph)
    return Written(Settled(opened, verdict, graph, ()), written.training, written.notes)


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
        raise UsageError(
            f"{order.names['target']}: what Keras 3 wrote is not written in this form",
            hint="name the target NAME.keras or NAME.weights.h5",
        )
    document = new_document(order.settled, plan)
    if model.kind == "model":
        attributes["model_config"] = json.dumps(document).encode()
    elif "architecture_out" in files:
        assert document is not None
        files["architecture_out"].write(_spelled(model, document))
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
    """Constraints work along axes of a kernel: once these have moved, training goes on otherwise.

    So it does with numbers that were computed anew: a statistic of another formula, beside another epsilon.
    """
    constrained = plan.moved() and _is_constrained(model.document)
    return "changed" if constrained or not plan.is_lossless() else "preserved"


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
    spoken = "keras1" if model.era == "keras0" else model.era
    document = respell(model.document, lowered, plan.graph, spoken, version)
    if model.era == "keras0":
        _check_numbers(model, document)
    if "backend" in document:
        document["backend"] = "theano" if plan.target.kernels == "th" else "tensorflow"
    return document


def _check_numbers(model: Model, document: dict[str, Any]) -> None:
    """Keras 0 numbers its layers: one more would take the arrays of the next."""
    before, after = (container(each).layers for each in (model.document or {}, document))
    if len(before) != len(after):
        raise Refused(
            f"{model.path}: exact only with another layer in between, and files of Keras 0 tell layers by their number",
            hint="write the .keras form: -o NAME.keras",
        )


def _spelled(model: Model, document: dict[str, Any]) -> bytes:
    """The architecture as the Keras of these weights reads it."""
    return json.dumps(spelled_back(document, model.path) if model.era == "keras0" else document).encode()


def check_carriers(settled: Settled, plan: Plan, names: Mapping[str, str], options: Options) -> None:
    """Raise where the files asked for cannot carry what the plan needs; a dry run asks the same."""
    model, apart = settled.model, "architecture_out" in names
    whole = dialect_of(options, names["target"]) in ("keras2", "keras3")
    loose = form_of(names["target"]) == "weights.h5"
    if whole and settled.graph is None:
        what = "the architecture tells which layer owns an array" if loose else "a whole model holds an architecture"
        raise Refused(f"{model.path}: {what}, and none is known", hint="pass it with --architecture model.json")
    carried = (model.kind == "model" or whole) and not loose
    if apart and carried:
        raise UsageError(
            f"--architecture-out: {names['target']} carries the new architecture itself", hint="leave it out"
        )
    if apart and model.document is None:
        raise UsageError("--architecture-out needs an architecture to start from", hint="pass --architecture")
    bordered = plan.target.kernels == "tf" and has_explained_borders(model.document)
    if (plan.edits or bordered) and not carried and not apart:
        changed = "; ".join(dict.fromkeys(f"{edit.layer}: {edit.says}" for edit in plan.edits)) or EDIT
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
    stated = Options(stated=plan.target, expressions=order.settled.opened.expressions)
    opened = open_model(beside, names, stated, "target")
    verdict = judge(opened, Options())
    graph = opened.model.graph
    if graph is not None:
        verdict = replace(verdict, layout=replace(plan.target, dense_rows=verdict.layout.dense_rows))
        graph = settle(graph, verdict, keras_version=order.settled.keras_version or opened.model.keras_version)
        graph = aligned(graph, plan.graph) if plan.graph else graph
    return Settled(opened, verdict, graph, ())
