"""What changes while code runs under a condition that nobody knows, so that it can be undone, redone and compared."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from typing import Any

from dimorder.program import Thing, Unknown
from dimorder.source.frames import MISSING

Key = tuple[int, Hashable]
Containers = (list, dict, set)


class Level:
    """The changes under one condition.

    before: what names and collections held, by holder and name; no name for a whole collection.
    fresh:  what was made under the condition itself: nobody else sees it change.
    """

    def __init__(self) -> None:
        self.before: dict[Key, tuple[Any, Any, Any]] = {}
        self.fresh: dict[int, Any] = {}


class Changes(dict[Key, tuple[Any, Any, Any]]):
    """What names and collections held afterwards."""


class Journal:
    """Levels of changes; without one nothing is kept.

    pay:     takes the price of copying a collection, in items.
    tainted: collections of which nobody knows what they hold, with the reason.
    either:  unknown values that stand for one of two that can change, by id.
    """

    def __init__(self, pay: Callable[[int], None]) -> None:
        self.pay = pay
        self.levels: list[Level] = []
        self.tainted: dict[int, tuple[Any, Unknown]] = {}
        self.either: dict[int, Unknown] = {}

    def fresh(self, made: Any) -> None:
        """Say that something was made just now."""
        if self.levels:
            self.levels[-1].fresh[id(made)] = made

    def bind(self, names: dict[str, Any], name: str, value: Any) -> None:
        """Bind a name; MISSING unbinds it."""
        if self.levels and id(names) not in self.levels[-1].fresh:
            self.levels[-1].before.setdefault((id(names), name), (names, name, names.get(name, MISSING)))
        if value is MISSING:
            names.pop(name, None)
        else:
            names[name] = value

    def touch(self, held: Any) -> None:
        """Say that a collection is about to change."""
        if not self.levels or id(held) in self.levels[-1].fresh:
            return
        key = (id(held), None)
        if key not in self.levels[-1].before:
            self.pay(len(held))
            self.levels[-1].before[key] = (held, None, held.copy())

    def open(self) -> None:
        """Keep what changes from here."""
        self.levels.append(Level())

    def close(self) -> Changes:
        """Undo what changed since; what is returned can be redone."""
        level = self.levels.pop()
        changes = Changes()
        for key, (holder, name, before) in level.before.items():
            changes[key] = (holder, name, holder.copy() if name is None else holder.get(name, MISSING))
            _put(holder, name, before)
        return changes

    def keep(self) -> Changes:
        """End the level with its changes in force; the level above learns of them."""
        changes = self.close()
        self.redo(changes)
        return changes

    def redo(self, changes: Changes) -> None:
        """Change it all again, as part of the level above."""
        for holder, name, after in changes.values():
            if name is None:
                self.touch(holder)
                _put(holder, None, after)
            else:
                self.bind(holder, name, after)

    def merge(self, one: Changes, other: Changes, unknown: Unknown) -> None:
        """Let in what changed alike on both ways; the rest is not known from here on."""
        for key in dict.fromkeys((*one, *other)):
            holder, name, _ = one.get(key) or other[key]
            now = holder if name is None else holder.get(name, MISSING)
            first = one[key][2] if key in one else now
            second = other[key][2] if key in other else now
            if name is None:
                self._merge_held(holder, first, second, unknown)
            else:
                self.bind(holder, name, self.one_of(first, second, unknown))

    def lose(self, changes: Changes, unknown: Unknown) -> None:
        """Nobody knows how far these changes went: what they left as it was stays known."""
        for holder, name, after in changes.values():
            if name is None:
                self._merge_held(holder, holder, after, unknown)
            elif not same(holder.get(name, MISSING), after):
                self.one_of_these((holder.get(name, MISSING), after), unknown)
                self.bind(holder, name, unknown)

    def one_of(self, one: Any, other: Any, unknown: Unknown) -> Any:
        """As merged; which of two collections or models it is, is remembered as not known."""
        found = merged(one, other, unknown)
        if found is unknown:
            self.one_of_these((one, other), unknown)
        return found

    def one_of_these(self, values: Iterable[Any], unknown: Unknown) -> None:
        """Say that an unknown value is one of these: if they can change, none is known once it is changed."""
        if any(isinstance(one, Containers) or hasattr(one, "built") for one in values):
            self.either[id(unknown)] = unknown

    def _merge_held(self, holder: Any, first: Any, second: Any, unknown: Unknown) -> None:
        self.touch(holder)
        if isinstance(holder, dict) and first.keys() == second.keys():
            _put(holder, None, {key: merged(first[key], second[key], unknown) for key in first})
        elif isinstance(holder, list) and len(first) == len(second):
            _put(holder, None, [merged(*pair, unknown) for pair in zip(first, second, strict=True)])
        elif isinstance(holder, set) and first == second:
            _put(holder, None, first)
        else:
            self.taint(holder, unknown)

    def taint(self, holder: Any, unknown: Unknown) -> None:
        """Nobody knows from here on what it holds."""
        self.touch(holder)
        _put(holder, None, {} if isinstance(holder, dict) else {unknown} if isinstance(holder, set) else [unknown])
        self.tainted[id(holder)] = (holder, unknown)


def _put(holder: Any, name: str | None, value: Any) -> None:
    if name is not None:
        if value is MISSING:
            holder.pop(name, None)
        else:
            holder[name] = value
    elif isinstance(holder, list):
        holder[:] = value
    else:
        holder.clear()
        holder.update(value)


def merged(one: Any, other: Any, unknown: Unknown) -> Any:
    """The value after two ways, of which one is taken; a name that is used was bound on the way taken."""
    if one is MISSING or (other is not MISSING and same(one, other)):
        return other
    return one if other is MISSING else unknown


def same(one: Any, other: Any, depth: int = 6) -> bool:
    """Whether two values are certainly alike; objects only where they are one."""
    if one is other:
        return True
    if type(one) is not type(other) or not depth:
        return False
    if isinstance(one, Thing):
        return one.kind == other.kind and one.name == other.name and same(one.of, other.of, depth - 1)
    if isinstance(one, (list, tuple)):
        return len(one) == len(other) and _all(zip(one, other, strict=True), depth)
    if isinstance(one, dict):
        return list(one) == list(other) and _all(((one[key], other[key]) for key in one), depth)
    if isinstance(one, Unknown):
        return False
    return isinstance(one, (int, float, str, bytes, frozenset, set)) and bool(one == other)


def _all(pairs: Iterable[tuple[Any, Any]], depth: int) -> bool:
    return all(same(*pair, depth - 1) for pair in pairs)
