"""Comments that suppress findings: only where they stand, only what they name, and never without being told."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dimorder.finding import Finding
from dimorder.flow.as_findings import finding
from dimorder.flow.suppression import suppressed

PATH = "m.py"


def found(rule: str, line: int | None, cell: int | None = None) -> Finding:
    return replace(finding(rule, PATH, "told", "code"), line=line, cell=cell)


def left(text: str, *findings: Finding) -> list[tuple[str, int | None]]:
    """Rule and line of what is still told."""
    return [(one.rule, one.line) for one in suppressed({None: text}, findings, PATH).findings]


# What suppresses nothing.


def test_a_text_without_comments_keeps_everything() -> None:
    assert left("x = 1\n", found("DIM204", 1)) == [("DIM204", 1)]


def test_a_string_is_no_comment() -> None:
    assert left('x = "# dimorder: ignore[DIM204] no"\n', found("DIM204", 1)) == [("DIM204", 1)]


def test_a_comment_on_another_line_is_unused() -> None:
    text = "# dimorder: ignore[DIM204] above\nx = 1\n"
    assert left(text, found("DIM204", 2)) == [("DIM204", 2), ("DIM901", 1)]


def test_a_comment_that_names_another_rule_is_unused() -> None:
    assert left("x = 1  # dimorder: ignore[DIM202] no\n", found("DIM204", 1)) == [("DIM204", 1), ("DIM901", 1)]


@pytest.mark.parametrize("words", ["ignore", "ignore[]", "ignore[DIM2]", "ignore[DIM999] x", "ignore[E501] x"])
def test_a_comment_that_names_no_rule_is_unused(words: str) -> None:
    assert left(f"x = 1  # dimorder: {words}\n", found("DIM204", 1)) == [("DIM204", 1), ("DIM901", 1)]


@pytest.mark.parametrize("rule", ["DIM402", "DIM403", "DIM901"])
def test_a_file_cannot_say_that_it_may_be_trusted(rule: str) -> None:
    assert left(f"x = 1  # dimorder: ignore[{rule}] trust me\n", found(rule, 1)) == [(rule, 1), ("DIM901", 1)]


# What suppresses.


def test_a_comment_on_the_line_suppresses() -> None:
    kept = suppressed({None: "x = 1  # dimorder: ignore[DIM204] axis of samples\n"}, [found("DIM204", 1)], PATH)
    assert (kept.findings, kept.number) == ((), 1)


def test_several_rules_may_be_named() -> None:
    text = "x = 1  # dimorder: ignore[DIM204, dim202] axis of samples\n"
    assert left(text, found("DIM204", 1), found("DIM202", 1), found("DIM203", 1)) == [("DIM203", 1)]


def test_each_rule_that_is_named_in_vain_is_told() -> None:
    kept = suppressed({None: "x = 1  # dimorder: ignore[DIM204,DIM202] why\n"}, [found("DIM204", 1)], PATH)
    assert [(one.rule, one.message) for one in kept.findings] == [("DIM901", "nothing here is DIM202")]


def test_the_first_line_speaks_for_the_whole_statement() -> None:
    text = "x = f(  # dimorder: ignore[DIM204] why\n    1,\n    2,\n)\ny = 1\n"
    assert left(text, found("DIM204", 3), found("DIM204", 5)) == [("DIM204", 5)]


def test_a_line_inside_a_statement_speaks_for_itself_alone() -> None:
    text = "x = f(\n    1,  # dimorder: ignore[DIM204] why\n    2,\n)\n"
    assert left(text, found("DIM204", 2), found("DIM204", 3)) == [("DIM204", 3)]


def test_other_comments_may_stand_beside_it() -> None:
    assert left("x = 1  # noqa # dimorder: ignore[DIM204] why\n", found("DIM204", 1)) == []


@pytest.mark.parametrize("reason", ["", " \u200b", " ...", ": -"])
def test_a_reason_is_asked_for(reason: str) -> None:
    assert left(f"x = 1  # dimorder: ignore[DIM204]{reason}\n", found("DIM204", 1)) == [("DIM902", 1)]


@pytest.mark.parametrize(("rule", "severity"), [("DIM204", "warning"), ("DIM302", "error")])
def test_hiding_an_error_without_a_reason_is_as_grave(rule: str, severity: str) -> None:
    (told,) = suppressed({None: f"x = 1  # dimorder: ignore[{rule}]\n"}, [found(rule, 1)], PATH).findings
    assert (told.rule, told.severity) == ("DIM902", severity)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_are_counted_as_python_counts_them(end: str) -> None:
    text = f"# one{end}y = 1{end}x = 1  # dimorder: ignore[DIM204] axis of samples{end}"
    assert left(text, found("DIM204", 3)) == []
    assert left(text, found("DIM204", 2)) == [("DIM204", 2), ("DIM901", 3)]


# Whole files.


@pytest.mark.parametrize("head", ["", "#!/usr/bin/env python\n", '"""What it is for."""\n\n', "# coding: utf-8\n\n"])
def test_a_head_speaks_for_the_whole_file(head: str) -> None:
    text = f"{head}# dimorder: ignore-file[DIM202] trained on Theano\nx = 1\n"
    assert left(text, found("DIM202", 9), found("DIM202", None), found("DIM204", 9)) == [("DIM204", 9)]


def test_behind_the_first_statement_it_is_no_head() -> None:
    text = "import keras\n# dimorder: ignore-file[DIM202] late\n"
    assert left(text, found("DIM202", 9)) == [("DIM202", 9), ("DIM901", 2)]


# Notebooks.


def test_cells_speak_for_themselves() -> None:
    cells = {1: "x = 1\n", 2: "x = 1  # dimorder: ignore[DIM204] why\n"}
    kept = suppressed(cells, [found("DIM204", 1, 1), found("DIM204", 1, 2)], PATH)
    assert [(one.rule, one.cell) for one in kept.findings] == [("DIM204", 1)]


def test_the_first_cell_is_the_head_of_a_notebook() -> None:
    cells = {1: "# dimorder: ignore-file[DIM202] old\nx = 1\n", 2: "# dimorder: ignore-file[DIM204] late\n"}
    kept = suppressed(cells, [found("DIM202", 1, 2), found("DIM204", 1, 2)], PATH)
    assert [(one.rule, one.cell) for one in kept.findings] == [("DIM204", 2), ("DIM901", 2)]


# What strangers write.


HUSH = "# dimorder: ignore[DIM204]"


@pytest.mark.parametrize("text", ["x = (  #", "  x = 1  #\n y", "print 'x'  #", "%time x #"])
def test_what_is_no_python_of_today_is_read_as_far_as_it_goes(text: str) -> None:
    assert left(text.replace("#", f"{HUSH} why") + "\n", found("DIM204", 1)) == []


MUCH = (
    f"\0{HUSH}", f"'''\n{HUSH}", "(" * 100_000 + "#dimorder:", f"{HUSH}\n" * 20_000,
    "# dimorder: ignore[" + "DIM204," * 100_000 + "]",
)  # fmt: skip


@pytest.mark.parametrize("text", MUCH)
def test_no_text_is_too_much(text: str) -> None:
    assert len(left(text, found("DIM204", 70_000))) <= 1001
