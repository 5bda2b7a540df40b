"""Foreign names reach terminals and Markdown readers as text, and as nothing else."""

from __future__ import annotations

import json
import re

import pytest
from markdown_it import MarkdownIt

from dimorder.report.escape import BREAK, as_json, cell, code, inert, lines, plain, prose, unlinked, verbatim
from support.runner import obeyed
from support.strange import COMMANDS, HOSTILE, is_shown, strange_commands, strange_names

PRINTABLE = "".join(chr(number) for number in range(0x20, 0x7F))
ALLOWED_TAGS = {"p", "code", "table", "thead", "tbody", "tr", "th", "td", "ul", "li", "pre"}


def rendered(markdown: str) -> str:
    return MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(markdown)


def tags(html: str) -> set[str]:
    return set(re.findall(r"<\s*/?\s*([a-zA-Z!]+)", html))


EVERY = [*HOSTILE, *COMMANDS, *strange_names(300), *strange_commands(100)]


def test_printable_ascii_stays_as_it_is_on_a_terminal() -> None:
    assert plain(PRINTABLE) == PRINTABLE


def test_letters_of_other_scripts_stay() -> None:
    assert plain("größe 漢字 слой") == "größe 漢字 слой"


def test_controls_are_spelled_out() -> None:
    assert plain("\x1b[2J\r\n\x9b\u202e") == "\\x1b[2J\\x0d\\x0a\\x9b\\u202e"


def test_long_names_are_cut() -> None:
    assert len(plain("x" * 60_000)) == 300
    assert plain("x" * 60_000).endswith("…")


def test_line_ends_stay_where_several_lines_are_meant() -> None:
    assert lines("a\n\x1bb") == "a\n\\x1bb"


@pytest.mark.parametrize("text", [PRINTABLE[:47], PRINTABLE[47:]])
def test_printable_ascii_reads_the_same_in_markdown(text: str) -> None:
    html = rendered(prose(text)).replace(BREAK, "")
    seen = html.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"').replace("&amp;", "&")
    assert seen == f"<p>{text.strip()}</p>\n"


def test_nothing_acts_on_a_terminal() -> None:
    for name in EVERY:
        assert is_shown(plain(name)), name


@pytest.mark.parametrize("escaped", [prose, code])
def test_nothing_acts_in_markdown(escaped: object) -> None:
    assert callable(escaped)
    for name in EVERY:
        html = rendered(f"- {escaped(name)}")
        assert tags(html) <= ALLOWED_TAGS, name
        assert html.count("<li>") == 1, name
        assert not re.search(r"[@#](?=\w)|://\w|GH-\d", re.sub(r"&#\w+;", "", html)), name


@pytest.mark.parametrize("escaped", [prose, cell])
def test_a_table_keeps_its_columns(escaped: object) -> None:
    assert callable(escaped)
    for name in EVERY:
        html = rendered(f"| a | b |\n|---|---|\n| {escaped(name)} | {escaped(name)} |\n")
        assert html.count("<td>") == 2, name
        assert html.count("<tr>") == 2, name
        assert tags(html) <= ALLOWED_TAGS, name


def test_nothing_ends_a_code_block() -> None:
    for name in EVERY:
        html = rendered(verbatim(name))
        assert tags(html) <= {"pre", "code"}, name
        assert html.count("<pre>") == 1, name


def test_json_is_ascii_without_nan() -> None:
    text = as_json({"a": float("nan"), "b": [float("inf"), 1.5], "c": "\u202e\ud800"})
    assert text.isascii()
    assert json.loads(text) == {"a": None, "b": [None, 1.5], "c": "\u202e\ud800"}


def test_lines_without_commands_stay_as_they_are() -> None:
    for text in (PRINTABLE, "a::b", "std::vector\n  x::y", "## [x]", ": :error::"):
        assert inert(text) == text


@pytest.mark.parametrize("text", ["::error::x", "a\n \t::debug::x", "x ##[group]y", "##[error]", "::"])
def test_commands_of_a_runner_are_spelled_out(text: str) -> None:
    assert obeyed(inert(text)) == []
    assert inert(text) != text
    assert inert(inert(text)) == inert(text)


def test_no_runner_obeys_any_text() -> None:
    assert len(obeyed("\n".join(COMMANDS))) > 8
    for name in EVERY:
        assert obeyed(lines(name)) == [], name
        assert obeyed(verbatim(name)) == [], name
        assert obeyed(as_json({"path": name})) == [], name
        assert json.loads(as_json({"path": name})) == {"path": name}


def test_running_text_names_and_links_nobody() -> None:
    for name in EVERY:
        assert not re.search(r"[@#](?=\w)|://\w|GH-\d|\]\(", unlinked(name)), name
        assert is_shown(unlinked(name).replace(BREAK, "")), name
