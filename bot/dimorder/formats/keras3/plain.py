"""Operations on vectors, tokens and shapes as Keras 3 layers."""

from __future__ import annotations

from dimorder import semantics as ops
from dimorder.formats.keras3.call import Call, Place, data_format

_INPUT_DTYPES = frozenset({"float16", "float32", "float64", "uint8", "int32", "int64", "bool"})


def entrance(op: ops.Input, place: Place) -> Call:
    dtype = op.dtype if op.dtype in _INPUT_DTYPES else "float32"
    return place.call("InputLayer", batch_shape=[None, *op.shape], dtype=dtype, sparse=False)


def dense(op: ops.Dense, place: Place) -> Call:
    return place.call("Dense", units=op.units, activation="linear", use_bias=op.use_bias)


def batch_norm(op: ops.BatchNorm, place: Place) -> Call:
    """Keras 3 divides by sqrt(variance + epsilon), always by the stored statistics."""
    if op.mode != 0:
        raise place.refuse(f"Keras 3 has no BatchNormalization of mode {op.mode}")
    if op.statistic != "variance" or op.formula != "sqrt(v+e)":
        raise place.refuse("a standard deviation is stored where Keras 3 expects a variance")
    return place.call(
        "BatchNormalization",
        axis=op.axis + 1,
        epsilon=op.epsilon,
        center=op.center,
        scale=op.scale,
    )


def prelu(op: ops.PReLU, place: Place) -> Call:
    return place.call("PReLU", shared_axes=[axis + 1 for axis in op.shared_axes or ()] or None)


def embedding(op: ops.Embedding, place: Place) -> Call:
    return place.call("Embedding", input_dim=op.input_dim, output_dim=op.output_dim, mask_zero=op.mask_zero)


def flatten(op: ops.Flatten, place: Place) -> Call:
    return place.call("Flatten", data_format=data_format(op.channels))


def reshape(op: ops.Reshape, place: Place) -> Call:
    return place.call("Reshape", target_shape=list(op.target))


def permute(op: ops.Permute, place: Place) -> Call:
    return place.call("Permute", dims=[axis + 1 for axis in op.order])


def repeat(op: ops.Repeat, place: Place) -> Call:
    if len(place.shapes[0]) != 1:
        raise place.refuse("Keras 3 repeats vectors only")
    return place.call("RepeatVector", n=op.times)


def opaque(op: ops.Opaque, place: Place) -> Call:
    because = f" ({op.because})" if op.because else ""
    raise place.refuse(
        f"what {op.class_name!r} computes is not known here{because}",
        hint="only h5 targets keep such a layer as it is (--keep)",
    )
