"""Patterns of paths, as files of settings use them."""

from __future__ import annotations

import time

import pytest

from dimorder.flow.globs import Glob

FITTING = [
    ("a.h5", "a.h5"), ("a.h5", "x/a.h5"), ("*.h5", "x/y/a.h5"), ("x", "x/a.h5"), ("x/", "x/y/a.h5"),
    ("x/a.h5", "x/a.h5"), ("./x/a.h5", "x/a.h5"), ("/x/a.h5", "x/a.h5"), ("x/*", "x/y/a.h5"), ("x/**", "x/y/z/a.h5"),
    ("**/a.h5", "a.h5"),
    ("x/**/a.h5", "x/a.h5"), ("x/**/y/*.h5", "x/1/2/y/a.h5"), ("x/?.h5", "x/a.h5"), ("[ab].h5", "b.h5"),
]  # fmt: skip
OTHER = [
    ("a.h5", "b.h5"), ("x/a.h5", "a.h5"), ("x/*.h5", "x/y/a.h5"), ("a", "a.h5"), ("x/y", "y/x"), ("A.h5", "a.h5"),
    ("x/**/y", "y"), ("*", "../a.h5"), ("a.h5", "../a.h5"), ("**", "."),
]  # fmt: skip


@pytest.mark.parametrize(("pattern", "path"), OTHER)
def test_other_paths_are_left_alone(pattern: str, path: str) -> None:
    assert not Glob(pattern, "/root/of/it").fits(f"/root/of/it/{path}")


@pytest.mark.parametrize(("pattern", "path"), FITTING)
def test_paths_are_told_by_patterns(pattern: str, path: str) -> None:
    assert Glob(pattern, "/root/of/it").fits(f"/root/of/it/{path}")


def test_no_pattern_takes_long() -> None:
    start = time.monotonic()
    assert not Glob("/".join(["**", "*a*a*a*a*b"] * 20), "/").fits("/" + "/".join(["a" * 200] * 20))
    assert time.monotonic() - start < 5
