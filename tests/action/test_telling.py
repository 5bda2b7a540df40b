"""What a run says of itself, whatever a stranger wrote into it."""

from __future__ import annotations

import pytest

from dimorder.action import telling
from dimorder.action.judging import Ran
from dimorder.finding import Skipped
from dimorder.report.escape import plain
from sample_reports import a_finding, findings, fixes
from support.gfm import acts, read, rendered
from support.runner import obeyed
from support.strange import COMMANDS, HOSTILE, strange_commands, strange_markup, strange_names

WORKFLOWS = "https://github.com/owner/nets/pull/7/checks"
OURS = {
    "h2", "h3", "p", "ul", "li", "code", "pre", "table", "thead", "tbody", "tr", "th", "td", "strong", "details",
    "summary", "a",
}  # fmt: skip


def test_reasons_and_notes_command_no_runner(capsys: pytest.CaptureFixture[str]) -> None:
    for text in [*HOSTILE, *COMMANDS, *strange_names(300), *strange_commands(300)]:
        telling.log(Ran(findings(notes=(text,)), quieted=(text, text)))
        telling.notice(text)
        kept, said = obeyed(capsys.readouterr().out)
        assert (kept.name, said.name) == ("warning", "notice"), text
        assert kept.properties == {"title": "dimorder: kept quiet by this change"}, text
        assert kept.data == "\n".join([plain(text, 4000)] * 2), text


@pytest.mark.parametrize("text", [*HOSTILE, *COMMANDS, *strange_markup(60, 77)])
def test_reasons_and_notes_are_text_only(text: str) -> None:
    report = findings(
        a_finding(path=text, message=text, code=text, source=text), skipped=(Skipped(text, text, text),), fixes=fixes()
    )
    page = telling.page(Ran(report, quieted=(text, f"x: {text}"), notes=(text,)), footer=f"[The end]({WORKFLOWS})")
    seen = read(rendered(page))
    assert set(seen.tags) <= OURS
    assert seen.other == []
    assert {one[2] for one in seen.attributes if one[1] != "align"} == {WORKFLOWS}
    assert acts(seen.running) == []
