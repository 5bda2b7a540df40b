"""What labelled samples were named by both models, class by class."""

from __future__ import annotations

from collections.abc import Sequence

from dimorder.pictures import Confusion, Counts
from dimorder.report.html.element import NOTHING, Html, element
from dimorder.report.html.parts import paragraph

STEPS = 5
"""Depths of colour."""


def confusions(found: Sequence[Confusion]) -> Html:
    """A table for each side, of each output."""
    return element("div", *map(_both, found)) if found else NOTHING


def _both(one: Confusion) -> Html:
    tables = _matrix(one, "original", one.original), _matrix(one, "converted", one.converted)
    return element("div", paragraph(_said(one)), element("div", *tables, class_="matrices"))


def _said(one: Confusion) -> str:
    total = sum(map(sum, one.original))
    right = [sum(side[place][place] for place in range(len(one.classes))) for side in (one.original, one.converted)]
    alike = "The same table for both" if one.original == one.converted else "The tables differ"
    return (
        f"Output {one.output}, {total} labelled samples: the original names {right[0]} of them rightly, "
        f"the converted file {right[1]}. {alike}."
    )


def _matrix(one: Confusion, side: str, counts: Counts) -> Html:
    heads = [*map(str, one.classes), *(["other"] if one.rest else [])]
    top = [element("th", "true ↓ named →", scope="col", class_="corner-head")]
    top += [element("th", head, scope="col") for head in heads]
    body = [_row(head, row) for head, row in zip(heads, counts, strict=True)]
    made = element(
        "table", element("caption", f"{side}: true class by row, named class by column"),
        element("thead", element("tr", *top)), element("tbody", *body), class_="matrix",
    )  # fmt: skip
    return element("div", made, class_="scroll", tabindex=0, role="region", aria_label=f"Classes named by the {side}")


def _row(head: str, row: Sequence[int]) -> Html:
    most = sum(row) or 1
    cells = [element("td", str(n) if n else "·", class_=f"depth-{-(-n * STEPS // most)}") for n in row]
    return element("tr", element("th", head, scope="row"), *cells)
