"""SReLU and ParametricSoftplus: their arrays lie like a sample, as those of a PReLU do.

Keras 3 has neither. Its PReLU multiplies what is not above zero by an array, and that is enough to build both:
alpha * v is PReLU(v) for v <= 0. Source: traps 24; keras 1.2.2 layers/advanced_activations.py.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from dimorder.graph import Node, Tensor
from dimorder.plan import Edit
from dimorder.rules.elementwise import moved_sample
from dimorder.rules.tracing import Traced, Tracing
from dimorder.semantics import Activate, Merge, Op, ParametricSoftplus, PReLU, SReLU


def trace_srelu(tracing: Tracing, node: Node, op: SReLU) -> None:
    """The same layer as the target's backend computes it, or its form in Keras 2 and 3."""
    value = tracing.read(node)
    tensors, shared = moved_sample(tracing, node, op.shared_axes or (), value)
    if tracing.goal.dialect == "same":
        converted = SReLU(shared, tracing.goal.orientation)
        tracing.put(node, converted, (value,), value.order, value.index, value.origins, tensors)
    else:
        _build_srelu(_Building(tracing, node, value, shared), op, tensors)


def trace_parametric_softplus(tracing: Tracing, node: Node, op: ParametricSoftplus) -> None:
    """The same layer, or its form in Keras 2 and 3."""
    value = tracing.read(node)
    tensors, shared = moved_sample(tracing, node, op.shared_axes or (), value)
    if tracing.goal.dialect == "same":
        tracing.put(node, ParametricSoftplus(shared), (value,), value.order, value.index, value.origins, tensors)
    else:
        _build_softplus(_Building(tracing, node, value, shared), tensors)


@dataclass(frozen=True, slots=True)
class _Building:
    """Layers that all keep the shape and order of the value `x` that `node` read."""

    tracing: Tracing
    node: Node
    x: Traced
    shared: tuple[int, ...]

    def add(self, part: str, op: Op, *inputs: Traced) -> Traced:
        layer = self.node.layer
        return self.tracing.add(f"{layer}_{part}", op, inputs, layer)

    def less(self, part: str, value: Traced, by: Traced) -> Traced:
        return self.add(part, Merge("sub"), value, by)

    def sloped(self, part: str, value: Traced, tensor: Tensor, use: int = 0, uses: int = 1) -> Traced:
        """max(value, 0) + array * min(value, 0); one array may be used several times."""
        node = replace(self.node, call=self.node.call * uses + use)
        made = self.tracing.heir(node, part, PReLU(self.shared), (value,), (tensor,))
        return replace(self.x, name=made.name)

    def finish(self, says: str, op: Op, *inputs: Traced) -> None:
        self.tracing.edits.append(Edit(self.node.layer, says))
        x = self.x
        self.tracing.put(self.node, op, inputs, x.order, x.index, x.origins, ())


def _build_srelu(build: _Building, op: SReLU, tensors: tuple[Tensor, ...]) -> None:
    """With u = x - t_left: t_left + min(PReLU(u), |t_right|) + a_right * max(u - |t_right|, 0).

    So Theano; TensorFlow clips before the slope, PReLU(min(u, |t_right|)). An array by itself is -PReLU(-1).
    """
    t_left, a_left, t_right, a_right = tensors
    zero = build.less("zero", build.x, build.x)
    minus = build.less("minus_one", zero, build.add("one", Activate("exponential"), zero))
    left = build.sloped("t_left", minus, t_left)
    right = build.sloped("t_right", minus, t_right)
    width = build.add("width", Merge("max"), right, build.less("t_right_negated", zero, right))
    above = build.add("above", Merge("sum"), build.x, left)
    if op.orientation == "convolution":
        middle = build.add("middle", Merge("min"), build.sloped("a_left", above, a_left), width)
    else:
        middle = build.sloped("a_left", build.add("clipped", Merge("min"), above, width), a_left)
    beyond = build.add("beyond", Activate("relu"), build.less("past_width", above, width))
    tail = build.sloped("a_right", build.less("beyond_negated", zero, beyond), a_right)
    build.finish(
        "built from PReLU: today's Keras has no SReLU", Merge("sub"), build.less("centred", middle, left), tail
    )


def _build_softplus(build: _Building, tensors: tuple[Tensor, ...]) -> None:
    """beta * x is beta * min(x, 0) less beta * -max(x, 0); alpha * s is less alpha * -s."""
    alpha, beta = tensors
    zero = build.less("zero", build.x, build.x)
    positive = build.add("positive", Activate("relu"), build.x)
    falling = build.sloped("beta", build.less("negative", build.x, positive), beta, 0, 2)
    rising = build.sloped("beta", build.less("positive_negated", zero, positive), beta, 1, 2)
    soft = build.add("softplus", Activate("softplus"), build.less("product", falling, rising))
    scaled = build.sloped("alpha", build.less("softplus_negated", zero, soft), alpha)
    build.finish("built from PReLU: today's Keras has no ParametricSoftplus", Merge("sub"), zero, scaled)
