"""Rules on the terminal: the page of one, or a line for each."""

from __future__ import annotations

from rich.console import RenderableType
from rich.text import Text

from dimorder.finding import RULES, Page, Safety
from dimorder.report import paper
from dimorder.report.escape import plain
from dimorder.report_data import RulesReport

SAFETY: dict[Safety, str] = {
    "none": "none: a person has to mend it",
    "safe": "safe",
    "unsafe": "unsafe: it moves the layout",
}


def explained(report: RulesReport) -> list[RenderableType]:
    """All parts of the report."""
    if len(report.pages) == 1:
        return _page(report.pages[0])
    rows = [(page.code, RULES[page.code].name, RULES[page.code].severity, page.safety) for page in report.pages]
    return [paper.table(("code", "name", "severity", "fix"), rows)]


def _page(page: Page) -> list[RenderableType]:
    rule = RULES[page.code]
    parts: list[RenderableType] = [Text.assemble((rule.code, "bold"), f" {rule.name} ({rule.severity})")]
    for title, text in (("What it finds", page.finds), ("Why it matters", page.why)):
        parts += [*paper.heading(title), paper.indented(paper.sentence(text))]
    for title, text in (("Example", page.bad), ("Use instead", page.good)):
        parts += [*paper.heading(title), *(f"    {plain(line)}" for line in text.rstrip().split("\n"))]
    parts += [*paper.heading("Fix", SAFETY[page.safety]), paper.indented(paper.sentence(page.fix))]
    return [*parts, *paper.heading("Sources"), paper.bullets(page.sources)]
