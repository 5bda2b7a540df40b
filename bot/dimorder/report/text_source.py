"""A line of source on the terminal, with a mark below the place that is meant."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rich.cells import cell_len
from rich.text import Text

from dimorder.finding import LONGEST_SOURCE, Finding
from dimorder.report.escape import plain
from dimorder.report.paper import Look

_WORD = re.compile(r"\w+(\.\w+)*|.", re.DOTALL)
_TAB = "    "
_BORDER = ("│", "|")


def shown(finding: Finding, style: str, look: Look) -> Iterator[Text]:
    """The line, without its indentation, behind its number, and the mark; nothing where no source came along."""
    if not finding.source or not finding.line:
        return
    source = finding.source[:LONGEST_SOURCE]
    inner = source.lstrip()
    number, border = str(finding.line), _BORDER[0 if look.unicode else 1]
    margin = " " * max(4, len(number))
    yield Text.assemble((f"{number:>{len(margin)}} {border} ", "dim"), _spelled(inner).rstrip(), no_wrap=True)
    start = (finding.column or 0) - 1 - (len(source) - len(inner))
    if 0 <= start < len(inner):
        before, meant = cell_len(_spelled(inner[:start])), _meant(inner, start)
        yield Text.assemble((f"{margin} {border} ", "dim"), " " * before, ("^" * meant, style), no_wrap=True)


def _meant(source: str, start: int) -> int:
    """How wide the name is that begins there (`keras.layers`), or the sign."""
    word = _WORD.match(source, start)
    return max(1, cell_len(_spelled(word[0]))) if word else 1


def _spelled(source: str) -> str:
    return plain(source.replace("\t", _TAB), LONGEST_SOURCE * len(_TAB))
