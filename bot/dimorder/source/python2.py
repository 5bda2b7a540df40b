"""Code of Python 2 as code of Python 3 with the same lines, by fissix's parser (the extra [py2])."""

from __future__ import annotations

import ast
import io
import pkgutil
import re
from functools import cache
from typing import Any

from dimorder.source.python2_edits import Edits, Spot, written
from dimorder.source.trouble import Trouble

LARGEST = 1 << 20
"""Bytes, about; the parser is written in Python."""
_MOST_TOKENS = 100_000
"""Two seconds; the largest module of CPython 2.7's own library has a third of it."""
_DEEPEST = 6000
"""Rules that are begun at once; Python's own 200 open parentheses take a half of it."""
_SIGNS = re.compile(
    r"""\bprint\s+[\w"'`~%(\[{-] | \bexec\s+[\w"'(] | \bexcept\b[^:#]+,\s*[\w.]+\s*: | \braise\s+[\w.]+\s*, | `[^`]+`
    | <> | \b0[0-7]+\b | \b(\d+|0[xX][\dA-Fa-f]+)[lL]\b | \b[uU][rR]["'] | \blambda\s*\( | \bdef\s+\w+\s*\(.*\(""",
    re.VERBOSE,
)
_OWN_PRINT = re.compile(r"^\s*from\s+__future__\s+import\b.*\bprint_function\b", re.MULTILINE)
_TABS = "inconsistent use of tabs"


class ClassicDivision(ast.Div):
    """`/` of Python 2 without `from __future__ import division`: of two whole numbers it is `//`."""


def at_hand() -> None:
    """Have fissix and its grammar in memory, before a process closes itself off from all files."""
    _fissix()


def translated(text: str, failed: Trouble) -> str | Trouble | None:
    """The text as Python 3, line by line; None if it is no Python 2 either. failed: why it is no Python 3."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    fissix = _fissix()
    if fissix is None:
        found: str | Trouble | None = _not_to_be_had(failed)
    elif len(text) > LARGEST:
        much = f"{len(text)} characters of Python 2 are not read, at most {LARGEST}"
        found = Trouble("limits.declared-size", much)
    else:
        found = _rewritten(text if text.endswith("\n") else text + "\n", fissix)
    return found if isinstance(found, str) or _looks_so(text, failed) else None


def with_its_division(tree: ast.Module) -> ast.Module:
    """The tree of translated code, its divisions told apart from Python 3's."""
    future = [one.names for one in tree.body if isinstance(one, ast.ImportFrom) and one.module == "__future__"]
    if any(name.name == "division" for names in future for name in names):
        return tree
    for node in ast.walk(tree):
        if isinstance(node, (ast.BinOp, ast.AugAssign)) and isinstance(node.op, ast.Div):
            node.op = ClassicDivision()
    return tree


@cache
def _fissix() -> tuple[Any, Any, Any, str] | None:
    """Its modules parse, pgen, tokenize and the text of its grammar; None where it is not installed."""
    try:
        from fissix.pgen2 import parse, pgen, tokenize
    except ImportError:
        return None
    grammar = pkgutil.get_data("fissix", "Grammar.txt")
    return (parse, pgen, tokenize, grammar.decode()) if grammar else None


@cache
def _tables(own_print: bool) -> Any:
    """The grammar as the parser takes it. fissix's own loader would leave a pickle in the user's folder and read it."""
    fissix = _fissix()
    assert fissix is not None
    _, pgen, _, grammar = fissix
    made = pgen.ParserGenerator("Grammar.txt", io.StringIO(grammar)).make_grammar()
    if own_print:
        del made.keywords["print"]
    return made


def _rewritten(text: str, fissix: tuple[Any, Any, Any, str]) -> str | Trouble | None:
    parse, _, tokenize, _ = fissix
    grammar = _tables(bool(_OWN_PRINT.search(text)))
    edits = Edits(grammar.number2symbol)
    parser = parse.Parser(grammar, edits.record)
    parser.setup()
    try:
        indents = _fed(parser, tokenize, text)
    except (parse.ParseError, tokenize.TokenError, SyntaxError):
        return None
    except _TooMuch as much:
        return much.trouble
    if edits.tuples:
        line, column = edits.tuples[0]
        return Trouble("py.syntax", "a tuple among parameters (Python 2) is not read", line, column + 1)
    return written(text, [*edits.found, *_even(text, indents)])


class _TooMuch(Exception):
    """The text is long or nested deep, and the parser slow."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.message)
        self.trouble = trouble


def _fed(parser: Any, tokenize: Any, text: str) -> list[Spot]:
    """Give the parser its tokens; where each logical line begins."""
    from fissix.pgen2 import grammar, token

    starts: list[Spot] = []
    fresh = True
    for count, (kind, value, start, _, _) in enumerate(tokenize.generate_tokens(io.StringIO(text).readline)):
        if count > _MOST_TOKENS:
            much = f"more than {_MOST_TOKENS} words of Python 2 are not read"
            raise _TooMuch(Trouble("limits.declared-size", much))
        if len(parser.stack) > _DEEPEST:
            raise _TooMuch(Trouble("limits.depth", "nested deeper than Python itself reads", start[0]))
        if kind in (tokenize.COMMENT, tokenize.NL):
            continue
        if fresh and kind not in (token.INDENT, token.DEDENT):
            starts.append(start)
        fresh = kind == token.NEWLINE or (fresh and kind in (token.INDENT, token.DEDENT))
        if parser.addtoken(grammar.opmap.get(value) if kind == token.OP else kind, value, start):
            break
    return starts


def _even(text: str, starts: list[Spot]) -> list[tuple[Spot, int, str]]:
    """Where indentation mixes tabs and spaces, which Python 2 allowed: tabs as spaces to the next eighth column."""
    lines = text.split("\n")
    indents = [((line, 0), lines[line - 1][:column]) for line, column in starts if column]
    if not (any("\t" in indent for _, indent in indents) and any(" " in indent for _, indent in indents)):
        return []
    return [(at, len(indent), indent.expandtabs(8)) for at, indent in indents if "\t" in indent]


def _looks_so(text: str, failed: Trouble) -> bool:
    """Whether what is no Python 3 has a construct of Python 2 on its line."""
    line = text.split("\n")[failed.line - 1 : failed.line] if failed.line else []
    return _TABS in failed.message or bool(line and _SIGNS.search(line[0][:2000]))


def _not_to_be_had(failed: Trouble) -> Trouble:
    told = "Python 2, which is not read without fissix (pip install 'dimorder[py2]')"
    return Trouble("py.python2", told, failed.line, failed.column)
