"""Regularizers, initializers and constraints: plain settings of training.

Source: keras/regularizers.py, initializers.py and constraints.py at 2.2.4, initializations.py at 1.2.2.
"""

from __future__ import annotations

from typing import Any

from dimorder.source.keras_api.values import Made

_L1L2 = {"l1": 0.0, "l2": 0.0}
_ZERO_TO = {
    "Zeros": (), "Ones": (), "Constant": ("value",), "RandomNormal": ("mean", "stddev", "seed"),
    "RandomUniform": ("minval", "maxval", "seed"), "TruncatedNormal": ("mean", "stddev", "seed"),
    "VarianceScaling": ("scale", "mode", "distribution", "seed"), "Orthogonal": ("gain", "seed"),
    "Identity": ("gain",), "glorot_normal": ("seed",), "glorot_uniform": ("seed",), "he_normal": ("seed",),
    "he_uniform": ("seed",), "lecun_normal": ("seed",), "lecun_uniform": ("seed",), "GlorotUniform": ("seed",),
    "GlorotNormal": ("seed",), "HeNormal": ("seed",), "HeUniform": ("seed",),
}  # fmt: skip
_LIMITS = {
    "MaxNorm": ("max_value", "axis"), "NonNeg": (), "UnitNorm": ("axis",),
    "MinMaxNorm": ("min_value", "max_value", "rate", "axis"),
}  # fmt: skip
_OTHERWISE = {"maxnorm": "MaxNorm", "max_norm": "MaxNorm", "nonneg": "NonNeg", "non_neg": "NonNeg",
              "unitnorm": "UnitNorm", "unit_norm": "UnitNorm"}  # fmt: skip


def _regularizer(parameters: tuple[str, ...], **defaults: Any) -> Made:
    return Made("keras.regularizers.L1L2", "keras regularizer", parameters, defaults={**_L1L2, **defaults})


REGULARIZERS = {
    "l1": _regularizer(("l1",), l1=0.01),
    "l2": _regularizer(("l2",), l2=0.01),
    "l1_l2": _regularizer(("l1", "l2"), l1=0.01, l2=0.01),
    "l1l2": _regularizer(("l1", "l2"), l1=0.01, l2=0.01),
    **dict.fromkeys(("L1L2", "L1L2Regularizer", "WeightRegularizer"), _regularizer(("l1", "l2"))),
}
INITIALIZERS = {
    name: Made(f"keras.initializers.{name}", "keras initializer", parameters) for name, parameters in _ZERO_TO.items()
}
CONSTRAINTS = {
    name: Made(f"keras.constraints.{_OTHERWISE.get(name, name)}", "keras constraint",
               _LIMITS[_OTHERWISE.get(name, name)])
    for name in (*_LIMITS, *_OTHERWISE)
}  # fmt: skip
SETTINGS: dict[str, dict[str, Made]] = {
    "regularizers": REGULARIZERS, "initializers": INITIALIZERS, "constraints": CONSTRAINTS,
}  # fmt: skip
"""Module -> name -> what it makes."""
