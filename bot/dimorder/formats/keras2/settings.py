"""Training-time settings of layers of every era, spelled as Keras 2.3.1 takes them: each class takes its own, no other.

Source: layout-facts 4 (key and class renames), keras/constraints.py and keras/regularizers.py at 1.2.2 and 2.3.1.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from dimorder.formats import settings as translated
from dimorder.formats.containers import Container, container
from dimorder.formats.document import Document
from dimorder.formats.keras3 import settings as of_keras3
from dimorder.formats.keras3.tree import Level, level
from dimorder.model import Era

Settings = dict[str, Any]
Layer = tuple[str, str, Mapping[str, Any]]
"""A layer's path, its class, its configuration."""

_RECURRENT = ("dropout", "recurrent_dropout", "unit_forget_bias")
WRAPPERS = ("TimeDistributed", "Bidirectional")


def _three(*owners: str) -> tuple[str, ...]:
    return tuple(f"{owner}_{kind}" for owner in owners for kind in ("initializer", "regularizer", "constraint"))


_AFFINE = (*_three("kernel", "bias"), "activity_regularizer")
_STATEFUL = (*_AFFINE, *_three("recurrent"), *_RECURRENT)
TRAINING_ONLY: Mapping[str, tuple[str, ...]] = {
    "Dropout": ("rate", "noise_shape", "seed"),
    "AlphaDropout": ("rate", "noise_shape", "seed"),
    "GaussianDropout": ("rate",),
    "GaussianNoise": ("stddev",),
    "SpatialDropout1D": ("rate",),
    "SpatialDropout2D": ("rate",),
    "SpatialDropout3D": ("rate",),
    "ActivityRegularization": ("l1", "l2"),
}
"""Layers that pass their input on at prediction time, and their parameters."""
CARRIED: Mapping[str, tuple[str, ...]] = {
    **{f"Conv{rank}D": _AFFINE for rank in (1, 2, 3)},
    **{f"Conv{rank}DTranspose": _AFFINE for rank in (2, 3)},
    **{f"LocallyConnected{rank}D": _AFFINE for rank in (1, 2)},
    **{f"SeparableConv{rank}D": (*_AFFINE[3:], *_three("depthwise", "pointwise")) for rank in (1, 2)},
    "DepthwiseConv2D": (*_AFFINE[3:], *_three("depthwise")),
    **dict.fromkeys(("SimpleRNN", "LSTM", "GRU", "ConvLSTM2D"), _STATEFUL),
    "Dense": _AFFINE,
    "BatchNormalization": (
        "momentum",
        "moving_mean_initializer",
        "moving_variance_initializer",
        *_three("gamma", "beta"),
    ),
    "PReLU": _three("alpha"),
    "Embedding": (*_three("embeddings"), "activity_regularizer"),
    **TRAINING_ONLY,
}
_GATED = ("LSTM", "ConvLSTM2D")
_NOT_FROZEN = ("InputLayer", "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D")
"""Classes whose constructor in Keras 3 takes no `trainable`."""


def carried(class_name: str, settings: Mapping[str, Any]) -> Settings:
    """The settings that a layer of this class takes."""
    keys = [key for key in CARRIED.get(class_name, ()) if key != "unit_forget_bias" or class_name in _GATED]
    taken = {key: settings[key] for key in keys if key in settings and of_keras3.is_harmless(settings[key])}
    if class_name not in _NOT_FROZEN:
        taken["trainable"] = bool(settings.get("trainable", True))
    return taken


def training_settings(document: Document, era: Era, path: str) -> dict[str, Settings]:
    """By layer path what a rewritten layer carries over; the settings of a wrapped layer count as its wrapper's."""
    return {place: _with_inner(class_name, config) for place, class_name, config in _layers(document, era, path)}


def _layers(document: Document, era: Era, path: str) -> Iterator[Layer]:
    """Every layer that is no model itself."""
    yield from _of_level(level(document, path), "") if era == "keras3" else _of_tree(container(document), "")


