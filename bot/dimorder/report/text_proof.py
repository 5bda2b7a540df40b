"""A proof on the terminal: errors against limits, the mistakes tried, what is proven and what is not."""

from __future__ import annotations

from rich.console import RenderableType

from dimorder.proof import SQUASHED_LIMIT, Control, Proof
from dimorder.report import paper, words
from dimorder.report.paper import Look

MOST_ROWS = 12


def proof_parts(proof: Proof, assumptions: tuple[str, ...], look: Look) -> list[RenderableType]:
    """Everything below the verdict."""
    parts = _errors(proof, look) + _controls(proof, look)
    if proof.uncovered:
        parts += [*paper.heading("No probe tells whether these are moved rightly")]
        parts += [paper.bullets(_some(proof.uncovered, look))]
    if proof.proven:
        parts += [*paper.heading("Proven"), paper.bullets(proof.proven)]
    open_ = words.still_open(proof, assumptions)
    if open_:
        parts += [*paper.heading("Not proven"), paper.bullets(open_)]
    return parts


def _errors(proof: Proof, look: Look) -> list[RenderableType]:
    parts = paper.heading("Proof", words.probes(proof))
    if proof.outputs:
        shown = proof.outputs if look.verbose else proof.outputs[:MOST_ROWS]
        limit = f"{words.limit(proof):.0e}"
        rows = [(d.name, words.figure(d.relative_l2), limit, words.figure(d.max_abs)) for d in shown]
        parts.append(paper.table(("output", " relative L2", " limit", " largest change"), rows))
        parts.append(paper.indented(paper.sentence(_legend(), "dim")))
    if len(proof.outputs) > MOST_ROWS and not look.verbose:
        parts.append(paper.indented(paper.sentence(f"and {len(proof.outputs) - MOST_ROWS} more outputs")))
    if proof.top1_agreement is not None:
        parts.append(paper.indented(paper.sentence(_classes(proof))))
    if proof.first_divergence:
        said = f"First layer that drifts: {proof.first_divergence}"
        parts.append(paper.indented(paper.sentence(said, paper.BAD)))
    if look.verbose and proof.layers:
        layers = [(d.name, words.figure(d.relative_l2), words.figure(d.max_abs)) for d in proof.layers]
        parts.append(paper.table(("layer", " relative L2", " largest change"), layers))
    parts.append(paper.indented(paper.sentence(f"Computed by {'; '.join(proof.referees)}")))
    return parts


def _legend() -> str:
    return (
        "relative L2: before the last softmax, sigmoid or tanh; largest change: of the final values, "
        f"at most {SQUASHED_LIMIT:.0e} where they are squashed"
    )


def _classes(proof: Proof) -> str:
    said = f"Same best class: {words.share(proof.top1_agreement)} of the probes"
    if proof.top5_agreement is None:
        return said
    return f"{said}; best five in common: {words.share(proof.top5_agreement)}"


def _controls(proof: Proof, look: Look) -> list[RenderableType]:
    if not proof.controls:
        return []
    parts = paper.heading("Wrong conversions, through the same probes")
    classic = words.classic(proof)
    if classic:
        parts.append(_control_table(classic))
    if words.each_alone(proof):
        parts.append(paper.indented(paper.sentence(words.each_alone(proof))))
    if look.verbose and words.alone(proof):
        parts.append(_alone_table(words.alone(proof)))
    return parts


def _control_table(controls: tuple[Control, ...]) -> RenderableType:
    rows = [
        (c.name, words.figure(c.relative_l2), words.share(c.top1_agreement), words.outcome(c))
        for c in controls
    ]
    return paper.table(("mistake", " relative L2", " same class", ""), rows, _styles(controls))


def _alone_table(controls: tuple[Control, ...]) -> RenderableType:
    rows = [(c.scope, c.name, words.figure(c.relative_l2), words.outcome(c)) for c in controls]
    return paper.table(("array", "mistake", " relative L2", ""), rows, _styles(controls))


def _styles(controls: tuple[Control, ...]) -> list[str]:
    return ["dim" if not c.applicable else "" if c.told_apart else "yellow" for c in controls]


def _some(names: tuple[str, ...], look: Look) -> tuple[str, ...]:
    shown, left = words.enough(names, every=look.verbose, first=MOST_ROWS)
    return (*shown, f"and {left} more") if left else shown
