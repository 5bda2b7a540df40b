"""What reports tell of a plan. Loads nothing that computes: whoever shows a report needs no arrays."""

from __future__ import annotations

from dataclasses import dataclass

from dimorder.semantics import Shape


@dataclass(frozen=True, slots=True)
class Edit:
    """One change of the architecture, in words, on the layer it happens at."""

    layer: str
    says: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """A layer that is not converted, and why. code: the reason as a stable word, "" where none is defined."""

    layer: str
    because: str
    hint: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class Port:
    """An input or output of the model; target = source transposed by `permutation` (batch left out)."""

    name: str
    source_shape: Shape
    target_shape: Shape
    permutation: tuple[int, ...]
