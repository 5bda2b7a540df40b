"""keras.json: what a machine's Keras was set to. It holds no model, and is evidence about those trained there.

Source: keras/backend/__init__.py and common.py at 0.3.3, 1.0.4, 1.2.2, 2.0.0 (layout-facts 1).
"""

from __future__ import annotations

from dataclasses import dataclass

from dimorder.errors import DimorderError
from dimorder.formats.texts import decoded, json_value
from dimorder.layout import Ordering
from dimorder.model import Era

LARGEST = 10_000
KEYS = {"backend", "floatx", "epsilon", "image_dim_ordering", "image_data_format", "mode"}
ORDERING: dict[str, Ordering] = {"channels_first": "th", "channels_last": "tf", "th": "th", "tf": "tf"}


@dataclass(frozen=True, slots=True)
class Machine:
    """The settings, "" where not set. ordering_key: the key that states the dim ordering, with its value."""

    backend: str
    ordering: Ordering
    ordering_key: str
    era: Era
    disagrees: bool


def machine_settings(data: bytes) -> Machine | None:
    """The settings in a text, None if it is something else.

    Keras 2 reads image_data_format and passes over image_dim_ordering; both stand in files that lived through both.
    """
    if len(data) > LARGEST:
        return None
    try:
        value = json_value(decoded(data, ""), "")
    except DimorderError:  # whoever reads it as an architecture says what is wrong with it
        return None
    if not isinstance(value, dict) or not set(value) <= KEYS or not {"backend", "floatx"} & set(value):
        return None
    stated = [key for key in ("image_data_format", "image_dim_ordering") if isinstance(value.get(key), str)]
    keys = [key for key in stated if value[key] in ORDERING]
    said = [ORDERING[value[key]] for key in keys]
    return Machine(
        backend=str(value.get("backend", "")),
        ordering=said[0] if said else "unknown",
        ordering_key=f"{keys[0]} {value[keys[0]]}" if keys else "",
        era="keras2" if "image_data_format" in keys else "keras1" if keys else "keras0",
        disagrees=len(set(said)) > 1,
    )


def told(machine: Machine) -> str:
    """The settings as a sentence says them."""
    ordering = f", dim ordering {machine.ordering}" if machine.ordering_key else ""
    return f"a machine's Keras settings (backend {machine.backend or 'not set'}{ordering})"
