"""Settings of a pull request's two sides: what the base says holds, and the other side may only be stricter.

One table says for each key which direction that is; docs/configuration.md tells it in words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from dimorder.finding import RULES, Severity
from dimorder.flow.stated import Stated

_SEVERITIES = ("info", "warning", "error", "never")
_SURENESS = ("unknown", "likely", "certain")


@dataclass(frozen=True, slots=True)
class Both:
    """What holds of two sides. held: keys in which the other side wanted to be laxer, and is not."""

    stated: Stated
    held: tuple[str, ...]


def tightened(base: Stated, head: Stated) -> Both:
    """The base's settings, moved to the head's where those are stricter. A key that is left out has its default."""
    found: dict[str, Any] = {}
    held = []
    for field in msgspec.structs.fields(Stated):
        ours, theirs = getattr(base, field.name), getattr(head, field.name)
        found[field.name] = ours if ours == theirs else STRICTER[field.name](ours, theirs)
        if theirs is not None and _meant(found[field.name]) != _meant(theirs):
            held.append(field.encode_name)
    return Both(Stated(**found), tuple(held))


def _meant(value: Any) -> Any:
    """The same for what is only written differently: lists have no order, and codes are spelled in several ways."""
    if isinstance(value, tuple):
        return frozenset(_codes(value) if all(one.upper().startswith("DIM") for one in value) else value)
    if isinstance(value, dict) and all(isinstance(one, str) for one in value.values()):
        return _by_rule(value)
    return {key: _meant(one) for key, one in value.items()} if isinstance(value, dict) else value


def _more_selected(base: Any, head: Any) -> Any:
    """Nothing, also an empty list, selects all rules."""
    return _union(base, head) if base and head else None


def _more_besides(base: Any, head: Any) -> Any:
    return _union(base or (), head or ()) or None


def _fewer_codes(base: Any, head: Any) -> Any:
    """What both ignore; DIM2 and DIM204 have DIM204 in common."""
    found = [
        max(one, other, key=len)
        for one in _codes(base or ())
        for other in _codes(head or ())
        if one.startswith(other) or other.startswith(one)
    ]
    return tuple(dict.fromkeys(found)) or None


def _fewer_entries(base: Any, head: Any) -> Any:
    """Patterns that both have, and there what both ignore."""
    ours, theirs = base or {}, head or {}
    common = {pattern: _fewer_codes(ours[pattern], theirs[pattern]) for pattern in ours if pattern in theirs}
    return {pattern: codes for pattern, codes in common.items() if codes} or None


def _fewer_patterns(base: Any, head: Any) -> Any:
    return tuple(pattern for pattern in base or () if pattern in (head or ())) or None


def _more_severe(base: Any, head: Any) -> Any:
    """By rule the more severe of the two. Beside a rule's own severity, which differs by case, only `error` is that."""
    ours, theirs = _by_rule(base or {}), _by_rule(head or {})
    found = {code: _worse(ours.get(code), theirs.get(code)) for code in RULES}
    return {code: severity for code, severity in found.items() if severity} or None


def _worse(base: Severity | None, head: Severity | None) -> Severity | None:
    if base is None:
        return head if head == "error" else None
    return base if head is None else max(base, head, key=_SEVERITIES.index)


def _by_rule(stated: Mapping[str, Severity]) -> dict[str, Severity]:
    """The longest code that a rule's begins with counts, as in a run."""
    found: dict[str, Severity] = {}
    for code, severity in sorted(stated.items(), key=lambda one: len(one[0])):
        found |= {rule: severity for rule in RULES if rule.startswith(_codes((code,)))}
    return found


def _first_of(order: tuple[str, ...], default: str) -> Callable[[Any, Any], Any]:
    """The one that stands first in the order."""

    def stricter(base: Any, head: Any) -> Any:
        return min(base or default, head or default, key=order.index)

    return stricter


def _either(base: Any, head: Any) -> Any:
    return bool(base or head)


def _both(base: Any, head: Any) -> Any:
    return bool(base and head)


def _larger(base: Any, head: Any) -> Any:
    return max(base or _MAX_SIZE, head or _MAX_SIZE)


def _the_same_or_none(base: Any, head: Any) -> Any:
    """A file of what is known keeps findings back: the head may leave it out, and name no other."""
    return None if head is None else base


def _the_same(base: Any, head: Any) -> Any:
    """What the repository wants of others is said by its base alone."""
    return base


def _union(base: Iterable[str], head: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*base, *head)))


def _codes(given: Iterable[str]) -> tuple[str, ...]:
    """As a run takes them, also several in one text."""
    return tuple(code for text in given for code in (part.strip().upper() for part in text.split(",")) if code)


_MAX_SIZE = 2048
STRICTER: dict[str, Callable[[Any, Any], Any]] = {
    "select": _more_selected,
    "extend_select": _more_besides,
    "ignore": _fewer_codes,
    "per_file_ignores": _fewer_entries,
    "severity": _more_severe,
    "min_severity": _first_of(_SEVERITIES, "info"),
    "min_confidence": _first_of(_SURENESS, "unknown"),
    "fail_on": _first_of(_SEVERITIES, "warning"),
    "strict": _either,
    "exclude": _fewer_patterns,
    "skip_foreign": _both,
    "max_size": _larger,
    "baseline": _the_same_or_none,
    "bot": _the_same,
}
"""By key, the stricter of what the base and the head state; None is what a side says that leaves the key out."""
