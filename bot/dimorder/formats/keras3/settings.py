"""Training-time settings that a written layer carries over: each class takes its own, no other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dimorder.formats.keras3.call import Call, Place, data_format
from dimorder.semantics import Identity


def _three(*owners: str) -> tuple[str, ...]:
    kinds = ("initializer", "regularizer", "constraint")
    return tuple(f"{owner}_{kind}" for owner in owners for kind in kinds)


_AFFINE = (*_three("kernel", "bias"), "activity_regularizer")
_RECURRENT = (*_three("kernel", "recurrent", "bias"), "activity_regularizer", "dropout", "recurrent_dropout")
_MOMENTS = ("momentum", "moving_mean_initializer", "moving_variance_initializer")

TRAINING_ONLY: Mapping[str, tuple[str, ...]] = {
    "Identity": (),
    "Dropout": ("rate", "noise_shape", "seed"),
    "AlphaDropout": ("rate", "noise_shape", "seed"),
    "GaussianDropout": ("rate", "seed"),
    "GaussianNoise": ("stddev", "seed"),
    "SpatialDropout1D": ("rate", "seed"),
    "SpatialDropout2D": ("rate", "seed"),
    "SpatialDropout3D": ("rate", "seed"),
    "ActivityRegularization": ("l1", "l2"),
}
"""Layers that pass their input on at prediction time, and their parameters."""

CARRIED: Mapping[str, tuple[str, ...]] = {
    **{f"Conv{rank}D": _AFFINE for rank in (1, 2, 3)},
    **{f"Conv{rank}DTranspose": _AFFINE for rank in (1, 2, 3)},
    **{f"DepthwiseConv{rank}D": (*_three("depthwise", "bias"), "activity_regularizer") for rank in (1, 2)},
    **{f"SeparableConv{rank}D": (*_three("depthwise", "pointwise", "bias"), "activity_regularizer") for rank in (1, 2)},
    "Dense": _AFFINE,
    "EinsumDense": _AFFINE,
    **dict.fromkeys(("SimpleRNN", "GRU"), _RECURRENT),
    "LSTM": (*_RECURRENT, "unit_forget_bias"),
    "ConvLSTM2D": (*_RECURRENT, "unit_forget_bias"),
    "BatchNormalization": (*_MOMENTS, *_three("gamma", "beta")),
    "PReLU": _three("alpha"),
    "Embedding": (*_three("embeddings"), "activity_regularizer"),
    **TRAINING_ONLY,
}
_NOT_FROZEN = ("InputLayer", "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D")
"""Classes whose constructor takes no `trainable`. Source: layers/regularization/spatial_dropout."""


def carried(class_name: str, settings: Mapping[str, Any]) -> dict[str, Any]:
    """The settings that a layer of this class takes."""
    taken = {
        key: settings[key] for key in CARRIED.get(class_name, ()) if key in settings and is_harmless(settings[key])
    }
    if class_name not in _NOT_FROZEN:
        taken["trainable"] = bool(settings.get("trainable", True))
    return taken


def is_harmless(value: Any) -> bool:
    """Plain values and Keras's own objects; nothing that names code elsewhere."""
    if isinstance(value, Mapping):
        module = str(value.get("module", "keras"))
        name = str(value.get("class_name", "Plain"))
        own = module in ("keras", "keras.initializers", "keras.regularizers", "keras.constraints")
        return own and name.isalnum() and all(is_harmless(inner) for inner in value.values())
    if isinstance(value, list | tuple):
        return all(is_harmless(inner) for inner in value)
    return value is None or isinstance(value, str | bool | int | float)


_SHARES = {"rate": 0.0, "stddev": 0.0}
"""Parameters that Keras 3 asks for, and takes between 0 and 1 only."""


def identity(op: Identity, place: Place) -> Call:
    """The layer that it was (Dropout, noise, …), else Keras's Identity."""
    class_name = str(place.settings.get("class_name", "Identity"))
    takes = TRAINING_ONLY.get(class_name, ())
    shares = {key: place.settings.get(key, least) for key, least in _SHARES.items() if key in takes}
    if class_name not in TRAINING_ONLY or not all(0 <= share <= 1 for share in shares.values()):
        return place.call("Identity")
    if class_name in ("SpatialDropout2D", "SpatialDropout3D"):
        return place.call(class_name, **shares, data_format=data_format(op.channels or "last"))
    return place.call(class_name, **shares)
