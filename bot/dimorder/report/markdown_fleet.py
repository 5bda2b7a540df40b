"""A sweep as Markdown: for the summary of a job, and for the dashboard of an organisation."""

from __future__ import annotations

from collections.abc import Sequence

from dimorder.fleet import Fleet, Line
from dimorder.report import words_fleet
from dimorder.report.escape import cell, prose
from dimorder.report.markdown_parts import section, table


def swept(fleet: Fleet, rows: int) -> list[str]:
    """The whole document."""
    lines = [f"## {words_fleet.verdict(fleet).capitalize()}", "", f"{prose(words_fleet.summary(fleet))}."]
    lines += repositories(fleet, rows)
    return lines + section("Notes", words_fleet.notes(fleet), rows)


def repositories(fleet: Fleet, rows: int) -> list[str]:
    """A table for each outcome. Names are no mentions, and only links to pull requests are links."""
    found = list[str]()
    for word, lines in words_fleet.groups(fleet, every=False):
        found += ["", f"### {words_fleet.TITLES[word]}"]
        found += table(("repository", "what", "where"), lines, _row, rows, "repositories")
    return found


def _row(line: Line) -> Sequence[str]:
    where = f"<{line.url}>" if _is_link(line.url) else cell(line.proposal) if line.proposal else ""
    return cell(line.repository), prose(words_fleet.because(line), 300), where


def _is_link(url: str) -> bool:
    """GitHub made it; it is still looked at, since it stands there as it is."""
    is_plain = url.isascii() and url.isprintable() and not set(url) & set("<> |\\`")
    return is_plain and url.startswith(("https://", "http://"))
