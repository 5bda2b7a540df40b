"""Rules as Markdown: for the terminal's asker, and for the documents."""

from __future__ import annotations

from dimorder.finding import RULES, Page
from dimorder.report.text_rules import SAFETY
from dimorder.report_data import RulesReport


def rules(report: RulesReport) -> list[str]:
    """The whole document, line by line; all text in it is our own."""
    if len(report.pages) == 1:
        return page_lines(report.pages[0])
    return [*table_lines(report.pages)]


def table_lines(pages: tuple[Page, ...]) -> list[str]:
    """A row for each rule."""
    rows = [
        f"| {page.code} | {RULES[page.code].name} | {RULES[page.code].severity} | {page.safety} |" for page in pages
    ]
    return ["| code | name | severity | fix |", "|---|---|---|---|", *rows]


def page_lines(page: Page) -> list[str]:
    """The page of one rule."""
    rule = RULES[page.code]
    return [
        f"## {rule.code} {rule.name}",
        "",
        f"Severity: {rule.severity}. Fix: {SAFETY[page.safety]}.",
        "",
        page.finds,
        "",
        page.why,
        "",
        "Example:",
        "",
        *_block(page.bad, page.language),
        "",
        "Use instead:",
        "",
        *_block(page.good, page.language),
        "",
        page.fix,
        "",
        "Sources: " + "; ".join(source if "://" in source else f"`{source}`" for source in page.sources) + ".",
    ]


def _block(text: str, language: str) -> list[str]:
    return [f"```{language}", *text.rstrip().split("\n"), "```"]
