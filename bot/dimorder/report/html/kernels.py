"""The first convolution's kernels as both files hold them, small."""

from __future__ import annotations

from dimorder.pictures import Grid, Kernels
from dimorder.report.html.element import NOTHING, Html, element, joined
from dimorder.report.html.parts import folded, name, paragraph, table
from dimorder.report.html.svg import box, figure

ROOM = 72
"""Pixels of a thumbnail's longer side."""


def kernels(found: Kernels | None) -> Html:
    """Thumbnails, words, and the numbers behind them."""
    if found is None or not found.original:
        return NOTHING
    grids = (*found.original, *found.converted)
    top = max(abs(value) for grid in grids for row in grid for value in row)
    pairs = [
        _pair(number, before, after, top or 1.0)
        for number, (before, after) in enumerate(zip(found.original, found.converted, strict=True))
    ]
    shown = figure(_caption(found), element("div", *pairs, class_="thumbnails"))
    return element("div", paragraph(*_said(found)), shown, _numbers(found))


def _said(found: Kernels) -> list[Html | str]:
    moved = ", ".join(found.moved) or "copied as it is"
    return [name(found.tensor), f": {found.axes[0]} in the original, {found.axes[1]} in the converted file; {moved}."]


def _caption(found: Kernels) -> str:
    shown = len(found.original)
    which = f"{shown} of {found.count} filters" if shown < found.count else f"All {found.count} filters"
    return (
        f"{which}, first input channel; original above, converted below. Filled cells are positive, ringed ones "
        "negative; the corner mark follows the kernel's first number."
    )


def _pair(number: int, before: Grid, after: Grid, top: float) -> Html:
    start, end = (0, 0), _followed(before, after)
    drawn = _thumbnail(f"Filter {number}, original", before, top, start), _thumbnail(
        f"Filter {number}, converted", after, top, end
    )
    below = element("p", f"{number}", class_="panel-title", aria_hidden="true")
    arrow = element("span", "↓", class_="arrow", aria_hidden="true")
    return element("div", drawn[0], arrow, drawn[1], below, class_="thumb")


def _followed(before: Grid, after: Grid) -> tuple[int, int] | None:
    """Where the first number went: it stayed, or all is turned by half a turn; None where it is neither."""
    if after == before:
        return 0, 0
    turned = tuple(tuple(reversed(row)) for row in reversed(before))
    return (len(after) - 1, len(after[0]) - 1) if after == turned else None


def _thumbnail(title: str, grid: Grid, top: float, mark: tuple[int, int] | None) -> Html:
    rows, columns = len(grid), len(grid[0])
    cells = [_cell(x, y, value / top) for y, row in enumerate(grid) for x, value in enumerate(row) if value]
    corner = [element("circle", cx=mark[1] + 0.5, cy=mark[0] + 0.5, r=0.12, class_="corner")] if mark else []
    scale = ROOM / max(rows, columns, 3)
    return element(
        "svg", element("title", title), box(0, 0, columns, rows, "ground"), *cells, *corner,
        role="img", class_="kernel", viewBox=f"0 0 {columns} {rows}",
        width=round(columns * scale), height=round(rows * scale),
    )  # fmt: skip


def _cell(x: int, y: int, strength: float) -> Html:
    """Its size and depth tell how strong it is, its shape the sign."""
    side = 0.12 + 0.8 * min(abs(strength), 1.0) ** 0.5
    inset = (1 - side) / 2
    kind = "positive" if strength >= 0 else "negative"
    return element(
        "rect", x=f"{x + inset:.3g}", y=f"{y + inset:.3g}", width=f"{side:.3g}", height=f"{side:.3g}", class_=kind
    )


def _numbers(found: Kernels) -> Html:
    rows = [
        (f"{number}", _written(before), _written(after))
        for number, (before, after) in enumerate(zip(found.original, found.converted, strict=True))
    ]
    made = table("Kernels row by row", ("filter", "original", "converted"), rows, wide=True)
    return folded("The numbers of these kernels", made)


def _written(grid: Grid) -> Html:
    lines = ["  ".join(f"{value:+.3f}" for value in row) for row in grid]
    return joined([element("div", line, class_="numbers") for line in lines])
