"""Python 2 is read as the Python 3 that says the same, line by line; without fissix it is told, never called clean."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from dimorder.source import python2
from dimorder.source.notebook import troubles_in as troubles_in_notebook
from dimorder.source.python import parsed, troubles_in
from dimorder.source.python2 import ClassicDivision, translated
from dimorder.source.trouble import Trouble

FAILED = Trouble("py.syntax", "not Python 3 (inconsistent use of tabs)", 1, 1)


def becomes(code: str, python3: str) -> None:
    assert translated(f"{code}\n", FAILED) == f"{python3}\n"
    ast.parse(python3)


def refused(code: str, why: str) -> None:
    trouble = parsed(code)
    assert isinstance(trouble, Trouble)
    assert trouble.code == why


@pytest.fixture
def without_fissix(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(python2, "_fissix", lambda: None)


def test_a_comment_that_prints_is_left_alone() -> None: becomes("print x  # print y", "print( x)  # print y")
def test_a_string_that_prints_is_left_alone() -> None: becomes("x = 'print <> 07'; print", "x = 'print <> 07'; print()")
def test_print() -> None: becomes("print 'a', 1,", "print( 'a', 1,)")
def test_print_to_a_file() -> None: becomes("print >>f, 'a'", "( f, 'a')")
def test_print_over_two_lines() -> None: becomes("print 'a', \\\n  'b'", "print( 'a', \\\n  'b')")
def test_exec() -> None: becomes("exec code in names, more", "exec( code , names, more)")
def test_except() -> None: becomes("try: x\nexcept E, e: y", "try: x\nexcept E as  e: y")
def test_raise() -> None: becomes("raise E, 'a', t", "raise E( 'a').with_traceback( t)")
def test_backquotes() -> None: becomes("x = `a`", "x = repr(a)")
def test_unlike() -> None: becomes("a <> b", "a != b")
def test_octal_and_long_numbers() -> None: becomes("x = 0777, 0, 00, 0xFL, 1020L", "x = 0o777, 0, 00, 0xF, 1020")
def test_raw_unicode() -> None: becomes("x = ur'a'", "x = r'a'")
def test_a_path_of_windows() -> None: becomes("x = 'C:\\Users\\new'; print", "x = 'C:\\\\Users\\new'; print()")
def test_a_lambda_of_a_tuple() -> None: becomes("f = lambda (a, b): a", "f = lambda _: (lambda a, b: a)(*_)")
def test_a_bare_tuple_in_a_comprehension() -> None: becomes("[x for x in 1, 2]", "[x for x in (1, 2)]")
def test_tabs_among_spaces() -> None: becomes("if a:\n\tx\n        print", "if a:\n        x\n        print()")
def test_its_own_print_function() -> None:
    future = "from __future__ import print_function\n"
    becomes(f"{future}print('a', file=f); x = `a`", f"{future}print('a', file=f); x = repr(a)")
def test_lines_of_windows_are_counted_once() -> None: becomes("a\r\nprint", "a\nprint()")


def test_a_tuple_among_parameters_is_refused() -> None: refused("def f((a, b)): pass\n", "py.syntax")
def test_a_nested_tuple_of_a_lambda_is_refused() -> None: refused("lambda (a, (b, c)): a\n", "py.syntax")
def test_what_is_no_python_at_all_is_refused() -> None: refused("print = = 'x'\n", "py.syntax")
def test_a_nul_is_refused() -> None: refused("print 'x'\0\n", "py.syntax")
def test_many_words_are_refused() -> None: refused("print 1\n" * 40_000, "limits.declared-size")
def test_a_huge_file_is_refused() -> None: refused("print 1 #" + "#" * python2.LARGEST, "limits.declared-size")
def test_deep_nesting_is_refused() -> None: refused("print " + "[" * 50_000, "limits.depth")
def test_a_deep_tree_is_refused() -> None: refused("print 1\nx = " + "-" * 20_000 + "1\n", "limits.depth")


def test_division_of_whole_numbers_is_told_apart() -> None:
    tree = parsed("print 7 / 2\n")
    assert isinstance(tree, ast.Module)
    assert [type(one.op) for one in ast.walk(tree) if isinstance(one, ast.BinOp)] == [ClassicDivision]


@pytest.mark.parametrize("code", ["x = 7 / 2\n", "from __future__ import division\nprint 7 / 2\n"])
def test_division_of_today_stays(code: str) -> None:
    tree = parsed(code)
    assert isinstance(tree, ast.Module)
    assert [type(one.op) for one in ast.walk(tree) if isinstance(one, ast.BinOp)] == [ast.Div]


def test_a_notebook_of_python_2_is_sound() -> None:
    assert troubles_in_notebook(b'{"cells": [{"cell_type": "code", "source": "%matplotlib inline\\nprint 1"}]}') == ()


@pytest.mark.usefixtures("without_fissix")
@pytest.mark.parametrize("code", [
    "print 'x'", "exec 'x'", "try: x\nexcept E, e: y", "raise E, 'x'", "`x`", "a <> b", "0777", "10L", "ur'x'",
    "lambda (a, b): a", "def f((a, b)): pass", "if a:\n\tx\n        y",
])  # fmt: skip
def test_without_fissix_it_is_told_what_to_install(code: str) -> None:
    (trouble,) = troubles_in(code.encode())
    assert trouble.code == "py.python2"
    assert "dimorder[py2]" in trouble.message


@pytest.mark.usefixtures("without_fissix")
@pytest.mark.parametrize("code", ["x = = 1", "print('x'", "def f(:", "f(a b)"])
def test_without_fissix_what_is_broken_is_no_python_2(code: str) -> None:
    (trouble,) = troubles_in(code.encode())
    assert trouble.code == "py.syntax"


def test_nothing_is_written_into_the_users_folder(tmp_path: Path) -> None:
    code = "from dimorder.source.python import parsed; print(type(parsed('print 1')).__name__)"
    environment = {**os.environ, "HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "Module"
    assert list(tmp_path.iterdir()) == []
