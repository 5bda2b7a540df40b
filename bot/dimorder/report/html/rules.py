"""The page of `rule`: what rules find, why, and what to write instead; all of it our own text."""

from __future__ import annotations

from dimorder.finding import RULES, Page
from dimorder.report.html.element import Html, element, joined
from dimorder.report.html.page import Chapter, Verdict, page
from dimorder.report.html.parts import name, paragraph, section, table
from dimorder.report.text_rules import SAFETY
from dimorder.report_data import RulesReport


def explained(report: RulesReport) -> str:
    """The whole page."""
    verdict = Verdict("plain", _title(report), "What it finds, why it matters, and what to write instead.")
    return page(verdict, [_list(report)], [_chapter(one) for one in report.pages], subject="rules of dimorder")


def _title(report: RulesReport) -> str:
    return _called(report.pages[0]) if len(report.pages) == 1 else "Rules"


def _called(one: Page) -> str:
    return f"{one.code} {RULES[one.code].name}"


def _list(report: RulesReport) -> Html:
    rows = [(name(one.code), RULES[one.code].name, RULES[one.code].severity, one.safety) for one in report.pages]
    return table("All of them", ("code", "name", "severity", "fix"), rows if len(rows) > 1 else [])


def _chapter(one: Page) -> Chapter:
    rule = RULES[one.code]
    key = one.code.lower()
    body = section(
        key,
        _called(one),
        paragraph(f"Severity: {rule.severity}. Fix: {SAFETY[one.safety]}.", kind="soft"),
        *map(paragraph, f"{one.finds}\n\n{one.why}".split("\n\n")),
        element("h3", "Example"),
        _block(one.bad),
        element("h3", "Use instead"),
        _block(one.good),
        paragraph(one.fix),
        paragraph(f"Sources: {'; '.join(one.sources)}.", kind="soft"),
    )
    return Chapter(key, one.code, body)


def _block(text: str) -> Html:
    lines = [joined([line, Html("<br>")]) for line in text.rstrip().split("\n")]
    return element("pre", *lines, class_="source", tabindex=0)
