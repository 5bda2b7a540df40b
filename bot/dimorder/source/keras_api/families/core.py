"""Dense and the layers that rearrange or drop: core.py, noise.py, embeddings.py, local.py.

Source: keras/layers at 1.2.2 and 2.2.4, legacy/layers.py at 2.2.4.
"""

from __future__ import annotations

from typing import Any

from dimorder.source.keras_api.families.conv import KERNELS, NEW_TAIL, OLD_TAIL, RENAMED, window
from dimorder.source.keras_api.families.shared import (
    KERNEL_DEFAULTS,
    KERNEL_RENAMED,
    ORDERING_RENAMED,
    is_row_by_row,
    is_word_of_initializer,
)
from dimorder.source.keras_api.spec import NEEDED, LayerSpec, by_era, names

RATE = {"p": "rate"}
DENSE = {"output_dim": "units", **KERNEL_RENAMED}
_OLD_DENSE = (*names("output_dim init activation weights"), *OLD_TAIL, "input_dim")
_DENSE_DEFAULTS: dict[str, Any] = {"units": NEEDED, "activation": "linear", **KERNEL_DEFAULTS}


def _plain(name: str, *parameters: str, keras1: str | None = None, **defaults: Any) -> LayerSpec:
    """A class with the same parameters in all Kerases."""
    return LayerSpec(name, name if keras1 is None else keras1, defaults, parameters, parameters)


def _dropout(name: str, keras1: str, ordered: bool = False) -> LayerSpec:
    ordering: dict[str, Any] = {"data_format": None} if ordered else {}
    more = ("data_format",) if ordered else names("noise_shape seed")
    return LayerSpec(
        name,
        keras1,
        {"rate": NEEDED, **ordering},
        ("p", "dim_ordering") if ordered else names("p noise_shape seed"),
        ("rate", *more),
        {**RATE, **ORDERING_RENAMED},
        dropped=names("noise_shape seed"),
        rank=int(name[-2]) if ordered else 0,
        ordered=ordered,
    )


def _locally(rank: int) -> LayerSpec:
    name = f"LocallyConnected{rank}D"
    ordering = ("dim_ordering",) if rank > 1 else ()
    strides = "subsample" if rank > 1 else "subsample_length"
    old = ("nb_filter", *KERNELS[rank], *names("init activation weights border_mode"), strides, *ordering, *OLD_TAIL)
    return LayerSpec(
        name,
        name,
        {"filters": NEEDED, **window(rank, dilated=False), **KERNEL_DEFAULTS},
        old,
        ("filters", "kernel_size", "strides", "padding", "data_format", *NEW_TAIL),
        RENAMED,
        further=("implementation",),
        rank=rank,
        ordered=rank > 1,
        is_old=is_row_by_row if rank > 1 else by_era,
    )


_EMBEDDING = LayerSpec(
    "Embedding",
    "Embedding",
    {
        "input_dim": NEEDED, "output_dim": NEEDED, "embeddings_initializer": "uniform", "embeddings_regularizer": None,
        "activity_regularizer": None, "embeddings_constraint": None, "mask_zero": False, "input_length": None,
    },
    names("input_dim output_dim init input_length W_regularizer activity_regularizer W_constraint mask_zero weights"
          " dropout"),
    names("input_dim output_dim embeddings_initializer embeddings_regularizer activity_regularizer"
          " embeddings_constraint mask_zero input_length"),
    {"init": "embeddings_initializer", "W_regularizer": "embeddings_regularizer",
     "W_constraint": "embeddings_constraint"},
    dropped=("dropout",),
)  # fmt: skip

_ALL = [
    LayerSpec(
        "Dense", "Dense", _DENSE_DEFAULTS, _OLD_DENSE, ("units", *NEW_TAIL), DENSE, is_old=is_word_of_initializer
    ),
    _EMBEDDING,
    _locally(1),
    _locally(2),
    _dropout("Dropout", "Dropout"),
    _dropout("SpatialDropout1D", "SpatialDropout1D"),
    _dropout("SpatialDropout2D", "SpatialDropout2D", ordered=True),
    _dropout("SpatialDropout3D", "SpatialDropout3D", ordered=True),
    _dropout("GaussianDropout", "GaussianDropout"),
    _dropout("AlphaDropout", ""),
    LayerSpec("GaussianNoise", "GaussianNoise", {"stddev": NEEDED}, ("sigma",), ("stddev",), {"sigma": "stddev"}),
    _plain("ActivityRegularization", "l1", "l2", l1=0.0, l2=0.0),
    _plain("Masking", "mask_value", mask_value=0.0),
    _plain("Activation", "activation", activation=NEEDED),
    LayerSpec("Reshape", "Reshape", {"target_shape": NEEDED}, ("target_shape",), ("target_shape",),
              {"dims": "target_shape"}),
    _plain("Permute", "dims", dims=NEEDED),
    LayerSpec("Flatten", "Flatten", {}, (), ("data_format",), ORDERING_RENAMED, further=("data_format",)),
    _plain("RepeatVector", "n", n=NEEDED),
    _plain("Rescaling", "scale", "offset", keras1="", scale=NEEDED, offset=0.0),
    _plain("Identity", keras1=""),
]  # fmt: skip
SPECS: dict[str, LayerSpec] = {spec.name: spec for spec in _ALL}
