"""Predictions of the original against those of the conversion, and of conversions that are wrong on purpose."""

from __future__ import annotations

from dimorder.pictures import Points
from dimorder.proof import Proof
from dimorder.report import words
from dimorder.report.html.element import NOTHING, Html, element
from dimorder.report.html.parts import folded, table
from dimorder.report.html.svg import chart, dot, figure, line, percent

SIZE = 190
MARGIN = 0.05
MOST_DRAWN = 160
MOST_ROWS = 20
MOST_WRONG = 5


def scatter(proof: Proof) -> Html:
    """Small pictures side by side, and a table; nothing where no values are kept."""
    ours = proof.pictures.points if proof.pictures else ()
    if not ours:
        return NOTHING
    kind = "over filled" if proof.verdict == "different" else "mark"
    panels = [_panel(f"scatter-{number}", _title(one, len(ours)), one, kind) for number, one in enumerate(ours)]
    wrong = [c for c in words.classic(proof) if c.points and c.applicable][:MOST_WRONG]
    panels += [_panel(f"wrong-{n}", f"on purpose: {c.name}", c.points, "over") for n, c in enumerate(wrong) if c.points]
    shown = figure(_caption(ours, bool(wrong)), element("div", *panels, class_="panels"))
    return element("div", shown, *map(_numbers, ours))


def _title(points: Points, outputs: int) -> str:
    return "this conversion" if outputs == 1 else f"this conversion: {points.name}"


def _caption(ours: tuple[Points, ...], wrong: bool) -> str:
    before = {one.before for one in ours if one.before}
    taken = f", taken before the last {' or '.join(sorted(before))}" if before else ""
    told = (
        f"Each point is one predicted value{taken}: to the right as the original gives it, upwards as the other file "
        "does. On the diagonal both agree."
    )
    return f"{told} Conversions that are wrong on purpose leave it." if wrong else told


def _panel(key: str, title: str, points: Points, kind: str) -> Html:
    low, high = _range(points)
    places = [
        (percent(_share(a, low, high)), percent(1 - _share(b, low, high)))
        for a, b in _picked(points, MOST_DRAWN)
    ]
    dots = [dot(x, y, 2.8, f"{kind} point") for x, y in places]
    diagonal = line((0, "100%"), ("100%", 0), "diagonal")
    drawn = chart(key, title, _described(points), SIZE, diagonal, *dots, kind="square")
    return element("div", drawn, element("p", title, class_="panel-title", aria_hidden="true"), class_=f"panel {kind}")


def _described(points: Points) -> str:
    apart = max((abs(a - b) for a, b in zip(points.original, points.converted, strict=True)), default=0.0)
    return (
        f"{len(points.original)} of {points.count} values of {points.name}, the original's against the other's; "
        f"the pair furthest apart differs by {words.figure(apart)}."
    )


def _range(points: Points) -> tuple[float, float]:
    values = (*points.original, *points.converted)
    low, high = min(values), max(values)
    wide = (high - low) or max(abs(low), 1.0)
    return low - MARGIN * wide, high + MARGIN * wide


def _share(value: float, low: float, high: float) -> float:
    return (value - low) / (high - low)


def _picked(points: Points, most: int) -> list[tuple[float, float]]:
    """Evenly from all, and the pair furthest apart."""
    pairs = list(zip(points.original, points.converted, strict=True))
    if len(pairs) <= most:
        return pairs
    worst = max(pairs, key=lambda pair: abs(pair[0] - pair[1]))
    kept = [pairs[round(place * (len(pairs) - 1) / (most - 1))] for place in range(most - 1)]
    return [*kept, worst]


def _numbers(points: Points) -> Html:
    rows = [
        (f"{a:.6g}", f"{b:.6g}", words.figure(abs(a - b))) for a, b in sorted(_picked(points, MOST_ROWS))
    ]
    caption = f"Values of {points.name}, {len(rows)} of {points.count}, the pair furthest apart among them"
    made = table(caption, (" original", " converted", " apart"), rows, wide=True)
    return folded(f"Some of the numbers of {points.name}", made)
