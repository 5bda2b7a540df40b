"""A proof in Markdown: the conversion beside those that are wrong on purpose, what is proven and what is not."""

from __future__ import annotations

from collections.abc import Iterator

from dimorder.proof import SQUASHED_LIMIT, Control, Drift, Proof
from dimorder.report import words
from dimorder.report.escape import cell, prose
from dimorder.report.markdown_parts import folded, section, table


def proof_lines(proof: Proof, rows: int) -> list[str]:
    """The table, and its details folded away."""
    if not proof.outputs:
        return []
    lines = ["", "### Proof", *_beside_controls(proof, rows)]
    alone = words.each_alone(proof)
    lines += ["", f"{prose(alone)}."] if alone else []
    if proof.first_divergence:
        lines += ["", f"First layer that drifts: {cell(proof.first_divergence)}."]
    return lines + folded("Outputs, probes, referees", [*_outputs(proof, rows), "", *_how(proof)])


def trusted(proof: Proof, assumptions: tuple[str, ...], rows: int) -> list[str]:
    """Proven, not proven, and what no probe shows."""
    return [
        *section("No probe tells whether these are moved rightly", proof.uncovered, rows),
        *section("Proven", proof.proven, rows),
        *section("Not proven", words.still_open(proof, assumptions), rows),
    ]


def _beside_controls(proof: Proof, rows: int) -> list[str]:
    """The same probes: what was converted, and what each classic mistake would have made of it."""
    limit = f"{words.limit(proof):.0e}"
    kept = proof.relative_l2 is not None and proof.relative_l2 <= words.limit(proof)
    said = f"within the limit {limit}" if kept else f"limit {limit}"
    first = ("**this conversion**", words.figure(proof.relative_l2), words.share(proof.top1_agreement), said)
    rest = [first, *map(_control, words.classic(proof))]
    return table(("", " relative L2", " same class", "outcome"), rest, lambda row: row, max(rows, 10), "mistakes tried")


def _control(one: Control) -> tuple[str, ...]:
    figures = words.figure(one.relative_l2), words.share(one.top1_agreement)
    return f"on purpose: {cell(one.name)}", *figures, prose(words.outcome(one))


def _outputs(proof: Proof, rows: int) -> list[str]:
    limit = f"{words.limit(proof):.0e}"

    def row(one: Drift) -> tuple[str, ...]:
        return cell(one.name), words.figure(one.relative_l2), limit, words.figure(one.max_abs)

    return table(("output", " relative L2", " limit", " largest change"), proof.outputs, row, rows, "outputs")


def _how(proof: Proof) -> Iterator[str]:
    yield (
        "Relative L2 before the last softmax, sigmoid or tanh; largest change of the final values, "
        f"at most {SQUASHED_LIMIT:.0e} where they are squashed."
    )
    yield f"Probes: {prose(words.probes(proof))}. Computed by {prose('; '.join(proof.referees))}."
    if proof.top5_agreement is not None:
        yield f"Best five classes in common: {words.share(proof.top5_agreement)}."
