"""The drift of every layer, in the order of computation, on a logarithmic scale with the limit across it."""

from __future__ import annotations

import math

from dimorder.proof import Drift, Proof
from dimorder.report import words
from dimorder.report.html.element import NOTHING, Html, element
from dimorder.report.html.parts import folded, left_out, name, table
from dimorder.report.html.svg import Decades, chart, decades, dot, figure, label, line, percent, power

HEIGHT = 260
TOP, BOTTOM = 14, 236
ZERO = 24
"""Pixels between the lowest decade and no drift at all, which has none."""
MOST_DRAWN, MOST_ROWS = 400, 400


def drift(proof: Proof) -> Html:
    """Chart and table; nothing where no layer can be compared."""
    measured = [one for one in proof.layers if one.relative_l2 is not None]
    if not measured:
        return NOTHING
    limit = words.limit(proof)
    scale = decades([limit, limit / 1000, *(one.relative_l2 or 0.0 for one in measured)])
    described = _described(measured, limit)
    picture = chart("drift-chart", "Drift of every layer", described, HEIGHT, *_drawn(measured, limit, scale))
    plot = element("div", _axis(scale), picture, class_="plot")
    return element("div", figure(_caption(proof, measured), plot), _numbers(proof))


def _caption(proof: Proof, measured: list[Drift]) -> str:
    still = len(proof.layers) - len(measured)
    silent = f" {still} of {len(proof.layers)} give the same for every probe and are not drawn." if still else ""
    return (
        "Each layer's relative L2 error, from the input on the left to the output on the right. "
        f"The line is the limit of the outputs, {words.limit(proof):.0e}.{silent}"
    )


def _described(measured: list[Drift], limit: float) -> str:
    worst = max(measured, key=_size)
    above = sum(_size(one) > limit for one in measured)
    return (
        f"{len(measured)} layers, relative L2 on a logarithmic scale. The largest is {words.figure(_size(worst))} "
        f"at {worst.name}. {above or 'None'} of them above the limit of {limit:.0e}."
    )


def _size(drift: Drift) -> float:
    return drift.relative_l2 if drift.relative_l2 is not None else 0.0


def _axis(scale: Decades) -> Html:
    """Its letters stand in a column of their own."""
    letters = [label(44, round(_height(scale, 10.0**tick)) + 4, power(tick), "label", "end") for tick in scale.ticks(8)]
    letters.append(label(44, BOTTOM + 4, "0", "label", "end"))
    return element("svg", *letters, class_="axis", width=50, height=HEIGHT, aria_hidden="true", focusable="false")


def _drawn(measured: list[Drift], limit: float, scale: Decades) -> list[Html]:
    heights = [BOTTOM, *(round(_height(scale, 10.0**tick)) for tick in scale.ticks(8))]
    grid = [line((0, y), ("100%", y), "grid") for y in heights]
    at = round(_height(scale, limit), 1)
    border = [line((0, at), ("100%", at), "limit"), label("100%", round(at) - 6, "limit", "limit-label", "end")]
    shown = _worst_of_each(measured)
    return [*grid, *_stems(shown, limit, scale), *border, *_ends(shown)]


def _worst_of_each(measured: list[Drift]) -> list[Drift]:
    """All, or the worst of as many neighbours as the width has no room for."""
    size = math.ceil(len(measured) / MOST_DRAWN)
    return [max(measured[start : start + size], key=_size) for start in range(0, len(measured), size)]


def _stems(shown: list[Drift], limit: float, scale: Decades) -> list[Html]:
    found = []
    radius = 4.5 if len(shown) <= 60 else 3 if len(shown) <= 150 else 2
    for number, one in enumerate(shown):
        x, y = percent((number + 0.5) / len(shown)), round(_height(scale, _size(one)), 1)
        kind = "over" if _size(one) > limit else "mark"
        found += [line((x, BOTTOM), (x, y), f"stem {kind}")]
        found += [dot(x, y, radius, kind, f"{one.name}: {words.figure(one.relative_l2)}")]
    return found


def _ends(shown: list[Drift]) -> list[Html]:
    first = label("0%", BOTTOM + 18, _short(shown[0].name))
    last = label("100%", BOTTOM + 18, _short(shown[-1].name), anchor="end")
    return [first, last] if len(shown) > 1 else [first]


def _short(text: str) -> str:
    return text if len(text) <= 18 else f"{text[:17]}…"


def _height(scale: Decades, value: float) -> float:
    return BOTTOM - ZERO - (BOTTOM - ZERO - TOP) * scale.share(value) if value > 0 else BOTTOM


def _numbers(proof: Proof) -> Html:
    rows = [
        (name(one.name), words.figure(one.relative_l2), words.figure(one.max_abs)) for one in proof.layers[:MOST_ROWS]
    ]
    made = table("Drift of every layer", ("layer", " relative L2", " largest change"), rows, wide=True)
    return folded("The numbers, layer by layer", made, left_out(len(proof.layers), MOST_ROWS, "layers"))
