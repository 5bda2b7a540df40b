"""What moving numbers does to training."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from dimorder.formats.training.became import listed
from dimorder.formats.training.kept import Heeded
from dimorder.graph import Graph, Tensor
from dimorder.plan import Plan
from dimorder.steps import ARITHMETIC, Grow, Permute

_ENDING = "_constraint"
_WITHOUT_AXES = ("NonNeg",)
"""Constraints of each number by itself, which an array may keep wherever its axes go."""


def changed_numbers(plan: Plan) -> Iterator[str]:
    """Numbers computed anew have other gradients; zeros that were added are trained like the numbers beside them."""
    moves = plan.moves.values()
    if anew := [move.address.strip("/") for move in moves if any(isinstance(step, ARITHMETIC) for step in move.steps)]:
        yield f"numbers were computed anew, and their gradients with them: {listed(anew)}"
    if grown := [move.address.strip("/") for move in moves if any(isinstance(step, Grow) for step in move.steps)]:
        yield f"zeros that were added would be trained like the rest of the kernel: {listed(grown)}"


def changed_axes(stated: Heeded, graph: Graph | None, plan: Plan) -> Iterator[str]:
    """Constraints that are written as they were, of arrays whose axes lie otherwise now."""
    tensors = {(node.layer, _key(t)): t for node in (graph.nodes if graph else ()) for t in node.tensors}
    found = [
        path
        for path, settings in stated.items()
        for key, constraint in settings.items()
        if key.endswith(_ENDING) and _name(constraint) not in _WITHOUT_AXES
        and _is_turned(tensors.get((path, key)), plan)
    ]  # fmt: skip
    if found:
        yield f"constraints go along the axes as they lay before: of {listed(list(dict.fromkeys(found)))}"


def _key(tensor: Tensor) -> str:
    """Of the constraint on an array; both halves of a layer that runs both ways move alike."""
    return f"{tensor.role.rpartition(' ')[2]}{_ENDING}"


def _name(constraint: Any) -> str:
    """As Keras 1 or Keras 2 spells it."""
    if not isinstance(constraint, Mapping):
        return str(constraint)
    return str(constraint.get("class_name") or constraint.get("name"))


def _is_turned(tensor: Tensor | None, plan: Plan) -> bool:
    """A constraint on what is not known as an array is taken for one whose axes moved, if anything moved."""
    if tensor is None:
        return bool(plan.moved())
    move = plan.moves.get(tensor.address)
    return move is not None and any(isinstance(s, Permute) and s.source != s.target for s in move.steps)
