"""`Input` and `InputLayer`.

Source: keras/engine/topology.py at 1.2.2, engine/input_layer.py at 2.2.4.
"""

from __future__ import annotations

from dimorder.program import Unknown
from dimorder.source.keras_api.builtin import Given
from dimorder.source.keras_api.entrance import input_layer
from dimorder.source.keras_api.fitting import Misfit
from dimorder.source.keras_api.inputs import Stated, axis, shape, unknown_axis
from dimorder.source.keras_api.layer import Layer
from dimorder.source.keras_api.naming import given as given_name
from dimorder.source.keras_api.naming import input_alone, style
from dimorder.source.keras_api.tensor import Tensor

INPUT = ("shape", "batch_shape", "name", "dtype", "sparse", "tensor")
INPUT_OF_TF = ("shape", "batch_size", "name", "dtype", "sparse", "tensor")
LAYER = ("input_shape", "batch_size", "batch_input_shape", "dtype", "input_tensor", "sparse", "name")


def made_input(given: Given) -> Tensor:
    """What `Input` yields."""
    return made_layer(given).nodes[0].outputs[0]


def made_layer(given: Given) -> Layer:
    """An InputLayer."""
    name, session = given.value("name"), given.session
    names = given_name(name) if isinstance(name, str) and name else input_alone(session)
    dtype = given.value("dtype", "input_dtype")
    stated, unknown = _stated(given)
    kind = dtype if isinstance(dtype, str) else "float32"
    layer = input_layer(names, style(session, given.package), given.called, stated, kind)
    layer.arguments = given.arguments
    if unknown is not None:
        layer.unknown.append(unknown)
    return layer


def _stated(given: Given) -> tuple[Stated | None, Unknown | None]:
    try:
        said = _said(given)
    except Misfit as problem:
        return None, Unknown(f"the shape of the input is not known: {problem}", given.called.place)
    unknown = unknown_axis(said)
    return said, None if unknown is None else Unknown(unknown.because, given.called.place)


def _said(given: Given) -> Stated:
    whole_shape = given.value("batch_shape", "batch_input_shape")
    if whole_shape is not None:
        return shape(whole_shape)
    own, tensor = given.value("shape", "input_shape"), given.value("tensor", "input_tensor")
    if own is None and isinstance(tensor, Tensor) and tensor.shape is not None:
        return (tensor.batch, *tensor.shape)
    if own is None:
        raise Misfit("it is not said")
    return (axis(given.value("batch_size")), *shape(own))
