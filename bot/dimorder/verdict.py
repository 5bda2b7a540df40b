"""What is believed about a file's layout, how firmly, and because of what."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from dimorder.layout import Layout, Ordering

Confidence = Literal["certain", "likely", "unknown", "contradictory"]
About = Literal["dim_ordering", "kernels", "dense_rows"]
ABOUT: tuple[About, ...] = ("dim_ordering", "kernels", "dense_rows")


@dataclass(frozen=True, slots=True)
class Evidence:
    """One observation and what it says.

    strength: certain (a proof or the file's own statement), likely, or unknown (weak: told, never deciding).
    """

    about: About
    says: Ordering
    because: str
    strength: Confidence = "certain"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The layout with a confidence for each of its facts.

    overrides: (glob of layer names, layout) given by the user with `--from GLOB=LAYOUT`, first match wins.
    """

    layout: Layout
    confidence: dict[About, Confidence]
    evidence: tuple[Evidence, ...] = ()
    overrides: tuple[tuple[str, Layout], ...] = field(default=())
