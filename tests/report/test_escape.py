"""Foreign names reach terminals and Markdown readers as text, and as nothing else."""

from __future__ import annotations

import json
import random
import re
import string

import pytest
from markdown_it import MarkdownIt

from dimorder.report.escape import BREAK, as_json, cell, code, lines, plain, prose, verbatim

PRINTABLE = "".join(chr(number) for number in range(0x20, 0x7F))
HOSTILE = [
    "\x1b[31mred\x1b[0m", "a\x00b", "\x9b2J", "a\rb", "a\nb", "\u202eevil", "a\u2028b", "\ud800", "\u200b",
    "<script>alert(1)</script>", "<img src=x>", "&lt;b&gt;", "@octocat", "fixes #12", "closes GH-12",
    "Fixes https://github.com/o/r/issues/1", "www.evil.example", "a@b.example", "[x](http://evil.example)",
    "![x](y)", "`code`", "``", "`", "a`b``c", "|a|b|", "a\\|b", "a\\", "**bold**", "__x__", "~~x~~", "# heading",
    "- item", "1. item", "+ item", "---", "===", "> quote", "    block", "```\nfence", ":tada:", "$x$", "", " ",
    "<!-- dimorder -->", "javascript:x", "mailto:a@b.example", "[^1]", "- [ ] task", "<https://evil.example>",
]  # fmt: skip
ALLOWED_TAGS = {"p", "code", "table", "thead", "tbody", "tr", "th", "td", "ul", "li", "pre"}


def rendered(markdown: str) -> str:
    return MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(markdown)


def tags(html: str) -> set[str]:
    return set(re.findall(r"<\s*/?\s*([a-zA-Z!]+)", html))


def strange_names(count: int) -> list[str]:
    rng = random.Random(5374)
    letters = string.printable + "\x1b\x07\x9b\u202e\u2028\u200b\ud83d\U0001f389é漢`|<>@#[]()"
    return ["".join(rng.choices(letters, k=rng.randint(1, 30))) for _ in range(count)]


EVERY = [*HOSTILE, *strange_names(2000)]


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
        assert all(letter.isprintable() for letter in plain(name)), name


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