def _of_tree(tree: Container, prefix: str) -> Iterator[Layer]:
    for spec in tree.layers:
        place = prefix + spec.name
        for branch in spec.branches:
            yield from _of_tree(branch, f"{place}/{branch.name}/")
        if spec.inner:
            yield from _of_tree(spec.inner, f"{place}/")
        else:
            yield place, spec.class_name, spec.config


def _of_level(tree: Level, prefix: str) -> Iterator[Layer]:
    for spec in tree.layers:
        if spec.inner:
            yield from _of_level(spec.inner, f"{prefix}{spec.name}/")
        else:
            yield prefix + spec.name, spec.class_name, spec.config


def _with_inner(class_name: str, config: Mapping[str, Any]) -> Settings:
    """A layer's settings; a wrapper's are those of what it wraps."""
    inner = config.get("layer")
    if class_name not in WRAPPERS or not isinstance(inner, Mapping) or not isinstance(inner.get("config"), Mapping):
        return _settings(class_name, config)
    found = _settings(str(inner.get("class_name")), inner["config"])
    both = bool(config.get("trainable", True)) and bool(found.get("trainable", True))
    return {**found, "trainable": both, "inner_name": inner["config"].get("name")}


def _settings(class_name: str, config: Mapping[str, Any]) -> Settings:
    own: Settings = {"class_name": class_name}
    for key, value in config.items():
        for name in translated.names(class_name, translated.RENAMED.get(key, key)):
            spelled = _spelled(name, value)
            if spelled is not None:
                own[name] = spelled
    if "forget_bias_init" in config:
        own["unit_forget_bias"] = config["forget_bias_init"] in ("one", "ones")
    return own


def _spelled(name: str, value: Any) -> Any:
    if name.endswith("_initializer"):
        return initializer(translated.initializer(value))
    if name.endswith("_regularizer"):
        return regularizer(translated.regularizer(value))
    if name.endswith("_constraint"):
        return translated.constraint(value)
    return value if isinstance(value, bool | int | float | str | list) else None


_INITIALIZERS = frozenset([
    "Zeros", "Ones", "Constant", "RandomNormal", "RandomUniform", "TruncatedNormal", "VarianceScaling", "Orthogonal",
    "Identity",
])  # fmt: skip
_FUNCTIONS = {
    f"{who}{shape}": f"{who}_{shape}".lower() for who in ("Glorot", "He", "Lecun") for shape in ("Uniform", "Normal")
}


def initializer(value: Any) -> Any:
    """One that Keras 2.3.1 knows, by name or as an object; None leaves the layer's default."""
    if not isinstance(value, Mapping):
        return value
    name, config = value["class_name"], dict(value.get("config") or {})
    if name in _FUNCTIONS:
        return _FUNCTIONS[name]
    if config.get("distribution") == "truncated_normal":
        config["distribution"] = "normal"  # the same under its older name
    return {"class_name": name, "config": config} if name in _INITIALIZERS else None


def regularizer(value: Any) -> Settings | None:
    """L1, L2 and both at once are one class in Keras 2; None for another."""
    if not isinstance(value, Mapping) or value["class_name"] not in ("L1", "L2", "L1L2"):
        return None
    config = value.get("config") or {}
    return {"class_name": "L1L2", "config": {key: float(config.get(key) or 0.0) for key in ("l1", "l2")}}


_MATTERING = ("rate", "stddev", "l1", "l2", "dropout", "recurrent_dropout", "momentum", "noise_shape")
_ENDINGS = ("_regularizer", "_constraint")


def mattering(document: Document, era: Era, path: str) -> dict[str, dict[str, Any]]:
    """By layer path, all that the document says which training heeds: key (of Keras 2) and what is written there."""
    layers = _layers(document, era, path)
    return {place: found for place, class_name, config in layers if (found := _heeded(class_name, config))}


def _heeded(class_name: str, config: Mapping[str, Any]) -> dict[str, Any]:
    inner = config.get("layer")
    if class_name in WRAPPERS and isinstance(inner, Mapping):
        return _heeded(str(inner.get("class_name")), inner.get("config") or {})
    found: dict[str, Any] = {}
    for key, value in config.items():
        for name in translated.names(class_name, translated.RENAMED.get(key, key)):
            if value and (name in _MATTERING or name.endswith(_ENDINGS)):
                found[name] = value
    return found
