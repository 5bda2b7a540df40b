"""Models that one file builds once others call it: what its functions are given is told by who imports it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from dimorder.flow.imports import imports, stem
from dimorder.program import BuiltModel, Program, Run
from dimorder.source.ways import UNCALLED

MOST_CALLERS = 12
"""Files that are looked at for one that they import."""


def callers_of(path: str, texts: Mapping[str, str]) -> tuple[str, ...]:
    """Files of a repository that may import this one."""
    stems = {stem(path)}
    found = (other for other in sorted(texts) if other != path and imports(texts[other], stems))
    return tuple(one for one, _ in zip(found, range(MOST_CALLERS), strict=False))


def waits_for_callers(program: Program) -> bool:
    """Whether a model in the file hangs on arguments that nothing in it passes."""
    return any(
        UNCALLED in one.because
        for run in program.runs
        for model in run.models
        if model.place.path == program.path
        for one in model.unknown
    )


def seen_from(program: Program, callers: Iterable[Program]) -> Program:
    """The program with those of its models that are known only where others call it, as known there."""
    others = tuple(callers)
    runs = tuple(replace(run, models=tuple(_models(program.path, run, others))) for run in program.runs)
    return replace(program, runs=runs)


def _models(path: str, run: Run, callers: tuple[Program, ...]) -> Iterator[BuiltModel]:
    waiting = {model.place for model in run.models if any(UNCALLED in one.because for one in model.unknown)}
    found = [
        model
        for caller in callers
        for other in caller.runs
        if other.world == run.world
        for model in other.models
        if model.place in waiting and model.place.path == path and model.is_complete
    ]
    known = {model.place for model in found}
    yield from (model for model in run.models if model.place not in known)
    yield from found
