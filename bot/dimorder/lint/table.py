"""All rules: those about code with what finds them, and the page of each rule there is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from dimorder.finding import RULES, Page
from dimorder.lint import (
    dim201,
    dim202,
    dim203,
    dim204,
    dim205,
    dim206,
    dim207,
    dim208,
    dim209,
    dim210,
    dim211,
    dim212,
    pages_files,
    pages_joins,
    pages_weights,
)
from dimorder.lint.code import Code, Told
from dimorder.program import Place


class CodeRule(Protocol):
    """What a rule about code offers."""

    PAGE: Page

    def find(self, code: Code) -> Iterator[Told]:
        """What the rule has to say of the code."""


CODE_RULES: dict[str, CodeRule] = {
    "DIM201": dim201,
    "DIM202": dim202,
    "DIM203": dim203,
    "DIM204": dim204,
    "DIM205": dim205,
    "DIM206": dim206,
    "DIM207": dim207,
    "DIM208": dim208,
    "DIM209": dim209,
    "DIM210": dim210,
    "DIM212": dim212,
}
_ALL = (
    *pages_weights.PAGES,
    *(rule.PAGE for rule in CODE_RULES.values()),
    dim211.PAGE,
    *pages_joins.PAGES,
    *pages_files.PAGES,
)
PAGES: dict[str, Page] = {code: next(page for page in _ALL if page.code == code) for code in RULES}
"""By code, in their order."""
_SEVERITIES = ("info", "warning", "error")


def found(code: Code) -> tuple[Told, ...]:
    """What all rules say, from the first line to the last; of several sayings of a rule about a place the gravest."""
    kept: dict[tuple[str, Place], Told] = {}
    for rule in CODE_RULES.values():
        for told in _said(rule, code):
            if told.place.cell != code.cell:
                continue  # told where that cell is judged
            before = kept.get((told.rule, told.place))
            if before is None or _weight(told) > _weight(before):
                kept[told.rule, told.place] = told
    return tuple(sorted(kept.values(), key=lambda told: (told.place.line, told.place.column, told.rule)))


def _said(rule: CodeRule, code: Code) -> list[Told]:
    """All that a rule says; nothing of code that is nested deeper than anybody writes."""
    try:
        return list(rule.find(code))
    except RecursionError:
        return []


def _weight(told: Told) -> int:
    return _SEVERITIES.index(told.severity)
