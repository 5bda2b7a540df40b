"""Names of layers that TensorFlow accepts."""

from __future__ import annotations

import re

from dimorder.errors import Refused
from dimorder.formats.keras3.network import Network

_SCOPE = re.compile(r"[A-Za-z0-9.][A-Za-z0-9_.\\/-]*")
"""Source: tensorflow/python/framework/ops.py _VALID_SCOPE_NAME_REGEX at 1.15."""


def check_names(network: Network) -> None:
    """Raise where Keras 2 could not build the model because of a layer's name."""
    for layer in network.layers:
        if not _SCOPE.fullmatch(layer.name):
            raise Refused(
                f"layer {layer.name!r}: TensorFlow takes no such name",
                hint="keep the source's own form (--dialect same), or write the Keras 3 form: -o NAME.keras",
            )
