"""A sweep told in all formats: every repository, and nothing that a stranger's name could do."""

from __future__ import annotations

import json

import pytest

from dimorder.fleet import WORDS, Fleet, Line
from dimorder.report import as_json, markdown, text, words_fleet
from dimorder.report.escape import BREAK
from dimorder.report.html.render import render as as_html
from dimorder.report.paper import Look

URL = "https://github.com/acme/nets/pull/1"
EVIL = "@team fixes #1 <script>alert(1)</script> | ::error::x \x1b[31m ![x](https://evil.example/x.png)"
_LINES = (Line(f"acme/{word}", word, f"said of {word}", URL if word == "opened" else "") for word in WORDS)
FLEET = Fleet(tuple(_LINES), applied=True)


def test_every_word_has_a_title_and_a_place() -> None:
    assert words_fleet.TITLES.keys() == set(WORDS)


def test_every_repository_is_told() -> None:
    document = json.loads(as_json.render(FLEET))
    assert [one["repository"] for one in document["repositories"]] == [f"acme/{word}" for word in WORDS]
    page, verbose = as_html(FLEET), text.render(FLEET, Look(width=120, verbose=True))
    for word in WORDS:
        assert f"acme/{word}" in page
        assert f"acme/{word}" in verbose


def test_those_without_work_are_counted_only() -> None:
    told = text.render(FLEET, Look(width=120))
    assert "acme/uninvited" not in told
    assert "1 uninvited" in told


def test_an_address_stands_unbroken_in_its_row() -> None:
    (row,) = [line for line in text.render(FLEET, Look(width=60)).splitlines() if URL in line]
    assert row.split() == ["acme/opened", URL, "said", "of", "opened"]


def test_what_strangers_say_does_nothing() -> None:
    fleet = Fleet((Line("acme/nets", "failed", EVIL, url="javascript:alert(1)"),), applied=False)
    said = markdown.render(fleet)
    assert f"@{BREAK}team" in said
    assert f"#{BREAK}1" in said
    assert "<script" not in said
    assert "javascript:" not in said
    assert "\x1b" not in text.render(fleet, Look())
    assert "<script>alert" not in as_html(fleet)
    assert "href=\"javascript" not in as_html(fleet)
    assert not any(line.lstrip().startswith("::") for line in f"{said}{text.render(fleet, Look())}".splitlines())


@pytest.mark.parametrize(
    ("words", "outcome"),
    [
        (("opened", "refused"), "clean"),
        (("opened", "failed"), "environment"),
        (("failed", "bug"), "bug"),
        ((), "clean"),
    ],
)
def test_a_repository_that_was_not_judged_fails_the_sweep(words: tuple[str, ...], outcome: str) -> None:
    lines = tuple(Line("acme/nets", word, "") for word in WORDS if word in words)
    assert Fleet(lines, applied=True).outcome == outcome
    assert Fleet(tuple(Line("a/b", "refused", "") for _ in "1"), applied=True, strict=True).outcome == "refused"


def test_a_large_fleet_fits_a_comment() -> None:
    lines = tuple(Line(f"acme/{'n' * 90}{number}", "failed", "because " * 40) for number in range(3000))
    assert len(markdown.render(Fleet(lines, applied=True)).encode()) <= markdown.COMMENT.most
