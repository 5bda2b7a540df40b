"""Diffs out of splices: as diff -u writes them, and patch reads them."""

from __future__ import annotations

import difflib
import random
import shutil
import subprocess
from pathlib import Path

import pytest

from dimorder.lint.fixing.diff import unified
from dimorder.lint.fixing.splices import Splice, applied, undone

LINES = "".join(f"line {number}\n" for number in range(30))


def test_no_edit_is_no_diff() -> None:
    assert unified(LINES, (), "x.py") == ""


@pytest.mark.parametrize(
    "splices",
    [
        (Splice(0, 4, "Line"),),
        (Splice(0, 4, "Line"), Splice(60, 64, "Line")),
        (Splice(14, 14, "new\nlines\n"), Splice(14, 18, "Line")),
        (Splice(7, 14, ""), Splice(100, 100, "new "), Splice(200, 220, "x\n")),
        (Splice(len(LINES), len(LINES), "end"),),
        (Splice(0, 0, "first\n"),),
        (Splice(6, 7, ""), Splice(210, 223, "")),
    ],
)
def test_a_diff_is_what_difflib_finds(splices: tuple[Splice, ...]) -> None:
    new = applied(LINES, splices)
    expected = difflib.unified_diff(LINES.splitlines(True), new.splitlines(True), "a/x.py", "b/x.py")
    theirs = "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in expected)
    assert unified(LINES, splices, "x.py") == theirs


def test_the_end_of_a_last_line_without_an_end() -> None:
    assert unified("a", [Splice(1, 1, "b")], "x").endswith(
        "@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+ab\n\\ No newline at end of file\n"
    )
    assert unified("", [Splice(0, 0, "a\n")], "x").endswith("@@ -0,0 +1 @@\n+a\n")


def test_splices_can_be_undone() -> None:
    splices = (Splice(0, 4, ""), Splice(4, 4, "abc"), Splice(30, 50, "x" * 40))
    new = applied(LINES, splices)
    assert applied(new, undone(LINES, splices)) == LINES


@pytest.mark.skipif(shutil.which("patch") is None, reason="patch is not installed")
def test_patch_makes_the_new_text_out_of_the_old(tmp_path: Path) -> None:
    chance = random.Random(5)
    for number in range(40):
        old = "".join(chance.choices(["a\n", "b\r\n", "c", "d\n", "é\n", "\f\n", ""], k=chance.randrange(1, 40)))
        points = sorted(chance.sample(range(len(old) + 1), min(len(old) + 1, 6)))
        pairs = zip(points[::2], points[1::2], strict=False)
        splices = [Splice(start, end, chance.choice(["", "x", "x\n", "\nx", "x\r\ny"])) for start, end in pairs]
        place = tmp_path / str(number)
        place.write_bytes(old.encode())
        run = ["patch", "--binary", "-s", "-p1", str(place)]
        subprocess.run(run, input=unified(old, splices, str(number)).encode(), check=True, capture_output=True)
        left = place.read_bytes() if place.exists() else b""  # patch removes what has become empty
        assert left == applied(old, splices).encode(), (old, splices)
