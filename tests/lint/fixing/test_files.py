"""Edits in the bytes of files: encodings stay, and all bytes outside of the edited code."""

from __future__ import annotations

import codecs

import pytest

from dimorder.lint.fixing.files import Mended, mended_python
from dimorder.lint.fixing.stretches import Stretch, fits, spliced
from dimorder.remedy import Remedy
from lint.fixing.editing import reorder, replace

TEXT = "# -*- coding: latin-1 -*-\r\nf('é', (1, 2, 3), 'ü')\r\n"


def mended(content: bytes, text: str, *remedies: Remedy) -> Mended:
    return mended_python("a/x.py", content, text, remedies)


@pytest.mark.parametrize("name", ["latin-1", "cp1252", "utf-8", "koi8-r", "shift_jis", "gbk"])
def test_the_encoding_stays(name: str) -> None:
    text = TEXT.replace("latin-1", name).replace("é", "я" if name != "latin-1" else "é").replace("ü", "я")
    text = text if name != "latin-1" and name != "cp1252" else text.replace("я", "ü")
    content = text.encode(name)
    found = mended(content, text, reorder(text, "(1, 2, 3)"))
    assert spliced(content, found.stretches) == text.replace("(1, 2, 3)", "(2, 3, 1)").encode(name)


def test_a_byte_order_mark_stays() -> None:
    text = "é = (1, 2, 3)"
    content = codecs.BOM_UTF8 + text.encode()
    found = mended(content, text, reorder(text, "(1, 2, 3)"))
    assert spliced(content, found.stretches) == codecs.BOM_UTF8 + "é = (2, 3, 1)".encode()


def test_what_the_encoding_cannot_write_is_refused() -> None:
    found = mended(TEXT.encode("latin-1"), TEXT, replace(TEXT, "'ü'", "'я'"))
    assert found.stretches == ()
    assert "encoding" in found.refused[0].because


def test_an_encoding_that_does_not_lead_back_is_refused() -> None:
    text = "# coding: cp932\nf('\u2252', 'th')\n"  # which bytes 81 E0 and 87 90 both stand for
    content = text.encode("ascii", "replace").replace(b"?", b"\x87\x90")
    assert content.decode("cp932") == text
    found = mended(content, text, replace(text, "'th'", "'tf'"))
    assert found.stretches == ()
    assert "does not write back" in found.refused[0].because


def test_only_the_edited_bytes_are_told() -> None:
    content = TEXT.encode("latin-1")
    (only,) = mended(content, TEXT, reorder(TEXT, "(1, 2, 3)")).stretches
    assert content[only.start : only.end] == b"1, 2, 3"
    assert only.new == b"2, 3, 1"


@pytest.mark.parametrize("pairs", [[(2, 1)], [(0, 9)], [(-1, 1)], [(0, 3), (2, 4)], [(3, 4), (0, 1)]])
def test_stretches_that_lie_elsewhere_do_not_fit(pairs: list[tuple[int, int]]) -> None:
    assert not fits([Stretch(start, end, b"") for start, end in pairs], 8)
    assert fits([Stretch(0, 1, b""), Stretch(1, 1, b""), Stretch(1, 8, b"")], 8)
