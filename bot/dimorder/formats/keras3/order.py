"""The order in which Keras 3 lists a functional model's layers: what the weights file counts by.

Keras computes it from the graph when it loads a model, whatever the order in config.json.
Source: keras/src/ops/function.py map_graph and _build_map at 3.15.1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dimorder.errors import UnreadableFile

Use = tuple[str, int]
"""One call of a layer: its name and which call, from 0."""
Parents = Mapping[Use, Sequence[Use]]
"""For every call, the calls whose values it reads."""


def layer_order(parents: Parents, inputs: Sequence[Use], outputs: Sequence[Use]) -> list[str]:
    """Names of the layers that lead to the outputs, the farthest from them first."""
    uses, seen = _walk(parents, outputs)
    depths = _depths(parents, uses)
    for layer, _ in inputs:
        if layer not in depths:
            depths[layer], seen[layer] = 0, -1
    return sorted(depths, key=lambda layer: (-depths[layer], seen[layer]))


def computable_order(parents: Parents, outputs: Sequence[Use]) -> list[Use]:
    """The calls that lead to the outputs, each after those it reads."""
    return _walk(parents, outputs)[0]


def _walk(parents: Parents, outputs: Sequence[Use]) -> tuple[list[Use], dict[str, int]]:
    """Depth first from the outputs: calls as they are left, layers as they are first met."""
    left: dict[Use, None] = {}
    met: dict[str, int] = {}
    for output in outputs:
        _descend(parents, output, left, met)
    return list(left), met


def _descend(parents: Parents, start: Use, left: dict[Use, None], met: dict[str, int]) -> None:
    # A stack of its own: a file may be deeper than Python's.
    pending = [start] if start not in left else []
    inside: set[Use] = set()
    while pending:
        use = pending[-1]
        inside.add(use)
        met.setdefault(use[0], len(met))
        following = next((parent for parent in parents[use] if parent not in left), None)
        if following is None:
            left[pending.pop()] = None
            inside.discard(use)
        elif following in inside:
            raise UnreadableFile(f"layer {following[0]!r} reads its own output")
        else:
            pending.append(following)


def _depths(parents: Parents, uses: Sequence[Use]) -> dict[str, int]:
    """The longest way from each layer to an output; a shared layer counts by its farthest call."""
    of_use: dict[Use, int] = {}
    of_layer: dict[str, int] = {}
    for use in reversed(uses):
        depth = max(of_use.get(use, 0), of_layer.get(use[0], 0))
        of_layer[use[0]] = of_use[use] = depth
        for parent in parents[use]:
            of_use[parent] = max(depth + 1, of_use.get(parent, 0))
    return of_layer
