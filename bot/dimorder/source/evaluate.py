"""The evaluation of one file of Python in every world that it can run in: its own lines, then what nobody calls."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Any

from dimorder.program import WORLDS, BuiltModel, Program, Run, Unknown
from dimorder.source.bounds import DEEPEST_PYTHON, MOST_STEPS, Stopped
from dimorder.source.calls import carried_out
from dimorder.source.cold import run_uncalled
from dimorder.source.era import era_of, uses_keras
from dimorder.source.evaluation import Evaluation
from dimorder.source.expressions import EXPRESSIONS
from dimorder.source.frames import Frame, Raised
from dimorder.source.machine import Machine
from dimorder.source.native.libraries import STANDARD
from dimorder.source.project import Module, Project
from dimorder.source.statements import STATEMENTS
from dimorder.source.trouble import Trouble
from dimorder.source.values import Library, Session, Shaping
from dimorder.source.wanted import wanted_model
from dimorder.source.worlds import in_worlds


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

    def run(machine: Machine) -> Run:
        alive()
        return _run(module, machine, project, libraries, shaping)

    with _deep():
        found = in_worlds(run)
    runs = tuple(replace(one, world=world) for world, one in found)
    return Program(path, runs, era, uses_keras(module.tree))


def evaluate_function(
    path: str, name: str, project: Project, libraries: tuple[Library, ...], shaping: Shaping
) -> tuple[BuiltModel | Unknown, ...]:
    """The model that a function with its defaults, a method `Class.method`, or a variable yields, in each of WORLDS."""
    module = project.module(path)
    if module is None or isinstance(module.tree, Trouble):
        reason = module.tree.message if module and isinstance(module.tree, Trouble) else "there is no such file"
        return tuple(Unknown(reason) for _ in WORLDS)
    with _deep():
        found = in_worlds(lambda machine: _wanted(module, name, machine, project, libraries, shaping))
    return tuple(model for _, model in found)


def _wanted(
    module: Module, name: str, machine: Machine, project: Project, libraries: tuple[Library, ...], shaping: Shaping
) -> BuiltModel | Unknown:
    ev = _evaluation(module, machine, project, libraries, shaping)
    frame = Frame(module, names=_names(module, module.path.removesuffix(".py").rpartition("/")[2]))
    stopped = _own_lines(ev, frame)
    try:
        return wanted_model(ev, frame, name, stopped)
    except (Stopped, Raised) as problem:
        return Unknown(problem.because)
    except RecursionError:
        return Unknown("nested deeper than is read")


def _run(
    module: Module, machine: Machine, project: Project, libraries: tuple[Library, ...], shaping: Shaping
) -> Run:
    ev = _evaluation(module, machine, project, libraries, shaping)
    frame = ev.modules[module.path] = Frame(module, names=_names(module, "__main__"))
    stopped = None
    with suppress(Raised):  # code that ends by itself is read to its end
        stopped = _bounded(ev, frame)
    stopped = run_uncalled(ev, module.path) or stopped
    session = ev.session
    session.record()
    asked = tuple(dict.fromkeys(session.asked))
    return Run(machine.world, tuple(session.calls), tuple(session.models), asked, stopped, tuple(session.layers))


def _names(module: Module, name: str) -> dict[str, Any]:
    return {"__name__": name, "__file__": module.path, "__doc__": None}


def _evaluation(
    module: Module, machine: Machine, project: Project, libraries: tuple[Library, ...], shaping: Shaping
) -> Evaluation:
    assert not isinstance(module.tree, Trouble)
    session = Session(machine, shaping, era=era_of(module.tree))
    return Evaluation(project, (STANDARD, *libraries), session, STATEMENTS, EXPRESSIONS, MOST_STEPS, carried_out)


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
