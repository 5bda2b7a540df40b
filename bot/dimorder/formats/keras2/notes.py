"""Where Keras 3 does not do with the written file what Keras 2 does: said to whoever gets the file."""

from __future__ import annotations

from collections.abc import Iterator

from dimorder.formats.keras3.network import Layer, Network


def notes(network: Network) -> tuple[str, ...]:
    """One sentence for each layer that is not for Keras 3."""
    found = [(layer.name, because) for layer in network.layers for because in _why(layer)]
    return tuple(f"layer {name!r} is not for Keras 3: {because}" for name, because in found)


def _why(layer: Layer) -> Iterator[str]:
    inner = layer.config.get("layer")
    class_name = str(inner["class_name"]) if isinstance(inner, dict) else layer.class_name
    config = inner["config"] if isinstance(inner, dict) else layer.config
    if class_name.startswith("LocallyConnected"):
        yield "it has no such layer"
    if "hard_sigmoid" in (config.get("activation"), config.get("recurrent_activation")):
        yield "its hard_sigmoid has another slope (1/6, these numbers are for 0.2)"




