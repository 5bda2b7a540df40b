"""Whether everything that training heeds came along."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from dimorder.formats.keras3.network import Layer, Network

Heeded = Mapping[str, Mapping[str, Any]]
"""By layer path, settings (Keras 2's keys) that are not nothing."""


def all_kept(stated: Heeded, network: Network, rewritten: Collection[str]) -> bool:
    """Every stated setting stands in the layer of that name. rewritten: paths of layers that became several others,
    whose settings do not mean the same there.
    """
    layers = {layer.name: _config(layer) for layer in network.layers}
    return all(
        path not in rewritten and layers.get(path.rpartition("/")[2], {}).get(key) not in (None, 0, 0.0)
        for path, settings in stated.items()
        for key in settings
    )


def _config(layer: Layer) -> Mapping[str, Any]:
    inner = layer.config.get("layer")
    return inner["config"] if isinstance(inner, dict) else layer.config
