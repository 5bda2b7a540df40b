"""What a right conversion makes of the original's arrays, as a file of the converted one's era keeps them."""

from __future__ import annotations

from collections.abc import Mapping

from dimorder.engine.diagnosis.words import Form
from dimorder.flow.opened import Settled
from dimorder.graph import Node, Tensor
from dimorder.layout import SPATIAL
from dimorder.mapping import innermost
from dimorder.model import Era
from dimorder.plan import Move, Plan, expanded
from dimorder.semantics import Bidirectional, ConvRecurrent, Patches, Recurrent
from dimorder.steps import Array, Flip, Permute, Step, apply
from dimorder.weights import GATES

_LETTERS = "abcdefgh"
_DUMMY = "1"


class Expected:
    """The original's arrays, and what is done to each of them."""

    def __init__(self, original: Settled, plan: Plan, era: Era) -> None:
        self.original = original
        self.plan = plan
        self.era = era
        self.nodes = {tensor.address: node for node in _nodes(original) for tensor in node.tensors}
        kept = [node for node in _nodes(original) if node.layer not in plan.heirs.values()]
        self.owners = {part.address: node.layer for node in kept for t in node.tensors for part in t.stored()}
        self.arrays, self.moves = self._wanted()

    def adds(self) -> bool:
        """Whether the right conversion has arrays of its own: one-hot kernels that cut patches."""
        nodes = self.plan.graph.nodes if self.plan.graph else ()
        return any(isinstance(innermost(node.op)[0], Patches) for node in nodes)

    def homes(self) -> Mapping[str, tuple[str, int]]:
        """By address, in the order of the original's file: its layer, and which of that layer's arrays it is."""
        places = {tensor.address: place for place, tensor in enumerate(self.original.opened.model.tensors())}
        count: dict[str, int] = {}
        found = {}
        for tensor in sorted(self.arrays, key=lambda tensor: places[tensor.address]):
            layer = self.owners.get(tensor.address, "")
            found[tensor.address] = (layer, count.setdefault(layer, 0))
            count[layer] += 1
        return found

    def _wanted(self) -> tuple[tuple[Tensor, ...], Mapping[str, Move]]:
        """The original's arrays as the converted file should hold them: in pieces where its era keeps pieces."""
        arrays = self.original.arrays()
        if self.era not in ("keras0", "keras1"):
            return arrays, self.plan.moves
        pieces = tuple(part for tensor in arrays for part in tensor.stored())
        return pieces, expanded(self.plan.moves, arrays)

    def value(self, tensor: Tensor) -> Array:
        """What the converted file should hold."""
        return apply(self.steps(tensor), self.array(tensor))

    def array(self, tensor: Tensor) -> Array:
        """The original's numbers; without the dummy axis that only Keras 1 gave its kernels of sequences."""
        array, axes = self.original.opened.read(tensor), self._kernel(tensor)
        return array.squeeze(tuple(n for n, letter in enumerate(axes) if letter == _DUMMY)) if axes else array

    def steps(self, tensor: Tensor) -> tuple[Step, ...]:
        """What is done to `array`."""
        move = self.moves.get(tensor.address)
        steps = move.steps if move else ()
        axes = self._kernel(tensor)
        if not axes:
            return steps
        plain = tuple(_plain(step) for step in steps)
        now = next((step.target for step in reversed(plain) if isinstance(step, Permute)), axes.replace(_DUMMY, ""))
        wanted = SPATIAL[1] + "IO"
        return plain if now == wanted else (*plain, Permute(now, wanted))

    def _kernel(self, tensor: Tensor) -> str:
        """Axes of a kernel with a dummy among them, where the converted file's era has none; else ""."""
        node = self.nodes.get(tensor.address)
        axes = getattr(innermost(node.op)[0], "axes", "") if node and tensor == node.tensors[0] else ""
        return axes if _DUMMY in axes and self.era in ("keras2", "keras3") else ""

    def form(self, tensor: Tensor) -> Form:
        """Letters from the steps where they name axes, else from the operation, else none that mean anything."""
        steps = self.steps(tensor)
        node = self.nodes.get(tensor.address)
        axes = getattr(innermost(node.op)[0], "axes", "") if node else ""
        source = next((s.source for s in steps if isinstance(s, Permute)), "")
        source = source or next((s.axes for s in steps if isinstance(s, Flip)), "")
        target = next((s.target for s in reversed(steps) if isinstance(s, Permute)), source)
        axes = axes.replace(_DUMMY, "") if self._kernel(tensor) else axes
        rank = len(tensor.shape) - bool(self._kernel(tensor))
        if not source and len(axes) == rank:
            source = target = axes
        plain = _LETTERS[:rank]
        spatial = "".join(letter for letter in SPATIAL[3] + SPATIAL[1] if letter in source)
        whole = node is not None and tensor in node.tensors  # a piece of a joined array is one gate
        return Form(source or plain, target or plain, spatial, _gates(node) if node and whole else 1)


def _nodes(original: Settled) -> tuple[Node, ...]:
    return original.graph.nodes if original.graph else ()


def _plain(step: Step) -> Step:
    """The step on an array without its dummy axis."""
    if isinstance(step, Permute):
        return Permute(step.source.replace(_DUMMY, ""), step.target.replace(_DUMMY, ""))
    return Flip(step.axes.replace(_DUMMY, ""), step.reversed_axes) if isinstance(step, Flip) else step


def _gates(node: Node) -> int:
    op = innermost(node.op)[0]
    op = op.inner if isinstance(op, Bidirectional) else op
    if isinstance(op, ConvRecurrent):
        return GATES["lstm"]
    return GATES[op.kind] if isinstance(op, Recurrent) else 1
