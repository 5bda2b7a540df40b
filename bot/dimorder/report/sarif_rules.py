"""Rules as SARIF describes them: what a viewer shows beside a finding."""

from __future__ import annotations

from typing import Any

from dimorder.finding import Page, Rule, Severity
from dimorder.report.markdown_rules import page_lines

LEVELS: dict[Severity, str] = {"error": "error", "warning": "warning", "info": "note"}


def descriptor(rule: Rule, page: Page | None) -> dict[str, Any]:
    """A reportingDescriptor; its texts are ours, and say only the rule's name where no page was written."""
    says = page.finds if page else rule.name.replace("-", " ")
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": rule.name.replace("-", " ")},
        "fullDescription": {"text": says},
        "help": {"text": _text(page), "markdown": "\n".join(page_lines(page))} if page else {"text": says},
        "defaultConfiguration": {"level": LEVELS[rule.severity]},
        "properties": {"tags": ["keras", "layout"]},
    }


def _text(page: Page) -> str:
    parts = [page.finds, page.why]
    parts += [f"For example:\n{page.bad}"] if page.bad else []
    parts += [f"Instead:\n{page.good}"] if page.good else []
    return "\n\n".join([*parts, page.fix, f"Sources: {'; '.join(page.sources)}"])
