"""Conditions that nobody knows: both ways are gone, and what differs afterwards is not known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from dimorder.program import Place, Unknown
from dimorder.source.evaluation import Evaluation
from dimorder.source.frames import Frame, Raised, Signal
from dimorder.source.journal import Changes, merged
from dimorder.source.machine import Settings

Way = Callable[[], Signal | None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one way ended: what it changed, how it left the block, the error that it raised."""

    changes: Changes
    settings: Settings
    signal: Signal | None = None
    raised: Raised | None = None


def both(ev: Evaluation, frame: Frame, unknown: Unknown, first: Way, second: Way) -> Signal | None:
    """Go two ways. A way that raises is not the one that code goes when it works."""
    before = ev.session.settings
    one = _gone(ev, unknown, first, before)
    other = _gone(ev, unknown, second, before)
    if one.raised and other.raised:
        raise one.raised
    if one.raised or other.raised:
        return _taken(ev, other if one.raised else one)
    return _joined(ev, frame, unknown, one, other)


def _gone(ev: Evaluation, unknown: Unknown, way: Way, settings: Settings) -> Outcome:
    signal, raised = None, None
    depth, guards = len(ev.session.uncertain), len(ev.guards)
    ev.session.uncertain.append(unknown)
    ev.journal.open()
    try:
        signal = way()
    except Raised as problem:
        raised = problem
    except BaseException:
        ev.journal.keep()
        raise
    finally:
        del ev.session.uncertain[depth:]
        del ev.guards[guards:]
    outcome = Outcome(ev.journal.close(), ev.session.settings, signal, raised)
    ev.session.settings = settings
    return outcome


def _taken(ev: Evaluation, outcome: Outcome) -> Signal | None:
    ev.journal.redo(outcome.changes)
    ev.session.settings = outcome.settings
    return outcome.signal


def _joined(ev: Evaluation, frame: Frame, unknown: Unknown, one: Outcome, other: Outcome) -> Signal | None:
    for left, stayed in ((one, other), (other, one)):
        if left.signal and left.signal.kind == "return" and not (stayed.signal and stayed.signal.kind == "return"):
            frame.returns.append(left.signal.value)
            frame.may_return = unknown
            ev.session.uncertain.append(unknown)
            return _taken(ev, stayed)
    ev.journal.merge(one.changes, other.changes, unknown)
    if ev.session.machine.agree(one.settings, other.settings):
        ev.session.settings = one.settings
    else:
        ev.session.settings = replace(ev.session.settings, doubt=unknown)
    return _signal(frame, unknown, one.signal, other.signal)


def _signal(frame: Frame, unknown: Unknown, one: Signal | None, other: Signal | None) -> Signal | None:
    """Both leave alike, or the block goes on; whether the loop goes on is then not known."""
    if one and other and one.kind == other.kind:
        return Signal(one.kind, merged(one.value, other.value, unknown))
    if any(signal and signal.kind in ("break", "continue") for signal in (one, other)):
        frame.may_break.append(unknown)
    return None


def either(ev: Evaluation, frame: Frame, unknown: Unknown, first: Callable[[], Any], second: Callable[[], Any]) -> Any:
    """The value of `a if unknown else b`."""
    values: list[Any] = []

    def way(found: Callable[[], Any]) -> Way:
        return lambda: values.append(found())

    both(ev, frame, unknown, way(first), way(second))
    return ev.journal.one_of(values[0], values[-1], unknown) if len(values) == 2 else values[0]


def doubtful(unknown: Unknown, place: Place) -> Unknown:
    """The condition as the reason of what depends on it; each condition is an object of its own."""
    return Unknown(unknown.because, unknown.place or place)
