"""Dense, Embedding, BatchNormalization and PReLU: layers that own arrays which are not convolution kernels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dimorder.errors import CannotTell
from dimorder.formats.layers.written import MASKED_OTHERWISE, Codec, Written, sample_axis, with_activation
from dimorder.semantics import BatchNorm, Dense, ElementNorm, Embedding, Op, Opaque, PReLU, Scale


def _dense(written: Written) -> tuple[Op, ...]:
    op = Dense(int(written.get("units", "output_dim")), bool(written.get("bias", "use_bias", default=True)))
    if _adds_along_first_axis(op, written):
        return (Opaque(written.class_name, BIAS_ALONG_FIRST_AXIS),)
    return with_activation(op, written)


BIAS_ALONG_FIRST_AXIS = (
    "until Keras 2.2.0 it adds its bias along the first axis of what it reads where keras.json says channels_first"
)


def _adds_along_first_axis(op: Dense, written: Written) -> bool:
    """Whether the bias may belong to the first axis of a sample: it fits only if that is as long as the last.

    Source: layers/core.py Dense.call and theano_backend.py bias_add at 2.0.8 and 2.2.0, mended in 2.2.1.
    """
    shape = written.inputs[0]
    old = written.era == "keras2" and written.version < (2, 2, 1) and written.default != "last"
    return old and op.use_bias and len(shape) > 1 and shape[0] == op.units > 1


def _embedding(written: Written) -> tuple[Op, ...]:
    if written.get("mask_zero", default=False) and written.masks_otherwise():
        return (Opaque(written.class_name, MASKED_OTHERWISE),)
    table = Embedding(
        int(written.config["input_dim"]),
        int(written.config["output_dim"]),
        mask_zero=bool(written.get("mask_zero", default=False)),
    )
    dropped = float(written.get("dropout", default=0.0))
    if written.version[:1] != (0,) or not dropped:
        return (table,)
    # Keras 0.3 scaled its rows by what dropout keeps, when predicting: embeddings.py at 0.3.3 (measured: 0.9).
    return (table, Scale(1 - dropped))


def _batch_norm(written: Written) -> tuple[Op, ...]:
    if written.version[:1] == (0,) and "axis" not in written.config and len(written.inputs[0]) > 1:
        return (_element_norm(written),)
    axis = _axis(written.config)
    old = written.era == "keras1"
    # What 1.0 stored changed with its tags: layout-facts 2a. This key is from after all these changes.
    unsure = old and "gamma_regularizer" not in written.config
    return (
        BatchNorm(
            sample_axis(axis, len(written.inputs[0])),
            _epsilon(written),
            scale=bool(written.get("scale", default=True)),
            center=bool(written.get("center", default=True)),
            statistic="unset" if old else "variance",
            formula="unset" if unsure else "sqrt(v+e)",
            mode=int(written.get("mode", default=0)),
        ),
    )


def _element_norm(written: Written) -> Op:
    """Until Keras 0.3.1 every element of a map had statistics of its own: layout-facts 2a."""
    if int(written.get("mode", default=0)) != 0:
        return Opaque(written.class_name, "before Keras 0.3.2 it normalised every sample on its own")
    return ElementNorm(_epsilon(written))


TODAY = 1e-3
_SINCE = (((1, 2), TODAY), ((1, 0, 8), 1e-5), ((), 1e-6))


def default_epsilon(version: tuple[int, ...]) -> float:
    """What a BatchNormalization of this Keras takes that is told no epsilon.

    >>> default_epsilon((1, 0, 7)), default_epsilon((1, 1, 2)), default_epsilon((1, 2, 0)), default_epsilon((2, 3, 1))
    (1e-06, 1e-05, 0.001, 0.001)

    Source: keras/layers/normalization.py at 0.2.0 to 2.3.1.
    """
    return next(epsilon for since, epsilon in _SINCE if version >= since)


def _epsilon(written: Written) -> float:
    """As stated, which all Kerases do; else, in a document by another hand, as the Keras that it names takes it."""
    stated = written.get("epsilon")
    if stated is not None:
        return float(stated)
    if written.era == "keras1" and len(written.version) < 2:
        raise CannotTell(
            f"layer {written.name!r} states no epsilon, which is 1e-6, 1e-5 or 1e-3 by the version of Keras 1",
            hint='state it in the architecture: "epsilon": 0.001 since Keras 1.2',
        )
    if written.era == "keras2":
        return TODAY
    return default_epsilon(written.version)


def _axis(config: Mapping[str, Any]) -> int:
    """A number; tf.keras writes a list of one."""
    axis = config.get("axis", -1)
    (axis,) = axis if isinstance(axis, list) else [axis]
    return int(axis)


def _prelu(written: Written) -> tuple[Op, ...]:
    return (PReLU(written.shared_axes()),)


def respell(op: BatchNorm | PReLU, config: dict[str, Any], rank: int) -> dict[str, Any]:
    """Keys that differ once an axis has moved; rank counts the sample's axes."""
    if isinstance(op, PReLU):
        return {"shared_axes": [axis + 1 for axis in op.shared_axes]} if op.shared_axes else {}
    changed: dict[str, Any] = {}
    if sample_axis(_axis(config), rank) != op.axis:
        changed["axis"] = -1 if op.axis == rank - 1 else op.axis + 1
    if "epsilon" not in config or op.epsilon != float(config["epsilon"]):
        changed["epsilon"] = op.epsilon
    return changed


READ: dict[str, Codec] = {
    "Dense": _dense,
    "TimeDistributedDense": _dense,
    "Embedding": _embedding,
    "BatchNormalization": _batch_norm,
    "PReLU": _prelu,
}
