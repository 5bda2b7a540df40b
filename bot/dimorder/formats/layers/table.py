"""Which class of Keras 1 and 2 is read by which family: the support matrix of the readers."""

from __future__ import annotations

from dimorder.errors import UnreadableFile
from dimorder.formats.layers import (
    conv,
    conv_recurrent,
    conv_transpose,
    dense,
    depthwise,
    legacy,
    locally,
    mapped,
    merge,
    plain,
    pooling,
    recurrent,
    resize,
)
from dimorder.formats.layers.written import Codec, Written
from dimorder.formats.precision import coarse
from dimorder.semantics import Op, Opaque

READERS: dict[str, Codec] = {
    **conv.READ,
    **conv_transpose.READ,
    **conv_recurrent.READ,
    **depthwise.READ,
    **dense.READ,
    **legacy.READ,
    **locally.READ,
    **merge.READ,
    **plain.READ,
    **pooling.READ,
    **recurrent.READ,
    **resize.READ,
}


def read_layer(written: Written) -> tuple[Op, ...]:
    """The operations of one layer: its own, then that of its fused activation; Opaque for a class not known."""
    codec = READERS.get(written.class_name)
    if codec is None:
        because = "Lambda code is never run" if written.class_name == "Lambda" else ""
        return (Opaque(written.class_name, because),)
    if because := coarse(written.config):
        return (Opaque(written.class_name, because),)
    try:
        return codec(written)
    except (KeyError, TypeError, ValueError, IndexError, AttributeError, OverflowError) as problem:
        raise UnreadableFile(
            f"layer {written.name!r} ({written.class_name}) is not configured as Keras writes it: {problem}",
            code="config.type",
        ) from problem


READERS |= mapped.reader(read_layer)
