"""The published JSON Schemas describe every document that is written, and can say no."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from dimorder.errors import CannotTell, Refused
from dimorder.finding import Page
from dimorder.flow import certificate
from dimorder.flow.certificate import Beside
from dimorder.report import escape
from dimorder.report.as_json import document, refused
from dimorder.report.schemas import DOCUMENTS, schema
from dimorder.report_data import Report, RulesReport
from sample_reports import EVERY, a_conversion, a_finding, an_inspection, findings
from support.schemas import NAMES, offences

PAGE = Page("DIM204", "An axis.", "It moves.", "axis=1", "axis=-1", "unsafe", "It becomes -1.", ("keras x@1",))
REPORTS: list[Report] = [*EVERY, a_conversion(proof=None, training=None), RulesReport((PAGE,))]


def written(report: Report) -> Any:
    return json.loads(escape.as_json(document(report)))


def a_certificate(architecture: Beside) -> Any:
    made = a_conversion(options={"from": "th/th", "to": "tf/tf"})
    return json.loads(certificate.write(made, "t.proof.json", {"architecture": architecture}))


@pytest.mark.parametrize("report", REPORTS)
def test_every_report_is_as_its_schema_says(report: Report) -> None:
    assert offences(written(report), NAMES[type(report)]) == []


@pytest.mark.parametrize("error", [CannotTell("?", hint="say it"), Refused("no", refusals=(("a", "no rule", ""),))])
def test_errors_are_as_their_schema_says(error: CannotTell | Refused) -> None:
    assert offences(refused(error, "x.h5"), "error") == []


@pytest.mark.parametrize("document", ["", '{"class_name": "Sequential"}'])
def test_certificates_are_as_their_schema_says(document: str) -> None:
    assert offences(a_certificate(Beside("a.json", "ab" * 32, document)), "certificate") == []


def test_certificates_hold_nothing_that_only_shows() -> None:
    made = a_certificate(Beside("a.json", "ab" * 32, ""))
    assert not {"evidence", "arrays"} & set(made)
    assert "pictures" not in made["proof"]
    assert all("points" not in control for control in made["proof"]["controls"])
    assert made["proof"]["controls"]


@pytest.mark.parametrize("report", REPORTS)
def test_every_report_can_be_read_into_the_types_of_its_fields(report: Report) -> None:
    msgspec.json.decode(escape.as_json(document(report)), type=DOCUMENTS[NAMES[type(report)]])


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_schema_is_one(name: str) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    jsonschema.Draft202012Validator.check_schema(schema(name))


def test_every_report_and_nothing_else_has_a_schema() -> None:
    assert {*NAMES.values(), "error", "certificate"} == set(DOCUMENTS)


@pytest.mark.parametrize("field", ["format", "findings", "outcome", "suppressed"])
def test_a_missing_field_is_told(field: str) -> None:
    whole = written(findings(a_finding()))
    del whole[field]
    assert any(field in said for said in offences(whole, "check"))


@pytest.mark.parametrize(
    ("where", "value"),
    [("format", 2), ("checked", "7"), ("outcome", "fine"), ("findings", [{}]), ("statistics", {"DIM101": "1"})],
)
def test_a_wrong_value_is_told(where: str, value: Any) -> None:
    assert offences({**written(findings()), where: value}, "check") != []


def test_users_may_meet_fields_of_later_versions() -> None:
    jsonschema = pytest.importorskip("jsonschema")
    later = {**written(an_inspection()), "later": 1}
    assert list(jsonschema.Draft202012Validator(schema("inspect")).iter_errors(later)) == []
    assert offences(later, "inspect") != []
