"""Findings on the terminal: a line each, the code below it with a mark at the place, the sum at the end."""

from __future__ import annotations

from typing import Any

import pytest
from rich.cells import cell_len

from dimorder.finding import Finding, Fix, Related
from dimorder.report.paper import Look
from dimorder.report.text import render
from sample_reports import a_finding, findings, many_findings

BINARY: dict[str, Any] = {"line": None, "column": None, "source": ""}


def shown(*found: Finding, **look: Any) -> list[str]:
    return render(findings(*found), Look(**look)).splitlines()


def test_nothing_found_is_one_line() -> None:
    assert shown() == ["All checks passed: 7 files checked."]


def test_a_binary_has_one_line() -> None:
    first, *rest = shown(a_finding("DIM105", path="w.h5", message="either", confidence="likely", **BINARY))
    assert first == "w.h5: warning DIM105 cannot-tell-layout: either (likely) [axis.channels]"
    assert rest == ["", "Found 1 warning in 7 files checked."]


def test_code_is_shown_with_a_mark_below_the_place() -> None:
    assert shown(a_finding()) == [
        "nets/model.py:12:38: warning DIM204 hardcoded-channel-axis: "
        "axis 1 is the channels' only where channels come first [axis.channels]",
        "  12 │ x = merge([a, b], mode='concat', concat_axis=1)",
        "     │                                  ^^^^^^^^^^^",
        "",
        "Found 1 warning in 7 files checked.",
    ]


@pytest.mark.parametrize("word", ["Conv2D", "K.set_image_dim_ordering", "(", "1", "größe"])
def test_the_mark_is_as_wide_as_the_word(word: str) -> None:
    _, line, mark, *_ = shown(a_finding(source=f"\t{word}(8, 3)", column=2))
    assert line[mark.index("^") : mark.index("^") + mark.count("^")] == word


@pytest.mark.parametrize("before", ["größe = ", "漢字 = ", "e\u0301 = ", "'\x1b[2J', ", "a\tb, ", "\U0001f389 = "])
def test_the_mark_is_below_the_place_whatever_stands_before(before: str) -> None:
    _, line, mark, *_ = shown(a_finding(source=f"    {before}Conv2D(8)", column=5 + len(before)))
    assert "\\x09" not in line
    assert cell_len(line[: line.index("Conv2D")]) == mark.index("^")
    assert mark.count("^") == len("Conv2D")


@pytest.mark.parametrize("column", [None, 1, 4, 5000])
def test_a_place_that_is_not_in_the_line_has_no_mark(column: int | None) -> None:
    told = "\n".join(shown(a_finding(column=column)))
    assert "x = merge" in told
    assert "^" not in told


def test_a_long_line_is_cut() -> None:
    _, line, mark, *_ = shown(a_finding(source="x" * 5000, column=1))
    assert len(line) < 220
    assert len(mark) < 220


def test_a_line_of_a_cell_is_named_by_its_cell() -> None:
    first, line, *_ = shown(a_finding(path="nb.ipynb", cell=3, line=4, column=2, source="y = 1"))
    assert first.startswith("nb.ipynb:cell 3:4:2: warning DIM204 ")
    assert line == "   4 │ y = 1"


def test_related_places_and_the_fix_are_indented_below() -> None:
    related = (Related("nets/data.py", 3, "channels last from here"), Related("w.h5", None, "loaded here"))
    told = shown(a_finding(fix=Fix(False, "concat_axis=-1"), related=related, source=""))
    assert told[0].startswith("nets/model.py:12:38: warning DIM204 hardcoded-channel-axis [* unsafe]: axis 1")
    assert told[1:4] == [
        "    nets/data.py:3: channels last from here",
        "    w.h5: loaded here",
        "    --fix --unsafe-fixes: concat_axis=-1",
    ]


@pytest.mark.parametrize(
    ("safe", "unsafe", "said"),
    [
        (0, 0, ""), (2, 0, "; 2 fixable with --fix"), (0, 1, "; 1 fixable with --fix --unsafe-fixes"),
        (2, 1, "; 2 fixable with --fix, 1 with --fix --unsafe-fixes"),
    ],
)  # fmt: skip
def test_what_can_be_fixed_is_counted(safe: int, unsafe: int, said: str) -> None:
    fixes = [Fix(True, "a")] * safe + [Fix(False, "b")] * unsafe
    found = [a_finding(fix=fix) for fix in fixes] + [a_finding()]
    number = len(found)
    assert shown(*found)[-1] == f"Found {number} warning{'s' * (number > 1)} in 7 files checked{said}."


def test_every_kind_is_counted() -> None:
    told = render(many_findings(), Look())
    assert (
        "Found 2 errors, 2 warnings, 1 info in 7 files checked, 2 not judged, 2 suppressed; "
        "1 fixable with --fix, 1 with --fix --unsafe-fixes."
    ) in told
    assert "link.h5: not judged: leads out of the folder [link]" in told
    assert "a.json" not in told
    assert "a.json" in render(many_findings(), Look(verbose=True))


def test_quiet_is_the_sum_alone() -> None:
    assert shown(a_finding(), quiet=True) == ["Found 1 warning in 7 files checked."]


def test_notes_of_the_run_are_told() -> None:
    assert "note: an old baseline" in render(findings(notes=("an old baseline",)), Look()).splitlines()


def test_colours_are_for_terminals() -> None:
    assert "\x1b" not in render(many_findings(), Look())
    assert "\x1b[1;31merror DIM402" in render(many_findings(), Look(colour=True))


def test_old_terminals_get_ascii() -> None:
    assert render(findings(a_finding()), Look(unicode=False)).isascii()
