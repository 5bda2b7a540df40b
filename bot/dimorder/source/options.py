"""Programs that read a command line with argparse: what their options are where none is given.

Source: Python's argparse (add_argument, set_defaults): an option without `default` is None, a flag False.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dimorder.program import Argument, Assumption, Call, Place, Thing, Unknown
from dimorder.source.evaluation import Arguments, Evaluation

PARSER = "argparse.ArgumentParser"
SAID = {"numbers": "no number is given on the command line", "all": "nothing is given on the command line"}
KIND = "options"
_PARSING = frozenset({f"{PARSER}.parse_args", f"{PARSER}.parse_known_args"})
_FLAGS = {"store_true": False, "store_false": True}
_VALUED = frozenset({"store", "append", "store_const", "append_const", "count"})
_CONVERTED = {"int": int, "float": float}
_DEEPEST = 10


def is_option(value: Any) -> bool:
    """Whether it is what argparse yields, or an option of it."""
    return isinstance(value, Thing) and (value.kind == KIND or value.name.startswith(PARSER))


def parsed(ev: Evaluation, name: str, on: Any, passed: Arguments, place: Place) -> Any:
    """What reading the command line yields where it is taken to be empty; None where nothing is taken for granted."""
    if name not in _PARSING or not _is_own(passed) or not isinstance(on, Thing):
        return None
    ev.ways.parsed = True
    if not ev.ways.options:
        return None
    given = [call for call in ev.session.calls if call.on is not None and _root(call.on) is on]
    if any("add_subparsers" in call.callee for call in given):
        return None
    of: dict[str, Any] = {}
    for call in given:
        of |= {name: one for name, one in _defaults(call) if ev.ways.options == "all" or _is_number(one)}
    ev.ways.assumed.append(Assumption(SAID[ev.ways.options], True, place))
    found = ev.thing(KIND, name, of)
    return (found, []) if name.endswith("known_args") else found


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_own(passed: Arguments) -> bool:
    """Whether it is the program's own command line that is read, or an empty one."""
    values = [one.value for one in (*passed.positional, *passed.keywords.values())]
    return passed.rest is None and all(one is None or one in ([], ()) for one in values)


def _root(on: Any) -> Any:
    """The parser that a group of options belongs to."""
    for _ in range(_DEEPEST):
        if not (isinstance(on, Thing) and isinstance(on.of.get("on"), Thing)):
            break
        on = on.of["on"]
    return on


def _defaults(call: Call) -> Iterator[tuple[str, Any]]:
    if call.callee.endswith(".set_defaults"):
        yield from ((name, one.value) for name, one in call.arguments.items())
    if call.callee.endswith(".add_argument"):
        name = _destination(call.arguments)
        if name:
            yield name, _default(call.arguments)


def _destination(arguments: dict[str, Argument]) -> str:
    """Of `-b`, `--batch-size`: `batch_size`."""
    stated = arguments.get("dest")
    if stated is not None:
        return stated.value if isinstance(stated.value, str) else ""
    names = [one.value for key, one in arguments.items() if key.isdigit() and isinstance(one.value, str)]
    long = next((name for name in names if name.startswith("--")), names[0] if names else "")
    return long.lstrip("-").replace("-", "_")


def _default(arguments: dict[str, Argument]) -> Any:
    first = arguments.get("0")
    action = arguments["action"].value if "action" in arguments else None
    demanded = "required" in arguments and arguments["required"].value is not False
    if demanded or (first is not None and isinstance(first.value, str) and not first.value.startswith("-")):
        return Unknown("an option that has to be given on the command line")
    if not (action is None or (isinstance(action, str) and action in (*_VALUED, *_FLAGS))):
        return Unknown("an option that is read in a way of its own")
    otherwise = None if action is None else _FLAGS.get(action)
    return _converted(arguments["default"].value if "default" in arguments else otherwise, arguments.get("type"))


def _converted(value: Any, kind: Argument | None) -> Any:
    """Text is read as what is given on the command line would be."""
    if not isinstance(value, str) or kind is None:
        return value
    name = str(getattr(kind.value, "name", ""))
    if name == "str":
        return value
    try:
        return _CONVERTED[name](value)
    except (KeyError, ValueError):
        return Unknown("a default that is converted in a way of its own")
