"""Conversions that are wrong on purpose as bars beside the right one, with what they must exceed."""

from __future__ import annotations

from dimorder.proof import TOLD_APART, Control, Proof
from dimorder.report import words
from dimorder.report.html.element import NOTHING, Html, element
from dimorder.report.html.parts import paragraph, table
from dimorder.report.html.svg import Anchor, Decades, box, chart, decades, figure, label, line, percent

ROW = 44
BAR = 10
TOP = 30
Bar = tuple[str, float, str]
"""Title, error, and the class of its looks."""


def controls(proof: Proof) -> Html:
    """Chart and table; nothing where no mistake was tried."""
    classic = words.classic(proof)
    if not classic:
        return NOTHING
    return element("div", _chart(proof, classic), _numbers(classic), paragraph(_alone(proof)))


def _alone(proof: Proof) -> Html | str:
    said = words.each_alone(proof)
    return f"{said}." if said else ""


def _chart(proof: Proof, classic: tuple[Control, ...]) -> Html:
    bars: list[Bar] = [(one.name, one.relative_l2, _looks(one)) for one in classic if one.relative_l2 is not None]
    if not bars:
        return NOTHING
    if proof.relative_l2 is not None:
        bars.insert(0, ("this conversion", proof.relative_l2, "mark"))
    limit = words.limit(proof)
    scale = decades([limit / 1000, limit, limit * TOLD_APART, *(size for _, size, _ in bars)])
    height = TOP + ROW * len(bars) + 8
    drawn = chart("controls-chart", "Wrong conversions against the right one", _described(bars, limit), height,
                  *_heads(scale, limit), *_bars(bars, scale, limit))  # fmt: skip
    return figure(
        f"Relative L2 error on a logarithmic scale. The limit is {limit:.0e}; a mistake counts as told apart beyond "
        f"{limit * TOLD_APART:.0e}, {TOLD_APART} times as much.",
        drawn,
    )


def _looks(control: Control) -> str:
    return "over" if control.told_apart else "faint"


def _described(bars: list[Bar], limit: float) -> str:
    told = "; ".join(f"{title} {words.figure(size)}" for title, size, _ in bars)
    return f"Relative L2 errors: {told}. The limit is {limit:.0e}."


def _heads(scale: Decades, limit: float) -> list[Html]:
    marks = (limit, "limit"), (limit * TOLD_APART, "told apart")
    return [
        label(percent(scale.share(value)), TOP - 14, title, "limit-label", _side(scale, value))
        for value, title in marks
    ]


def _side(scale: Decades, value: float) -> Anchor:
    return "start" if scale.share(value) < 0.2 else "end" if scale.share(value) > 0.8 else "middle"


def _bars(bars: list[Bar], scale: Decades, limit: float) -> list[Html]:
    marks = [percent(scale.share(value)) for value in (limit, limit * TOLD_APART)]
    found = []
    for number, (title, size, looks) in enumerate(bars):
        y = TOP + ROW * number
        found += [
            label(0, y + 13, title, "row-label"),
            label("100%", y + 13, words.figure(size), "row-figure", "end"),
            box(0, y + 19, "100%", BAR, "track"),
            box(0, y + 19, percent(max(scale.share(size), 0.004)), BAR, looks),
            *(line((x, y + 15), (x, y + 23 + BAR), "cross") for x in marks),
        ]
    return found


def _numbers(classic: tuple[Control, ...]) -> Html:
    rows = [
        (one.name, words.figure(one.relative_l2), words.share(one.top1_agreement), words.outcome(one))
        for one in classic
    ]
    heads = ("mistake", " relative L2", " same class", "outcome")
    return table("Wrong conversions, through the same probes", heads, rows, wide=True)
