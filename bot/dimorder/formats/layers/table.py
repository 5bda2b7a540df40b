"""Which class of Keras 1 and 2 is read by which family: the support matrix of the readers."""

from __future__ import annotations

from dimorder.errors import UnreadableFile
from dimorder.formats.layers import conv, dense, merge, plain, pooling, resize
from dimorder.formats.layers.written import Codec, Written
from dimorder.semantics import Op, Opaque

READERS: dict[str, Codec] = {
    **conv.READ,
    **dense.READ,
    **merge.READ,
    **plain.READ,
    **pooling.READ,
    **resize.READ,
}


def read_layer(written: Written) -> tuple[Op, ...]:
    """The operations of one layer: its own, then that of its fused activation; Opaque for a class not known."""
    codec = READERS.get(written.class_name)
    if codec is None:
        because = "Lambda code is never run" if written.class_name == "Lambda" else ""
        return (Opaque(written.class_name, because),)
    try:
        return codec(written)
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as problem:
        raise UnreadableFile(
            f"layer {written.name!r} ({written.class_name}) is not configured as Keras writes it: {problem}"
        ) from problem
