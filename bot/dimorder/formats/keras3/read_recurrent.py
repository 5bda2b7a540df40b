"""Keras 3's recurrent layers as operations."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

from dimorder import semantics as ops
from dimorder.formats.keras3.recurrent import CLASSES
from dimorder.formats.keras3.written import NotPlain, Parse, Written
from dimorder.semantics import Activate, Op

KINDS = {class_name: kind for kind, class_name in CLASSES.items()}
MERGES = ("concat", "sum", "mul", "ave")


def _recurrent(written: Written) -> ops.Recurrent:
    for key in ("return_state", "time_major", "zero_output_for_mask"):
        written.expect(key, False)
    if len(written.shapes) > 1 or len(written.shape) != 2:
        raise NotPlain("it is given more than one sequence of vectors")
    kind = KINDS[written.class_name]
    gate = Activate("linear") if kind == "simple" else written.activation("recurrent_activation")
    return ops.Recurrent(
        kind=cast(Any, kind),
        units=int(written.config["units"]),
        activation=written.activation(),
        gate=gate,
        use_bias=written.flag("use_bias", True),
        sequences=written.flag("return_sequences", False),
        backwards=written.flag("go_backwards", False),
        reset_after=kind == "gru" and written.flag("reset_after", True),
        stateful=written.flag("stateful", False),
    )


def _bidirectional(written: Written) -> Op:
    mode = written.get("merge_mode", "concat")
    if mode not in MERGES:
        raise NotPlain(f"merge_mode is {mode!r}")
    inner = _wrapped(written, written.config["layer"])
    other = written.get("backward_layer", None)
    turned = _wrapped(written, other) if other else replace(inner, backwards=True)
    if turned != replace(inner, backwards=not inner.backwards):
        raise NotPlain("its backward layer is not the forward layer turned round")
    return ops.Bidirectional(inner, mode)


def _wrapped(written: Written, item: Any) -> ops.Recurrent:
    if item["class_name"] not in KINDS:
        raise NotPlain(f"it wraps a {item['class_name']}")
    # A Bidirectional sets zero_output_for_mask in its halves itself; where that matters the rules refuse.
    config = {key: value for key, value in item["config"].items() if key != "zero_output_for_mask"}
    return _recurrent(replace(written, class_name=item["class_name"], config=config))


RECURRENT: dict[str, Parse] = {
    **dict.fromkeys(KINDS, _recurrent),
    "Bidirectional": _bidirectional,
    "Masking": lambda written: ops.Masking(float(written.get("mask_value", 0.0))),
}
