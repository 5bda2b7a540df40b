"""Fixes of whole repositories of our own making: once is enough, nothing is left, and nothing else changes."""

from __future__ import annotations

import ast
import io
import json
import tokenize
from collections import Counter
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from dimorder.flow import mending
from dimorder.flow.lint import lint
from dimorder.flow.lint_report import Linted
from flow.mended import Mended, linted, mended
from flow.th_repositories import Writer

SEEDS = range(12)


@cache
def files(seed: int) -> dict[str, bytes]:
    return Writer(seed).files()


@cache
def once(seed: int) -> Mended:
    return mended(files(seed))


def text(content: bytes) -> str:
    coding = tokenize.detect_encoding(io.BytesIO(content).readline)[0]
    return content.decode(coding)


@pytest.mark.parametrize("seed", SEEDS)
def test_all_of_it_moves_and_nothing_is_left_to_mend(seed: int) -> None:
    assert once(seed).reasons == []
    left = linted(once(seed).after)
    assert [one for one in left.mendings if one.remedies] == []
    new = b"".join(once(seed).after.values()).replace(b"# th", b"").replace(b"'(3, 12, 11) th'", b"")
    assert b"channels_first" not in new
    assert b"axis=1)" not in new


@pytest.mark.parametrize("seed", SEEDS)
def test_mending_again_changes_nothing(seed: int) -> None:
    again = mended(once(seed).after)
    assert again.after == once(seed).after
    assert (again.fixes.changes, again.fixes.refused) == ((), ())


@pytest.mark.parametrize("seed", SEEDS)
def test_only_lines_with_edits_change_and_comments_stay(seed: int) -> None:
    for path, old in files(seed).items():
        new = once(seed).after[path]
        if not path.endswith(".py"):
            continue
        ast.parse(new)
        before, after = text(old).split("\n"), text(new).split("\n")
        assert len(before) == len(after)
        edits = next((one.edits for one in once(seed).fixes.changes if one.path == path), ())
        told = {int(edit.split(":")[0].removeprefix("line ")) for edit in edits}
        assert {number for number, pair in enumerate(zip(before, after, strict=True), 1) if pair[0] != pair[1]} <= told
        assert comments(old) == comments(new)


def comments(content: bytes) -> Counter[str]:
    tokens = tokenize.tokenize(io.BytesIO(content).readline)
    return Counter(one.string for one in tokens if one.type == tokenize.COMMENT)


@pytest.mark.parametrize("seed", SEEDS)
def test_notebooks_change_in_their_sources_alone(seed: int) -> None:
    old, new = (one.get("predict.ipynb", b'{"cells": []}') for one in (files(seed), once(seed).after))
    before, after = json.loads(old), json.loads(new)
    for cell in (*before["cells"], *after["cells"]):
        cell.pop("source")
    assert before == after
    edits = [one for change in once(seed).fixes.changes if change.path == "predict.ipynb" for one in change.stretches]
    assert sum(one.end - one.start for one in edits) < 100


def test_what_would_be_found_only_afterwards_keeps_all_where_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    def blind(*given: Any) -> Linted:
        found = lint(*given)
        seen = [one for one in found.mendings if not any(edit.old == "'th'" for edit in one.remedies)]
        assert len(seen) < len(found.mendings)
        return replace(found, mendings=tuple(seen))

    monkeypatch.setattr(mending, "lint", blind)
    monkeypatch.setattr(mending._Repository, "objection", lambda *_: "")
    found = mended(files(0))
    assert found.after == files(0)
    assert any("would be found to move only then" in one for one in found.reasons)


def test_the_repositories_differ() -> None:
    made = [files(seed) for seed in SEEDS]
    everything = b"".join(b"".join(one.values()) for one in made)
    for word in (b"dim_ordering", b"data_format", b"merge(", b"oncatenate(", b"set_image_", b"\r\n", b"latin-1",
                 b"reshape(-1, 1", b"transpose(0, 3", b"\xef\xbb\xbf"):  # fmt: skip
        assert word in everything
    changed = {change.path for seed in SEEDS for change in once(seed).fixes.changes}
    assert changed == {"net/model.py", "net/images.py", "predict.ipynb"}
    assert sum(len(once(seed).fixes.changes) for seed in SEEDS) >= 2 * len(SEEDS)
