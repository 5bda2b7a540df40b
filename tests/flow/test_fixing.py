"""Fixes of a repository's code together: a finding whole or not at all, and layout everywhere or nowhere."""

from __future__ import annotations

import json
from collections.abc import Mapping

from dimorder.flow.fixing import Fixes, Wanted, digest, fixes
from dimorder.lint.fixing.stretches import spliced
from dimorder.program import Place
from dimorder.remedy import Remedy

MODEL = b"import keras\nlayer = keras.layers.Conv2D(8, 3, input_shape=(3, 8, 9), data_format='th')\n"
TRAIN = "# coding: latin-1\nshape = (3, 8, 9)  # é\nepochs = 7\n".encode("latin-1")
TOGETHER = "layout moves in the whole repository or not at all"
SOURCES = {"model.py": MODEL, "train.py": TRAIN, "old.py": b"print 'th'\n"}


def edit(path: str, part: str, new: str = "", *, safe: bool = False, order: tuple[int, ...] = ()) -> Remedy:
    """Of the only place where the part stands in one line."""
    text = SOURCES[path].decode("latin-1")
    start = text.index(part)
    line, column = text.count("\n", 0, start) + 1, start - text.rfind("\n", 0, start)
    place = Place(path, line, column, line, column + len(part))
    return Remedy("reorder" if order else "replace", place, f"change {part}", safe, new=new, order=order)


SHAPE = edit("model.py", "(3, 8, 9)", order=(1, 2, 0))
FORMAT = edit("model.py", "'th'", "'tf'")
OTHER = edit("train.py", "(3, 8, 9)", order=(1, 2, 0))
SAFE = edit("train.py", "7", "10", safe=True)
IMPOSSIBLE = edit("old.py", "'th'", "'tf'")


def fixed(*wanted: Wanted, unsafe: bool = True, objection: str = "", in_the_way: str = "") -> Fixes:
    def verify(contents: Mapping[str, bytes]) -> str:
        asked.append(dict(contents))
        return objection

    asked.clear()
    return fixes(SOURCES, wanted, verify, unsafe=unsafe, in_the_way=in_the_way)


asked: list[dict[str, bytes]] = []


def contents(found: Fixes) -> dict[str, bytes]:
    return {one.path: spliced(SOURCES[one.path], one.stretches) for one in found.changes}


def test_nothing_wanted_is_nothing_done() -> None:
    assert fixed() == Fixes()
    assert fixed(()) == Fixes()
    assert asked == []


def test_what_moves_layout_is_only_offered_unless_asked_for() -> None:
    found = fixed((SHAPE, FORMAT), (OTHER,), unsafe=False)
    assert (found.changes, found.refused, found.offered) == ((), (), 2)
    assert asked == []


def test_layout_moves_in_all_files_at_once_and_is_verified() -> None:
    found = fixed((SHAPE, FORMAT), (OTHER,), (SHAPE, FORMAT))
    new = MODEL.replace(b"(3, 8, 9)", b"(8, 9, 3)").replace(b"'th'", b"'tf'")
    assert contents(found) == {"model.py": new, "train.py": TRAIN.replace(b"(3, 8, 9)", b"(8, 9, 3)")}
    assert asked == [contents(found)]
    change = found.changes[0]
    assert (change.before, change.after) == (digest(MODEL), digest(new))
    assert change.edits == ("line 2: change (3, 8, 9)", "line 2: change 'th'")
    assert change.diff.startswith("--- a/model.py\n+++ b/model.py\n@@ -1,2 +1,2 @@\n")
    assert found.refused == ()


def test_one_edit_that_cannot_be_made_keeps_all_layout_where_it_is_and_safe_edits_are_made() -> None:
    found = fixed((SHAPE, FORMAT), (OTHER,), (IMPOSSIBLE,), (SAFE,))
    assert [one.path for one in found.refused] == ["old.py", "model.py", "train.py"]
    assert "not Python 3" in found.refused[0].because
    assert all(one.because.startswith(TOGETHER) for one in found.refused[1:])
    assert contents(found) == {"train.py": TRAIN.replace(b"7", b"10")}
    assert asked == []


def test_a_finding_is_mended_whole_or_not_at_all() -> None:
    safe = edit("old.py", "'th'", "'tf'", safe=True)
    found = fixed((SAFE, safe), unsafe=False)
    assert found.changes == ()
    assert [(one.path, one.line) for one in found.refused] == [("old.py", 1)]


def test_an_objection_stops_all_that_moves() -> None:
    found = fixed((SHAPE, FORMAT), (SAFE,), objection="the evaluator reads channels_first still")
    assert contents(found) == {"train.py": TRAIN.replace(b"7", b"10")}
    assert [one.because for one in found.refused] == [f"{TOGETHER}: the evaluator reads channels_first still"]


def test_what_no_edit_moves_stands_in_the_way_of_all_that_moves() -> None:
    found = fixed((SHAPE, FORMAT), (SAFE,), in_the_way="load.py:3 reshapes by hand")
    assert contents(found) == {"train.py": TRAIN.replace(b"7", b"10")}
    assert [one.because for one in found.refused] == [
        f"{TOGETHER}, and load.py:3 reshapes by hand"
    ]


def test_edits_in_each_others_way_are_refused_and_layout_with_them() -> None:
    found = fixed((SHAPE,), (edit("model.py", "(3, 8, 9)", "(1, 2, 3)"),), (OTHER,))
    assert found.changes == ()
    told = [(one.path, one.what) for one in found.refused]
    assert told == [("model.py", "change (3, 8, 9), and 1 more"), ("train.py", "change (3, 8, 9)")]


def test_files_that_were_not_read_are_refused() -> None:
    gone = Remedy("replace", Place("gone.py", 1, 1, 1, 2), "change it", safe=True, new="2")
    assert [one.because for one in fixed((gone,)).refused] == ["the file is not among those that were read"]


def test_an_encoding_that_hides_code_is_refused() -> None:
    content = b"# coding: utf-7\nf('th')\n"
    one = Remedy("replace", Place("a.py", 2, 3, 2, 7), "change it", safe=True, new="'tf'")
    found = fixes({"a.py": content}, [(one,)], lambda _: "", unsafe=False)
    assert found.changes == ()
    assert "can hide" in found.refused[0].because


def test_a_notebook_is_fixed_by_cell() -> None:
    cells = [{"cell_type": "code", "source": ["%magic\n", "f('th')"]}]
    content = json.dumps({"cells": cells, "nbformat": 4}).encode()
    one = Remedy("replace", Place("a.ipynb", 2, 3, 2, 7, 1), "change it", safe=True, new="'tf'")
    found = fixes({"a.ipynb": content}, [(one,)], lambda _: "", unsafe=False)
    assert spliced(content, found.changes[0].stretches) == content.replace(b"'th'", b"'tf'")
    assert found.changes[0].edits == ("cell 1, line 2: change it",)
    assert "+++ b/a.ipynb (cell 1)\n" in found.changes[0].diff
