"""Fields of the JSON document of `rule`, as types."""

from __future__ import annotations

from typing import Literal, TypedDict

from dimorder.finding import Safety, Severity
from dimorder.report_data import Format


class MendingDocument(TypedDict):
    """What mending does.

    safety: none where a person has to; safe if no code changes its meaning by it.
    """

    safety: Safety
    description: str


class RuleDocument(TypedDict):
    """One rule.

    severity: unless a case says else. example, use_instead: in the language named. sources: links, or
    `project file@version`.
    """

    code: str
    name: str
    severity: Severity
    finds: str
    why: str
    example: str
    use_instead: str
    language: Literal["python", "json", "console", "text"]
    fix: MendingDocument
    sources: list[str]


class RulesDocument(TypedDict):
    """The rules that were asked for, in the order of their codes."""

    format: Format
    rules: list[RuleDocument]
