"""`dimorder rule`: the page of one rule, or a list of all, in every format."""

from __future__ import annotations

import json

import pytest

from dimorder import cli
from dimorder.finding import RULES


def shown(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert cli.main(["rule", *arguments]) == 0
    return capsys.readouterr().out


def test_the_list_names_every_rule(capsys: pytest.CaptureFixture[str]) -> None:
    text = shown(capsys)
    assert [code for code in RULES if code not in text or RULES[code].name not in text] == []


def test_a_page_says_what_to_write_instead_as_it_is_written(capsys: pytest.CaptureFixture[str]) -> None:
    text = shown(capsys, "DIM204")
    assert "\n        return BatchNormalization(axis=-1)(maps)\n" in text
    assert text.index("What it finds") < text.index("Why it matters") < text.index("Use instead") < text.index("Fix")


def test_a_page_in_markdown_has_its_example_as_code(capsys: pytest.CaptureFixture[str]) -> None:
    text = shown(capsys, "flip-forgotten", "--output", "markdown")
    assert text.startswith("## DIM206 flip-forgotten\n")
    assert text.count("```python\n") == 2


def test_rules_in_json_have_every_field(capsys: pytest.CaptureFixture[str]) -> None:
    told = json.loads(shown(capsys, "DIM9", "--output", "json"))
    assert told["format"] == 1
    assert [rule["code"] for rule in told["rules"]] == ["DIM901", "DIM902"]
    assert set(told["rules"][0]) == {
        "code", "name", "severity", "finds", "why", "example", "use_instead", "language", "fix", "sources",
    }  # fmt: skip


def test_a_rule_that_does_not_exist_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["rule", "flip-forgoten"]) == 2
    assert "did you mean flip-forgotten?" in capsys.readouterr().err
