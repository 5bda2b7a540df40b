"""From a settled model and the user's target to a plan."""

from __future__ import annotations

from dataclasses import replace

from dimorder.errors import Refused, UsageError
from dimorder.flow.opened import Settled
from dimorder.flow.options import Dialect, Options
from dimorder.flow.refusals import coded
from dimorder.flow.values import refused_by_values
from dimorder.flow.words import check_words
from dimorder.infer import guess_kind, split
from dimorder.infer.word import override
from dimorder.layout import Layout, parse_layout
from dimorder.model import Layer, Model
from dimorder.plan import Move, Plan, expanded
from dimorder.proof import ARITHMETIC_LIMIT, FLOAT64_LIMIT
from dimorder.rules.planner import check, plan_graph
from dimorder.rules.tracing import Goal
from dimorder.rules.weights_only import Part, Wanted, plan_weights


def make_plan(settled: Settled, options: Options, dialect: Dialect = "same") -> Plan:
    """The whole conversion; raises with every refusal at once."""
    plan = draft_plan(settled, options, dialect)
    check(plan)
    return plan


def draft_plan(settled: Settled, options: Options, dialect: Dialect) -> Plan:
    """The whole conversion with its refusals in it: the arrays of such a layer are copied as they are."""
    check_words(settled, options)
    target = wanted_layout(settled, options)
    if settled.graph is None:
        return _without_architecture(settled, target, options)
    plan = plan_graph(settled.graph, settled.verdict.layout, target, _goal(settled, target, options, dialect))
    refusals = coded((*plan.refusals, *refused_by_values(settled, plan)), settled.opened.form)
    return replace(plan, refusals=refusals)


def proof_limit(plan: Plan) -> float:
    """How close both models must be in float64: numbers that were computed anew have been rounded anew."""
    return FLOAT64_LIMIT if plan.is_lossless() else ARITHMETIC_LIMIT


def wanted_layout(settled: Settled, options: Options) -> Layout:
    """The target; on the way back to where a file came from, with the rows it had there."""
    target, provenance = options.target, settled.model.provenance
    if provenance is None or target.dense_rows != "unknown":
        return target
    try:
        came_from = parse_layout(provenance.source_layout)
    except UsageError:
        return target
    same = (came_from.dim_ordering, came_from.kernels) == (target.dim_ordering, target.kernels)
    return replace(target, dense_rows=came_from.dense_rows) if same else target


def _goal(settled: Settled, target: Layout, options: Options, dialect: Dialect) -> Goal:
    first = target.dim_ordering == "th"
    return Goal(
        channels="first" if first else "last",
        orientation="convolution" if target.kernels == "th" else "correlation",
        source_channels=settled.verdict.layout.channels,
        flatten="first" if first and _flatten_moves(settled.model, target) else "last",
        kernels_follow_channels=settled.model.era in ("keras0", "keras1"),
        conv1d=_conv1d(settled.model, first),
        dialect="same" if dialect == "keras1" else dialect,
        least_epsilon=_least_epsilon(settled, target, dialect),
        keep=options.keep,
        keep_inputs=options.keep_inputs,
    )


FUSED_EPSILON = 1.001e-5
"""To which TensorFlow raises a smaller one: tensorflow/python/ops/nn_impl.py fused_batch_norm at 1.15.5."""


def _least_epsilon(settled: Settled, target: Layout, dialect: Dialect) -> float:
    """What Keras 2 normalises maps with on TensorFlow; a file that it trained there is read without it."""
    of_keras2 = settled.model.era == "keras2"
    fused = dialect == "keras2" or (dialect == "same" and of_keras2)
    stays = of_keras2 and settled.verdict.layout.kernels == "tf"
    return FUSED_EPSILON if fused and target.kernels == "tf" and not stays else 0.0


def _flatten_moves(model: Model, target: Layout) -> bool:
    """Whether a channels-first Flatten of this file's Keras moves channels to the end: from 2.2.0 on it says so."""
    provenance = model.provenance
    if provenance and provenance.flatten and str(target) == provenance.source_layout:
        return provenance.flatten == "first"
    if target.dense_rows != "unknown":
        return target.dense_rows == "tf"
    return model.era in ("keras2", "keras3") and model.document is not None and _flatten_states(model.document)


def _flatten_states(value: object) -> bool:
    if isinstance(value, dict):
        if value.get("class_name") == "Flatten" and "data_format" in value.get("config", {}):
            return True
        return any(_flatten_states(inner) for inner in value.values())
    return isinstance(value, list) and any(_flatten_states(inner) for inner in value)


def _conv1d(model: Model, first: bool) -> str:
    """A weights file states no version: its Conv1D kernels take the form of 1.1.0, and go back to what they were."""
    if first:
        return model.provenance.conv1d if model.provenance else ""
    return "L1IO" if model.kind == "weights" and model.era == "keras1" else ""


def _without_architecture(settled: Settled, target: Layout, options: Options) -> Plan:
    model = settled.model
    if not options.unproven:
        raise Refused(
            f"{model.path}: holds weights but no architecture, so no conversion of it can be proven",
            hint="pass --architecture model.json, or --unproven to convert by shapes alone and have it said",
        )
    parts = tuple(_part(layer, settled) for group in model.layers if group.tensors for layer in split(group))
    follow = model.era in ("keras0", "keras1")
    wanted = Wanted(target, follow, _conv1d(model, target.dim_ordering == "th"), options.keep)
    return plan_weights(parts, settled.verdict.layout, wanted)


def _part(layer: Layer, settled: Settled) -> Part:
    guess = guess_kind(layer, settled.model.era)
    layout = override(settled.verdict.overrides, layer.name) or settled.verdict.layout
    return Part(layer.name, guess.kind, layer.tensors, guess.roles, layout, guess.because)


def slot_moves(settled: Settled, plan: Plan) -> dict[str, Move]:
    """Optimizer state takes the moves of the weight it belongs to."""
    moves = expanded(plan.moves, settled.arrays())
    found: dict[str, Move] = {}
    for slot in settled.model.slots:
        move = moves.get(slot.follows)
        if move is not None:
            found[slot.tensor.address] = Move(slot.tensor.name, slot.tensor.address, move.steps, move.because)
    return found
