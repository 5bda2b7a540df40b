"""Items and slices: of plain data by Python's rules, of arrays told so that flips can be seen."""

from __future__ import annotations

import ast
from typing import Any

from dimorder.program import Argument, Call, Thing, Unknown
from dimorder.source.attributes import settled
from dimorder.source.bounds import unknown_in, weight
from dimorder.source.evaluation import Evaluation
from dimorder.source.frames import Frame
from dimorder.source.objects import Instance, Method, Namespace
from dimorder.source.told import told
from dimorder.source.values import External

PLAIN = (str, bytes, list, tuple, range)


def subscript(ev: Evaluation, node: ast.Subscript, frame: Frame) -> Any:
    """`owner[index]`."""
    owner = ev.evaluate(node.value, frame)
    index = indices(ev, node.slice, frame)
    if isinstance(owner, (Unknown, Thing)):
        return _of_array(ev, node, owner, index, frame)
    if isinstance(owner, dict):
        return _of_dict(ev, node, owner, index, frame)
    if isinstance(owner, PLAIN):
        return _of_sequence(ev, node, owner, index, frame)
    return _of_other(ev, node, owner, index, frame)


def indices(ev: Evaluation, node: ast.expr, frame: Frame) -> Any:
    """What stands in the brackets, slices as slices."""
    if isinstance(node, ast.Slice):
        return slice(*(None if one is None else ev.evaluate(one, frame) for one in (node.lower, node.upper, node.step)))
    if isinstance(node, ast.Tuple):
        return tuple(indices(ev, one, frame) for one in node.elts)
    return ev.evaluate(node, frame)


def _of_sequence(ev: Evaluation, node: ast.Subscript, owner: Any, index: Any, frame: Frame) -> Any:
    place = ev.place(node, frame)
    parts = (index.start, index.stop, index.step) if isinstance(index, slice) else (index,)
    for part in parts:
        if isinstance(part, Unknown):
            ev.journal.one_of_these(owner, part)
            return part
        if part is not None and not isinstance(part, int):
            return Unknown("an index that is no number", place)
    try:
        found = owner[index]
    except (IndexError, TypeError, ValueError, OverflowError):
        return ev.fails("IndexError", "an index beyond the end", place)
    return ev.sized(found) if isinstance(index, slice) else found


def _of_dict(ev: Evaluation, node: ast.Subscript, owner: dict[Any, Any], index: Any, frame: Frame) -> Any:
    unknown = unknown_in(index, 1000)
    if unknown is not None:
        ev.journal.one_of_these(owner.values(), unknown)
        return unknown
    try:
        if index in owner:
            return owner[index]
        factory = getattr(owner, "factory", None)
        if factory is None:
            return ev.fails("KeyError", f"a key that is not there: {str(index)[:40]!r}", ev.place(node, frame))
        ev.journal.touch(owner)
        owner[index] = ev.call_value(factory)
        return owner[index]
    except TypeError:
        return Unknown("a key that cannot be one", ev.place(node, frame))


def _of_array(ev: Evaluation, node: ast.Subscript, owner: Any, index: Any, frame: Frame) -> Any:
    """A pseudo-call where it slices; a single index is told in the result alone."""
    described = describe(index)
    kind = kind_of(owner)
    if _slices(index):
        _tell(ev, node, f"{kind}.__getitem__", owner, {"0": Argument(described, ev.place(node.slice, frame))}, frame)
    if isinstance(owner, Unknown):
        return owner
    held = _held(owner, index)
    if held is not None:
        return held
    of: dict[str, Any] = {"on": owner, "index": described}
    shape = _sliced_shape(owner.of.get("shape"), index)
    return ev.thing("array" if kind == "array" else "result", owner.name, of | ({"shape": shape} if shape else {}))


def _held(owner: Thing, index: Any) -> Any:
    """An item that the Thing itself tells, by its number or key."""
    if isinstance(index, int) and not isinstance(index, bool):
        return owner.of.get(str(index)) if owner.kind not in ("array", "result") else None
    return None


