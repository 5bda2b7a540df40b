"""All classes of layers with parameters of their own, by every name that they go by."""

from __future__ import annotations

from dimorder.source.keras_api.families import conv, core, legacy, merges, normalization, pooling, recurrent, resizing
from dimorder.source.keras_api.spec import LayerSpec

FAMILIES = (conv, pooling, resizing, core, normalization, recurrent, legacy, merges)
SPECS: dict[str, LayerSpec] = {name: spec for family in FAMILIES for name, spec in family.SPECS.items()}
NAMED: dict[str, str] = {
    **{name: name for name in SPECS},
    **{shown: name for name, spec in SPECS.items() for shown in spec.shown},
}
"""Name of a class in any Keras -> key in SPECS."""
