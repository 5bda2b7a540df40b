"""The numbers that a layer computes with, where its configuration says so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

FINE = frozenset({"float32", "float64", "int32", "int64", "bool", "uint8"})
"""Types in which both sides of a proof can compute: rounding to fewer bits is no part of any operation here."""


def coarse(config: Mapping[str, Any]) -> str:
    """Why the layer's results are rounded otherwise than here, "" where they are not.

    A policy is a word, or an object that holds it: tf.keras `Policy`, Keras 3 `DTypePolicy`.
    """
    stated = config.get("dtype")
    if isinstance(stated, Mapping):
        inside = stated.get("config")
        stated = inside.get("name") if isinstance(inside, Mapping) else "an unknown type"
    return "" if stated is None or stated in FINE else f"it computes in {stated}"
