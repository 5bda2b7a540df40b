"""SimpleRNN, LSTM, GRU, their forms for GPUs, and ConvLSTM2D.

Source: keras/layers/recurrent.py, cudnn_recurrent.py and convolutional_recurrent.py at 1.2.2 and 2.2.4.
"""

from __future__ import annotations

from typing import Any

from dimorder.source.keras_api.families.conv import window
from dimorder.source.keras_api.families.shared import (
    KERNEL_RENAMED,
    ORDERING_RENAMED,
    WINDOW_RENAMED,
    is_row_by_row,
    is_word_of_initializer,
)
from dimorder.source.keras_api.spec import NEEDED, LayerSpec, names

UNSAID = "unsaid"
"""Stands for a default that differs between the Kerases of one name: see defaults.py."""
RENAMED = {
    "output_dim": "units", "inner_init": "recurrent_initializer", "inner_activation": "recurrent_activation",
    "U_regularizer": "recurrent_regularizer", "dropout_W": "dropout", "dropout_U": "recurrent_dropout",
    "forget_bias_init": "unit_forget_bias", **KERNEL_RENAMED,
}  # fmt: skip
_WEIGHTS: dict[str, Any] = {
    "kernel_initializer": "glorot_uniform", "recurrent_initializer": "orthogonal", "bias_initializer": "zeros",
}  # fmt: skip
_LIMITS: dict[str, Any] = dict.fromkeys(
    names("kernel_regularizer recurrent_regularizer bias_regularizer activity_regularizer kernel_constraint"
          " recurrent_constraint bias_constraint")
)  # fmt: skip
_FLAGS: dict[str, Any] = {
    "return_sequences": False, "return_state": False, "go_backwards": False, "stateful": False,
}  # fmt: skip
_DROPS: dict[str, Any] = {"dropout": 0.0, "recurrent_dropout": 0.0}
_OLD_TAIL = names("W_regularizer U_regularizer b_regularizer dropout_W dropout_U")
_OLD_FURTHER = names("consume_less implementation zero_output_for_mask use_legacy")


def _recurrent(name: str, gated: bool, forgetful: bool) -> LayerSpec:
    gates: dict[str, Any] = {"recurrent_activation": UNSAID} if gated else {}
    forget: dict[str, Any] = {"unit_forget_bias": True} if forgetful else {}
    resets: dict[str, Any] = {"reset_after": UNSAID} if name == "GRU" else {}
    said = {"units": NEEDED, "activation": "tanh", **gates, "use_bias": True, **_WEIGHTS, **forget, **_LIMITS, **_DROPS}
    inner = ("inner_activation",) if gated else ()
    forgets = ("forget_bias_init",) if forgetful else ()
    return LayerSpec(
        name,
        name,
        {**_FLAGS, "unroll": False, **said, **resets},
        (*names("output_dim init inner_init"), *forgets, "activation", *inner, *_OLD_TAIL),
        ("units", "activation", *gates, "use_bias", *_WEIGHTS, *forget, *_LIMITS, *_DROPS),
        RENAMED,
        further=("time_major",),
        dropped=_OLD_FURTHER,
        is_old=is_word_of_initializer,
    )


def _on_gpus(name: str, forgetful: bool) -> LayerSpec:
    forget: dict[str, Any] = {"unit_forget_bias": True} if forgetful else {}
    return LayerSpec(
        name,
        "",
        {"units": NEEDED, **_WEIGHTS, **forget, **_LIMITS, **_FLAGS},
        (),
        ("units", *_WEIGHTS, *forget, *_LIMITS),
    )


_CONV_LSTM = LayerSpec(
    "ConvLSTM2D",
    "ConvLSTM2D",
    {
        "filters": NEEDED, **window(2), "activation": "tanh", "recurrent_activation": "hard_sigmoid",
        "use_bias": True, **_WEIGHTS, "unit_forget_bias": True, **_LIMITS, **_FLAGS, **_DROPS,
    },
    names("nb_filter nb_row nb_col init inner_init forget_bias_init activation inner_activation dim_ordering"
          " border_mode subsample W_regularizer U_regularizer b_regularizer dropout_W dropout_U"),
    names("filters kernel_size strides padding data_format dilation_rate activation recurrent_activation"),
    {**RENAMED, "nb_filter": "filters", **ORDERING_RENAMED, **WINDOW_RENAMED},
    dropped=(*_OLD_FURTHER, "unroll"),
    rank=2,
    ordered=True,
    is_old=is_row_by_row,
)  # fmt: skip

_ALL = [
    _recurrent("SimpleRNN", gated=False, forgetful=False),
    _recurrent("LSTM", gated=True, forgetful=True),
    _recurrent("GRU", gated=True, forgetful=False),
    _on_gpus("CuDNNLSTM", forgetful=True),
    _on_gpus("CuDNNGRU", forgetful=False),
    _CONV_LSTM,
]
SPECS: dict[str, LayerSpec] = {spec.name: spec for spec in _ALL}
