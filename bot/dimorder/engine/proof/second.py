"""A second referee beside a proof: real Keras 3 predicts with the converted file what numpy predicts with the original.

Only final values are compared: Keras does not show what goes into a softmax.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import BinaryIO, Literal

import numpy as np

from dimorder.engine.keras_referee import INSTALL, Answer, Ask, Feed, NoAnswer
from dimorder.engine.proof.compare import Tally
from dimorder.engine.proof.pair import FLOAT32, FLOAT64, Pair, feeds, original_view, run_original
from dimorder.engine.proof.peel import peel
from dimorder.engine.proof.probes import Batch, Probes, length, part, probes
from dimorder.engine.run import Reader
from dimorder.graph import Graph
from dimorder.plan import Plan
from dimorder.proof import RELATIVE_LIMIT, SQUASHED_LIMIT, TOLD_APART, Proof
from dimorder.steps import Array

MOST = 8
"""Probes of each input size."""
NOISE = 10
"""Times its own noise that a referee may lie apart."""
_ULP = float(np.finfo(np.float32).eps)

Outputs = Sequence[Array]


@dataclass(frozen=True, slots=True)
class Beside:
    """One output: how far Keras lies from the original, and from itself. squashed: which gate counts."""

    name: str
    squashed: bool
    apart: Tally
    noise: Tally

    @property
    def limit(self) -> float:
        least = SQUASHED_LIMIT if self.squashed else RELATIVE_LIMIT
        return max(least, NOISE * self._size(self.noise))

    @property
    def blurred(self) -> bool:
        """Its own noise is so large that it could not tell wrong from right."""
        least = SQUASHED_LIMIT if self.squashed else RELATIVE_LIMIT
        return self.limit >= TOLD_APART * least

    @property
    def differs(self) -> bool:
        if self.squashed or not self.apart.comparable:
            return not self.apart.comparable or self.apart.max_abs > self.limit
        return self.apart.exceeds(self.limit)

    def says(self) -> str:
        if not self.apart.comparable:
            return f"output '{self.name}' has another shape or is not finite"
        what = "max abs" if self.squashed or self.apart.relative_l2 is None else "relative L2"
        return f"output '{self.name}' moved: {what} {self._size(self.apart):.2g}, limit {self.limit:.0e}"

    def _size(self, tally: Tally) -> float:
        return tally.max_abs if self.squashed else tally.relative_l2 or 0.0


@dataclass(frozen=True, slots=True)
class Models:
    """The original as read, the converted graph for its names and shapes, and what leads from one to the other."""

    original: Graph
    read: Reader
    converted: Graph
    plan: Plan


def with_second(
    proof: Proof,
    models: Models,
    file: BinaryIO,
    ask: Ask,
    *,
    seed: int = 0,
    samples: Batch | None = None,
) -> Proof:
    """The proof with what real Keras 3 says of the converted file; only an `equivalent` proof is put to it.

    A referee that is absent, stops or takes too long changes no verdict; what it finds does.
    seed, samples: those of the proof, so that both referees see the same probes.
    """
    if proof.verdict != "equivalent":
        return proof
    pair = Pair(peel(models.original), models.read, peel(models.converted), models.read, models.plan)
    tried = _few(probes(models.original, seed, samples))
    given = [_feed(pair, batch) for batch in tried]
    found = ask(file, [*given, *(_nudged(feed) for feed in given)])
    if isinstance(found, NoAnswer):
        return _without(proof, found)
    if any(len(outputs) != len(pair.outputs()) for outputs in found.runs):
        return _worse(proof, "different", f"{found.who} finds another number of outputs")
    dtype = FLOAT64 if proof.precision == "float64" else FLOAT32
    ours = [run_original(pair, batch, pair.original.graph.outputs, dtype) for batch in tried]
    count = sum(length(batch) for batch in tried)
    return _with(proof, found, _beside(pair, ours, found.runs), count)


def not_asked(proof: Proof, because: str) -> Proof:
    """The proof, with the sentence that real Keras had no part in it."""
    return replace(proof, not_proven=(*proof.not_proven, f"That real Keras 3 predicts the same: {because}."))


def _few(tried: Probes) -> list[Batch]:
    """The first probes of each size, and of the samples."""
    most = min(MOST, tried.chunk)
    return [part(batch, 0, most) for batch in tried.batches]


def _feed(pair: Pair, batch: Batch) -> Feed:
    fed = feeds(pair.plan, pair.original.graph.inputs, pair.converted.graph.inputs, batch)
    return [fed[name] for name in pair.converted.graph.inputs]


def _nudged(feed: Feed) -> Feed:
    """The same probes in reverse, all numbers moved by one unit in the last place: what comes of that is noise."""
    rng = np.random.default_rng(0)
    return [
        batch[::-1] if batch.dtype.kind in "iu" else (batch * (1 + _ULP * rng.choice([-1, 1], batch.shape)))[::-1]
        for batch in feed
    ]


def _beside(pair: Pair, ours: Sequence[Batch], runs: Sequence[Outputs]) -> tuple[Beside, ...]:
    """runs: first all feeds, then all of them nudged."""
    half = len(ours)
    table = [
        Beside(name, pair.squashed(name, other) is not None, Tally(), Tally()) for name, other in pair.outputs()
    ]
    for batch, first, again in zip(ours, runs[:half], runs[half:], strict=True):
        for place, one in enumerate(table):
            one.apart.add(batch[one.name], original_view(pair.plan, one.name, first[place]))
            one.noise.add(first[place], again[place][::-1])
    return tuple(table)


def _with(proof: Proof, found: Answer, outputs: tuple[Beside, ...], count: int) -> Proof:
    blurred = [one.name for one in outputs if one.blurred]
    if blurred:
        return not_asked(proof, f"rounding alone moves what {found.who} gives for '{blurred[0]}' too far to tell")
    apart = max((one.apart.max_abs for one in outputs if one.apart.comparable), default=0.0)
    proof = replace(proof, referees=(*proof.referees, f"{found.who} (largest difference {apart:.0e})"))
    moved = [one.says() for one in outputs if one.differs]
    if moved:
        return _worse(proof, "different", f"{found.who}: {'; '.join(moved)}")
    said = f"{found.who}, run on the converted file, predicts the same for {count} of the probes."
    return replace(proof, proven=(*proof.proven, said))


def _without(proof: Proof, found: NoAnswer) -> Proof:
    if found.kind == "refused":
        return _worse(proof, "inconclusive", found.because)
    way = f" ({INSTALL})" if found.kind == "absent" else ""
    return not_asked(proof, f"{found.because}{way}")


def _worse(proof: Proof, verdict: Literal["different", "inconclusive"], because: str) -> Proof:
    return replace(proof, verdict=verdict, because=because, proven=())
