"""One table of inputs: action.yml, the page and the code say the same."""

from __future__ import annotations

from dataclasses import fields

import pytest
import yaml

from dimorder.action.inputs import INPUTS, Inputs, parsed
from dimorder.errors import UsageError
from support.places import REPOSITORY

ACTION = yaml.safe_load((REPOSITORY / "action.yml").read_text())
PAGE = (REPOSITORY / "docs" / "action.md").read_text()


def test_action_yml_states_the_table() -> None:
    stated = {name: (one["default"], " ".join(one["description"].split())) for name, one in ACTION["inputs"].items()}
    assert stated == {one.name: (one.default, one.says) for one in INPUTS}


def test_every_input_is_read() -> None:
    assert {one.name.replace("-", "_") for one in INPUTS} - {"token"} == {field.name for field in fields(Inputs)}


def test_the_page_has_a_row_for_each_input_and_output() -> None:
    for one in INPUTS:
        assert f"| `{one.name}` | {f'`{one.default}`' if one.default else ''} | {one.says} |" in PAGE
    for name in ACTION["outputs"]:
        assert f"| `{name}` |" in PAGE


def test_the_defaults_are_taken_where_nothing_is_said() -> None:
    assert parsed({}) == parsed({one.name: one.default for one in INPUTS})
    assert parsed({}).mode == "check"


@pytest.mark.parametrize(
    "given", [{"mode": "CHECK"}, {"accept": "unknown"}, {"output": "html pdf"}, {"scope": "all, changed"}]
)
def test_what_is_no_value_is_refused(given: dict[str, str]) -> None:
    with pytest.raises(UsageError):
        parsed(given)


def test_lists_take_lines_and_commas() -> None:
    assert parsed({"paths": " a\n\n b c \n"}).paths == ("a", "b c")
    assert parsed({"output": "sarif,json\nsarif"}).output == ("sarif", "json")
