"""Name what an earlier conversion did wrong, array by array."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from math import prod
from typing import BinaryIO

from dimorder.engine.diagnosis.explain import explain, unlike
from dimorder.engine.diagnosis.matching import Found, Match, fingerprint, matched
from dimorder.engine.diagnosis.words import EXTRA, MISSING, Wrong, exchanged
from dimorder.flow.expected import Expected
from dimorder.flow.goal import draft_plan
from dimorder.flow.opened import Opened, Read, Settled
from dimorder.flow.options import Dialect, Options
from dimorder.flow.reading import as_released, open_bare, open_model, require_weights
from dimorder.flow.settling import judge, settled
from dimorder.graph import Tensor
from dimorder.plan import Plan
from dimorder.report_data import DiagnoseReport, Mistake
from dimorder.sandbox.outside import Outside, Progress
from dimorder.steps import Array


def diagnose(
    files: Mapping[str, BinaryIO], names: Mapping[str, str], options: Options, outside: Outside
) -> DiagnoseReport:
    """The mistakes of the second file as a conversion of the first; the first is read as --from says."""
    options = replace(as_released(options, names["source"]), unproven=True)
    opened = open_model(files, names, options)
    require_weights(opened.model)
    converted = open_bare(files["converted"], names["converted"], options)
    require_weights(converted.model)
    original = settled(opened, options, judge(opened, options))
    plan = draft_plan(original, options, _dialect(opened, converted))
    work = _Diagnosis(original, plan, converted, outside.progress)
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
        arrays=len(work.expected.arrays),
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
    older = original.model.era in ("keras0", "keras1")
    return "keras2" if converted.model.era == "keras2" and older else "same"


class _Diagnosis:
    """Both files, their arrays paired, each pair explained."""

    def __init__(self, original: Settled, plan: Plan, converted: Opened, progress: Progress) -> None:
        self.original = original
        self.expected = Expected(original, plan, converted.model.era)
        self.rewritten = bool(plan.heirs)
        self.converted = converted
        self.progress = progress
        self.right = 0

    def mistakes(self) -> tuple[Mistake, ...]:
        """All mistakes, in the order of the original's arrays."""
        there = {tensor.address: tensor for tensor in self.converted.model.tensors()}
        model = self.converted.model
        # A .weights.h5 lists groups by class; layers built anew from several hold the arrays in another order.
        listed = (model.era != "keras3" or model.kind == "model") and not self.rewritten
        pairs = matched(self._originals(), self._founds(), listed=listed)
        told: list[Mistake] = []
        for done, pair in enumerate(pairs, 1):
            told += self._told(pair, there.get(pair.found))
            self.progress("arrays", done, len(pairs))
        taken = {pair.found for pair in pairs}
        left = [tensor for address, tensor in there.items() if address not in taken and not self.expected.adds()]
        return (*told, *(_mistake(tensor, EXTRA, "") for tensor in left))

    def _originals(self) -> list[Found]:
        table = {tensor.address: tensor for tensor in self.expected.arrays}
        homes = self.expected.homes().items()
        return [_found(table[address], self.expected.value, home) for address, home in homes]

    def _founds(self) -> list[Found]:
        layers = self.converted.model.layers
        return [_found(t, self.converted.read, (one.name, n)) for one in layers for n, t in enumerate(one.tensors)]

    def _told(self, pair: Match, found: Tensor | None) -> list[Mistake]:
        tensor = next(one for one in self.expected.arrays if one.address == pair.original)
        if found is None:
            return [_mistake(tensor, MISSING, "")]
        array, there = self.expected.array(tensor), self.converted.read(found)
        steps = self.expected.steps(tensor)
        told = explain(array, steps, there, self.expected.form(tensor))
        if told is None:
            told = (self._unexplained(tensor, there),)
        if not told:
            self.right += 1
        return [_mistake(tensor, wrong, found.name) for wrong in told]

    def _unexplained(self, tensor: Tensor, there: Array) -> Wrong:
        """Another array's numbers, or nobody's."""
        mark = fingerprint(there)
        for other in self.expected.arrays:
            if other.address != tensor.address and prod(other.shape) == there.size and mark in self._marks(other):
                return exchanged(other.name)
        return unlike(self.expected.value(tensor), there)

    def _marks(self, tensor: Tensor) -> tuple[str, str]:
        return fingerprint(self.expected.value(tensor)), fingerprint(self.original.opened.read(tensor))


def _found(tensor: Tensor, read: Read, home: tuple[str, int]) -> Found:
    return Found(tensor.name, tensor.address, tensor.shape, lambda: read(tensor), home)


def _mistake(tensor: Tensor, wrong: Wrong, found: str) -> Mistake:
    return Mistake(tensor.name, wrong.word, wrong.because, found if found != tensor.name else "")
