"""The numpy referee's proof of two models, on what the user knows."""

from __future__ import annotations

from dataclasses import dataclass

from dimorder.engine.proof.prove import prove
from dimorder.engine.proof.second import Models
from dimorder.flow.goal import proof_limit
from dimorder.flow.knowledge import Knowledge
from dimorder.flow.opened import Read
from dimorder.flow.options import Options
from dimorder.proof import Proof
from dimorder.sandbox.outside import Outside


@dataclass(frozen=True, slots=True)
class Terms:
    """What both referees are given, so that the second sees what the first saw.

    architecture: of a `.weights.h5`, as JSON; b"" for a file that holds its own.
    """

    known: Knowledge
    options: Options
    outside: Outside
    architecture: bytes = b""


def compared(models: Models, read_converted: Read, terms: Terms, assumptions: tuple[str, ...]) -> Proof:
    """Whether both models compute the same; assumptions: what reading took for granted."""
    return prove(
        models.original,
        models.read,
        models.converted,
        read_converted,
        models.plan,
        seed=terms.options.seed,
        samples=terms.known.samples,
        expect=terms.known.expectation,
        float64_limit=proof_limit(models.plan),
        assumptions=assumptions,
        progress=terms.outside.progress,
    )
