"""What keeps the evaluation of strangers' code small: steps, depth, sizes. Nothing here looks at a clock."""

from __future__ import annotations

from typing import Any

from dimorder.program import Unknown

MOST_STEPS = 150_000
"""Of one file in one world; a step is an expression or a statement, or 16 items of a collection.

ResNet-152 takes 20,000.
"""
MOST_COLD_STEPS = 50_000
"""Of one function that nobody calls."""
DEEPEST = 60
"""Calls of the code's own functions inside each other."""
DEEPEST_PYTHON = 3_000
"""Of our own calls inside each other: DEEPEST calls with some 40 for each stay below it."""
MOST_TURNS = 10_000
"""Of one loop."""
ENOUGH_TURNS = 50
ENOUGH_STEPS = 5_000
"""A loop that has gone so many turns and steps and made no layer is left: it computes or trains, it does not build."""
MOST_ALIKE = 40
"""Calls that are put down of one place."""
MOST_ITEMS = 100_000
LONGEST = 1_000_000
"""Characters of a string."""
LARGEST = 1 << 64
"""Of whole numbers."""


class Stopped(Exception):
    """A bound ended the evaluation. because: which one."""

    def __init__(self, because: str) -> None:
        super().__init__(because)
        self.because = because


def within(value: Any) -> Any:
    """The value, or Unknown where it is larger than what is held here."""
    kind = type(value)
    if kind is int and abs(value) > LARGEST:
        return Unknown("a whole number beyond 2 ** 64")
    if kind in (str, bytes) and len(value) > LONGEST:
        return Unknown(f"a text of more than {LONGEST} characters")
    if kind in (list, tuple, dict, set, frozenset) and len(value) > MOST_ITEMS:
        return Unknown(f"a collection of more than {MOST_ITEMS} items")
    return value


def weight(value: Any) -> int:
    """Steps that a collection or text costs."""
    kind = type(value)
    if kind in (list, tuple, dict, set, frozenset, range):
        return len(value) >> 4
    return len(value) >> 10 if kind in (str, bytes) else 0


_HOLDING = frozenset({Unknown, list, tuple, set, frozenset, dict})


def unknown_in(value: Any, most: int = MOST_ITEMS) -> Unknown | None:
    """The first Unknown inside plain data; data that unfold to more than `most` items count as unknown."""
    if type(value) not in _HOLDING:
        return None  # nearly always
    waiting, seen = [value], 0
    while waiting:
        one = waiting.pop()
        kind = type(one)
        if kind is Unknown:
            return one  # type: ignore[no-any-return]  # told by its type
        if kind in (list, tuple, set, frozenset):
            waiting.extend(one)
            seen += len(one)
        elif kind is dict:
            waiting.extend(one)
            waiting.extend(one.values())
            seen += 2 * len(one)
        if seen > most:
            return Unknown(f"data that unfold to more than {most} items")
    return None
