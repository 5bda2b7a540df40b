"""Pooling over windows and over whole maps.

Source: keras/layers/pooling.py at 1.2.2 and 2.2.4.
"""

from __future__ import annotations

from dimorder.source.keras_api.families.shared import ORDERING_RENAMED, WINDOW_RENAMED
from dimorder.source.keras_api.spec import LayerSpec, names

RENAMED = {"pool_length": "pool_size", "stride": "strides", **WINDOW_RENAMED, **ORDERING_RENAMED}
SHORT = {"Average": "Avg", "Max": "Max"}


def _pool(kind: str, rank: int) -> LayerSpec:
    name = f"{kind}Pooling{rank}D"
    ordering = "channels_last" if rank == 1 else None
    return LayerSpec(
        name,
        name,
        {"pool_size": [2] * rank, "padding": "valid", "strides": None, "data_format": ordering},
        names("pool_length stride border_mode") if rank == 1 else names("pool_size strides border_mode dim_ordering"),
        names("pool_size strides padding data_format"),
        RENAMED,
        dropped=("ignore_border",),
        rank=rank,
        ordered=rank > 1,
        shown=(f"{SHORT[kind]}Pool{rank}D",),
    )


def _global(kind: str, rank: int) -> LayerSpec:
    name = f"Global{kind}Pooling{rank}D"
    return LayerSpec(
        name,
        name,
        {"data_format": "channels_last" if rank == 1 else None},
        () if rank == 1 else ("dim_ordering",),
        ("data_format",),
        RENAMED,
        further=("keepdims",),
        rank=rank,
        ordered=rank > 1,
        shown=(f"Global{SHORT[kind]}Pool{rank}D",),
    )


_ALL = [made(kind, rank) for made in (_pool, _global) for kind in SHORT for rank in (1, 2, 3)]
SPECS: dict[str, LayerSpec] = {spec.name: spec for spec in _ALL}
