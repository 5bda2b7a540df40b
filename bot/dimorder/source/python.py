"""Python source as a syntax tree, within bounds; what is no Python of today is said, never guessed."""

from __future__ import annotations

import ast
import codecs
import io
import re
import tokenize
import warnings

from dimorder.source import python2
from dimorder.source.trouble import Trouble

LARGEST = 8 << 20
"""Bytes; the largest module of CPython's own library has a tenth of it."""
_ENCODINGS = re.compile(
    r"utf-8|ascii|iso8859-\d+|cp125\d|cp437|cp85\d|cp866|koi8-[ru]|gbk|gb2312|gb18030|big5|shift_jis|euc_jp|euc_kr|cp932|cp949"
)
"""Encodings in which ASCII stands for itself: others (utf-7, unicode_escape) hide code from whoever reads the file."""
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""Controls that show code in another order than it runs. Source: CVE-2021-42574."""


def troubles_in(data: bytes) -> tuple[Trouble, ...]:
    """Why this is not to be read as Python, or not to be read as it looks; nothing for sound source."""
    if len(data) > LARGEST:
        return (Trouble("limits.declared-size", f"{len(data)} bytes of Python are not read, at most {LARGEST}"),)
    text = decoded(data)
    return (text,) if isinstance(text, Trouble) else troubles_in_text(text)


def decoded(data: bytes) -> str | Trouble:
    """The text in the encoding that its first lines name, UTF-8 where they name none."""
    try:
        name, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        known = codecs.lookup(name).name.removesuffix("-sig")
        if not _ENCODINGS.fullmatch(known):
            return Trouble("py.encoding", f"its encoding {name} can hide what the code does", 1, 1)
        return data.decode(name)
    except (SyntaxError, UnicodeDecodeError, LookupError) as problem:
        return Trouble("py.encoding", f"its encoding cannot be read ({_told(problem)})", 1, 1)


def troubles_in_text(text: str) -> tuple[Trouble, ...]:
    """The same for text that is decoded."""
    tree = parsed(text)
    found = [_hidden(text), tree if isinstance(tree, Trouble) else None]
    return tuple(trouble for trouble in found if trouble)


def _hidden(text: str) -> Trouble | None:
    found = _BIDI.search(text)
    if found is None:
        return None
    line, column = _place(text, found.start())
    told = f"the control U+{ord(found[0]):04X} shows this code in another order than it runs"
    return Trouble("names.unicode", told, line, column)


def parsed(text: str) -> ast.Module | Trouble:
    """The tree of a module, or why it has none; that of Python 2 is of its translation, which has the same lines."""
    tree = _tree(text)
    if isinstance(tree, ast.Module) or tree.code != "py.syntax":
        return tree
    older = python2.translated(text, tree)
    if not isinstance(older, str):
        return older or tree
    translation = _tree(older)
    return python2.with_its_division(translation) if isinstance(translation, ast.Module) else tree


def _tree(text: str) -> ast.Module | Trouble:
    """As Python 3."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except SyntaxError as problem:
        return Trouble("py.syntax", f"not Python 3 ({_told(problem)})", problem.lineno or None, problem.offset or None)
    except ValueError as problem:  # NUL bytes, before Python 3.12
        return Trouble("py.syntax", f"not Python 3 ({_told(problem)})")
    except (RecursionError, MemoryError):
        return Trouble("limits.depth", "nested deeper than Python itself reads")


def _told(problem: Exception) -> str:
    """The reason without the text that it is about."""
    return (problem.msg if isinstance(problem, SyntaxError) else str(problem))[:200]


def _place(text: str, at: int) -> tuple[int, int]:
    before = text[:at]
    return before.count("\n") + 1, at - (before.rfind("\n") + 1) + 1
