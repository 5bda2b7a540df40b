"""Small functions that draw. Widths are shares of the whole, so that letters keep their size on any screen."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from dimorder.report.html.element import Child, Html, element

Place = tuple[str | float, str | float]
"""x, y"""
Anchor = Literal["start", "middle", "end"]
FAINTEST = -16
"""Decades below which nothing is drawn apart: twice float64's own rounding."""


@dataclass(frozen=True, slots=True)
class Decades:
    """A logarithmic scale from 10^low to 10^high."""

    low: int
    high: int

    def share(self, value: float) -> float:
        """Where a value lies, 0 to 1; zero lies at the lower end, what is infinite at the upper."""
        if value <= 0:
            return 0.0
        if math.isinf(value):
            return 1.0
        place = (math.log10(value) - self.low) / (self.high - self.low)
        return min(max(place, 0.0), 1.0)

    def ticks(self, most: int) -> list[int]:
        """Whole decades, every so many that there are not more than `most`."""
        step = max(1, math.ceil((self.high - self.low) / most))
        return list(range(self.low, self.high + 1, step))


def decades(values: Iterable[float]) -> Decades:
    """A scale that has room for all values."""
    found = [math.log10(value) for value in values if value > 0 and math.isfinite(value)]
    low = max(FAINTEST, math.floor(min(found, default=-8)))
    return Decades(low, max(low + 1, math.ceil(max(found, default=0))))


def chart(key: str, title: str, described: str, height: int, *shapes: Child, kind: str = "field") -> Html:
    """A picture that says what it shows to those who cannot see it."""
    words = element("title", title, id=f"{key}-t"), element("desc", described, id=f"{key}-d")
    return element(
        "svg", *words, *shapes,
        class_=kind, role="img", aria_labelledby=f"{key}-t {key}-d", width="100%", height=height,
    )  # fmt: skip


def percent(share: float) -> str:
    """A part of the width."""
    return f"{share * 100:.4g}%"


def line(start: Place, end: Place, kind: str) -> Html:
    """From (x, y) to (x, y)."""
    return element("line", x1=start[0], y1=start[1], x2=end[0], y2=end[1], class_=kind)


def dot(x: str, y: str | float, radius: float, kind: str, told: str = "") -> Html:
    """A disc; told: what a pointer resting on it shows."""
    return element("circle", *([element("title", told)] if told else []), cx=x, cy=y, r=radius, class_=kind)


def box(x: str | float, y: float, width: str | float, height: float, kind: str) -> Html:
    """A rectangle."""
    return element("rect", x=x, y=y, width=width, height=height, class_=kind)


def label(x: str | int, y: str | int, text: str, kind: str = "label", anchor: Anchor = "start") -> Html:
    """Letters."""
    return element("text", text, x=x, y=y, class_=kind, text_anchor=anchor)


def power(exponent: int) -> str:
    """1e-4 as figures in reports are written."""
    return "1" if exponent == 0 else f"1e{exponent:+03d}".replace("+", "")


def figure(caption: Child, *drawn: Child) -> Html:
    """A picture with its words below."""
    return element("figure", *drawn, element("figcaption", caption))
