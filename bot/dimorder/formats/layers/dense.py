"""Dense, Embedding, BatchNormalization and PReLU: layers that own arrays which are not convolution kernels."""

from __future__ import annotations

from typing import Any

from dimorder.formats.layers.written import Codec, Written, sample_axis, with_activation
from dimorder.semantics import BatchNorm, Dense, Embedding, Op, Opaque, PReLU


def _dense(written: Written) -> tuple[Op, ...]:
    units = int(written.get("units", "output_dim"))
    return with_activation(Dense(units, bool(written.get("bias", "use_bias", default=True))), written)


def _embedding(written: Written) -> tuple[Op, ...]:
    if written.get("mask_zero", default=False):
        return (Opaque(written.class_name, "mask_zero: which layers heed the mask differs between versions"),)
    return (
        Embedding(
            int(written.config["input_dim"]),
            int(written.config["output_dim"]),
        ),
    )


def _batch_norm(written: Written) -> tuple[Op, ...]:
    if written.era == "keras1" and (1, 0, 6) <= written.version <= (1, 0, 7):
        return (Opaque(written.class_name, "Keras 1.0.6 and 1.0.7 stored a different statistic on each backend"),)
    # Until 1.0.5 the fourth array was a standard deviation: layout-facts 2a.
    old = written.era == "keras1" and written.version < (1, 0, 6)
    axis = int(written.get("axis", default=-1))
    return (
        BatchNorm(
            sample_axis(axis, len(written.inputs[0])),
            float(written.get("epsilon", default=1e-3)),
            scale=bool(written.get("scale", default=True)),
            center=bool(written.get("center", default=True)),
            statistic="std" if old else "variance",
            formula="std+e" if old else "sqrt(v+e)",
            mode=int(written.get("mode", default=0)),
        ),
    )


def _prelu(written: Written) -> tuple[Op, ...]:
    shared = written.get("shared_axes", default=[])
    shared = [shared] if isinstance(shared, int) else shared
    return (PReLU(tuple(int(axis) - 1 for axis in shared)),)


def respell(op: BatchNorm | PReLU, config: dict[str, Any], rank: int) -> dict[str, Any]:
    """Keys that differ once an axis has moved; rank counts the sample's axes."""
    if isinstance(op, PReLU):
        return {"shared_axes": [axis + 1 for axis in op.shared_axes]} if op.shared_axes else {}
    last = op.axis == rank - 1
    return {"axis": -1 if last else op.axis + 1}


READ: dict[str, Codec] = {
    "Dense": _dense,
    "TimeDistributedDense": _dense,
    "Embedding": _embedding,
    "BatchNormalization": _batch_norm,
    "PReLU": _prelu,
}
