"""The nodes of a syntax tree that places speak of."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

from dimorder.lint.fixing.splices import Lines
from dimorder.program import Place
from dimorder.remedy import Kind

_WANTED: dict[Kind, tuple[type[ast.AST], ...]] = {
    "replace": (ast.expr, ast.keyword),
    "add-keyword": (ast.Call,),
    "reorder": (ast.Tuple, ast.List),
}
Span = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Found:
    """A node and where it hangs. index: its number in the parent's field, None where that holds a single node."""

    node: ast.AST
    parent: ast.AST
    field: str
    index: int | None

    def put(self, node: ast.AST) -> None:
        """Another node in its place."""
        if self.index is None:
            setattr(self.parent, self.field, node)
        else:
            getattr(self.parent, self.field)[self.index] = node


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement and the list that it is one of."""

    node: ast.stmt
    body: list[ast.stmt]
    index: int


class Tree:
    """A syntax tree with its nodes by where they stand."""

    def __init__(self, text: str) -> None:
        """Raises SyntaxError, ValueError or RecursionError for what is no Python."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self.root = ast.parse(text)
        self.lines = Lines(text)
        self.by_span: dict[Span, list[Found]] = {}
        self.statements: list[Statement] = []
        for found in _nodes(self.root):
            if (span := _span(found.node)) is not None:
                self.by_span.setdefault(span, []).append(found)
            if isinstance(found.node, ast.stmt) and found.index is not None:
                self.statements.append(Statement(found.node, getattr(found.parent, found.field), found.index))

    def node(self, kind: Kind, place: Place) -> Found | None:
        """The node of the right sort that stands exactly there."""
        start = self.lines.bytes_before(place.line, place.column)
        end = self.lines.bytes_before(place.end_line, place.end_column)
        if start is None or end is None:
            return None
        candidates = self.by_span.get((place.line, start, place.end_line, end), [])
        return next((one for one in candidates if isinstance(one.node, _WANTED[kind])), None)

    def statement(self, place: Place) -> Statement | None:
        """The innermost statement that the place begins in."""
        at = self.lines.bytes_before(place.line, place.column)
        if at is None:
            return None
        around = [one for one in self.statements if _begins(one.node) <= (place.line, at) < _ends(one.node)]
        return max(around, key=lambda one: _begins(one.node), default=None)


def first_line(statement: ast.stmt) -> int:
    """Where it begins, decorators included."""
    return _begins(statement)[0]


def _nodes(root: ast.AST) -> Iterator[Found]:
    """All but what stands inside f-strings, of which Pythons before 3.12 do not tell the places."""
    waiting = [root]
    while waiting:
        parent = waiting.pop()
        for field, value in ast.iter_fields(parent):
            for index, node in enumerate(value if isinstance(value, list) else [value]):
                if not isinstance(node, ast.AST):
                    continue
                yield Found(node, parent, field, index if isinstance(value, list) else None)
                if not isinstance(node, ast.JoinedStr):
                    waiting.append(node)


def _span(node: ast.AST) -> Span | None:
    if not isinstance(node, ast.expr | ast.keyword) or node.end_lineno is None or node.end_col_offset is None:
        return None
    return node.lineno, node.col_offset, node.end_lineno, node.end_col_offset


def _begins(node: ast.stmt) -> tuple[int, int]:
    above = [(one.lineno, one.col_offset - 1) for one in getattr(node, "decorator_list", ())]
    return min(above, default=(node.lineno, node.col_offset))


def _ends(node: ast.stmt) -> tuple[int, int]:
    return node.end_lineno or 0, node.end_col_offset or 0
