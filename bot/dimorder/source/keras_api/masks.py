"""Masks, which some layers make of what they read, some hand on and others refuse.

Source: supports_masking and compute_mask in keras/layers at 1.2.2 and 2.2.4. tf.keras is not followed in this.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dimorder.source.keras_api.refusals import RECURRENT

if TYPE_CHECKING:
    from dimorder.source.keras_api.applying import Applied
    from dimorder.source.keras_api.tensor import Tensor

_KEEPING = frozenset({
    "Dropout", "SpatialDropout1D", "GaussianNoise", "GaussianDropout", "AlphaDropout", "Activation", "LeakyReLU",
    "ELU", "PReLU", "ThresholdedReLU", "BatchNormalization", "ActivityRegularization", "TimeDistributedDense",
})  # fmt: skip
_REFUSING = frozenset({
    "Flatten", "Reshape", "Permute", "RepeatVector", "Conv1D", "Conv2D", "Conv3D", "LocallyConnected1D",
    "MaxPooling1D", "AveragePooling1D", "GlobalMaxPooling1D", "ZeroPadding1D", "Cropping1D", "UpSampling1D",
})  # fmt: skip
_REFUSING_IN_KERAS1 = frozenset({"Dense", "GlobalAveragePooling1D"})


def masked(one: Applied, inputs: list[Tensor]) -> bool:
    """Whether a mask goes with what it yields; False where nobody knows."""
    if one.kind != "keras layer" or one.style == "tf":
        return False
    config: dict[str, Any] = one.config  # type: ignore[attr-defined]
    if one.class_name in ("Masking", "Embedding"):
        return one.class_name == "Masking" or config.get("mask_zero") is True
    if not any(read.masked for read in inputs):
        return False
    kept = one.class_name in _KEEPING or (one.class_name == "Dense" and one.style == "keras2")
    return kept or (one.class_name in RECURRENT and config.get("return_sequences") is True)


def unmasked(one: Applied, inputs: list[Tensor]) -> str:
    """Why it does not read a mask, "" where it may or none is there."""
    takes_none = one.class_name in _REFUSING or (one.style == "keras1" and one.class_name in _REFUSING_IN_KERAS1)
    refuses = takes_none and one.kind == "keras layer" and any(read.masked for read in inputs)
    return "it reads no mask, and one comes with its input" if refuses else ""
