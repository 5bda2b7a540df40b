"""ConvLSTM2D of Keras 1 and 2.

Source: layers/convolutional_recurrent.py at 1.1.2, 1.2.2, 2.0.8, 2.2.4, 2.3.1.
"""

from __future__ import annotations

from typing import Any, cast

from dimorder.formats.layers.conv import kernel_size
from dimorder.formats.layers.written import Codec, Written, activation, numbers
from dimorder.semantics import Activate, ConvRecurrent, Op, Opaque, Padding


def _conv_lstm(written: Written) -> tuple[Op, ...]:
    if because := _not_read(written):
        return (Opaque(written.class_name, because),)
    state, gate = (_word(written, *keys) for keys in (("activation",), ("recurrent_activation", "inner_activation")))
    for one in (state, gate):
        if isinstance(one, Opaque) or one.kind == "softmax":
            return (Opaque(written.class_name, getattr(one, "because", "") or "softmax inside it"),)
    channels = written.channels()
    first = written.era == "keras1" and channels == "first"
    return (
        ConvRecurrent(
            filters=int(written.get("nb_filter", "filters")),
            kernel_size=kernel_size(written, 2),
            # Keras 1.2.2 leaves `subsample` out of its configuration: traps 35.
            strides=numbers(written.get("subsample", "strides", default=1), 2),
            dilation=numbers(written.get("dilation_rate", default=1), 2),
            padding=cast(Padding, written.get("border_mode", "padding", default="valid")),
            recurrent_padding="same",
            channels=channels,
            use_bias=bool(written.get("use_bias", default=True)),
            activation=cast(Activate, state),
            gate=cast(Activate, gate),
            sequences=bool(written.get("return_sequences", default=False)),
            backwards=bool(written.get("go_backwards", default=False)),
            axes="OIHW" if first else "HWIO",
            stateful=bool(written.get("stateful", default=False)),
        ),
    )


def _word(written: Written, *keys: str) -> Activate | Opaque:
    return activation(written.get(*keys, default="linear"))


def _not_read(written: Written) -> str:
    """Why a layer is more than a sequence of maps in, a value out; "" if it is that."""
    mode = written.get("border_mode", "padding", default="valid")
    if mode not in ("valid", "same"):
        return f"border mode {mode!r}"
    if len(written.inputs) > 1:
        return "it is given an initial state"
    if written.get("return_state", default=False):
        return "it yields its state too (return_state)"
    return "" if len(written.inputs[0]) == 4 else "it reads something else than a sequence of maps"


def respell(op: ConvRecurrent, config: dict[str, Any]) -> dict[str, Any]:
    """Keys that differ once the layer's padding or kernels have changed."""
    mode = "same" if op.padding.endswith("same") else op.padding
    if "kernel_size" in config:
        return {"padding": mode, "kernel_size": list(op.kernel_size)}
    return {"border_mode": mode, "nb_row": op.kernel_size[0], "nb_col": op.kernel_size[1]}


READ: dict[str, Codec] = {"ConvLSTM2D": _conv_lstm}
