"""What turns the constructs that only Python 2 knows into Python 3, each within its own lines.

fissix's parser calls `record` for each node of its grammar as it is complete, from the inside out; nothing recurses.
Source: fissix/Grammar.txt, which spells Python 2 and 3 at once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

Spot = tuple[int, int]
"""Line, 1-based, and column, 0-based."""
_OCTAL = re.compile(r"^0(?=[0-7]+$)(?!0+$)")
_ESCAPE = re.compile(r"\\(.)")
_RAW = re.compile(r"[uU](?=[rR]['\"])")


@dataclass
class Node:
    """A stretch of the source; children only matter to their parent. The parser hangs used_names on the outermost."""

    type: int
    value: str
    start: Spot
    end: Spot
    used_names: Any = None


@dataclass
class Edits:
    """What is to be written where, in the order found.

    names:  of each kind of node, by the grammar's number.
    tuples: where parameters are tuples that nothing could be written for.
    """

    names: dict[int, str]
    found: list[tuple[Spot, int, str]] = field(default_factory=list)
    tuples: list[Spot] = field(default_factory=list)

    def record(self, grammar: object, raw: tuple[int, str | None, Spot | None, list[Node] | None]) -> Node:
        """Note what the node asks for; the node itself, or its only child."""
        kind, value, place, children = raw
        start = place or (1, 0)  # the outermost has none
        if children is None:
            return self._leaf(kind, value or "", start)
        rule = _RULES.get(self.names[kind])
        if rule and children:
            rule(self, children)
        if len(children) == 1 and self.names[kind] not in _KEPT:
            return children[0]
        first, last = (children[0], children[-1]) if children else (None, None)
        return Node(kind, "", first.start if first else start, last.end if last else start)

    def _leaf(self, kind: int, value: str, start: Spot) -> Node:
        new = _word(value)
        if new is not None:
            old, text = new
            self.replace(start, old, text)
        elif value[:1] in ("'", '"'):
            self._plain(start, value)
        return Node(kind, value, start, _end(start, value))

    def _plain(self, start: Spot, value: str) -> None:
        """A string of bytes knows no \\u, \\U and \\N: 'C:\\Users' is a path."""
        for number, line in enumerate(value.split("\n")):
            for escape in _ESCAPE.finditer(line):
                if escape[1] in "uUN":
                    self.insert((start[0] + number, escape.start() + (0 if number else start[1])), "\\")

    def insert(self, at: Spot, text: str) -> None:
        self.found.append((at, 0, text))

    def replace(self, at: Spot, length: int, text: str) -> None:
        self.found.append((at, length, text))

    def kind(self, node: Node) -> str:
        return self.names.get(node.type, "")


def _word(value: str) -> tuple[int, str] | None:
    """Of a number, string or operator: how many characters at its start or all of it, and what stands there now."""
    if value == "<>":
        return 2, "!="
    if value[:1].isdigit() and value[-1] in "lL":
        return len(value), _OCTAL.sub("0o", value[:-1])
    if value[:1] == "0" and _OCTAL.match(value):
        return 1, "0o"
    return (1, "") if _RAW.match(value) else None


def _end(start: Spot, value: str) -> Spot:
    lines = value.count("\n")
    return (start[0] + lines, len(value) - value.rfind("\n") - 1) if lines else (start[0], start[1] + len(value))


def _print(edits: Edits, children: Sequence[Node]) -> None:
    """`print a, b` is `print(a, b)`; to a file, what is printed stands as a tuple."""
    to_file = len(children) > 1 and children[1].value == ">>"
    edits.replace(children[0].start, 5, "(" if to_file else "print(")
    if to_file:
        edits.replace(children[1].start, 2, "")
    edits.insert(children[-1].end, ")")


def _exec(edits: Edits, children: Sequence[Node]) -> None:
    """`exec code in names` is `exec(code, names)`."""
    edits.replace(children[0].start, 4, "exec(")
    for child in children[1:]:
        if child.value == "in":
            edits.replace(child.start, 2, ",")
    edits.insert(children[-1].end, ")")


def _except(edits: Edits, children: Sequence[Node]) -> None:
    """`except Error, name` is `except Error as name`."""
    if len(children) == 4 and children[2].value == ",":
        edits.replace(children[2].start, 1, " as ")


def _raise(edits: Edits, children: Sequence[Node]) -> None:
    """`raise Error, value, trace` is `raise Error(value).with_traceback(trace)`."""
    commas = [child for child in children if child.value == ","]
    for comma, text in zip(commas, ("(", ").with_traceback("), strict=False):
        edits.replace(comma.start, 1, text)
    if commas:
        edits.insert(children[-1].end, ")")


def _quoted(edits: Edits, children: Sequence[Node]) -> None:
    """Backquotes are `repr()`."""
    if children[0].value == "`":
        edits.replace(children[0].start, 1, "repr(")
        edits.replace(children[-1].start, 1, ")")


def _bare_list(edits: Edits, children: Sequence[Node]) -> None:
    """`[x for x in 1, 2]` wants a tuple in parentheses."""
    if len(children) > 1:
        edits.insert(children[0].start, "(")
        edits.insert(children[-1].end, ")")


def _lambda(edits: Edits, children: Sequence[Node]) -> None:
    """`lambda (a, b): c` is `lambda _: (lambda a, b: c)(*_)`."""
    if len(children) != 4 or edits.kind(children[1]) != "vfpdef":
        return
    edits.insert(children[1].start, "_: (lambda ")
    edits.insert(children[3].end, ")(*_)")
    edits.tuples.pop()


def _tuple_of_names(edits: Edits, children: Sequence[Node]) -> None:
    """Parameters that are tuples: read where they are all that a lambda takes, else told."""
    if children[0].value != "(":
        return
    edits.replace(children[0].start, 1, "")
    edits.replace(children[-1].start, 1, "")
    edits.tuples.append(children[0].start)


_RULES: dict[str, Callable[[Edits, Sequence[Node]], None]] = {
    "print_stmt": _print, "exec_stmt": _exec, "except_clause": _except, "raise_stmt": _raise, "atom": _quoted,
    "testlist_safe": _bare_list, "lambdef": _lambda, "old_lambdef": _lambda,
    "tfpdef": _tuple_of_names, "vfpdef": _tuple_of_names,
}  # fmt: skip
_KEPT = frozenset({"print_stmt", "file_input"})


def written(text: str, edits: Sequence[tuple[Spot, int, str]]) -> str:
    """The text with the edits made; of those at one place, insertions stand in front."""
    lines = text.split("\n")
    by_line: dict[int, list[tuple[int, bool, int, str]]] = {}
    for (line, column), length, new in edits:
        by_line.setdefault(line, []).append((column, length > 0, length, new))
    for line, changes in by_line.items():
        lines[line - 1] = _changed(lines[line - 1], sorted(changes, key=lambda change: change[:2]))
    return "\n".join(lines)


def _changed(line: str, changes: Sequence[tuple[int, bool, int, str]]) -> str:
    parts: list[str] = []
    at = 0
    for column, _, length, new in changes:
        parts += [line[at:column], new]
        at = column + length
    return "".join((*parts, line[at:]))
