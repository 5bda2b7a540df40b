"""Comments that keep findings from being told: `# dimorder: ignore[DIM204] reason`, or ignore-file[DIM204].

Comments are told from strings by Python's own tokenizer; in what it cannot read there are none.
"""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass

_COMMENT = re.compile(r"#\s*dimorder:\s*(ignore(?:-file)?)\b(?:\s*\[([^\]]*)\])?:?\s*(.*)", re.ASCII)
_QUIET = (tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.ENCODING, tokenize.INDENT, tokenize.DEDENT)
_MOST, _MOST_CODES = 1000, 50
"""Suppressions in one text, and codes in one of them."""


@dataclass(frozen=True, slots=True)
class Suppression:
    """One comment.

    codes:        as written, in capitals. reason: "" where none is given.
    line, column: 1-based, of the comment.
    lines:        of the statement that it stands on; (0, 0) for `ignore-file`, which holds everywhere.
    is_late:      an `ignore-file` behind the first statement, which holds nowhere.
    """

    codes: tuple[str, ...]
    reason: str
    line: int
    column: int
    lines: tuple[int, int]
    is_late: bool = False

    def holds(self, line: int | None) -> bool:
        """Whether it speaks of a finding on this line: its own, or one of a statement whose first line is its own."""
        if self.lines == (0, 0):
            return not self.is_late
        first, last = self.lines
        return line is not None and (line == self.line or (first == self.line and first <= line <= last))


def suppressions(text: str) -> tuple[Suppression, ...]:
    """All of them, in order. Lines end as they do for Python's parser, also by a lone carriage return."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return tuple(_found(lines)) if "dimorder:" in text else ()


def _found(text: str) -> Iterator[Suppression]:
    comments: list[tokenize.TokenInfo] = []
    first, begun, count = 0, False, 0
    for token in _tokens(text):
        first = first or (token.start[0] if token.type not in _QUIET else 0)
        if token.type == tokenize.COMMENT and "dimorder:" in token.string and count < _MOST:
            comments.append(token)
            count += 1
        if token.type in (tokenize.NEWLINE, tokenize.NL, tokenize.ENDMARKER) and (
            not first or token.type != tokenize.NL
        ):
            yield from _of_statement(comments, (first, token.start[0]), is_head=not begun)
            comments, first = [], 0
        begun = begun or token.type not in (*_QUIET, tokenize.STRING, tokenize.ENDMARKER)
    yield from _of_statement(comments, (first, first), is_head=not begun)


def _of_statement(
    comments: list[tokenize.TokenInfo], lines: tuple[int, int], *, is_head: bool
) -> Iterator[Suppression]:
    for token in comments:
        told = _COMMENT.search(token.string)
        if told is None:
            continue
        parts = (told[2] or "").split(",", _MOST_CODES)
        codes = tuple(part.strip().upper() for part in parts if part.strip())
        line, column = token.start[0], token.start[1] + 1
        whole = told[1] == "ignore-file"
        where = (0, 0) if whole else (lines[0] or line, lines[1])
        yield Suppression(codes, told[3].strip(), line, column, where, is_late=whole and not is_head)


def _tokens(text: str) -> Iterator[tokenize.TokenInfo]:
    """As far as Python's tokenizer comes: Python 2 and magics may stop it."""
    try:
        yield from tokenize.generate_tokens(io.StringIO(text).readline)
    except (tokenize.TokenError, SyntaxError, ValueError, RecursionError):
        return
