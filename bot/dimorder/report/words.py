"""What every format says in the same words: headlines, groups of alike moves, figures, the next step."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterable
from dataclasses import dataclass

from dimorder.planned import Edit, Port
from dimorder.proof import FLOAT64_LIMIT, RELATIVE_LIMIT, Control, Proof
from dimorder.report_data import ConvertReport, DiagnoseReport, Mistake, MoveLine, ProveReport

NONE = "–"
"""Stands where there is no figure."""
FIRST_NAMES = 3


@dataclass(frozen=True, slots=True)
class Group:
    """Things that happen alike to several arrays or layers."""

    says: str
    names: tuple[str, ...]
    because: str = ""


def figure(value: float | None) -> str:
    """An error in two digits."""
    if value is None:
        return NONE
    return f"{value:.2g}" if value >= 0.01 or value == 0 else f"{value:.1e}"


def share(value: float | None) -> str:
    """A part of the probes; never rounded up to all of them."""
    if value is None:
        return NONE
    return "100 %" if value == 1 else f"{min(value * 100, 99.9):.1f} %"


def limit(proof: Proof) -> float:
    """Of the relative L2, at the precision that decided."""
    return FLOAT64_LIMIT if proof.precision == "float64" else RELATIVE_LIMIT


def moved_alike(plan: Iterable[MoveLine]) -> tuple[Group, ...]:
    """Moves grouped by what is done and why, in the order of their first array."""
    found: dict[tuple[str, str], list[str]] = {}
    for move in plan:
        found.setdefault((", ".join(move.steps), move.because), []).append(move.tensor)
    return tuple(
        Group(says, tuple(names), "" if because in says else because)
        for (says, because), names in found.items()
    )


def edited_alike(edits: Iterable[Edit]) -> tuple[Group, ...]:
    """Edits grouped by what they say."""
    found: dict[str, list[str]] = {}
    for edit in edits:
        found.setdefault(edit.says, []).append(edit.layer)
    return tuple(Group(says, tuple(names)) for says, names in found.items())


def mistaken_alike(mistakes: Iterable[Mistake]) -> tuple[Group, ...]:
    """Mistakes grouped by their word and by what was found, in the order of their first array."""
    found: dict[tuple[str, str], list[str]] = {}
    for one in mistakes:
        name = f"{one.tensor} (as {one.found})" if one.found else one.tensor
        found.setdefault((one.mistake, one.because), []).append(name)
    return tuple(Group(word, tuple(names), because) for (word, because), names in found.items())


def diagnosis(report: DiagnoseReport) -> str:
    """What was found, in one sentence."""
    if report.verdict == "right":
        return f"All {report.arrays} arrays are what a conversion to {report.layout['target']} makes of the original's."
    wrong = len({one.tensor for one in report.mistakes})
    kinds = ", ".join(dict.fromkeys(one.mistake for one in report.mistakes))
    return f"{wrong} of {report.arrays} arrays are wrong: {kinds}."


def enough(names: tuple[str, ...], *, every: bool, first: int = FIRST_NAMES) -> tuple[tuple[str, ...], int]:
    """The names to show, and how many are left out (never a single one)."""
    if every or len(names) <= first + 1:
        return names, 0
    return names[:first], len(names) - first


def turned(port: Port) -> str:
    """How data for an input (or from an output) are laid out now; "" where nothing changed."""
    if port.permutation == tuple(range(len(port.permutation))):
        return ""
    order = ", ".join(str(axis) for axis in (0, *(axis + 1 for axis in port.permutation)))
    return f"{_shape(port.source_shape)} becomes {_shape(port.target_shape)}: transpose({order})"


def _shape(shape: tuple[int | None, ...]) -> str:
    return "(" + ", ".join("any" if size is None else str(size) for size in shape) + ")"


def measured(proof: Proof) -> str:
    """The figures of a proof in one sentence; "" without figures."""
    if proof.relative_l2 is None:
        return ""
    said = f"relative L2 {figure(proof.relative_l2)} (limit {limit(proof):.0e})"
    if proof.top1_agreement is not None:
        said += f", the same best class for {share(proof.top1_agreement)} of the probes"
    return said


def probes(proof: Proof) -> str:
    """What was fed, in words."""
    told = proof.probes
    if not told:
        return ""
    kinds = ", ".join(f"{count} {kind}" for kind, count in told.get("counts", {}).items())
    samples = told.get("samples") or 0
    parts = [kinds, f"{samples} samples" if samples else "", f"seed {told.get('seed', 0)}", proof.precision]
    return "; ".join(part for part in parts if part)


def classic(proof: Proof) -> tuple[Control, ...]:
    """Mistakes made everywhere."""
    return tuple(control for control in proof.controls if control.scope == "global")


def alone(proof: Proof) -> tuple[Control, ...]:
    """Single arrays left wrong."""
    return tuple(control for control in proof.controls if control.scope != "global")


def outcome(control: Control) -> str:
    """Whether the probes exposed a mistake."""
    if not control.applicable:
        return control.because
    return "told apart" if control.told_apart else "NOT told apart"


def each_alone(proof: Proof) -> str:
    """The local controls in one sentence; "" without any."""
    tried = alone(proof)
    if not tried:
        return ""
    arrays = {control.scope for control in tried}
    blind = {control.scope for control in tried if not control.told_apart}
    told = f"{len(arrays) - len(blind)} of {len(arrays)}"
    faintest = min(tried, key=lambda c: float("inf") if c.relative_l2 is None else c.relative_l2)
    said = f"Each array left wrong alone, in its own layer: {told} told apart"
    return f"{said}; the faintest by {figure(faintest.relative_l2)} ({faintest.scope}, {faintest.name})"


def still_open(proof: Proof, assumptions: tuple[str, ...]) -> tuple[str, ...]:
    """What is not proven, apart from the assumptions that stand above it."""
    rest = tuple(sentence for sentence in proof.not_proven if sentence not in assumptions)
    return (("The assumptions above.", *rest)) if assumptions else rest


def command(*words: str) -> str:
    """A line for a shell."""
    return shlex.join(words)


def again(report: ConvertReport) -> str:
    """The one command that runs the proof again; "" without a certificate.

    Files that do not lie in the certificate's folder or below it are named.
    """
    if not report.certificate:
        return ""
    apart = [report.source, report.target] if _is_apart(report.source, report) else []
    beside = dict(_BESIDE)
    if report.dialect != "same" or not report.options.get("architecture"):
        del beside["architecture_out"]  # nothing was written there: the target holds its own
    for role, option in beside.items():
        if report.options.get(role) and _is_apart(report.options[role], report):
            apart += [option, report.options[role]]
    return command("dimorder", "prove", "--check", report.certificate, *apart)


def prove_again(report: ProveReport) -> str:
    """The one command that compares the same two files again."""
    return command("dimorder", "prove", report.original, report.converted, *report.given)


_BESIDE = {
    "architecture": "--architecture",
    "architecture_out": "--converted-architecture",
    "samples": "--samples",
    "expect": "--expect",
}


def _is_apart(path: str, report: ConvertReport) -> bool:
    """A file outside the certificate's folder; the certificate knows its name only."""
    folder = os.path.dirname(os.path.abspath(report.certificate))
    return not os.path.abspath(path).startswith(os.path.join(folder, ""))


UNPROVEN = "NOT PROVEN: nobody has checked that this file predicts what the original predicts."


def verdict_sentence(report: ConvertReport) -> str:
    """Why the verdict is what it is."""
    if report.verdict == "equivalent" and report.proof:
        return f"The predictions did not move: {measured(report.proof)}."
    return report.because
