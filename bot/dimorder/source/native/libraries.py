"""Python's library and numpy, as far as they are known here."""

from __future__ import annotations

from typing import Any

from dimorder.source.native.containers import RAW
from dimorder.source.native.numbers import NATIVES
from dimorder.source.objects import Native

_KNOWN: dict[str, Any] = {**NATIVES, **{name: Native(name, function, raw=True) for name, function in RAW.items()}}


class Standard:
    """A Library of what is told in tables."""

    def resolve(self, name: str) -> Any:
        """What a dotted name is; None where it is not known here."""
        return _KNOWN.get(name)


STANDARD = Standard()
