"""Training-time settings of Keras 1 and 2 layers, spelled as Keras 3 takes them.

Source: layout-facts 4 (key and class renames).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dimorder.formats.containers import Container, Spec, container
from dimorder.formats.document import Document

Settings = dict[str, Any]

RENAMED = {
    "p": "rate", "sigma": "stddev", "init": "kernel_initializer", "W_regularizer": "kernel_regularizer",
    "b_regularizer": "bias_regularizer", "beta_init": "beta_initializer", "gamma_init": "gamma_initializer",
    "inner_init": "recurrent_initializer", "U_regularizer": "recurrent_regularizer",
    "W_constraint": "kernel_constraint", "b_constraint": "bias_constraint",
    "dropout_W": "dropout", "dropout_U": "recurrent_dropout",
}  # fmt: skip
"""Keras 1's keys. Source: keras/legacy/interfaces.py at 2.3.1."""
_ONE_KERNEL = {
    "Embedding": ("embeddings",), "PReLU": ("alpha",), "SeparableConvolution2D": ("depthwise", "pointwise"),
}  # fmt: skip
"""Whose kernel goes by another name."""
BIDIRECTIONAL = "Bidirectional"
CLASSES = {"GlorotUniform": "glorot_uniform", "GlorotNormal": "glorot_normal"}
INITIALIZERS = {
    "zero": "zeros", "one": "ones", "normal": "random_normal", "uniform": "random_uniform",
    **{name: name for name in ("glorot_uniform", "glorot_normal", "he_uniform", "he_normal", "lecun_uniform",
                               "lecun_normal", "orthogonal", "zeros", "ones", "identity")},
}  # fmt: skip


def training_settings(document: Document) -> dict[str, Settings]:
    """By layer path what a rewritten layer carries over."""
    return _of(container(document), "")


def _of(tree: Container, prefix: str) -> dict[str, Settings]:
    found: dict[str, Settings] = {}
    for spec in tree.layers:
        place = prefix + spec.name
        for branch in spec.branches:
            found |= _of(branch, f"{place}/{branch.name}/")
        found |= _of(spec.inner, f"{place}/") if spec.inner else {place: settings(spec)}
    return found


def settings(spec: Spec) -> Settings:
    """One layer's settings; what Keras 3 has no form for is left out."""
    return _settings(*spec.held())


def _settings(class_name: str, config: Mapping[str, Any]) -> Settings:
    own: Settings = {"class_name": class_name}
    for key, value in config.items():
        for name in names(class_name, RENAMED.get(key, key)):
            spelled = _spelled(name, value)
            if spelled is not None:
                own[name] = spelled
    if "forget_bias_init" in config:
        own["unit_forget_bias"] = config["forget_bias_init"] == "one"
    if class_name == BIDIRECTIONAL:
        inner = config["layer"]
        own["layer"] = _settings(inner["class_name"], inner["config"])
    return own


def names(class_name: str, key: str) -> tuple[str, ...]:
    """The keys of a class that one key of a kernel stands for."""
    owner, _, kind = key.partition("_")
    owners = _ONE_KERNEL.get(class_name, ()) if owner == "kernel" else ()
    return tuple(f"{own}_{kind}" for own in owners) or (key,)


def _spelled(name: str, value: Any) -> Any:
    if name.endswith("_initializer"):
        return initializer(value)
    if name.endswith("_regularizer"):
        return regularizer(value)
    if name.endswith("_constraint"):
        return _object("keras.constraints", found) if (found := constraint(value)) else None
    return value if isinstance(value, bool | int | float | str | list) else None


def initializer(value: Any) -> Any:
    """An initializer by name, or Keras 2's object form."""
    if isinstance(value, str):
        return INITIALIZERS.get(value)
    return _object("keras.initializers", value) if isinstance(value, Mapping) else None


def regularizer(value: Any) -> Any:
    """Keras 1's `{"name": "WeightRegularizer", "l1", "l2"}` or Keras 2's object form."""
    if not isinstance(value, Mapping):
        return None
    if "class_name" in value:
        return _object("keras.regularizers", value)
    strengths = {key: float(value.get(key, 0.0)) for key in ("l1", "l2")}
    return (
        _object("keras.regularizers", {"class_name": "L1L2", "config": strengths}) if any(strengths.values()) else None
    )


_CONSTRAINTS = {
    "MaxNorm": {"m": "max_value"}, "NonNeg": {}, "UnitNorm": {},
    "MinMaxNorm": {"low": "min_value", "high": "max_value"},
}  # fmt: skip
"""Constraints that all eras have, and Keras 1's keys of them."""


def constraint(value: Any) -> Settings | None:
    """A constraint in Keras 2's form, its axes still those of the array as it was; None for another."""
    if not isinstance(value, Mapping):
        return None
    name = value.get("class_name") or value.get("name")
    given = value.get("config") if "class_name" in value else value
    if name not in _CONSTRAINTS or not isinstance(given, Mapping):
        return None
    keys = _CONSTRAINTS[name]
    config = {keys.get(key, key): item for key, item in given.items() if key != "name"}
    return {"class_name": name, "config": config}


def _object(module: str, value: Mapping[str, Any]) -> Settings:
    named = {"module": module, "class_name": value["class_name"], "registered_name": None}
    config = value.get("config")
    return {**named, "config": dict(config) if isinstance(config, Mapping) else {}}
