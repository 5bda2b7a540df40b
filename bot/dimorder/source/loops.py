"""Loops, bounded; of loops whose turns nobody knows one turn is gone, as if under a condition that is not known."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any, NamedTuple

from dimorder.program import Argument, Unknown
from dimorder.source.assignments import assign, origin_of
from dimorder.source.bounds import ENOUGH_STEPS, ENOUGH_TURNS, MOST_TURNS, Stopped
from dimorder.source.branches import both, doubtful
from dimorder.source.evaluation import Evaluation
from dimorder.source.frames import BREAK, Frame, Signal
from dimorder.source.iteration import representative, sequence
from dimorder.source.operators import truth
from dimorder.source.repeating import changes_only_vague, goes_straight, targets

Loop = ast.For | ast.AsyncFor | ast.While
FEW_TURNS = 8
"""After which a loop is left that changes nothing which is known, and builds nothing."""
MOST_ENDLESS = 2
"""Turns of `while True` in a generator: its first yields stand for the rest."""


class _Begin(NamedTuple):
    """How things stood before a loop: steps that were left, layers, calls, calls of the code's own functions."""

    steps: int
    made: int
    calls: int
    entered: int


def for_(ev: Evaluation, node: ast.For | ast.AsyncFor, frame: Frame) -> Signal | None:
    """`for target in items`."""
    value = ev.evaluate(node.iter, frame)
    items = value if isinstance(value, range) else sequence(ev, value)
    if items is None:
        return _some_turns(ev, node, frame, representative(ev, value))
    turns = range(len(items))
    literals = node.iter.elts if isinstance(node.iter, (ast.Tuple, ast.List)) else []
    known = len(literals) == len(items) and not any(isinstance(one, ast.Starred) for one in literals)

    def bound() -> Iterator[None]:
        for turn in turns:
            if turn < len(items):  # a list may shrink while it is gone through
                source = literals[turn] if known else None
                origin = origin_of(ev, source, frame) if source is not None else None
                assign(ev, node.target, Argument(items[turn], None, origin), frame, source)
                yield
        if len(items) > len(turns):
            ev.lose("a list grows while it is gone through")

    return _turns(ev, node, frame, bound())


def _turns(ev: Evaluation, node: Loop, frame: Frame, turns: Iterator[None]) -> Signal | None:
    """Go the turns; where one may have broken off, what the loop changed is not known afterwards."""
    outer, frame.may_break = frame.may_break, []
    uncertain = len(ev.session.uncertain)
    ev.journal.open()
    try:
        signal = _gone(ev, node, frame, turns)
    finally:
        changes = ev.journal.close()
        broken, frame.may_break = frame.may_break, outer
        if broken:
            ev.journal.lose(changes, broken[0])
            del ev.session.uncertain[uncertain:]
        else:
            ev.journal.redo(changes)
    return _ended(ev, node, frame, signal)


def _gone(ev: Evaluation, node: Loop, frame: Frame, turns: Iterator[None]) -> Signal | None:
    begin = _Begin(ev.steps, len(ev.session.growing), len(ev.session.calls), ev.entered)
    for count, _ in enumerate(turns):
        signal = ev.run(node.body, frame)
        if signal is not None and signal.kind in ("break", "return"):
            return signal
        if frame.may_break and isinstance(node, ast.While):
            return None
        if _is_enough(ev, node, count, begin):
            if len(ev.session.growing) > begin.made:
                raise Stopped(f"a loop of more than {MOST_TURNS} turns that makes layers")
            frame.may_break.append(Unknown("a loop with more turns than are gone here", ev.place(node, frame)))
            return None
    return None


def _is_enough(ev: Evaluation, node: Loop, count: int, begin: _Begin) -> bool:
    """Whether the turns that are left are not gone."""
    if count >= MOST_TURNS or begin.made != len(ev.session.growing):
        return count >= MOST_TURNS
    if count >= ENOUGH_TURNS and begin.steps - ev.steps > ENOUGH_STEPS:
        return True
    if count != FEW_TURNS or not goes_straight(node):
        return False
    return begin.entered == ev.entered and changes_only_vague(ev, targets(node), begin.calls)


def _ended(ev: Evaluation, node: Any, frame: Frame, signal: Signal | None) -> Signal | None:
    if signal is None:
        return ev.run(node.orelse, frame)
    return None if signal is BREAK or signal.kind == "break" else signal


def _some_turns(ev: Evaluation, node: ast.For | ast.AsyncFor, frame: Frame, item: Any) -> Signal | None:
    """One turn for all, which may be none."""
    reason = item if isinstance(item, Unknown) else Unknown("how often a loop turns is not known")

    def turn() -> Signal | None:
        assign(ev, node.target, Argument(item), frame)
        return _inside(ev, node, frame)

    outer, frame.may_break = frame.may_break, []
    signal = both(ev, frame, doubtful(reason, ev.place(node.iter, frame)), turn, lambda: None)
    frame.may_break = outer
    return signal if signal is not None else ev.run(node.orelse, frame)


def _inside(ev: Evaluation, node: Any, frame: Frame) -> Signal | None:
    """A turn's signal as those outside of the loop see it."""
    signal = ev.run(node.body, frame)
    return signal if signal is not None and signal.kind == "return" else None


def while_(ev: Evaluation, node: ast.While, frame: Frame) -> Signal | None:
    """`while condition`."""
    unknown: list[Unknown] = []

    def turns() -> Iterator[None]:
        count = 0
        while not (frame.yielded and count >= MOST_ENDLESS and isinstance(node.test, ast.Constant)):
            holds = truth(ev.evaluate(node.test, frame))
            if isinstance(holds, Unknown):
                unknown.append(holds)
                return
            if not holds:
                return
            count += 1
            yield

    signal = _turns(ev, node, frame, turns())
    if signal is None and unknown:
        reason = doubtful(unknown[0], ev.place(node.test, frame))
        return both(ev, frame, reason, lambda: _inside(ev, node, frame), lambda: None)
    return signal
