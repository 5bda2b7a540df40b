"""One evaluation for every world, carried out only where the machine can make a difference."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from dimorder.program import WORLDS, World
from dimorder.source.machine import Machine

Found = TypeVar("Found")


def in_worlds(evaluated: Callable[[Machine], Found]) -> list[tuple[World, Found]]:
    """What each world yields, the same value where the machine made no difference.

    evaluated: carries out the whole evaluation on one machine; it does alike on machines that tell it the same.
    """
    done: list[tuple[Machine, Found]] = []
    return [(world, _in(world, done, evaluated)) for world in WORLDS]


def _in(world: World, done: list[tuple[Machine, Found]], evaluated: Callable[[Machine], Found]) -> Found:
    for machine, found in done:
        if machine.tells_the_same(world):
            return found
    machine = Machine(world)
    found = evaluated(machine)
    done.append((machine, found))
    return found
