"""What is known of every rule, for those that show it."""

from __future__ import annotations

import difflib
from collections.abc import Mapping

from dimorder.errors import UsageError
from dimorder.finding import RULES, Page
from dimorder.report_data import RulesReport


def pages() -> Mapping[str, Page]:
    """Pages by rule code."""
    from dimorder.lint.table import PAGES

    return PAGES


def rules_report(asked: str = "") -> RulesReport:
    """The rule of this code or name; those whose codes begin so; all for "". Raises UsageError where there is none."""
    wanted = asked.strip()
    every = pages()
    found = [
        page for code, page in every.items() if code.startswith(wanted.upper()) or RULES[code].name == wanted.lower()
    ]
    if not found:
        names = {name: name for rule in RULES.values() for name in (rule.code, rule.name)}
        near = difflib.get_close_matches(wanted, names, 1) or difflib.get_close_matches(wanted.upper(), names, 1)
        hint = f"did you mean {near[0]}?" if near else "dimorder rule lists them"
        raise UsageError(f"no rule is called {wanted!r}", hint=hint)
    return RulesReport(tuple(found))
