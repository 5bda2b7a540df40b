"""The modules of one repository: which text an import means, each parsed once and only when it is asked for."""

from __future__ import annotations

import ast
import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from dimorder.program import Place
from dimorder.source.bindings import bindings
from dimorder.source.notebook import Pages, pages
from dimorder.source.python import parsed
from dimorder.source.trouble import Trouble

ALWAYS_LIBRARIES = frozenset({"keras", "tensorflow", "numpy", "theano"}) | sys.stdlib_module_names
"""A file of such a name in a repository is rarely what its other files import, and a copy of Keras is better known
than read."""
MOST_PARSED = 32 << 20
"""Characters of one project's modules that are parsed."""


@dataclass(eq=False)
class Module:
    """One file: its text as Python, where each line of it stands, and its tree.

    suspects: what in it is not followed, once somebody has looked.
    """

    path: str
    text: str
    pages: Pages | None = None
    suspects: list[tuple[ast.AST, str, tuple[ast.AST, ...]]] | None = None
    _places: dict[ast.AST, Place] = field(default_factory=dict)
    _names: dict[ast.AST, frozenset[str]] = field(default_factory=dict)
    _generators: dict[ast.AST, bool] = field(default_factory=dict)

    @cached_property
    def tree(self) -> ast.Module | Trouble:
        """The syntax tree, or why there is none."""
        return parsed(self.text)

    @cached_property
    def _lines(self) -> list[str] | None:
        """Only needed where bytes are not characters. Source: ast, col_offset counts bytes of UTF-8."""
        return None if self.text.isascii() else self.text.replace("\r\n", "\n").replace("\r", "\n").split("\n")

    @cached_property
    def bindings(self) -> Counter[str]:
        """How often its text binds each name."""
        return Counter() if isinstance(self.tree, Trouble) else bindings(self.tree)

    def place(self, node: ast.AST) -> Place:
        """Where the node is written; in notebooks by cell."""
        found = self._places.get(node)
        if found is None:
            found = self._places[node] = self._placed(node)
        return found

    def _placed(self, node: ast.AST) -> Place:
        line, end = getattr(node, "lineno", 1), getattr(node, "end_lineno", None)
        first = self._column(line, getattr(node, "col_offset", 0))
        last = self._column(end, getattr(node, "end_col_offset", 0)) if end else 0
        if self.pages is None:
            return Place(self.path, line, first, end or 0, last)
        cell, start = self.pages.cell_of(line)
        return Place(self.path, line - start, first, end - start if end else 0, last, cell)

    def _column(self, line: int, offset: int) -> int:
        if self._lines is None or line > len(self._lines):
            return offset + 1
        return len(self._lines[line - 1].encode()[:offset].decode("utf-8", "replace")) + 1

    def names_in(self, node: ast.AST) -> frozenset[str]:
        """The names that an expression reads, attributes of `self` as `self.x`."""
        found = self._names.get(node)
        if found is None:
            found = self._names[node] = frozenset(_names(node))
        return found

    def is_generator(self, node: ast.AST) -> bool:
        """Whether a function's own lines yield, not those of functions inside it."""
        found = self._generators.get(node)
        if found is None:
            found = self._generators[node] = _yields(node)
        return found


def _yields(node: ast.AST) -> bool:
    waiting: list[ast.AST] = list(getattr(node, "body", [])) if isinstance(getattr(node, "body", None), list) else []
    while waiting:
        one = waiting.pop()
        if isinstance(one, (ast.Yield, ast.YieldFrom)):
            return True
        if not isinstance(one, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
            waiting.extend(ast.iter_child_nodes(one))
    return False


def _names(node: ast.AST) -> list[str]:
    found = []
    for one in ast.walk(node):
        if isinstance(one, ast.Name):
            found.append(one.id)
        elif isinstance(one, ast.Attribute) and isinstance(one.value, ast.Name):
            found.append(f"{one.value.id}.{one.attr}")
    return found


class Project:
    """A repository's code. texts: by path with forward slashes, relative to its root; `.ipynb` as the JSON it is."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self.texts = texts
        self._modules: dict[str, Module | None] = {}
        self._parsed = 0

    def module(self, path: str) -> Module | None:
        """The file's module; None where the project has no such file or has parsed enough."""
        if path not in self._modules:
            self._modules[path] = self._opened(path)
        return self._modules[path]

    def _opened(self, path: str) -> Module | None:
        text = self.texts.get(path)
        if text is None or self._parsed + len(text) > MOST_PARSED:
            return None
        self._parsed += len(text)
        if not path.endswith(".ipynb"):
            return Module(path, text)
        laid_out = pages(text)
        return Module(path, laid_out.text, laid_out)

    def absolute(self, name: str, importer: str) -> str | None:
        """The path that `import name` means in a file: in the nearest folder; of a bare folder with a slash."""
        if name.partition(".")[0] in ALWAYS_LIBRARIES:
            return None
        folder, bare = _folder(importer), None
        while True:
            found = self._beneath(folder, name)
            if found is not None and not found.endswith("/"):
                return found
            bare = bare or found  # a package with __init__.py wins over folders without, wherever it is
            if not folder:
                return bare
            folder = _folder(folder)

    def relative(self, name: str, level: int, importer: str) -> str | None:
        """The path that `from ..name import x` means: level dots, the name may be empty."""
        folder = _folder(importer)
        for _ in range(level - 1):
            folder = _folder(folder)
        return self._beneath(folder, name)

    def inside(self, path: str, name: str) -> str | None:
        """The path of a package's module: path is its __init__.py, or its folder with a slash at the end."""
        return self._beneath(_folder(path), name) if path.endswith(("/", "__init__.py")) else None

    def _beneath(self, folder: str, name: str) -> str | None:
        start = "/".join(part for part in (folder, *name.split(".")) if part)
        for path in (f"{start}.py", f"{start}/__init__.py" if start else "__init__.py"):
            if name and path in self.texts:
                return path
        if start in self._folders:
            return f"{start}/"
        return f"{start}/" if not name and not start else None

    @cached_property
    def _folders(self) -> frozenset[str]:
        """Those with Python somewhere in them: packages may go without __init__.py."""
        found: set[str] = set()
        for path in self.texts:
            folder = _folder(path) if path.endswith(".py") else ""
            while folder and folder not in found:
                found.add(folder)
                folder = _folder(folder)
        return frozenset(found)


def _folder(path: str) -> str:
    return path.rpartition("/")[0]
