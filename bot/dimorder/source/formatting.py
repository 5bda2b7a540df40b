"""Text put together from values: `%`, format, f-strings. Widths are bounded: a short format can ask for gigabytes."""

from __future__ import annotations

import re
from typing import Any

from dimorder.program import Unknown
from dimorder.source.bounds import unknown_in, within

_WIDE = re.compile(r"\d{5}|\*")
_LOOKING = re.compile(r"\{\w*[.\[]|\{[^{}]*\{")
"""Fields that name attributes or items, or take their width from a value."""
SIMPLE = (str, int, float, bool, type(None))
MOST = 1_000
"""Items of a collection that is turned into text."""


def text_of(value: Any, *, quoted: bool = False) -> Any:
    """str(value) or repr(value) for plain data."""
    if isinstance(value, SIMPLE):
        return repr(value) if quoted else str(value)
    unknown = unknown_in(value, MOST)
    if unknown is not None:
        return unknown
    return str(value) if is_plain(value) else Unknown(f"the text of a {type(value).__name__}")


def is_plain(value: Any, depth: int = 8) -> bool:
    """Whether a value is data whose text is Python's."""
    if isinstance(value, SIMPLE):
        return True
    if type(value) in (list, tuple, set):
        return depth > 0 and all(is_plain(one, depth - 1) for one in value)
    return type(value) is dict and depth > 0 and all(is_plain(pair, depth - 1) for pair in value.items())


def percent(template: str, values: Any) -> Any:
    """`template % values`."""
    unknown = _unfit(template, values)
    if unknown is not None:
        return unknown
    try:
        return within(template % values)
    except (TypeError, ValueError, KeyError, OverflowError):
        return Unknown("a format that does not fit its values")


def braces(template: str, positional: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
    """`template.format(...)`; attributes and items of the values are not looked up."""
    unknown = _unfit(template, (positional, keywords))
    if unknown is not None:
        return unknown
    if _LOOKING.search(template.replace("{{", "").replace("}}", "")):
        return Unknown("a format that looks into its values")
    try:
        return within(template.format(*positional, **keywords))
    except (TypeError, ValueError, LookupError, AttributeError, OverflowError):
        return Unknown("a format that does not fit its values")


def formatted(value: Any, conversion: int, wanted: Any) -> Any:
    """One field of an f-string. conversion: as ast has it, -1 for none."""
    if conversion in (ord("r"), ord("a")) or not isinstance(value, SIMPLE):
        value = text_of(value, quoted=conversion in (ord("r"), ord("a")))
    elif conversion == ord("s"):
        value = str(value)
    if isinstance(value, Unknown) or not wanted:
        return value if isinstance(value, (Unknown, str)) else str(value)
    if isinstance(wanted, Unknown) or _WIDE.search(wanted):
        return wanted if isinstance(wanted, Unknown) else Unknown("a very wide field")
    try:
        return format(value, wanted)
    except (TypeError, ValueError, OverflowError):
        return Unknown("a format that does not fit its value")


def _unfit(template: str, values: Any) -> Unknown | None:
    if _WIDE.search(template):
        return Unknown("a very wide field")
    unknown = unknown_in(values, MOST)
    if unknown is not None:
        return unknown
    return None if is_plain(values) else Unknown("a text with something in it that is no plain data")
