"""What holds whichever way conditions go that nobody knows: a program for each way, and what is told of all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from dimorder.lint.code import Told
from dimorder.program import WORLDS, Program, Run


def ways(program: Program) -> tuple[Program, ...]:
    """The program as each way of its conditions makes it; none where these are not all ways there are."""
    if WORLDS[0] not in program.covered:
        return ()
    every = [run for run in program.variants if run.world == WORLDS[0]]
    return tuple(_along(program, run) for run in every)


def _along(program: Program, today: Run) -> Program:
    """Beside a run on today's machines those on other machines that take the same for granted."""
    same = [run for run in program.variants if _assumed(run) == _assumed(today)]
    others = {run.world: run for run in (*program.runs, *same)}
    runs = tuple(others[world] for world in WORLDS if world in others)
    return replace(program, runs=tuple(today if run.world == today.world else run for run in runs), variants=(),
                   covered=())  # fmt: skip


def _assumed(run: Run) -> frozenset[tuple[str, bool]]:
    return frozenset((one.said, one.holds) for one in run.assumed)


def told_of_all(program: Program, find: Callable[[Program], Iterable[Told]]) -> Iterator[Told]:
    """What is found on every way; as it is told on the first."""
    found = [{(told.rule, told.place): told for told in find(way)} for way in ways(program)]
    for key, told in found[0].items() if found else ():
        if all(key in others for others in found):
            yield told
