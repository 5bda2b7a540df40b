"""Which values each era's Keras merges.

Source: Merge._arguments_validation in keras/engine/topology.py at 1.2.2, keras/layers/merge.py at 2.2.4.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from dimorder.source.values import Sizes

Shapes = tuple[Sizes, ...]
OF_TWO = frozenset({"Dot", "Merge", "Subtract"})


def merged(name: str, config: dict[str, Any], inputs: Shapes, style: str) -> str:
    """Why these are not merged; "" where nothing speaks against it. name: of Keras 2's class; Merge: cosines."""
    if len(inputs) < 2:
        return "it merges at least two values"
    if name in OF_TWO and len(inputs) != 2:
        return f"it merges two values, not {len(inputs)}"
    if name == "Concatenate":
        return _joined(config.get("axis", -1), inputs, style)
    if name in ("Dot", "Merge"):
        return _multiplied(config.get("axes", config.get("dot_axes", -1)), inputs)
    alike = len(set(inputs)) == 1 if style == "keras1" else all(_broadcast(*pair) for pair in pairwise(inputs))
    return "" if alike else f"the shapes {_shown(inputs)} do not go together"


def _joined(axis: Any, inputs: Shapes, style: str) -> str:
    if len({len(shape) for shape in inputs}) > 1:
        return f"the shapes {_shown(inputs)} have different numbers of axes"
    if not isinstance(axis, int):
        return ""
    rank = len(inputs[0])
    if not -rank - 1 <= axis <= rank:
        return f"axis {axis} is none of those of {_shown(inputs)}"
    left = axis + rank if axis < 0 else axis - 1
    # Along axis 0 stands one batch behind another, of samples that are all alike.
    rest = [(*shape[:left], *shape[left + 1 :]) if left >= 0 else shape for shape in inputs]
    same = all(_open(*pair) for pair in pairwise(rest)) if style == "tf" else len(set(rest)) == 1
    return "" if same else f"the shapes {_shown(inputs)} differ beside axis {axis}"


def _open(one: Sizes, other: Sizes) -> bool:
    """Whether both may be the same, None standing for any length."""
    return all(None in pair or pair[0] == pair[1] for pair in zip(one, other, strict=True))


def _broadcast(one: Sizes, other: Sizes) -> bool:
    """Whether the axes, counted from the last, are alike or one of them is 1 or of any length."""
    pairs = zip(reversed(one), reversed(other), strict=False)
    return all(None in pair or 1 in pair or pair[0] == pair[1] for pair in pairs)


def _multiplied(axes: Any, inputs: Shapes) -> str:
    pair = (axes, axes) if isinstance(axes, int) else tuple(axes) if isinstance(axes, list | tuple) else ()
    if len(pair) != 2 or not all(isinstance(axis, int) for axis in pair):
        return ""
    full = [(None, *shape) for shape in inputs]
    if not all(-len(shape) <= axis < len(shape) for axis, shape in zip(pair, full, strict=True)):
        return f"axes {pair} are none of those of {_shown(inputs)}"
    first, second = (shape[axis] for axis, shape in zip(pair, full, strict=True))
    return "" if first == second else f"the shapes {_shown(inputs)} differ along axes {pair}"


def _shown(inputs: Shapes) -> str:
    return " and ".join(map(str, inputs))
