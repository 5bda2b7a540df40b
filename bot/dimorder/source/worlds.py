"""One evaluation for every world, carried out only where the machine can make a difference."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from dimorder.program import WORLDS, Era, World
from dimorder.source.machine import Machine

Found = TypeVar("Found")


def in_worlds(evaluated: Callable[[Machine], Found], keras: str = "2", era: Era = "") -> list[tuple[World, Found]]:
    """What each world yields, the same value where the machine made no difference.

    evaluated: carries out the whole evaluation on one machine; it does alike on machines that tell it the same.
    keras, era: as in Machine.
    """
    done: list[tuple[Machine, Found]] = []
    return [(world, _in(Machine(world, keras, era), done, evaluated)) for world in WORLDS]


def _in(fresh: Machine, done: list[tuple[Machine, Found]], evaluated: Callable[[Machine], Found]) -> Found:
    for machine, found in done:
        if machine.tells_the_same(fresh.world):
            return found
    found = evaluated(fresh)
    done.append((fresh, found))
    return found
