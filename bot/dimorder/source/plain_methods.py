"""Methods of texts, lists, dicts and sets: those that are known not to do harm, with their results within bounds."""

from __future__ import annotations

from typing import Any

from dimorder.program import Place, Unknown
from dimorder.source.bounds import LONGEST, MOST_ITEMS, unknown_in, weight, within
from dimorder.source.evaluation import Evaluation
from dimorder.source.formatting import braces
from dimorder.source.iteration import sequence, sorted_set


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_TEXT = _words(
    "capitalize count encode decode endswith find index isalnum isalpha isdigit isdecimal islower isspace istitle "
    "isupper lower lstrip partition replace removeprefix removesuffix rfind rindex rpartition rsplit rstrip split "
    "splitlines startswith strip swapcase title upper zfill ljust rjust center join format format_map"
)
_KNOWN: dict[type, frozenset[str]] = {
    str: _TEXT,
    bytes: _TEXT - {"encode", "format", "format_map"},
    list: _words("append clear copy count extend index insert pop remove reverse sort"),
    tuple: _words("count index"),
    dict: _words(
        "clear copy get items keys pop popitem setdefault update values iteritems iterkeys itervalues has_key "
        "move_to_end"
    ),
    set: _words("add clear copy difference discard intersection issubset issuperset pop remove union update"),
    frozenset: _words("copy difference intersection issubset issuperset union"),
    int: _words("bit_length conjugate"),
    float: _words("is_integer conjugate"),
    range: _words("count index"),
}
CHANGING = _words("append clear extend insert pop popitem remove reverse sort update setdefault add discard")
TAKING_UNKNOWN = _words("append insert extend update setdefault copy items keys values pop clear reverse get")
ERRORS = (TypeError, ValueError, LookupError, AttributeError, OverflowError, UnicodeError)


def has_method(owner: Any, name: str) -> bool:
    """Whether plain data have a method that is known here."""
    return any(isinstance(owner, kind) and name in names for kind, names in _KNOWN.items())


def call_method(
    ev: Evaluation, owner: Any, name: str, positional: list[Any], keywords: dict[str, Any], place: Place
) -> Any:
    """What a method of plain data yields."""
    unknown = _unknown(owner, name, positional, keywords)
    if unknown is not None:
        if name in CHANGING and isinstance(owner, (list, dict, set)):
            ev.journal.taint(owner, unknown)
        return unknown
    if isinstance(owner, (list, dict, set)) and name in CHANGING:
        ev.journal.touch(owner)
    try:
        return _sized(ev, owner, name, _carried_out(ev, owner, name, positional, keywords))
    except ERRORS as problem:
        return ev.fails(type(problem).__name__, f"{name} of a {type(owner).__name__} fails", place)


def _unknown(owner: Any, name: str, positional: list[Any], keywords: dict[str, Any]) -> Unknown | None:
    if isinstance(owner, str) and name == "format":
        return None
    if name in TAKING_UNKNOWN and isinstance(owner, (list, dict, set)):
        return _unknown_key(name, positional[0]) if positional and name != "append" else None
    return unknown_in(positional) or unknown_in(keywords) or _inside(owner, name)


def _unknown_key(name: str, first: Any) -> Unknown | None:
    if name in ("insert", "update", "extend"):
        return first if isinstance(first, Unknown) else None
    return unknown_in(first)


def _inside(owner: Any, name: str) -> Unknown | None:
    return unknown_in(owner) if name in ("sort", "count", "index", "remove", "join") else None


def _sized(ev: Evaluation, owner: Any, name: str, found: Any) -> Any:
    ev.spend(weight(owner))
    if len(owner) > MOST_ITEMS if isinstance(owner, (list, dict, set)) else False:
        ev.journal.taint(owner, Unknown(f"a collection of more than {MOST_ITEMS} items"))
    if name in ("get", "pop", "setdefault", "popitem"):
        return found
    return ev.sized(within(found))


def _carried_out(ev: Evaluation, owner: Any, name: str, positional: list[Any], keywords: dict[str, Any]) -> Any:
    if isinstance(owner, dict):
        return _of_dict(owner, name, positional, keywords)
    if isinstance(owner, (str, bytes)):
        return _of_text(ev, owner, name, positional, keywords)
    if name == "sort":
        return _sort(ev, owner, positional, keywords)
    if name in ("extend", "update", "union", "difference", "intersection"):
        positional = [_known(ev, one) for one in positional]
    if name == "pop" and isinstance(owner, set) and owner:
        positional, name = [sorted_set(owner)[0]], "remove"
        owner.remove(positional[0])
        return positional[0]
    return getattr(owner, name)(*positional, **keywords)


def _known(ev: Evaluation, value: Any) -> Any:
    items = sequence(ev, value)
    return [Unknown("items of what is not known")] if items is None else items


def _of_dict(owner: dict[Any, Any], name: str, positional: list[Any], keywords: dict[str, Any]) -> Any:
    if name in ("items", "iteritems"):
        return list(owner.items())
    if name in ("keys", "iterkeys"):
        return list(owner)
    if name in ("values", "itervalues"):
        return list(owner.values())
    if name == "has_key":
        return positional[0] in owner
    if name == "move_to_end":
        owner[positional[0]] = owner.pop(positional[0])
        return None
    if name == "get" and len(positional) == 1 and positional[0] not in owner:
        return next((key for key in owner if isinstance(key, Unknown)), None)
    return getattr(owner, name)(*positional, **keywords)


def _of_text(ev: Evaluation, owner: Any, name: str, positional: list[Any], keywords: dict[str, Any]) -> Any:
    if name in ("format", "format_map"):
        given = keywords if name == "format" else positional[0]
        return braces(owner, tuple(positional) if name == "format" else (), given)
    if name == "join":
        return _join(owner, _known(ev, positional[0]))
    if name == "replace" and len(owner) + owner.count(positional[0]) * len(positional[1]) > LONGEST:
        return Unknown("a text longer than is held here")
    if name in ("zfill", "ljust", "rjust", "center") and positional[0] > LONGEST:
        return Unknown("a text longer than is held here")
    if name in ("encode", "decode"):
        return owner.encode() if isinstance(owner, str) and name == "encode" else _decoded(owner)
    return getattr(owner, name)(*positional, **keywords)


def _decoded(owner: Any) -> Any:
    return owner.decode() if isinstance(owner, bytes) else owner


def _join(owner: Any, items: Any) -> Any:
    unknown = unknown_in(list(items))
    if unknown is not None:
        return unknown
    if sum(len(one) + len(owner) for one in items) > LONGEST:
        return Unknown("a text longer than is held here")
    return owner.join(items)


def _sort(ev: Evaluation, owner: list[Any], positional: list[Any], keywords: dict[str, Any]) -> None:
    owner[:] = ordered(ev, owner, keywords)


def ordered(ev: Evaluation, items: Any, keywords: dict[str, Any]) -> list[Any]:
    """sorted(items, key=..., reverse=...); TypeError where they have no order."""
    key = keywords.get("key")
    keyed = [(ev.call_value(key, one) if key is not None else one, number) for number, one in enumerate(items)]
    if unknown_in([one for one, _ in keyed], MOST_ITEMS) is not None:
        raise TypeError("values that are not known have no order")
    places = sorted(range(len(keyed)), key=lambda number: keyed[number][0], reverse=keywords.get("reverse") is True)
    return [items[number] for number in places]
