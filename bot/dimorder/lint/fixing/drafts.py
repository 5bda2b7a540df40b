"""One edit drafted: what it changes in the text, and what in the syntax tree, told apart to be compared."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from dimorder.lint.fixing.located import Found, Tree, first_line
from dimorder.lint.fixing.reading import expression, is_same, keyword
from dimorder.lint.fixing.spelling import Unspellable, reordered, replaced, with_keyword
from dimorder.lint.fixing.splices import Lines, Splice, trimmed
from dimorder.remedy import Remedy

_OTHER = "the code there is not what the rule read"


class Undraftable(Exception):
    """The edit cannot be made; why, in one sentence."""


@dataclass(frozen=True, slots=True)
class Draft:
    """splice: None where the code is as wanted already. change: makes the same change to the syntax tree."""

    remedies: Sequence[Remedy]
    splice: Splice | None
    change: Callable[[], None]


def draft(written: Lines, tree: Tree, remedies: Sequence[Remedy]) -> Draft:
    """The edit that these remedies ask for together. written: the text as it is. tree: of it as Python reads it."""
    try:
        return _line(written, tree, remedies) if remedies[0].kind == "insert-line" else _at(written, tree, remedies)
    except Unspellable as problem:
        raise Undraftable(str(problem)) from None
    except SyntaxError:
        raise Undraftable("what would be written there is no code") from None


def _at(written: Lines, tree: Tree, remedies: Sequence[Remedy]) -> Draft:
    """An edit of the node at the place itself."""
    first = remedies[0]
    found = tree.node(first.kind, first.place)
    span, shown = written.span(first.place), tree.lines.span(first.place)
    if found is None or span is None or shown is None:
        raise Undraftable(_OTHER)
    old = written.text[span[0] : span[1]]
    if _plain(old) != _plain(tree.lines.text[shown[0] : shown[1]]):
        raise Undraftable(_OTHER)
    if first.kind == "replace" and is_same(old, first.new):
        return Draft(remedies, None, _nothing)
    if not all(is_same(old, one.old) for one in remedies if one.old):
        raise Undraftable(_OTHER)
    new, change = _CHANGES[first.kind](old, found, remedies)
    return Draft(remedies, trimmed(old, new, span[0]) if new != old else None, change)


def _replaced(old: str, found: Found, remedies: Sequence[Remedy]) -> tuple[str, Callable[[], None]]:
    new = replaced(old, remedies[0].new)
    is_keyword = isinstance(found.node, ast.keyword)
    node = keyword(new) if is_keyword else expression(new)
    if isinstance(node, ast.keyword) != is_keyword:
        raise Unspellable("what would replace it is of another kind")
    return new, lambda: found.put(node)


def _reordered(old: str, found: Found, remedies: Sequence[Remedy]) -> tuple[str, Callable[[], None]]:
    node, order = found.node, remedies[0].order
    assert isinstance(node, ast.Tuple | ast.List)

    def change() -> None:
        node.elts = [node.elts[place] for place in order]

    return reordered(old, order), change


def _with_keywords(old: str, found: Found, remedies: Sequence[Remedy]) -> tuple[str, Callable[[], None]]:
    node = found.node
    assert isinstance(node, ast.Call)
    there = {one.arg: ast.dump(one.value) for one in node.keywords}
    added: dict[str | None, ast.keyword] = {}
    for one in remedies:
        wanted = keyword(one.new)
        if there.setdefault(wanted.arg, value := ast.dump(wanted.value)) != value:
            raise Unspellable(f"the call has another {wanted.arg} already")
        if wanted.arg not in {one.arg for one in node.keywords} | added.keys():
            added[wanted.arg] = wanted
            old = with_keyword(old, one.new)
    return old, lambda: node.keywords.extend(added.values())


def _line(written: Lines, tree: Tree, remedies: Sequence[Remedy]) -> Draft:
    """Statements in front of the one that the place stands in, unless they stand there."""
    found = tree.statement(remedies[0].place)
    if found is None:
        raise Undraftable(_OTHER)
    body = found.body
    number = first_line(found.node)
    start, indent = _indent(written, found.node)
    if _must_stay_first(found.node, body):
        raise Undraftable("nothing may stand in front of that statement")
    above = {ast.dump(one) for one in body[max(0, found.index - len(remedies)) : found.index]}
    wanted = {one.new: _statement(one.new) for one in remedies}
    new = {code: node for code, node in wanted.items() if ast.dump(node) not in above}
    lines = "".join(f"{indent}{code}{written.newline(number)}" for code in new)

    def change() -> None:
        where = next(index for index, one in enumerate(body) if one is found.node)
        body[where:where] = new.values()

    return Draft(remedies, Splice(start, start, lines) if new else None, change)


def _indent(written: Lines, statement: ast.stmt) -> tuple[int, str]:
    """Where the statement's first line begins, and the space before it; refused where more stands there."""
    number = first_line(statement)
    start, end = list(written.spans())[number - 1]
    line = written.text[start:end]
    indent = line[: len(line) - len(line.lstrip(" \t\f"))]
    is_decorated = number < statement.lineno
    begins = is_decorated or len(indent) == statement.col_offset
    continues = number > 1 and written.text[:start].rstrip("\r\n").endswith("\\")
    if not begins or continues or line[len(indent) :].startswith("elif"):
        raise Undraftable("the statement does not begin its line")
    return start, indent


def _must_stay_first(statement: ast.stmt, body: list[ast.stmt]) -> bool:
    is_future = isinstance(statement, ast.ImportFrom) and statement.module == "__future__"
    is_text = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    return is_future or (is_text and statement is body[0])


def _statement(code: str) -> ast.stmt:
    found = ast.parse(code).body
    if len(found) != 1 or "\n" in code:
        raise Undraftable("what would be inserted is not one statement on one line")
    return found[0]


def _plain(code: str) -> str:
    """As it may be shown to the parser: line ends and form feeds mean nothing else to Python."""
    return code.replace("\r\n", "\n").replace("\r", "\n").replace("\f", " ")


def _nothing() -> None:
    """The tree is as wanted already."""


_CHANGES: dict[str, Callable[[str, Found, Sequence[Remedy]], tuple[str, Callable[[], None]]]] = {
    "replace": _replaced,
    "reorder": _reordered,
    "add-keyword": _with_keywords,
}
