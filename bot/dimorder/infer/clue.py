"""Clues: evidence together with the layer it was seen at, and how several of them are weighed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from dimorder.infer.guess import Guess
from dimorder.layout import Ordering
from dimorder.model import Layer
from dimorder.verdict import About, Confidence, Evidence

Source = Literal["record", "shapes", "architecture", "other"]
"""record: this tool's own attribute. shapes: a proof from sizes. architecture: a config says so."""
Part = tuple[Layer, Guess]
"""A layer taken out of its group, with what it is guessed to be."""

ASSUMED = "assumed: "
"""How the reason of an evidence begins that is an assumption, not an observation."""


@dataclass(frozen=True, slots=True)
class Clue:
    """One observation. layer: its path, "" where it is about the whole file."""

    evidence: Evidence
    layer: str = ""
    source: Source = "other"


def clue(
    about: About,
    says: Ordering,
    because: str,
    strength: Confidence = "certain",
    *,
    layer: str = "",
    source: Source = "other",
) -> Clue:
    """A Clue in one call."""
    return Clue(Evidence(about, says, because, strength), layer, source)


def weigh(clues: Iterable[Clue], about: About) -> tuple[Ordering, Confidence]:
    """What the strongest clues agree on. Weak ones never decide; disagreement is an answer too."""
    heard = [c for c in clues if c.evidence.about == about]
    if any(c.source == "record" for c in heard):
        # The record knows better than any mark the first writer left; shapes can still refute it.
        heard = [c for c in heard if c.source in ("record", "shapes")]
    for strength in ("certain", "likely"):
        says = {c.evidence.says for c in heard if c.evidence.strength == strength}
        if len(says) == 1:
            return says.pop(), strength
        if says:
            return "unknown", "contradictory"
    return "unknown", "unknown"


def listed(names: Sequence[str], limit: int = 3) -> str:
    """Names for a sentence: the first few, and how many more.

    >>> listed(["a", "b", "c", "d"])
    "'a', 'b', 'c' and 1 more"
    """
    shown = ", ".join(repr(name) for name in names[:limit])
    return shown + (f" and {len(names) - limit} more" if len(names) > limit else "")
