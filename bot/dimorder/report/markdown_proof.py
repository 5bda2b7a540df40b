"""A proof in Markdown: errors against limits, the mistakes tried, what is proven and what is not."""

from __future__ import annotations

from collections.abc import Iterable

from dimorder.proof import SQUASHED_LIMIT, Proof
from dimorder.report import words
from dimorder.report.escape import cell, prose

MOST_ROWS = 40


def section(title: str, sentences: Iterable[str]) -> list[str]:
    """A heading with a list below it; nothing without sentences."""
    found = [f"- {prose(said)}" for said in sentences]
    left = [f"- and {len(found) - MOST_ROWS} more"] if len(found) > MOST_ROWS else []
    return ["", f"### {title}", "", *found[:MOST_ROWS], *left] if found else []


def proof_lines(proof: Proof, assumptions: tuple[str, ...]) -> list[str]:
    """Everything below the verdict."""
    return [
        *_errors(proof),
        *_controls(proof),
        *section("No probe tells whether these are moved rightly", proof.uncovered),
        *section("Proven", proof.proven),
        *section("Not proven", words.still_open(proof, assumptions)),
    ]


def _errors(proof: Proof) -> list[str]:
    if not proof.outputs:
        return []
    limit = f"{words.limit(proof):.0e}"
    lines = ["", "### Proof", "", "| output | relative L2 | limit | largest change |", "|---|--:|--:|--:|"]
    lines += [
        f"| {cell(d.name)} | {words.figure(d.relative_l2)} | {limit} | {words.figure(d.max_abs)} |"
        for d in proof.outputs[:MOST_ROWS]
    ]
    lines += [
        "",
        "Relative L2 before the last softmax, sigmoid or tanh; largest change of the final values, "
        f"at most {SQUASHED_LIMIT:.0e} where they are squashed.",
        f"Probes: {prose(words.probes(proof))}. Computed by {prose('; '.join(proof.referees))}.",
    ]
    if proof.top1_agreement is not None:
        lines.append(f"Same best class: {words.share(proof.top1_agreement)} of the probes.")
    if proof.first_divergence:
        lines.append(f"First layer that drifts: {cell(proof.first_divergence)}.")
    return lines


def _controls(proof: Proof) -> list[str]:
    if not proof.controls:
        return []
    lines = ["", "### Wrong conversions, through the same probes", ""]
    lines += ["| mistake | relative L2 | same class | |", "|---|--:|--:|---|"]
    lines += [
        f"| {cell(c.name)} | {words.figure(c.relative_l2)} | {words.share(c.top1_agreement)} "
        f"| {prose(words.outcome(c))} |"
        for c in words.classic(proof)
    ]
    alone = words.each_alone(proof)
    return [*lines, "", prose(alone) + "."] if alone else lines
