"""What Markdown documents are made of: sections, tables, lists of names, what is folded away."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from dimorder.report import words
from dimorder.report.escape import cell, code, prose

Item = TypeVar("Item")


def section(title: str, sentences: Sequence[str], rows: int) -> list[str]:
    """A heading with a list below it; nothing without sentences. title: our own words."""
    return listed(title, sentences, prose, rows)


def listed(title: str, items: Sequence[Item], told: Callable[[Item], str], rows: int) -> list[str]:
    """The same of anything. told: an item as Markdown; asked for those only that are shown."""
    left = [f"- and {len(items) - rows} more"] if len(items) > rows else []
    return ["", f"### {title}", "", *(f"- {told(item)}" for item in items[:rows]), *left] if items else []


def table(
    heads: Sequence[str], items: Sequence[Item], told: Callable[[Item], Sequence[str]], rows: int, what: str
) -> list[str]:
    """Heads that begin with a blank stand above numbers. told: the cells of a row, as Markdown. what: the items are."""
    marks = "|".join("--:" if head.startswith(" ") else "---" for head in heads)
    lines = ["", f"| {' | '.join(head.strip() for head in heads)} |", f"|{marks}|"]
    lines += [f"| {' | '.join(told(item))} |" for item in items[:rows]]
    if len(items) > rows:
        lines += ["", f"and {len(items) - rows} more {what}: the JSON report holds everything"]
    return lines if items else []


def folded(summary: str, lines: list[str]) -> list[str]:
    """What only some readers open; nothing without lines. summary: our own words."""
    inner = lines if lines[:1] == [""] else ["", *lines]
    return ["", f"<details><summary>{summary}</summary>", *inner, "", "</details>"] if lines else []


def names(group: words.Group) -> str:
    """Some names of a group, for a cell."""
    shown, left = words.enough(group.names, every=False)
    more = f" and {left} more" if left else ""
    return f"{len(group.names)} × " + ", ".join(cell(name) for name in shown) + more


def group_row(group: words.Group) -> tuple[str, str, str]:
    """A row of a table of groups."""
    return names(group), prose(group.says), prose(group.because)


def hashes(sha256: dict[str, str | None]) -> list[str]:
    """The files by what they hold."""
    known = [f"- sha256 of the {prose(role)}: {code(digest)}" for role, digest in sha256.items() if digest]
    return folded("Files", known)
