"""JSON as plain values: every key once, every number a number."""

from __future__ import annotations

import json
import math
from collections import Counter
from typing import Any

from dimorder.errors import UnreadableFile
from dimorder.formats.texts.bounds import MAX_DIGITS, check_bounds, no_number, too_deep, twice


def json_value(text: str, path: str) -> Any:
    """The value of a JSON text within bounds.

    Raises UnreadableFile with config.syntax and the place, config.number (NaN, Infinity, numbers without end),
    config.duplicate-key, config.depth, config.encoding (half a character) or limits.objects.
    """

    def pairs(found: list[tuple[str, Any]]) -> dict[str, Any]:
        value = dict(found)
        if len(value) < len(found):
            raise twice(Counter(key for key, _ in found).most_common(1)[0][0], path)
        return value

    def whole(digits: str) -> int:
        if len(digits) > MAX_DIGITS:
            raise no_number(f"a whole number of {len(digits)} digits", path)
        return int(digits)

    def fraction(digits: str) -> float:
        value = float(digits)
        if math.isinf(value):
            raise no_number(digits[:MAX_DIGITS], path)
        return value

    def constant(word: str) -> float:
        raise no_number(word, path)

    try:
        value = json.loads(
            text, object_pairs_hook=pairs, parse_int=whole, parse_float=fraction, parse_constant=constant
        )
    except json.JSONDecodeError as problem:
        raise UnreadableFile(
            f"{path}: not JSON: {problem.msg}, line {problem.lineno} column {problem.colno}", code="config.syntax"
        ) from None
    except RecursionError:
        raise too_deep(path) from None
    check_bounds(value, path)
    return value
