"""Names for layers of Keras 0, which calls every layer without a name of its own after its class."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

CONTAINERS = ("Sequential", "Graph")
RESERVED = ("activation",)
"""Inside a nested model this name would be taken for the activation of the layer around it."""


def wanted(item: dict[str, Any]) -> str:
    """The name as written, else that of the class; a slash would read as a path here."""
    return str(item.get("custom_name") or str(item.get("name", "")).lower()).replace("/", "_") or "layer"


def every_item(value: Any) -> Iterator[dict[str, Any]]:
    """All layers and containers of a document, the outer before the inner."""
    if isinstance(value, dict):
        if isinstance(value.get("name"), str):
            yield value
        for inner in value.values():
            yield from every_item(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from every_item(inner)


class Names:
    """Hands out every name once: as written where it is the only one, else numbered from 1."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.asked = Counter(wanted(item) for item in every_item(document))
        self.given: set[str] = set()

    def give(self, name: str) -> str:
        """A name nobody has yet."""
        if self.asked[name] < 2 and name not in self.given and name not in RESERVED:
            self.given.add(name)
            return name
        number = 1
        while (made := f"{name}_{number}") in self.given or made in self.asked:
            number += 1
        self.given.add(made)
        return made
