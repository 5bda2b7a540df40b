"""What fixes did, on the terminal; differences are such that they can be applied."""

from __future__ import annotations

from typing import Any

import pytest

from dimorder.report import markdown
from dimorder.report.paper import Look
from dimorder.report.text import render
from dimorder.report.text_fix import diffs
from dimorder.report_data import Fixed, FixReport, Unfixed
from sample_reports import DIFF, findings, fixes


def shown(**changes: Any) -> str:
    return render(findings(fixes=fixes(**changes)), Look(width=60))


def of(diff: str) -> FixReport:
    return FixReport((Fixed("a.py", (), diff),))


@pytest.mark.parametrize("diff", [DIFF, "", "+größe = '漢字'\n", "-a\r\n+b\r\n", "+a\n\\ No newline at end of file\n"])
def test_differences_are_told_to_the_letter(diff: str) -> None:
    assert diffs(of(diff), Look()) == diff
    assert diffs(of(diff), Look(unicode=False)) == diff


def test_differences_are_not_broken() -> None:
    diff = "+" + "word " * 200 + "\n"
    assert render(findings(fixes=of(diff)), Look(width=60)).startswith(diff)


def test_signs_that_act_are_spelled_out() -> None:
    told = diffs(of("+\x1b[2J\n ::error::x\n-a\rb\n"), Look())
    assert told == "+\\x1b[2J\n \\x3a:error::x\n-a\\x0db\n"


def test_colours_show_what_goes_and_comes() -> None:
    told = diffs(of("-a\n+b\n c\n"), Look(colour=True))
    assert told == "\x1b[31m-a\x1b[0m\n\x1b[32m+b\x1b[0m\n c\n"


def test_files_edits_and_what_is_left_are_told() -> None:
    assert shown(offered=0).removeprefix(DIFF).splitlines() == [
        "All checks passed: 7 files checked.",
        "",
        "Fixed",
        "  nets/model.py",
        "    concat_axis=1 becomes -1",
        "  w.tf.h5",
        "    written, proven",
        "",
        "Not fixed",
        "  notes.ipynb:cell 3:4: set_image_dim_ordering: a magic stands in it",
        "",
        "Next",
        "  • Look at the changes, then:",
        "",
        "    git add -- nets/model.py w.tf.h5",
    ]


def test_nothing_is_called_fixed_that_was_not_written() -> None:
    told = shown(written=False)
    assert "Would be fixed" in told
    assert "git add" not in told
    assert "  • Nothing is written yet: --fix instead of --diff changes" in told


def test_a_reason_for_several_edits_is_told_once() -> None:
    refused = (Unfixed("a.py", "one", "it moves", 3), Unfixed("b.py", "two", "it moves"), Unfixed("c.py", "x", "else"))
    told = shown(refused=refused).splitlines()
    start = told.index("Not fixed")
    assert told[start + 1 : start + 5] == ["  a.py:3: one", "  b.py: two", "    it moves", "  c.py: x: else"]


def test_fixes_that_nobody_asked_for_are_offered() -> None:
    assert "look at dimorder check --diff --unsafe-fixes" in " ".join(shown(offered=2).split())


def test_a_fix_that_was_cut_off_is_told() -> None:
    assert "2 files were put back" in shown(recovered="2 files were put back")


def test_quiet_leaves_the_differences_and_the_sum() -> None:
    told = render(findings(fixes=fixes()), Look(quiet=True))
    assert told == f"{DIFF}All checks passed: 7 files checked.\n"


def test_markdown_tells_the_same() -> None:
    told = markdown.render(findings(fixes=fixes()))
    assert "### Fixed\n\n- `nets/model.py`: concat\\_axis=1 becomes -1\n" in told
    assert "### Not fixed\n\n- `notes.ipynb`: set\\_image\\_dim\\_ordering: a magic stands in it" in told


def test_no_command_is_cut() -> None:
    many = tuple(Fixed(f"folder/of/some/length/file_{n}.py", ()) for n in range(200))
    assert "file_199.py" in shown(fixed=many).splitlines()[-1]
