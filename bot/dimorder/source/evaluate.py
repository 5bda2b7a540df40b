"""The evaluation of one file of Python in every world that it can run in: its own lines, then what nobody calls."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from dimorder.program import WORLDS, BuiltModel, Program, Run, Unknown, World
from dimorder.source.beyond import cast_doubt
from dimorder.source.bounds import DEEPEST_PYTHON, Stopped
from dimorder.source.calls import carried_out
from dimorder.source.cold import run_uncalled
from dimorder.source.era import era_of, uses_keras
from dimorder.source.evaluation import Evaluation
from dimorder.source.exploring import Aim, Explored, explored
from dimorder.source.expressions import EXPRESSIONS
from dimorder.source.frames import Frame, Raised
from dimorder.source.kerases import in_kerases, joined, under
from dimorder.source.machine import Machine
from dimorder.source.native.libraries import STANDARD
from dimorder.source.project import Module, Project
from dimorder.source.statements import STATEMENTS
from dimorder.source.trouble import Trouble
from dimorder.source.values import Library, Session, Shaping
from dimorder.source.wanted import agreed, wanted_model
from dimorder.source.ways import Ways


def _unseen() -> None:
    """Nobody waits."""


def evaluate(
    path: str, project: Project, libraries: tuple[Library, ...], shaping: Shaping, alive: Callable[[], None] = _unseen
) -> Program:
    """What the file does in each world; no runs where it cannot be read as Python. alive: called before each run."""
    module = project.module(path)
    if module is None or isinstance(module.tree, Trouble):
        return Program(path, ())
    era = era_of(module.tree)

    def every(machine: Machine) -> Explored[Run]:
        def run(ways: Ways) -> Run:
            alive()
            return _run(module, machine, project, libraries, shaping, ways)

        return explored(run, _MODELS)

    with _deep():
        (installed, found), *others = in_kerases(every, era)
    runs = tuple(under(installed, replace(one.base, world=world)) for world, one in found)
    variants = tuple(under(keras, run) for keras, each in ((installed, found), *others) for run in _variants(each))
    variants += tuple(
        under(keras, replace(one.base, world=world)) for keras, each in others for world, one in each
    )
    covered = tuple(world for world, one in found if one.covered)
    return Program(path, runs, era, uses_keras(module.tree), variants, covered)


def _variants(found: list[tuple[World, Explored[Run]]]) -> Iterator[Run]:
    return (replace(run, world=world) for world, one in found for _, run in one.variants)


def _left_open(run: Run) -> Iterator[str]:
    """Why models are not known."""
    for model in run.models:
        yield from (one.because for one in model.unknown)


_MODELS = Aim(_left_open, lambda run: sum(1 + len(model.layers) * 2 - len(model.unknown) for model in run.models))


def evaluate_function(
    path: str, name: str, project: Project, libraries: tuple[Library, ...], shaping: Shaping
) -> tuple[BuiltModel | Unknown, ...]:
    """The model that a function with its defaults, a method `Class.method`, or a variable yields, in each of WORLDS."""
    module = project.module(path)
    if module is None or isinstance(module.tree, Trouble):
        reason = module.tree.message if module and isinstance(module.tree, Trouble) else "there is no such file"
        return tuple(Unknown(reason) for _ in WORLDS)
    with _deep():
        found = in_kerases(
            lambda machine: _every_way(module, name, machine, project, libraries, shaping), era_of(module.tree)
        )
    return tuple(joined([(keras, each[number][1]) for keras, each in found]) for number in range(len(WORLDS)))


def _every_way(
    module: Module, name: str, machine: Machine, project: Project, libraries: tuple[Library, ...], shaping: Shaping
) -> BuiltModel | Unknown:
    """The model that is built whichever way the code goes."""

    def go(ways: Ways) -> BuiltModel | Unknown:
        return _wanted(module, name, machine, project, libraries, shaping, ways)

    return agreed(explored(go, _WANTED, whole=True))


def _missing(found: BuiltModel | Unknown) -> Iterator[str]:
    yield from ([found.because] if isinstance(found, Unknown) else (one.because for one in found.unknown))


_WANTED = Aim(_missing, lambda found: isinstance(found, BuiltModel) and found.is_complete)


def _wanted(
    module: Module, name: str, machine: Machine, project: Project, libraries: tuple[Library, ...], shaping: Shaping,
    ways: Ways,
) -> BuiltModel | Unknown:
    ev = _evaluation(module, machine, project, libraries, shaping, ways)
    frame = Frame(module, names=_names(module, module.path.removesuffix(".py").rpartition("/")[2]))
    stopped = _own_lines(ev, frame)
    try:
        return wanted_model(ev, frame, name, stopped)
    except (Stopped, Raised) as problem:
        return Unknown(problem.because)
    except RecursionError:
        return Unknown("nested deeper than is read")


def _run(
    module: Module, machine: Machine, project: Project, libraries: tuple[Library, ...], shaping: Shaping, ways: Ways
) -> Run:
    ev = _evaluation(module, machine, project, libraries, shaping, ways)
    frame = ev.modules[module.path] = Frame(module, names=_names(module, "__main__"))
    stopped = None
    try:
        stopped = _bounded(ev, frame)
    except Raised:
        ways.failed += 1  # code that ends by itself is read to its end
    cast_doubt(ev, 0)
    stopped = run_uncalled(ev, module.path) or stopped
    session = ev.session
    session.record(ev.doubts)
    asked = tuple(dict.fromkeys(session.asked))
    return Run(
        machine.world, tuple(session.calls), tuple(session.models), asked, stopped, tuple(session.layers),
        tuple(ways.assumed),
    )  # fmt: skip


def _names(module: Module, name: str) -> dict[str, Any]:
    return {"__name__": name, "__file__": module.path, "__doc__": None}


def _evaluation(
    module: Module, machine: Machine, project: Project, libraries: tuple[Library, ...], shaping: Shaping, ways: Ways
) -> Evaluation:
    assert not isinstance(module.tree, Trouble)
    session = Session(machine, shaping, era=machine.era or era_of(module.tree))
    knowledge = (STANDARD, *libraries)
    return Evaluation(project, knowledge, session, STATEMENTS, EXPRESSIONS, ways.steps, carried_out, ways)


def _own_lines(ev: Evaluation, frame: Frame) -> Unknown | None:
    """Run the module's own lines; why they ended early."""
    try:
        return _bounded(ev, frame)
    except Raised as problem:
        return Unknown(problem.because, problem.place or _here(ev))


def _bounded(ev: Evaluation, frame: Frame) -> Unknown | None:
    """The same; which bound of ours ended them. Raises what the code raises."""
    assert not isinstance(frame.module.tree, Trouble)
    try:
        ev.run(frame.module.tree.body, frame)
    except Stopped as problem:
        return Unknown(problem.because, _here(ev))
    except (RecursionError, MemoryError):
        return Unknown("nested deeper than is read", _here(ev))
    finally:
        ev.ways.spent = ev.ways.steps - max(ev.steps, 0)
    return None


def _here(ev: Evaluation) -> Any:
    return ev.place(*ev.here) if ev.here else None


@contextmanager
def _deep() -> Iterator[None]:
    """Room for DEEPEST calls of the code's functions inside each other."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, DEEPEST_PYTHON))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)
