"""Name what an earlier conversion did wrong, array by array."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from math import prod
from typing import BinaryIO

from dimorder.engine.diagnosis.explain import explain, unlike
from dimorder.engine.diagnosis.matching import Found, Match, fingerprint, matched
from dimorder.engine.diagnosis.words import MISSING, Form, Wrong, exchanged
from dimorder.flow.goal import draft_plan
from dimorder.flow.options import Dialect, Options
from dimorder.flow.reading import (
    Opened,
    Read,
    Settled,
    as_released,
    judge,
    open_bare,
    open_model,
    require_weights,
    settled,
)
from dimorder.graph import Node, Tensor
from dimorder.layout import SPATIAL
from dimorder.plan import Array, Flip, Move, Permute, Plan, Step, apply, expanded
from dimorder.report_data import DiagnoseReport, Mistake
from dimorder.sandbox.isolated import Progress
from dimorder.semantics import Bidirectional, ConvRecurrent, Mapped, Recurrent
from dimorder.shapes import GATES

_LETTERS = "abcdefgh"


def diagnose(
    files: Mapping[str, BinaryIO], names: Mapping[str, str], options: Options, progress: Progress
) -> DiagnoseReport:
    """The mistakes of the second file as a conversion of the first; the first is read as --from says."""
    options = replace(as_released(options, names["source"]), unproven=True)
    opened = open_model(files, names, options)
    require_weights(opened.model)
    converted = open_bare(files["converted"], names["converted"], options)
    require_weights(converted.model)
    original = settled(opened, options, judge(opened, options))
    plan = draft_plan(original, options, _dialect(opened, converted))
    work = _Diagnosis(original, plan, converted, progress)
    mistakes = work.mistakes()
    return DiagnoseReport(
        original=names["source"],
        converted=names["converted"],
        sha256={"original": opened.model.sha256, "converted": converted.model.sha256},
        layout={"original": str(original.verdict.layout), "target": str(plan.target)},
        verdict="wrong" if mistakes else "right",
        assumptions=original.assumptions,
        mistakes=mistakes,
        right=work.right,
        arrays=work.arrays,
        edits=plan.edits,
        unjudged=plan.refusals,
        given=_given(names, options),
    )


def _given(names: Mapping[str, str], options: Options) -> tuple[str, ...]:
    """How the user said that the original is to be read."""
    words = ["--architecture", names["architecture"]] if "architecture" in names else []
    words += ["--architecture", f"app:{options.app}"] if options.app else []
    words += ["--from", str(options.stated)] if options.stated and not options.released else []
    words += [word for glob, layout in options.layers for word in ("--from", f"{glob}={layout}")]
    return (*words, *(("--keras-version", options.keras_version) if options.keras_version else ()))


def _dialect(original: Opened, converted: Opened) -> Dialect:
    """What the converted file is spelled in: another era has joined some arrays and computed others anew."""
    if converted.model.era == "keras3":
        return "keras3"
    return "keras2" if (converted.model.era, original.model.era) == ("keras2", "keras1") else "same"


class _Diagnosis:
    """Both files, their arrays paired, each pair explained."""

    def __init__(self, original: Settled, plan: Plan, converted: Opened, progress: Progress) -> None:
        self.original = original
        self.plan = plan
        self.converted = converted
        self.progress = progress
        self.nodes = {t.address: node for node in _nodes(original) for t in node.tensors}
        self.wanted, self.moves = self._wanted()
        self.arrays = len(self.wanted)
        self.right = 0

    def mistakes(self) -> tuple[Mistake, ...]:
        """All mistakes, in the order of the original's arrays."""
        there = {tensor.address: tensor for tensor in self.converted.model.tensors()}
        pairs = matched(
            [_found(tensor, self._expected) for tensor in self.wanted],
            [_found(tensor, self.converted.read) for tensor in there.values()],
        )
        told: list[Mistake] = []
        for done, pair in enumerate(pairs, 1):
            told += self._told(pair, there.get(pair.found))
            self.progress("arrays", done, len(pairs))
        return tuple(told)

    def _wanted(self) -> tuple[tuple[Tensor, ...], Mapping[str, Move]]:
        """The original's arrays as the converted file should hold them: in pieces where its era keeps pieces."""
        arrays = self.original.arrays()
        if self.converted.model.era not in ("keras0", "keras1"):
            return arrays, self.plan.moves
        pieces = tuple(part for tensor in arrays for part in tensor.stored())
        return pieces, expanded(self.plan.moves, arrays)

    def _expected(self, tensor: Tensor) -> Array:
        return apply(self._steps(tensor), self.original.opened.read(tensor))

    def _steps(self, tensor: Tensor) -> tuple[Step, ...]:
        move = self.moves.get(tensor.address)
        return move.steps if move else ()

    def _told(self, pair: Match, found: Tensor | None) -> list[Mistake]:
        tensor = next(one for one in self.wanted if one.address == pair.original)
        if found is None:
            return [_mistake(tensor, MISSING, "")]
        array, there = self.original.opened.read(tensor), self.converted.read(found)
        steps = self._steps(tensor)
        told = explain(array, steps, there, self._form(tensor))
        if told is None:
            told = (self._unexplained(tensor, there),)
        if not told:
            self.right += 1
        return [_mistake(tensor, wrong, found.name) for wrong in told]

    def _unexplained(self, tensor: Tensor, there: Array) -> Wrong:
        """Another array's numbers, or nobody's."""
        mark = fingerprint(there)
        for other in self.wanted:
            if other.address != tensor.address and prod(other.shape) == there.size and mark in self._marks(other):
                return exchanged(other.name)
        return unlike(self._expected(tensor), there)

    def _marks(self, tensor: Tensor) -> tuple[str, str]:
        return fingerprint(self._expected(tensor)), fingerprint(self.original.opened.read(tensor))

    def _form(self, tensor: Tensor) -> Form:
        """Letters from the steps where they name axes, else from the operation, else none that mean anything."""
        steps = self._steps(tensor)
        node = self.nodes.get(tensor.address)
        axes = getattr(_inner(node.op), "axes", "") if node else ""
        source = next((s.source for s in steps if isinstance(s, Permute)), "")
        source = source or next((s.axes for s in steps if isinstance(s, Flip)), "")
        target = next((s.target for s in reversed(steps) if isinstance(s, Permute)), source)
        if not source and len(axes) == len(tensor.shape):
            source = target = axes
        plain = _LETTERS[: len(tensor.shape)]
        spatial = "".join(letter for letter in SPATIAL[3] + SPATIAL[1] if letter in source)
        whole = node is not None and tensor in node.tensors  # a piece of a joined array is one gate
        return Form(source or plain, target or plain, spatial, _gates(node) if node and whole else 1)


def _found(tensor: Tensor, read: Read) -> Found:
    return Found(tensor.name, tensor.address, tensor.shape, lambda: read(tensor))


def _nodes(original: Settled) -> tuple[Node, ...]:
    return original.graph.nodes if original.graph else ()


def _inner(op: object) -> object:
    return _inner(op.inner) if isinstance(op, Mapped) else op


def _gates(node: Node) -> int:
    op = _inner(node.op)
    op = op.inner if isinstance(op, Bidirectional) else op
    if isinstance(op, ConvRecurrent):
        return GATES["lstm"]
    return GATES[op.kind] if isinstance(op, Recurrent) else 1


def _mistake(tensor: Tensor, wrong: Wrong, found: str) -> Mistake:
    return Mistake(tensor.name, wrong.word, wrong.because, found if found != tensor.name else "")
