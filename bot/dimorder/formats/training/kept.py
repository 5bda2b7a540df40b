"""Which of the settings that training heeds did not come along."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from dimorder.formats.keras3.network import Layer, Network
from dimorder.formats.training.became import listed

Heeded = Mapping[str, Mapping[str, Any]]
"""By layer path, settings (Keras 2's keys) that are not nothing."""
ACTIVITY = "activity_regularizer"


def lost(stated: Heeded, network: Network, rewritten: Collection[str]) -> Iterator[str]:
    """Stated settings that no written layer of that path has.

    rewritten: paths of layers that became several others, whose settings do not mean the same there.
    """
    missing = [
        f"{key} of {path}"
        for path, settings in stated.items()
        for key in settings
        if path in rewritten or not any(_has(layer, key, network) for layer in network.layers if layer.path == path)
    ]
    if missing:
        yield f"settings did not come along as they were: {listed(missing)}"


def _has(layer: Layer, key: str, network: Network) -> bool:
    inner = layer.config.get("layer")
    config = inner["config"] if isinstance(inner, dict) else layer.config
    if config.get(key) in (None, 0, 0.0):
        return False
    return key != ACTIVITY or (not isinstance(inner, dict) and _yields(layer, network))


def _yields(layer: Layer, network: Network) -> bool:
    """Whether what this layer yields is what the original's yielded: nothing behind it adds to it or cuts from it."""
    behind = [other for other in network.layers for read in other.reads if any(use[0] == layer.name for use in read)]
    return not any(other.path == layer.path or other.class_name.startswith("Cropping") for other in behind)
