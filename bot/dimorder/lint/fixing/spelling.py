"""How the text of one expression changes, with all that belongs to its writing: commas, comments, quotes, brackets."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import libcst


class Unspellable(Exception):
    """The change cannot be written down; why, in one sentence."""


def replaced(old: str, new: str) -> str:
    """The new expression, or `name=value`; a string keeps the quotes and the prefix of the old one."""
    if not _is_text(old) or not _is_text(new):
        return new
    import libcst

    before = libcst.parse_expression(f"({old})")
    while isinstance(before, libcst.ConcatenatedString):
        before = before.left
    value = ast.literal_eval(new)
    if not isinstance(before, libcst.SimpleString):
        return new
    quote, prefix = before.quote, before.prefix
    plain = "r" not in prefix.lower() and value.isprintable() and not set(value) & {quote[0], "\\"}
    return f"{prefix}{quote}{value}{quote}" if plain else new


def reordered(old: str, order: Sequence[int]) -> str:
    """The tuple or list with its elements in another order; commas, comments and spacing stay where they are."""
    import libcst

    module, node = _read(old)
    assert isinstance(node, libcst.Tuple | libcst.List)
    if sorted(order) != list(range(len(node.elements))):
        raise Unspellable(f"it has {len(node.elements)} elements, not {len(order)}")
    if any(isinstance(one, libcst.StarredElement) for one in node.elements):
        raise Unspellable("one of its elements stands for several")
    elements = [
        one.with_changes(value=node.elements[place].value)
        for one, place in zip(node.elements, order, strict=True)
    ]
    return _written(module, node, node.with_changes(elements=elements))


def with_keyword(old: str, new: str) -> str:
    """The call with a keyword argument more, set apart from the others as they are from each other."""
    import libcst

    module, node = _read(old)
    assert isinstance(node, libcst.Call)
    added = libcst.ensure_type(libcst.parse_expression(f"f({new})"), libcst.Call).args[0]
    assert added.keyword is not None
    if any(one.star for one in node.args):
        raise Unspellable("the call takes arguments by * that may hold this one")
    if any(isinstance(one.value, libcst.GeneratorExp) and not one.value.lpar for one in node.args):
        raise Unspellable("the call's only argument is a generator without brackets")
    args = _behind(node.args, node.whitespace_before_args, added) if node.args else [added]
    return _written(module, node, node.with_changes(args=args))


def _behind(
    args: Sequence[libcst.Arg], before: libcst.BaseParenthesizableWhitespace, added: libcst.Arg
) -> list[libcst.Arg]:
    """The arguments with one more; a trailing comma stays one, and a comment stays with what it was written behind."""
    import libcst

    last = args[-1]
    apart = args[-2].comma if len(args) > 1 else None
    pattern = apart.whitespace_after if isinstance(apart, libcst.Comma) else before
    if isinstance(last.comma, libcst.Comma):
        ending = last.comma.whitespace_after
        between, ending = _parted(ending, pattern)
        comma = last.comma.with_changes(whitespace_after=between)
        new = added.with_changes(
            comma=libcst.Comma(whitespace_after=ending), whitespace_after_arg=libcst.SimpleWhitespace("")
        )
    else:
        between, ending = _parted(last.whitespace_after_arg, pattern)
        comma = libcst.Comma(whitespace_after=between)
        new = added.with_changes(whitespace_after_arg=ending)
        last = last.with_changes(whitespace_after_arg=libcst.SimpleWhitespace(""))
    return [*args[:-1], last.with_changes(comma=comma), new]


def _parted(
    ending: libcst.BaseParenthesizableWhitespace, pattern: libcst.BaseParenthesizableWhitespace
) -> tuple[libcst.BaseParenthesizableWhitespace, libcst.BaseParenthesizableWhitespace]:
    """What stands between the last argument and the new one, and behind that one, where `ending` stood before.

    pattern: what stands between earlier arguments, or before the only one.
    """
    import libcst

    comment = _comment(ending)
    if not isinstance(pattern, libcst.ParenthesizedWhitespace):
        if comment is None:
            return libcst.SimpleWhitespace(" "), ending
        assert isinstance(ending, libcst.ParenthesizedWhitespace)
        pattern = ending.with_changes(empty_lines=[])
    bare = libcst.TrailingWhitespace(newline=pattern.first_line.newline)
    if comment is None:
        return pattern.with_changes(first_line=bare, empty_lines=[]), ending
    assert isinstance(ending, libcst.ParenthesizedWhitespace)
    return pattern.with_changes(first_line=ending.first_line, empty_lines=[]), ending.with_changes(first_line=bare)


def _comment(space: libcst.BaseParenthesizableWhitespace) -> libcst.Comment | None:
    import libcst

    return space.first_line.comment if isinstance(space, libcst.ParenthesizedWhitespace) else None


def _read(old: str) -> tuple[libcst.Module, libcst.BaseExpression]:
    """The expression, in brackets of ours so that it may stand on several lines, and the module that it makes."""
    import libcst

    try:
        module = libcst.parse_module(f"({old})")
    except libcst.ParserSyntaxError:
        raise Unspellable("libcst does not read it") from None
    line = libcst.ensure_type(module.body[0], libcst.SimpleStatementLine)
    return module, libcst.ensure_type(line.body[0], libcst.Expr).value


def _written(module: libcst.Module, old: libcst.BaseExpression, new: libcst.BaseExpression) -> str:
    import libcst

    changed = module.deep_replace(old, new)
    assert isinstance(changed, libcst.Module)
    return changed.code[1:-1]


def _is_text(code: str) -> bool:
    try:
        return isinstance(ast.literal_eval(f"({code})"), str)
    except (SyntaxError, ValueError):
        return False
