"""Which zeros a padding mode puts around an axis, and where two modes put the same."""

from __future__ import annotations

from dimorder.errors import Refused
from dimorder.graph import Node
from dimorder.semantics import Padding, Size
from dimorder.windows import conv_pads


def agree(size: Size, length: int, stride: int, modes: tuple[Padding, Padding]) -> bool:
    """Whether two modes put the same zeros in front of this axis; no two of them do for an even kernel.

    length: of the kernel, effective.
    """
    if size is None:
        return length == 1 or (stride == 1 and length % 2 == 1)
    first, second = (conv_pads(size, length, stride, mode)[0] for mode in modes)
    return first == second


def explicit(size: Size, length: int, stride: int, padding: Padding) -> tuple[int, int]:
    """Zeros before and after an axis; what Theano pads does not depend on the size (layout-facts 7)."""
    if padding == "theano-same":
        return length // 2, (length - 1) // 2
    return conv_pads(size or length, length, stride, padding)


def size_unknown(node: Node) -> Refused:
    """The error where zeros would have to be counted by a size that nobody says."""
    return Refused(
        f"layer {node.layer!r}: 'same' padding with stride depends on the size of its input, which is not known",
        hint="pass an architecture with a fixed input shape",
    )
