"""ZeroPadding, Cropping and UpSampling.

Source: keras/layers/convolutional.py at 1.2.2 and 2.2.4.
"""

from __future__ import annotations

from typing import Any

from dimorder.source.keras_api.families.shared import ORDERING_RENAMED
from dimorder.source.keras_api.spec import LayerSpec


def _resize(kind: str, key: str, rank: int, default: Any, *further: str) -> LayerSpec:
    ordering: dict[str, Any] = {"data_format": None} if rank > 1 else {}
    old = {"UpSampling1D": "length"}.get(f"{kind}{rank}D", key)
    name = f"{kind}{rank}D"
    return LayerSpec(
        name,
        name,
        {key: default, **ordering},
        (old, *(("dim_ordering",) if rank > 1 else ())),
        (key, *(("data_format",) if rank > 1 else ()), *further),
        {old: key, **ORDERING_RENAMED},
        further=further,
        rank=rank,
        ordered=rank > 1,
    )


_CROPPED = {1: [1, 1], 2: [[0, 0], [0, 0]], 3: [[1, 1]] * 3}
_ALL = [
    *(_resize("ZeroPadding", "padding", rank, [1, 1] if rank == 1 else [[1, 1]] * rank) for rank in (1, 2, 3)),
    *(_resize("Cropping", "cropping", rank, default) for rank, default in _CROPPED.items()),
    _resize("UpSampling", "size", 1, 2),
    _resize("UpSampling", "size", 2, [2, 2], "interpolation"),
    _resize("UpSampling", "size", 3, [2, 2, 2]),
]
SPECS: dict[str, LayerSpec] = {spec.name: spec for spec in _ALL}