def _sliced_shape(shape: Any, index: Any) -> tuple[Any, ...] | None:
    """Only for plain numbers and `:` in front."""
    if not isinstance(shape, tuple):
        return None
    parts = index if isinstance(index, tuple) else (index,)
    if len(parts) > len(shape) or any(part is None or part is Ellipsis for part in parts):
        return None
    kept: list[Any] = []
    for size, part in zip(shape, parts, strict=False):
        if isinstance(part, slice):
            kept.append(size if part == slice(None) else _length(size, part))
        elif not isinstance(part, int):
            return None
    return (*kept, *shape[len(parts) :])


def _length(size: Any, part: slice) -> Any:
    bounds = (part.start, part.stop, part.step)
    if isinstance(size, int) and all(one is None or isinstance(one, int) for one in bounds) and part.step != 0:
        return len(range(*part.indices(size)))
    return Unknown("how many a slice takes")


def kind_of(owner: Any) -> str:
    """What methods of it are told as belonging to."""
    if isinstance(owner, Unknown):
        return "unknown"
    if isinstance(owner, Thing):
        return "array" if owner.kind.endswith("array") else owner.name or owner.kind
    return owner.name if isinstance(owner, External) else str(getattr(owner, "kind", type(owner).__name__))


def describe(index: Any) -> list[Any]:
    """[{"slice": [start, stop, step]}, {"index": n}, "..."] for what stands in the brackets."""
    parts = index if isinstance(index, tuple) else (index,)
    return [_described(part) for part in parts[:32]]


def _described(part: Any) -> Any:
    if isinstance(part, slice):
        return {"slice": [told(part.start), told(part.stop), told(part.step)]}
    return "..." if part is Ellipsis else {"index": told(part)}


def _slices(index: Any) -> bool:
    return isinstance(index, slice) or (isinstance(index, tuple) and any(isinstance(one, slice) for one in index))


def _tell(
    ev: Evaluation, node: ast.Subscript, callee: str, owner: Any, arguments: dict[str, Argument], frame: Frame
) -> None:
    call = Call(callee, ev.place(node, frame), arguments, told(owner), frame.function, tuple(ev.guards))
    ev.record(call)


def _of_other(ev: Evaluation, node: ast.Subscript, owner: Any, index: Any, frame: Frame) -> Any:
    if isinstance(owner, Instance) and owner.cls.find("__getitem__") is not None and not isinstance(index, slice):
        return ev.call_value(Method(owner.cls.find("__getitem__"), owner, "__getitem__"), index)
    if isinstance(owner, Method):
        return settled(ev, owner)
    if isinstance(owner, External):
        return ev.thing("result", owner.name, {"index": describe(index)})
    if _slices(index):
        arguments = {"0": Argument(describe(index), ev.place(node.slice, frame))}
        _tell(ev, node, f"{kind_of(owner)}.__getitem__", owner, arguments, frame)
    item = getattr(owner, "item", None)
    if callable(item) and not isinstance(owner, Namespace):
        return item(index, ev.session)
    return Unknown("an item of what is not known", ev.place(node, frame))


def set_item(ev: Evaluation, node: ast.Subscript, argument: Argument, frame: Frame) -> None:
    """`owner[index] = value`."""
    owner = ev.evaluate(node.value, frame)
    index = indices(ev, node.slice, frame)
    if isinstance(owner, (Thing, Unknown, External)):
        where = {"0": Argument(describe(index), ev.place(node.slice, frame))}
        value = Argument(told(argument.value), argument.place, argument.origin)
        _tell(ev, node, f"{kind_of(owner)}.__setitem__", owner, {**where, "1": value}, frame)
    elif isinstance(owner, (dict, list)):
        _put(ev, owner, index, argument.value)


def _put(ev: Evaluation, owner: Any, index: Any, value: Any) -> None:
    ev.journal.touch(owner)
    parts = (index.start, index.stop, index.step) if isinstance(index, slice) else (index,)
    unknown = next((one for part in parts if (one := unknown_in(part, 1000))), None)
    try:
        if unknown is not None:
            ev.journal.taint(owner, unknown)
        elif not isinstance(index, slice):
            owner[index] = value
        elif isinstance(value, (list, tuple)):
            owner[index] = value
            ev.spend(weight(owner))
        else:
            ev.journal.taint(owner, Unknown("a slice that is not known"))
    except (TypeError, LookupError, ValueError):
        ev.journal.taint(owner, Unknown("an item that cannot be set"))
