"""What a proof shows and what it does not, in whole sentences."""

from __future__ import annotations

from typing import Any

from dimorder.plan import Plan
from dimorder.proof import Control, ProofVerdict

Sentences = tuple[str, ...]


_COMPUTED = "the original's numbers, moved and computed as planned to the last bit"


def proven(
    verdict: ProofVerdict,
    controls: tuple[Control, ...],
    plan: Plan,
    expectation: dict[str, Any] | None,
) -> Sentences:
    """What stands; nothing unless the verdict is `equivalent`."""
    if verdict != "equivalent":
        return ()
    found = ["The converted file computes what the original computes as read."]
    if moved := len(plan.moved()):
        holds = "the original's own bits, moved as planned" if plan.is_lossless() else _COMPUTED
        found.append(f"Each of the {moved} moved arrays holds {holds}.")
    telling = [c.name for c in controls if c.scope == "global" and c.applicable and c.told_apart]
    if telling:
        found.append(f"The same probes expose these wrong conversions: {', '.join(telling)}.")
    if any(control.scope != "global" for control in controls):
        found.append("Each moved array that could be wrong and still load would show in its own layer.")
    if expectation and expectation["reproduced"]:
        found.append("Both models reproduce what is known about the samples.")
    return tuple(found)


def not_proven(
    plan: Plan,
    assumptions: Sentences,
    uncovered: Sentences,
    expectation: dict[str, Any] | None,
    *,
    samples: bool,
) -> Sentences:
    """What is taken on trust."""
    found = [*assumptions]
    found += [f"Layer '{layer}' is copied as it is, on the user's word." for layer in plan.kept]
    found += [f"Whether '{address}' is moved rightly: no probe tells." for address in uncovered]
    if expectation is None:
        found.append("That the original was read rightly: no known predictions were given to compare with.")
    elif expectation["reproduced"] is None:
        found.append("That the original was read rightly: the known answers are too few or coarse to tell.")
    elif not expectation["reproduced"]:
        found.append("That the original was read rightly: it does not give the known answers.")
    if not samples:
        found.append("Inputs unlike the probes: no samples of real data were given.")
    return tuple(found)
