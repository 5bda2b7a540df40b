"""Ten thousand strings through every sink: nothing that reads what comes out does anything, and all stays readable."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from xml.etree.ElementTree import fromstring

import pytest

from dimorder.report import gitlab, junit, sarif
from dimorder.report.escape import BREAK, as_json, cell, code, hypertext, inert, lines, plain, prose, unlinked, verbatim
from dimorder.report.github import command
from dimorder.report.html.element import element
from sample_reports import a_finding, findings
from support.gfm import acts, read, rendered
from support.runner import obeyed
from support.strange import COMMANDS, HOSTILE, is_shown, strange_commands, strange_markup, strange_names

COUNT = 10_000
FIXED = [*HOSTILE, *COMMANDS]
EVERY = [*FIXED, *strange_names(2000, 1), *strange_commands(1000, 2), *strange_markup(COUNT - 3000 - len(FIXED))]
LOT = 200


def lots(texts: Sequence[str] = EVERY) -> Iterator[Sequence[str]]:
    for start in range(0, len(texts), LOT):
        yield texts[start : start + LOT]


def all_of(judge: Callable[[Sequence[str]], list[str]]) -> None:
    """Lots are judged as wholes; where one fails, the text that makes it fail is looked for."""
    for lot in lots():
        if judge(lot):
            alone = [(text, judge([text])) for text in lot if judge([text])]
            pytest.fail(f"{alone[:3] or (lot, judge(lot))}")


def faults(html: str, tags: dict[str, int], texts: Sequence[str]) -> list[str]:
    """What stands in a page beside these elements and texts."""
    seen = read(html)
    found = [f"tag {tag}" for tag in set(seen.tags) | set(tags) if seen.tags.count(tag) != tags.get(tag, 0)]
    found += [f"attribute {one}" for one in seen.attributes if one[1] not in ("align", "title")]
    found += [f"comment {one}" for one in seen.other]
    found += acts(seen.text, seen.running)
    wanted = "".join("".join(plain(text).split()) for text in texts)
    shown = "".join(seen.text.replace(BREAK, "").split())
    return found if found or shown == wanted else [f"reads {shown!r}, not {wanted!r}"]


def test_there_are_ten_thousand() -> None:
    assert len(EVERY) == COUNT
    assert len(set(EVERY)) > 0.9 * COUNT


def test_the_judge_sees_what_acts() -> None:
    for evil in ("@octocat", "#12", "fixes #12", "GH-9", "https://x.example", "www.x.y", "a@b.example", "deadbee"):
        assert acts(read(rendered(evil)).text), evil
    for evil in ("<b>x</b>", "[a](b)", "![a](b)", "**b**", "~~b~~", "`c`", "# h", "www.x.example", "- [ ] x"):
        assert faults(rendered(evil), {"p": 1}, [evil]), evil
    assert faults("<p title='x' onclick='y'>a</p>", {"p": 1}, ["a"])


def test_running_text_of_markdown() -> None:
    def judge(lot: Sequence[str]) -> list[str]:
        shown = [prose(text) for text in lot]
        html = rendered("\n".join(f"- {one}!" for one in shown))
        return faults(html, {"ul": 1, "li": len(lot)}, [f"{text}!" for text in lot])

    all_of(judge)


def test_headings_of_markdown() -> None:
    def judge(lot: Sequence[str]) -> list[str]:
        html = rendered("\n".join(f"## X: {code(text)} → {prose(text)}\n" for text in lot))
        named = [text if plain(text).strip() else '""' for text in lot]
        tags = {"h2": len(lot), "code": html.count("<code>")}
        told = [f"X:{one}→{text}" for one, text in zip(named, lot, strict=True)]
        return faults(html, tags, told)

    all_of(judge)


@pytest.mark.parametrize("escaped", [prose, cell])
def test_tables_of_markdown(escaped: Callable[[str], str]) -> None:
    def judge(lot: Sequence[str]) -> list[str]:
        html = rendered("| a | b |\n|---|---|\n" + "\n".join(f"| {escaped(text)} | . |" for text in lot))
        tags = {"table": 1, "thead": 1, "tbody": 1, "tr": len(lot) + 1, "th": 2, "td": 2 * len(lot)}
        named = [text if escaped is prose or plain(text).strip() else '""' for text in lot]
        told = tags | {"code": html.count("<code>")}
        return faults(html, told, ["ab", *(f"{text}." for text in named)])

    all_of(judge)


def test_blocks_of_markdown() -> None:
    for lot in lots(EVERY[::5]):
        html = rendered("\n\n".join(verbatim(text) for text in lot))
        seen = read(html)
        assert seen.tags == ["pre", "code"] * len(lot)
        assert not [letter for letter in seen.text if letter != "\n" and not is_shown(letter)]


def test_html_between_tags_and_in_attributes() -> None:
    def judge(lot: Sequence[str]) -> list[str]:
        html = "".join(element("p", text, title=text).text for text in lot)
        seen = read(html)
        wrong = [one for one in seen.attributes if one[1] != "title"]
        kept = [one[2] for one in seen.attributes] == [plain(text, 4000) for text in lot]
        told = seen.tags == ["p"] * len(lot) and not seen.other and kept
        shown = seen.text == "".join(f"\n{plain(text, 4000)}" for text in lot)
        return [] if told and shown and not wrong else ["not as it was"]

    all_of(judge)


def test_html_in_a_title_and_in_a_drawing() -> None:
    for text in EVERY[::7]:
        assert "<" not in hypertext(text)
        assert "\n" not in hypertext(text)
        assert not {'"', "'", "`", ">"} & set(hypertext(text))


def test_terminals() -> None:
    for text in EVERY:
        assert is_shown(plain(text))
        assert all(is_shown(line) for line in lines(text).split("\n"))


def test_no_log_commands_a_runner() -> None:
    sinks = (plain, lines, prose, cell, verbatim, unlinked, hypertext)
    for lot in lots():
        for sink in sinks:
            assert obeyed(inert("\n".join(sink(text) for text in lot))) == []
        assert obeyed("".join(element("p", text).text for text in lot)) == []
        assert obeyed(as_json({text: text for text in lot})) == []


def test_annotations_are_the_only_commands() -> None:
    for lot in lots():
        log = "\n".join(command("error", {"file": text, "title": text}, [text]) for text in lot)
        told = obeyed(log)
        assert [(one.name, one.data) for one in told] == [("error", plain(text, 4000)) for text in lot]
        assert all(set(one.properties) <= {"file", "title"} for one in told)
        titles = [one.properties.get("title", "").strip() for one in told]
        assert titles == [plain(text, 4096).strip() for text in lot]


def test_json_holds_what_was_given() -> None:
    for lot in lots():
        text = as_json({"all": list(lot)})
        assert text.isascii()
        assert json.loads(text) == {"all": list(lot)}


def test_documents_of_findings() -> None:
    for lot in lots(EVERY[::5]):
        report = findings(*(a_finding(path=text, message=text, code=text, source=text) for text in lot))
        written = sarif.render(report, {}), gitlab.render(report), junit.render(report)
        assert obeyed("\n".join(written)) == []
        results = json.loads(written[0])["runs"][0]["results"]
        assert [acts(one["message"]["text"]) for one in results] == [[]] * len(lot)
        assert len(json.loads(written[1])) == len(lot)
        assert len(list(fromstring(written[2]).iter("testcase"))) == len(lot)
