"""What rules look at, and what they say: a file of code in every world with its text, findings with remedies."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field

from dimorder.finding import Related, Severity
from dimorder.program import Place, Program
from dimorder.remedy import Remedy
from dimorder.verdict import Confidence


@dataclass(frozen=True, slots=True)
class Code:
    """One file of code.

    lines: of its text as it was evaluated, () where only the program is known. tree: of the text; None where it
    cannot be parsed.
    cell: of a notebook, whose cells are given one by one; None otherwise.
    """

    program: Program
    lines: tuple[str, ...] = ()
    tree: ast.Module | None = None
    cell: int | None = None

    def place(self, node: ast.expr | ast.stmt | ast.keyword) -> Place:
        """Where a node of the tree stands, in codepoints as `Place` counts them."""
        start = self._column(node.lineno, node.col_offset)
        end_line = node.end_lineno or node.lineno
        end = self._column(end_line, node.end_col_offset or node.col_offset)
        return Place(self.program.path, node.lineno, start, end_line, end, self.cell)

    def _column(self, line: int, offset: int) -> int:
        """1-based codepoint of a 0-based byte of UTF-8."""
        if line > len(self.lines):
            return offset + 1
        return len(self.lines[line - 1].encode("utf-8", "replace")[:offset].decode("utf-8", "ignore")) + 1


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that a rule says. code: which of the rule's cases, as a stable word.

    confidence: certain (it holds whatever the unknown is) or likely.
    remedies: edits that mend it, all or none; () where a person has to. model: the name and function of the model it
    belongs to; what is to be mended together shares it.
    """

    rule: str
    place: Place
    severity: Severity
    confidence: Confidence
    message: str
    code: str
    related: tuple[Related, ...] = ()
    remedies: tuple[Remedy, ...] = field(default=())
    model: tuple[str, str] = ("", "")


def parsed(program: Program, text: str, cell: int | None = None) -> Code:
    """The code with its tree, as far as it can be parsed within Python's own bounds."""
    lines = tuple(re.split(r"\r\n|\r|\n", text))  # as Python counts them; a form feed ends none
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return Code(program, lines, None, cell)
    return Code(program, lines, tree, cell)
