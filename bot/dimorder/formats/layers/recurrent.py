"""Recurrent layers, Bidirectional and Masking of Keras 1 and 2.

Source: keras/layers/recurrent.py and wrappers.py at 1.0.8, 1.2.2, 2.0.8, 2.2.4, 2.3.1.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

from dimorder.formats.layers.written import MASKED_OTHERWISE, Codec, Written, activation
from dimorder.semantics import Activate, Bidirectional, Masking, Op, Opaque, Recurrent

KINDS = {"SimpleRNN": "simple", "LSTM": "lstm", "GRU": "gru"}
MERGES = ("concat", "sum", "mul", "ave")


def _recurrent(written: Written) -> tuple[Op, ...]:
    if because := _not_read(written):
        return (Opaque(written.class_name, because),)
    state, gate = activation(written.get("activation", default="linear")), _gate(written)
    for one in (state, gate):
        if isinstance(one, Opaque):
            return (Opaque(written.class_name, one.because),)
    return (
        Recurrent(
            kind=cast(Any, KINDS[written.class_name]),
            units=int(written.get("units", "output_dim")),
            activation=cast(Activate, state),
            gate=cast(Activate, gate),
            use_bias=bool(written.get("use_bias", default=True)),
            sequences=bool(written.get("return_sequences", default=False)),
            backwards=bool(written.get("go_backwards", default=False)),
            reset_after=written.class_name == "GRU" and bool(written.get("reset_after", default=False)),
            stateful=bool(written.get("stateful", default=False)),
        ),
    )


def _cudnn(written: Written) -> tuple[Op, ...]:
    """Layers of Keras 2 for GPUs: tanh and sigmoid, and a GRU that resets after the product."""
    class_name = written.class_name.removeprefix("CuDNN")
    fixed = {"activation": "tanh", "recurrent_activation": "sigmoid", "reset_after": True}
    (op,) = _recurrent(replace(written, class_name=class_name, config={**written.config, **fixed}))
    return (replace(op, cudnn=True),) if isinstance(op, Recurrent) else (op,)


def _gate(written: Written) -> Activate | Opaque:
    """The gates' activation; a SimpleRNN has none, and its null is Keras's word for linear."""
    if written.class_name == "SimpleRNN":
        return Activate("linear")
    key = "recurrent_activation" if "recurrent_activation" in written.config else "inner_activation"
    return activation(written.config[key] or "linear")


def _not_read(written: Written) -> str:
    """Why a layer is more than a sequence in, a value out; "" if it is that."""
    if len(written.inputs) > 1:
        return "it is given an initial state"
    if written.get("return_state", default=False):
        return "it yields its state too (return_state)"
    if written.get("time_major", default=False):
        return "it reads time first (time_major)"
    return "" if len(written.inputs[0]) == 2 else "it reads something else than a sequence of vectors"


def _bidirectional(written: Written) -> tuple[Op, ...]:
    mode = written.config["merge_mode"]
    if mode not in MERGES:
        return (Opaque(written.class_name, f"its halves are not merged to one value (merge_mode {mode!r})"),)
    (inner,) = _wrapped(written, written.config["layer"])
    if not isinstance(inner, Recurrent):
        because = inner.because if isinstance(inner, Opaque) else ""
        return (Opaque(written.class_name, because or f"a {written.config['layer']['class_name']} inside"),)
    if other := written.get("backward_layer"):
        (turned,) = _wrapped(written, other)
        if turned != replace(inner, backwards=not inner.backwards):
            return (Opaque(written.class_name, "its backward layer is not the forward layer turned round"),)
    return (Bidirectional(inner, mode),)


def _wrapped(written: Written, item: dict[str, Any]) -> tuple[Op, ...]:
    read = RECURRENT.get(item["class_name"])
    if read is None:
        return (Opaque(item["class_name"], f"a {item['class_name']} inside"),)
    return read(replace(written, class_name=item["class_name"], config=item["config"]))


RECURRENT: dict[str, Codec] = {
    **dict.fromkeys(KINDS, _recurrent),
    **dict.fromkeys(("CuDNNLSTM", "CuDNNGRU"), _cudnn),
}
READ: dict[str, Codec] = {
    **RECURRENT,
    "Bidirectional": _bidirectional,
    "Masking": lambda written: (
        Opaque("Masking", MASKED_OTHERWISE) if written.masks_otherwise()
        else Masking(float(written.get("mask_value", default=0.0))),
    ),
}
