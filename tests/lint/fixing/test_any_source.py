"""Sources of our own making, formatted every way: what is edited parses, the rest stays, and once is enough."""

from __future__ import annotations

import ast
import random
from collections.abc import Iterator

import pytest

from dimorder.lint.fixing.edit import edited
from dimorder.lint.fixing.located import Tree
from dimorder.lint.fixing.splices import Lines, applied
from dimorder.program import Place
from dimorder.remedy import Remedy
from lint.fixing.editing import remedy

SEEDS = range(24)
TURN, BACK = (1, 2, 0), (2, 0, 1)


class Writer:
    """Random code: calls in calls with tuples, strings and comments, on one line or many."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.end = self.chance.choice(["\n", "\r\n", "\r"])

    def source(self) -> str:
        lines = [self.chance.choice(["# é 😀", "import keras", "\f", "", "s = '''th", "x = 1; \\"])]
        if lines[0].startswith("s"):
            lines.append("  (3, 4, 5)'''")
        if lines[0].endswith("\\"):
            lines.append("  y = 2")
        for number in range(self.chance.randrange(1, 4)):
            lines += [f"def f{number}(x):", f"\tü = {self.call(3)}  # th", f"\treturn x; {self.call(1)}"]
        return self.end.join(lines) + self.chance.choice(["", self.end])

    def call(self, depth: int) -> str:
        name = self.chance.choice(["f", "K.set", "keras.layers.Conv2D(3)", "(g)", "é"])
        given = [self.value(depth) for _ in range(self.chance.randrange(4))]
        given += [f"k{number} = {self.value(depth)}" for number in range(self.chance.randrange(2))]
        return f"{name}({self.listed(given)})"

    def value(self, depth: int) -> str:
        kind = self.chance.randrange(6 if depth else 3)
        if kind == 0:
            return self.chance.choice(["'th'", '"th"', "u'th'", "'t' 'h'", "b'th'", "'''th'''"])
        if kind in (1, 2):
            return self.chance.choice(["1", "-1", "x", "x[0]", "lambda: 0", "(x)", "f'{x}'", "not x"])
        if kind in (3, 4):
            opening, closing = self.chance.choice([("(", ")"), ("[", "]")])
            return f"{opening}{self.listed([self.value(depth - 1) for _ in range(3)])}{closing}"
        return self.call(depth - 1)

    def listed(self, parts: list[str]) -> str:
        """The parts between commas, with a comma behind the last or without."""
        text = self.space()
        for number, part in enumerate(parts):
            is_last = number == len(parts) - 1
            text += part + self.space() + ("," if not is_last or self.chance.random() < 0.3 else "") + self.space()
        return text

    def space(self) -> str:
        return self.chance.choice(["", "", " ", "\t ", self.end, f"  # é (th{self.end}  ", f"{self.end}{self.end}    "])


def nodes(text: str) -> Iterator[tuple[ast.AST, Place]]:
    """Those that can be edited, and where they stand."""
    tree = Tree(text)
    lines = [text[start:end] for start, end in Lines(text).spans()]
    for found in (one for same in tree.by_span.values() for one in same):
        node = found.node
        if isinstance(node, ast.Tuple | ast.List | ast.Call) or (isinstance(node, ast.Constant) and node.value == "th"):
            assert node.end_lineno is not None
            assert node.end_col_offset is not None
            columns = (
                len(lines[line - 1].encode()[:offset].decode()) + 1
                for line, offset in ((node.lineno, node.col_offset), (node.end_lineno, node.end_col_offset))
            )
            first, last = columns
            yield node, Place("x.py", node.lineno, first, node.end_lineno, last)


def wanted(text: str) -> list[Remedy]:
    """What a rule would ask for: nothing, where it was done."""
    found = []
    for node, place in nodes(text):
        if isinstance(node, ast.Constant):
            found.append(remedy("replace", place, "'tf'"))
        elif isinstance(node, ast.Call):
            found.append(remedy("add-keyword", place, "axis=-1"))
    return found


def turned(text: str, order: tuple[int, ...]) -> tuple[str, int]:
    """The text with each innermost sequence of three turned, and how many that were."""
    edits = [
        remedy("reorder", place, order=order)
        for node, place in nodes(text)
        if isinstance(node, ast.Tuple | ast.List) and len(node.elts) == 3 and not _holds_more(node)
    ]
    found = edited(text, edits)
    assert not found.refused
    return applied(text, found.splices), len(edits)


def _holds_more(node: ast.AST) -> bool:
    return any(isinstance(one, ast.Tuple | ast.List) for one in ast.walk(node) if one is not node)


@pytest.mark.parametrize("seed", SEEDS)
def test_edits_are_made_once_and_leave_the_rest(seed: int) -> None:
    text = Writer(seed).source()
    edits = wanted(text)
    found = edited(text, edits)
    assert {one.because for one in found.refused} <= {"another fix changes the same code"}
    new = applied(text, found.splices)
    ast.parse(new)
    assert edited(new, wanted(new)).splices == ()
    assert new.count("# é (th") == text.count("# é (th")
    assert len(new) - len(text) == sum(len(one.new) - (one.end - one.start) for one in found.splices)


@pytest.mark.parametrize("seed", SEEDS)
def test_turning_back_gives_the_same_text(seed: int) -> None:
    text = Writer(seed).source()
    once, count = turned(text, TURN)
    assert turned(once, BACK) == (text, count)


def test_the_sources_hold_what_is_edited() -> None:
    texts = [Writer(seed).source() for seed in SEEDS]
    assert sum(turned(text, TURN)[1] for text in texts) > 30
    assert sum(len(edited(text, wanted(text)).splices) for text in texts) > 250
