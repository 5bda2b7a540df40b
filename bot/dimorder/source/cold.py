"""Functions that nothing in the code calls: each is called by itself, so that every call in the file is seen."""

from __future__ import annotations

from typing import Any

from dimorder.program import Argument, Unknown
from dimorder.source.beyond import cast_doubt
from dimorder.source.bounds import MOST_COLD_STEPS, Stopped
from dimorder.source.classes import instance_of
from dimorder.source.evaluation import Arguments, Evaluation
from dimorder.source.frames import Raised
from dimorder.source.functions import call_function
from dimorder.source.objects import Class, Function, Instance, Property
from dimorder.source.values import Called
from dimorder.source.ways import UNCALLED


def run_uncalled(ev: Evaluation, path: str) -> Unknown | None:
    """Call each of the file's functions that was not called; why it ended early. What they change is undone."""
    left, stopped, number = ev.ways.steps, None, 0
    selves: dict[int, Any] = {}
    called = set(ev.called)
    ev.own = frozenset(ev.called), tuple(ev.lost)
    while number < len(ev.made) and left > 0:
        function = ev.made[number]
        number += 1
        if function.node in called or function.frame.module.path != path:
            continue
        ev.called, ev.lost = {function.node}, []
        ev.steps = min(MOST_COLD_STEPS, left)
        before, made = ev.steps, len(ev.session.growing)
        stopped = _alone(ev, function, selves) or stopped
        cast_doubt(ev, made)
        called |= ev.called
        left -= before - max(ev.steps, 0)
    ev.ways.spent = max(ev.ways.spent, ev.ways.steps - left)
    return stopped


def _alone(ev: Evaluation, function: Function, selves: dict[int, Any]) -> Unknown | None:
    """As if nothing else had run but the module's own lines."""
    session = ev.session
    settings = session.settings, session.uids
    session.uids, session.uncertain, ev.guards, ev.depth, ev.tries = {}, [], [], 0, 0
    ev.here = (function.node, function.frame)
    ev.journal.open()
    try:
        call_function(ev, function, Arguments(_self(ev, function, selves)), UNCALLED)
    except Stopped as problem:
        return Unknown(problem.because, ev.place(*ev.here))
    except (RecursionError, MemoryError):
        return Unknown("nested deeper than is read", ev.place(function.node, function.frame))
    except Raised:
        ev.ways.failed += 1  # without arguments it may well
    finally:
        while ev.journal.levels:
            ev.journal.close()
        session.settings, session.uids = settings
    return None


def _self(ev: Evaluation, function: Function, selves: dict[int, Any]) -> tuple[Argument, ...]:
    owner = function.owner
    if owner is None:
        return ()
    held = next((one for one in owner.attributes.values() if _is(one, function)), None)
    if isinstance(held, Property) and held.kind == "staticmethod":
        return ()
    if isinstance(held, Property) and held.kind == "classmethod":
        return (Argument(owner),)
    if id(owner) not in selves:
        selves[id(owner)] = _instance(ev, owner, function)
    return (Argument(selves[id(owner)]),)


def _is(held: Any, function: Function) -> bool:
    return held is function or (isinstance(held, Property) and held.function is function)


def _instance(ev: Evaluation, cls: Class, function: Function) -> Instance:
    """With what its __init__ sets where nothing but `self` must be known."""
    called = Called((), {}, ev.place(function.node, function.frame), ev.session, function.name)
    return instance_of(ev, cls, Arguments(), called, UNCALLED)
