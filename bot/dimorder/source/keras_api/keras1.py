"""Keras 2's configurations told in Keras 1's words.

Source: get_config in keras/layers at 1.2.2, keras/legacy/interfaces.py at 2.2.4.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from dimorder.source.keras_api.families.conv import KERNELS
from dimorder.source.keras_api.families.merges import MODES
from dimorder.source.keras_api.fitting import is_free
from dimorder.source.keras_api.spec import LayerSpec

if TYPE_CHECKING:
    from dimorder.source.keras_api.layer import Layer

Config = dict[str, Any]
ORDERINGS = {"channels_first": "th", "channels_last": "tf"}
INITIALIZERS = {"zeros": "zero", "ones": "one", "random_normal": "normal", "random_uniform": "uniform"}
RECURRENT = frozenset({"return_sequences", "go_backwards", "stateful", "unroll"})
"""Parameters that Keras 1's recurrent layers take without naming them in their own constructors."""
SINGLE = frozenset({"pool_length", "stride", "subsample_length", "length", "atrous_rate"})
VARYING = {"recurrent_activation": "hard_sigmoid", "reset_after": False}


def told_in_keras1(layer: Layer) -> tuple[str, Config] | None:
    """Class and configuration without name; None where Keras 1 has no such layer."""
    if not layer.spec.known:
        return layer.keras1, dict(layer.config)
    if not layer.keras1:
        return None
    if layer.keras1 == "Merge":
        return None if layer.config.get("normalize") else ("Merge", _merge(layer))
    own = _own(layer)
    if own is None:
        return None
    return _class(layer, own), own


def _own(layer: Layer) -> Config | None:
    if layer.class_name in ("InputLayer", "Lambda"):
        return dict(layer.config)
    told: Config = {}
    for key, value in layer.config.items():
        old = _old_name(key, layer.spec)
        if key == "kernel_size" and old not in layer.spec.old:
            told |= dict(zip(KERNELS[layer.spec.rank], value, strict=True))
        elif old in layer.spec.old or key in RECURRENT or old == "mode":
            told[old] = _spelled(old, value, layer.spec)
        elif not _is_default(key, value, layer.spec):
            return None
    return _completed(layer, told)


@lru_cache(4096)
def _old_name(key: str, spec: LayerSpec) -> str:
    """Keras 1's word for a key of Keras 2's; the key itself where Keras 1 has none."""
    words = [old for old, new in spec.renamed.items() if new == key]
    return next((word for word in (*words, key) if word in spec.old), key)


def _is_default(key: str, value: Any, spec: LayerSpec) -> bool:
    """Whether nothing is lost by leaving a key out that Keras 1 has not."""
    return is_free(key) or value == VARYING.get(key, spec.defaults.get(key))


def _spelled(old: str, value: Any, spec: LayerSpec) -> Any:
    if old == "dim_ordering":
        return ORDERINGS.get(value, "default")
    if old in SINGLE and spec.rank == 1:
        return value[0] if isinstance(value, list) else value
    if old == "padding":
        return _padding(value, spec.rank)
    if old == "init" or old.endswith("_init"):
        return _initializer(old, value)
    if old.endswith("_regularizer"):
        return _regularizer(value)
    return value


def _initializer(old: str, value: Any) -> Any:
    if old == "forget_bias_init":
        return "one" if value else "zero"
    return INITIALIZERS.get(value, value) if isinstance(value, str) else value


def _regularizer(value: Any) -> Any:
    if not isinstance(value, dict) or value.get("class_name") != "L1L2":
        return None
    return {**value["config"], "name": "L1L2Regularizer"}


def _padding(value: Any, rank: int) -> Any:
    if rank == 1:
        return value
    symmetric = all(before == after for before, after in value)
    return [before for before, _ in value] if symmetric else [number for pair in value for number in pair]


def _completed(layer: Layer, told: Config) -> Config | None:
    """What Keras 1 says and Keras 2 does not."""
    if layer.class_name == "BatchNormalization":
        told.setdefault("mode", 0)
    if layer.class_name == "Conv2DTranspose":
        shape = layer.nodes[0].outputs[0].shape if layer.nodes else None
        if shape is None:
            return None
        told.setdefault("output_shape", [None, *shape])
    if isinstance(told.get("init"), dict):
        # An initializer with settings of its own: Keras 1 knows words only, and trained models need none.
        del told["init"]
    return told


def _class(layer: Layer, told: Config) -> str:
    rate = layer.config.get("dilation_rate")
    dilated = isinstance(rate, list) and max(rate) > 1 and layer.class_name in ("Conv1D", "Conv2D")
    if dilated and not layer.keras1.startswith("Atrous"):
        told["atrous_rate"] = rate[0] if layer.spec.rank == 1 and isinstance(rate, list) else rate
        return f"AtrousConvolution{layer.spec.rank}D"
    return layer.keras1


def _dot_axes(layer: Layer) -> Any:
    """An axis for each input, counted from the front where that is known."""
    axes = layer.config.get("axes", layer.config.get("dot_axes", -1))
    if layer.class_name not in ("Dot", "Merge") or not isinstance(axes, int):
        return axes
    shapes = [one.shape for one in layer.nodes[0].inputs] if layer.nodes else []
    known = [len(shape) + 1 for shape in shapes if shape is not None]
    return [axes % rank for rank in known] if len(known) == 2 else [axes, axes]


def _merge(layer: Layer) -> Config:
    config = layer.config
    mode = config.get("mode") or MODES[layer.class_name]
    return {
        "mode": mode, "mode_type": "raw", "concat_axis": config.get("axis", -1), "dot_axes": _dot_axes(layer),
        "output_shape": None, "output_shape_type": "raw", "output_mask": None, "output_mask_type": "raw",
        "arguments": {},
    }  # fmt: skip
