"""Windows of a map and products with a kernel per position: a locally connected layer in Keras 3."""

from __future__ import annotations

import math

import numpy as np

from dimorder import semantics as ops
from dimorder.formats.keras3.call import Call, Place
from dimorder.formats.keras3.written import NotPlain, Parse, Written
from dimorder.semantics import Op, Shape
from dimorder.shapes import output_shape
from dimorder.steps import Array


def locally(op: ops.LocallyConnected, place: Place) -> Call:
    raise place.refuse("Keras 3 has no locally connected layer; the plan has to build it first")


def patches(op: ops.Patches, place: Place) -> Call:
    """A 'valid' convolution that never trains: its kernel picks one element of the window for each filter."""
    channels = place.shapes[0][-1]
    if channels is None:
        raise place.refuse("the number of channels it reads is not known")
    count = math.prod(op.kernel_size) * channels
    config = {
        "filters": count, "kernel_size": list(op.kernel_size), "strides": list(op.strides), "padding": "valid",
        "data_format": "channels_last", "dilation_rate": [1] * op.rank, "groups": 1, "activation": "linear",
        "use_bias": False, "trainable": False,
    }  # fmt: skip
    counted = ops.LocallyConnected(op.rank, count, op.kernel_size, op.strides, "last", use_bias=False)
    shape = output_shape(counted, place.shapes)
    constants = (one_hot((*op.kernel_size, channels)),)
    if op.rank == 1:
        return Call("Conv1D", config, place.inputs, shape, constants=constants)
    convolved = Call(f"Conv{op.rank}D", config, place.inputs, shape, "elements", constants=constants)
    return Call("Reshape", {"target_shape": list(place.shape)}, (convolved,), place.shape)


def one_hot(sizes: tuple[int, ...]) -> Array:
    """Kernel (spatial.., I, elements) whose filter n reads the n-th element of a window."""
    count = math.prod(sizes)
    return np.eye(count, dtype=np.float32).reshape(*sizes, count)


def einsum(op: ops.Einsum, place: Place) -> Call:
    return place.call(
        "EinsumDense",
        equation=op.equation,
        output_shape=list(op.output),
        bias_axes=op.bias_axes or None,
        activation="linear",
    )


def read_einsum(written: Written) -> Op:
    """EinsumDense whose letters stand one for each axis, the batch first."""
    written.expect("lora_rank", None)
    written.expect("quantization_config", None)
    equation = str(written.config["equation"]).replace(" ", "")
    reads, kernel, yields = _letters(equation, written.shape)
    bias = str(written.get("bias_axes", None) or "")
    if bias and not yields.endswith(bias):
        raise NotPlain(f"bias_axes {bias!r} are not the last letters of {yields!r}")
    stated = written.config["output_shape"]
    sizes = [stated] if isinstance(stated, int) else list(stated)
    if len(sizes) != len(yields) - 1:
        raise NotPlain(f"output_shape {stated!r} is not that of {equation!r}")
    known = dict(zip(reads[1:], written.shape, strict=True))
    pairs = zip(yields[1:], sizes, strict=True)
    output = tuple(known.get(letter) if size is None else int(size) for letter, size in pairs)
    if None in [(known | dict(zip(yields[1:], output, strict=True))).get(letter) for letter in kernel]:
        raise NotPlain(f"the sizes of its kernel {kernel!r} are not all known")
    return ops.Einsum(equation, output, bias)


def _letters(equation: str, shape: Shape) -> tuple[str, str, str]:
    """Letters read, of the kernel, and yielded."""
    parts = equation.replace("->", ",").split(",")
    if len(parts) != 3 or not all(part.isalpha() and len(set(part)) == len(part) for part in parts):
        raise NotPlain(f"equation {equation!r}")
    reads, kernel, yields = parts
    batch = reads[0]
    if batch != yields[0] or batch in kernel or len(reads) != len(shape) + 1:
        raise NotPlain(f"equation {equation!r}")
    if not set(yields) <= set(reads + kernel) or not set(reads) <= set(kernel + yields):
        raise NotPlain(f"equation {equation!r}")
    return reads, kernel, yields


LOCAL: dict[str, Parse] = {"EinsumDense": read_einsum}
