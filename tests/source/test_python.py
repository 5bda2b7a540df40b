"""What keeps Python source from being read."""

from __future__ import annotations

import pytest

from dimorder.source.python import LARGEST, troubles_in


def sound(data: bytes) -> None:
    assert troubles_in(data) == ()


def troubled(data: bytes, code: str) -> None:
    assert [trouble.code for trouble in troubles_in(data)] == [code]


def test_an_empty_file_is_sound() -> None: sound(b"")
def test_plain_code_is_sound() -> None: sound(b"x = 1\n")
def test_a_byte_order_mark_is_sound() -> None: sound(b"\xef\xbb\xbfx = 1\n")
def test_old_national_encodings_are_sound() -> None: sound("# -*- coding: cp1251 -*-\nx = 'мир'\n".encode("cp1251"))
def test_arabic_text_is_sound() -> None: sound("x = 'سلام'\n".encode())
def test_an_invalid_escape_is_sound() -> None: sound(b"x = '\\d'\n")
def test_an_encoding_that_hides_code_is_refused() -> None: troubled(b"# coding: utf-7\n+AG8-pen\n", "py.encoding")
def test_escapes_as_an_encoding_are_refused() -> None: troubled(b"# coding: unicode_escape\nx\n", "py.encoding")
def test_an_unknown_encoding_is_refused() -> None: troubled(b"# coding: no-such\nx\n", "py.encoding")
def test_bytes_of_another_encoding_are_refused() -> None: troubled(b"x = '\xff\xfe'\n", "py.encoding")
def test_half_an_assignment_is_no_python() -> None: troubled(b"= 'x'\n", "py.syntax")
def test_a_nul_is_no_python() -> None: troubled(b"x = 1\0\n", "py.syntax")
def test_too_many_parentheses_are_no_python() -> None: troubled(b"(" * 5000 + b")" * 5000, "py.syntax")
def test_hidden_direction_marks_are_told() -> None: troubled("x = '\u2066'\n".encode(), "names.unicode")
def test_a_huge_file_is_not_parsed() -> None: troubled(b"#" * (LARGEST + 1), "limits.declared-size")


@pytest.mark.parametrize("code", [b"x = " + b"-" * 100_000 + b"1", b"x = " + b"a+" * 40_000 + b"a"])
def test_deep_nesting_is_a_limit_and_no_crash(code: bytes) -> None:
    assert [trouble.code for trouble in troubles_in(code)] in ([], ["limits.depth"], ["py.syntax"])


def test_the_place_is_told() -> None:
    (trouble,) = troubles_in(b"x = 1\ny = (\n")
    assert (trouble.line, trouble.column) == (2, 5)
