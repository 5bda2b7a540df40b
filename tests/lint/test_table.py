"""Every rule has a page, every page says something, and the examples of code rules are the rules' first tests."""

from __future__ import annotations

import json
import os
import re

import pytest

from dimorder.errors import UsageError
from dimorder.finding import RULES, Page
from dimorder.flow.rule_pages import rules_report
from dimorder.flow.shaping import shaping
from dimorder.lint.code import Told, parsed
from dimorder.lint.dim211 import find_in_settings
from dimorder.lint.table import CODE_RULES, PAGES, found
from dimorder.source.evaluate import evaluate
from dimorder.source.keras_api import KERAS
from dimorder.source.project import Project


def read(text: str) -> tuple[Told, ...]:
    """What all rules say of one file."""
    return found(parsed(evaluate("a.py", Project({"a.py": text}), (KERAS,), shaping), text))


def above_info(told: tuple[Told, ...]) -> set[str]:
    return {one.rule for one in told if one.severity != "info"}


def test_every_rule_has_a_page_and_every_page_a_rule() -> None:
    assert list(PAGES) == list(RULES)
    assert {code for code in RULES if code.startswith("DIM2")} == {*CODE_RULES, "DIM211"}


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_every_page_says_what_why_how_and_whence(page: Page) -> None:
    assert all((page.finds, page.why, page.bad, page.good, page.fix, page.sources))
    assert not [name for name in os.listdir(os.sep) if f"/{name}/" in repr(page)], "a path of this machine"
    assert not re.search(r"(?i)localhost|\.lan\b", repr(page))
    assert page.bad != page.good


@pytest.mark.parametrize("code", CODE_RULES)
def test_the_example_of_a_rule_is_found_by_that_rule(code: str) -> None:
    told = read(PAGES[code].bad)
    assert code in {one.rule for one in told}
    assert above_info(told) <= {code}


@pytest.mark.parametrize("code", CODE_RULES)
def test_what_a_page_says_to_write_instead_is_found_by_no_rule(code: str) -> None:
    told = read(PAGES[code].good)
    assert above_info(told) == set()
    assert code not in {one.rule for one in told}


def test_the_settings_of_a_machine_are_told_as_its_page_says() -> None:
    for text, number in ((PAGES["DIM211"].bad, 1), (PAGES["DIM211"].good, 0)):
        value = json.loads(text)
        ordering = value.get("image_dim_ordering", "tf")
        assert len(list(find_in_settings("keras.json", value["backend"], ordering))) == number


def test_a_rule_is_shown_by_code_by_name_and_by_the_beginning_of_its_code() -> None:
    for asked in ("DIM204", "dim204", "hardcoded-channel-axis", " DIM204 "):
        assert [page.code for page in rules_report(asked).pages] == ["DIM204"]
    assert {page.code[:4] for page in rules_report("DIM3").pages} == {"DIM3"}
    assert len(rules_report().pages) == len(RULES)


@pytest.mark.parametrize(("asked", "near"), [("DIM20A", "DIM2"), ("flip-forgoten", "flip-forgotten"), ("x", "lists")])
def test_an_unknown_rule_is_refused_with_the_nearest_one(asked: str, near: str) -> None:
    with pytest.raises(UsageError) as caught:
        rules_report(asked)
    assert near in caught.value.hint
