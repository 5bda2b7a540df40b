"""Keras 1's `merge` and Merge, Keras 2's `add`, `concatenate` and their kin.

Source: keras/engine/topology.py at 1.2.2, keras/layers/merge.py at 2.2.4.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dimorder.program import Argument, Unknown
from dimorder.source.keras_api.applying import Applied, applied, as_applied
from dimorder.source.keras_api.builtin import Given
from dimorder.source.keras_api.families.merges import MODES, SPECS
from dimorder.source.keras_api.fitting import Misfit, fit
from dimorder.source.keras_api.layer import Layer
from dimorder.source.keras_api.making import made
from dimorder.source.keras_api.naming import automatic, style
from dimorder.source.keras_api.naming import given as given_name
from dimorder.source.keras_api.nesting import bounded
from dimorder.source.keras_api.spec import LayerSpec
from dimorder.source.keras_api.tensor import Tensor, tensors

OLD = ("inputs", "mode", "concat_axis", "dot_axes", "output_shape", "output_mask", "arguments", "name")
OLD_CLASS = ("layers", "mode", "concat_axis", "dot_axes", "output_shape", "output_mask", "arguments", "node_indices",
             "tensor_indices", "name")  # fmt: skip
FUNCTIONS = {name.lower(): name for name in SPECS}
COSINE = LayerSpec("Merge", "Merge", {"mode": "cos", "dot_axes": -1})
"""Keras 2's Dot yields one axis less."""
BY_FUNCTION = LayerSpec("Merge", "Merge", known=False)
BY_MODE = {**{mode: SPECS[name] for name, mode in MODES.items()}, "join": SPECS["Concatenate"], "cos": COSINE}


def functional(name: str) -> Any:
    """Keras 2's function for a class of layers that read several tensors."""
    spec = SPECS[FUNCTIONS[name]]
    own = tuple(spec.defaults)

    def effect(given: Given) -> Any:
        rest = {key: one for key, one in given.arguments.items() if key != "inputs"}
        return _joined(made(spec, replace(given.called, positional=(), keywords=rest), given.package), given)

    return effect, ("inputs", *own)


def merge(given: Given) -> Any:
    """Keras 1's function."""
    return _joined(_old(given), given)


def merge_class(given: Given) -> Layer:
    """Keras 1's class: alone, or with the layers whose outputs it merges."""
    layer = _old(given)
    branches = given.value("layers")
    if branches is None:
        return layer
    found = [bounded(as_applied(one)) for one in branches] if isinstance(branches, list | tuple) else []
    layer.branches = [one for one in found if not isinstance(one, Unknown)]
    if not found or len(layer.branches) < len(found):
        layer.unknown.append(Unknown("what it merges is not known", given.called.place))
        return layer
    read = [one for branch in layer.branches for one in _ends(branch)]
    applied(layer, read, given.called.place, given.session)
    return layer


def _ends(branch: Applied) -> list[Tensor]:
    if branch.kind == "keras model":
        return list(branch.outputs[:1])  # type: ignore[attr-defined]
    return branch.nodes[0].outputs[:1] if branch.nodes else []


def _joined(layer: Layer, given: Given) -> Any:
    read = tensors(given.value("inputs"))
    if isinstance(read, Unknown):
        return read if read.place else Unknown(f"{layer.label()} reads something: {read.because}", given.called.place)
    return applied(layer, read, given.called.place, given.session)[0]


def _old(given: Given) -> Layer:
    mode = given.value("mode", default="sum")
    spec = BY_MODE.get(mode, BY_FUNCTION) if isinstance(mode, str) else BY_FUNCTION
    session, name = given.session, given.value("name")
    names = given_name(name) if isinstance(name, str) and name else automatic(session, "Merge", "Merge", given.package)
    layer = Layer(spec, "Merge", names, style(session, given.package), given.called.place)
    layer.config = dict(spec.defaults)
    if spec is BY_FUNCTION:
        layer.unknown.append(Unknown("a merge by a function, of which only the code tells", given.called.place))
    _put(layer, given, "axis", "concat_axis")
    _put(layer, given, "axes", "dot_axes")
    _put(layer, given, "dot_axes", "dot_axes")
    layer.arguments = {**given.arguments, **_renamed(given, spec)}
    session.growing.append(layer)
    return layer


def _renamed(given: Given, spec: LayerSpec) -> dict[str, Argument]:
    pairs = {"axis": "concat_axis", "axes": "dot_axes"}
    return {new: given.arguments[old] for new, old in pairs.items() if old in given.arguments and new in spec.defaults}


def _put(layer: Layer, given: Given, key: str, parameter: str) -> None:
    if key not in layer.config:
        return
    try:
        layer.config[key] = fit(key, given.value(parameter, default=-1), layer.spec)
    except Misfit as problem:
        del layer.config[key]
        layer.unknown.append(Unknown(f"{parameter!r} of {layer.label()} is not known: {problem}", given.called.place))


