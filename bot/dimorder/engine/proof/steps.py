"""Steps that a mask passes over, among those that are tried."""

from __future__ import annotations

from dimorder.engine.proof.signals import Rng
from dimorder.steps import Array


def passed_over(rng: Rng, count: int, steps: int) -> Array:
    """Which steps of each probe do not count (count, steps): none, the last, the first, and any, in turn.

    At least one step of each probe counts.
    """
    found: Array = rng.random((count, steps)) < 0.4
    for number in range(count):
        some = int(rng.integers(1, steps)) if steps > 1 else 0
        if number % 4 < 3:
            found[number] = False
        if number % 4 == 1:
            found[number, steps - some :] = some > 0
        if number % 4 == 2:
            found[number, :some] = True
        found[number, int(rng.integers(0, steps))] &= not found[number].all()
    return found
