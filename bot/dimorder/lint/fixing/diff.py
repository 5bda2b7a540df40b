"""A unified diff out of splices: nothing has to be searched, so no text makes it slow."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from dimorder.lint.fixing.splices import Splice, applied

_AROUND = 3
"""Lines of context."""


@dataclass(frozen=True, slots=True)
class _Region:
    """The old lines [start, end) become `new`."""

    start: int
    end: int
    new: tuple[str, ...]


def unified(text: str, splices: Sequence[Splice], label: str) -> str:
    """The splices as `diff -u` shows them, under `a/label` and `b/label`; "" where there are none."""
    if not splices:
        return ""
    lines = _lines(text)
    parts, grown = [f"--- a/{label}\n+++ b/{label}\n"], 0
    for hunk in _hunks(_regions(text, lines, splices)):
        parts.append(_hunk(lines, hunk, grown))
        grown += sum(len(one.new) - (one.end - one.start) for one in hunk)
    return "".join(parts)


def _lines(text: str) -> list[str]:
    """With their ends; a carriage return is part of its line, as diff sees it."""
    *whole, rest = text.split("\n")
    return [*(f"{line}\n" for line in whole), *([rest] if rest else [])]


def _regions(text: str, lines: list[str], splices: Sequence[Splice]) -> Iterator[_Region]:
    """The lines that splices touch, those that touch each other together."""
    starts = list(accumulate(map(len, lines), initial=0))
    waiting = [(*_touched(starts, lines, one), [one]) for one in splices]
    while waiting:
        first, end, same = waiting.pop(0)
        at = starts[first]
        new = applied(text[at : starts[end]], (Splice(one.start - at, one.end - at, one.new) for one in same))
        if waiting and waiting[0][0] <= end:
            _, other, more = waiting.pop(0)
            waiting.insert(0, (first, max(end, other), [*same, *more]))
        elif new and not new.endswith("\n") and end < len(lines):
            waiting.insert(0, (first, end + 1, same))  # the line's end is gone: the next one is joined to it
        else:
            yield _Region(first, end, tuple(_lines(new)))


def _touched(starts: list[int], lines: list[str], one: Splice) -> tuple[int, int]:
    """Numbers of the first line that it touches and of that behind the last; equal where whole lines are put in.

    starts: of the lines, and where the text ends.
    """
    count = len(lines)
    first = bisect_right(starts, one.start) - 1
    if first == count and lines and not lines[-1].endswith("\n"):
        first -= 1
    if one.start == one.end == starts[first] and (one.new.endswith("\n") or first == count):
        return first, first
    return first, min(count, bisect_right(starts, max(one.start, one.end - 1)))


def _hunks(regions: Iterable[_Region]) -> list[list[_Region]]:
    hunks: list[list[_Region]] = []
    for one in regions:
        if hunks and one.start - hunks[-1][-1].end <= 2 * _AROUND:
            hunks[-1].append(one)
        else:
            hunks.append([one])
    return hunks


def _hunk(lines: list[str], regions: list[_Region], grown: int) -> str:
    """grown: by how many lines earlier hunks made the text longer."""
    start = max(0, regions[0].start - _AROUND)
    end = min(len(lines), regions[-1].end + _AROUND)
    shown, at = [], start
    for one in regions:
        shown += [f" {line}" for line in lines[at : one.start]]
        shown += [f"-{line}" for line in lines[one.start : one.end]] + [f"+{line}" for line in one.new]
        at = one.end
    shown += [f" {line}" for line in lines[at:end]]
    olds = end - start
    news = olds + sum(len(one.new) - (one.end - one.start) for one in regions)
    head = f"@@ -{_range(start, olds)} +{_range(start + grown, news)} @@\n"
    return head + "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in shown)


def _range(start: int, count: int) -> str:
    """As diff counts: from 1, and of nothing the line before it."""
    first = start + 1 if count else start
    return str(first) if count == 1 else f"{first},{count}"
