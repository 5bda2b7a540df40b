"""How a model was being trained: the configuration translated, the optimizer's state moved along.

Source: traps 41, keras/optimizers.py at 1.2.2, 2.2.4 and 2.3.1.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Json = dict[str, Any]

STATES = {"SGD": 1, "RMSprop": 1, "Adagrad": 1, "Adadelta": 2, "Adam": 2, "Adamax": 2, "Nadam": 2}
"""Optimizers, and how many arrays of its own shape each keeps for every weight."""
RENAMED = {"lr": "learning_rate"}
_SETTINGS: Mapping[str, tuple[str, ...]] = {
    "SGD": ("momentum", "nesterov", "decay"),
    "RMSprop": ("rho", "epsilon", "decay"),
    "Adagrad": ("epsilon", "decay"),
    "Adadelta": ("rho", "epsilon", "decay"),
    "Adam": ("beta_1", "beta_2", "epsilon", "decay", "amsgrad"),
    "Adamax": ("beta_1", "beta_2", "epsilon", "decay"),
    "Nadam": ("beta_1", "beta_2", "epsilon", "schedule_decay"),
}
_SHARED = ("learning_rate", "clipnorm", "clipvalue")
LONG = {
    **dict.fromkeys(("mse", "MSE"), "mean_squared_error"),
    **dict.fromkeys(("mae", "MAE"), "mean_absolute_error"),
    **dict.fromkeys(("mape", "MAPE"), "mean_absolute_percentage_error"),
    **dict.fromkeys(("msle", "MSLE"), "mean_squared_logarithmic_error"),
}
"""Short names, which Keras 3 does not find when it opens an h5."""
LOSSES = frozenset([
    "mean_squared_error", "mean_absolute_error", "mean_absolute_percentage_error", "mean_squared_logarithmic_error",
    "squared_hinge", "hinge", "categorical_hinge", "categorical_crossentropy", "sparse_categorical_crossentropy",
    "binary_crossentropy", "poisson",
])  # fmt: skip
"""Losses that mean the same from Keras 1 on, and with which Keras 3 opens an h5."""
METRICS = LOSSES | frozenset([
    "accuracy", "acc", "binary_accuracy", "categorical_accuracy", "sparse_categorical_accuracy",
    "top_k_categorical_accuracy", "sparse_top_k_categorical_accuracy",
])  # fmt: skip


def translated(config: Mapping[str, Any]) -> Json | None:
    """training_config in Keras 2.3.1's words; None where a part of it has none there.

    Metrics do not take part in training: those without a counterpart are left out.
    """
    optimizer, loss = _optimizer(config.get("optimizer_config")), _spelled(config.get("loss"))
    if optimizer is None or not _known(loss):
        return None
    return {
        "optimizer_config": optimizer,
        "loss": loss,
        "metrics": _metrics(_spelled(config.get("metrics"))),
        "weighted_metrics": None,
        "sample_weight_mode": config.get("sample_weight_mode"),
        "loss_weights": config.get("loss_weights"),
    }


def _optimizer(written: Any) -> Json | None:
    if not isinstance(written, Mapping) or not isinstance(written.get("config"), Mapping):
        return None
    name = str(written.get("class_name"))
    if name not in STATES:
        return None
    config = {RENAMED.get(key, key): value for key, value in written["config"].items()}
    known = (*_SHARED, *_SETTINGS[name])
    lost = [key for key, value in config.items() if key not in known and value and key != "name"]
    plain = all(isinstance(config.get(key), int | float | None) for key in known)
    if lost or not plain:
        return None
    # Keras 3 warns of a decay, even of none.
    kept = [key for key in known if config.get(key) is not None and (config[key] or key != "decay")]
    return {"class_name": name, "config": {key: config[key] for key in kept}}


def _spelled(written: Any) -> Any:
    """Losses or metrics by their long names."""
    if isinstance(written, Mapping):
        return {key: _spelled(value) for key, value in written.items()}
    if isinstance(written, list):
        return [_spelled(one) for one in written]
    return LONG.get(written, written) if isinstance(written, str) else written


def _known(loss: Any) -> bool:
    """A loss for all outputs, one for each, or some by name."""
    if isinstance(loss, Mapping):
        return bool(loss) and all(_known(one) for one in loss.values())
    if isinstance(loss, list):
        return bool(loss) and all(one is None or _known(one) for one in loss)
    return isinstance(loss, str) and loss in LOSSES


def _metrics(written: Any) -> Any:
    if isinstance(written, Mapping):
        return {key: _metrics(value) for key, value in written.items()}
    if isinstance(written, list):
        return [_metrics(one) if isinstance(one, list | dict) else one for one in written if _is_metric(one)]
    return written if _is_metric(written) else []


def _is_metric(written: Any) -> bool:
    return isinstance(written, list | dict) or (isinstance(written, str) and written in METRICS)
