"""What a flow may ask of the process that started it: to be watched, and a few services by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and how much there is."""
Files = Mapping[str, BinaryIO]
Answer = tuple[dict[str, Any], list[bytes]]
"""Plain values, and arrays or other bytes beside them."""
Call = Callable[[str, Mapping[str, Any], Sequence[bytes]], Answer]
"""A service's name, plain values, bytes."""
Service = Callable[[Mapping[str, Any], list[bytes], Files], Answer]
"""How the parent answers: it takes what comes for what it is, foreign, and gets its own open files by role."""


def nobody(service: str, values: Mapping[str, Any], content: Sequence[bytes]) -> Answer:
    """Nobody is there to answer."""
    raise LookupError(f"no service {service!r} is offered here")


@dataclass(frozen=True, slots=True)
class Outside:
    """The way out of a flow."""

    progress: Progress
    call: Call = nobody
