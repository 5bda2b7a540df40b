"""The page of a sweep: how many repositories came to what, and each of them."""

from __future__ import annotations

from collections.abc import Iterator

from dimorder.fleet import Fleet, Line
from dimorder.report import words_fleet
from dimorder.report.html.element import Child, Html, element
from dimorder.report.html.page import Chapter, Verdict, page
from dimorder.report.html.parts import MOODS, bullets, figures, left_out, name, section, table

_MOST = 2000
_FIGURES = (
    ("opened", "opened"), ("updated", "updated"), ("proposed", "would be proposed"), ("kept", "stand"),
    ("refused", "refused"), ("failed", "not judged"), ("bug", "bugs"),
)  # fmt: skip


def swept(fleet: Fleet) -> str:
    """The whole page."""
    word = words_fleet.verdict(fleet).capitalize()
    verdict = Verdict(MOODS[fleet.outcome], word, f"{words_fleet.summary(fleet)}.")
    return page(verdict, [_counts(fleet), bullets(words_fleet.notes(fleet))], _chapters(fleet), subject="sweep")


def _counts(fleet: Fleet) -> Html:
    counts: dict[str, int] = dict(fleet.counts.items())
    rows: list[tuple[str, Child]] = [("repositories", str(len(fleet.lines)))]
    rows += [(says, str(counts[word])) for word, says in _FIGURES if word in counts]
    return figures(rows)


def _chapters(fleet: Fleet) -> Iterator[Chapter]:
    for word, lines in words_fleet.groups(fleet, every=True):
        title = words_fleet.TITLES[word]
        rows = [(name(line.repository), words_fleet.because(line), _where(line)) for line in lines[:_MOST]]
        made = table(title, ("repository", "what", "where"), rows)
        more = left_out(len(lines), _MOST, "repositories")
        yield Chapter(word, title, section(word, f"{title} ({len(lines)})", made, more))


def _where(line: Line) -> Child:
    """A link, where there is one: to GitHub, and to nothing that would run."""
    if line.url.startswith(("https://", "http://")):
        return element("a", line.url, href=line.url, rel="noreferrer")
    return line.proposal
