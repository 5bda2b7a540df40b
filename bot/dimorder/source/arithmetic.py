"""Operators on all values: plain data by Python's rules, arrays as arrays, instances by their own methods."""

from __future__ import annotations

import ast
from typing import Any

from dimorder.program import Thing, Unknown
from dimorder.source.evaluation import Evaluation
from dimorder.source.objects import Instance, Method
from dimorder.source.operators import SIGNS, computed
from dimorder.source.values import External


def binary(ev: Evaluation, sign: type[ast.operator], left: Any, right: Any) -> Any:
    """`left sign right`."""
    if isinstance(left, Instance) and sign in SIGNS:
        method = left.cls.find(SIGNS[sign])
        if method is not None:
            return ev.call_value(Method(method, left, SIGNS[sign]), right)
    if isinstance(left, (Thing, External)) or isinstance(right, (Thing, External)):
        return _of_arrays(ev, sign, left, right)
    for one, other in ((left, right), (right, left)):
        combined = getattr(one, "combined", None)
        if callable(combined):
            return combined(SIGNS.get(sign, ""), other, one is right, ev.session)
    return ev.sized(computed(sign, left, right))


def _of_arrays(ev: Evaluation, sign: type[ast.operator], left: Any, right: Any) -> Any:
    if isinstance(left, str):
        return Unknown("a text with something in it that is not known before running")
    arrays = [one for one in (left, right) if isinstance(one, Thing) and one.kind.endswith("array")]
    shape = {"shape": arrays[0].of["shape"]} if len(arrays) == 1 and _keeps_shape(arrays[0], left, right) else {}
    kind = "array" if arrays else "result"
    return ev.thing(kind, SIGNS.get(sign, ""), {"0": left, "1": right, **shape})


def _keeps_shape(array: Thing, left: Any, right: Any) -> bool:
    other = right if left is array else left
    return "shape" in array.of and isinstance(other, (int, float))
