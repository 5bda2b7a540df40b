"""BatchNormalization, and activations that are layers.

Source: keras/layers/normalization.py and advanced_activations.py at 1.2.2 and 2.2.4.
"""

from __future__ import annotations

from typing import Any

from dimorder.source.keras_api.spec import LayerSpec, names


def _alpha(name: str, key: str, default: float) -> LayerSpec:
    return LayerSpec(name, name, {key: default}, (key,), (key,))


def _is_epsilon_first(positional: tuple[Any, ...], era: str) -> bool:
    """Whether BatchNormalization's first argument is Keras 1's epsilon, where tf.keras takes the axis."""
    return bool(positional) and (isinstance(positional[0], float) or era == "keras1")


_BATCH_NORM = LayerSpec(
    "BatchNormalization",
    "BatchNormalization",
    {
        "axis": -1, "momentum": 0.99, "epsilon": 1e-3, "center": True, "scale": True,
        "beta_initializer": "zeros", "gamma_initializer": "ones", "moving_mean_initializer": "zeros",
        "moving_variance_initializer": "ones", "beta_regularizer": None, "gamma_regularizer": None,
        "beta_constraint": None, "gamma_constraint": None,
    },
    names("epsilon mode axis momentum weights beta_init gamma_init gamma_regularizer beta_regularizer"),
    names("axis momentum epsilon center scale beta_initializer gamma_initializer moving_mean_initializer"
          " moving_variance_initializer beta_regularizer gamma_regularizer beta_constraint gamma_constraint"),
    {"beta_init": "beta_initializer", "gamma_init": "gamma_initializer"},
    further=("mode",),
    dropped=names("fused renorm_clipping renorm_momentum synchronized"),
    is_old=_is_epsilon_first,
)  # fmt: skip

_SRELU = names("t_left_init a_left_init t_right_init a_right_init shared_axes")
_ALL = [
    _BATCH_NORM,
    _alpha("LeakyReLU", "alpha", 0.3),
    _alpha("ELU", "alpha", 1.0),
    _alpha("ThresholdedReLU", "theta", 1.0),
    _alpha("ThresholdedLinear", "theta", 1.0),
    LayerSpec(
        "PReLU",
        "PReLU",
        {"alpha_initializer": "zeros", "alpha_regularizer": None, "alpha_constraint": None, "shared_axes": None},
        names("init weights shared_axes"),
        names("alpha_initializer alpha_regularizer alpha_constraint shared_axes"),
        {"init": "alpha_initializer"},
    ),
    LayerSpec("SReLU", "SReLU", {"t_left_init": "zero", "a_left_init": "glorot_uniform",
                                 "t_right_init": "glorot_uniform", "a_right_init": "one", "shared_axes": None},
              _SRELU, _SRELU),
    LayerSpec("ParametricSoftplus", "ParametricSoftplus", {"alpha_init": 0.2, "beta_init": 5.0, "shared_axes": None},
              names("alpha_init beta_init weights shared_axes"), names("alpha_init beta_init weights shared_axes")),
    LayerSpec("Softmax", "", {"axis": -1}, (), ("axis",)),
    LayerSpec("ReLU", "", {"max_value": None, "negative_slope": 0.0, "threshold": 0.0}, (),
              names("max_value negative_slope threshold")),
]  # fmt: skip
SPECS: dict[str, LayerSpec] = {spec.name: spec for spec in _ALL}
