"""Documents held to the published schemas, more strictly than users are: no field may stand in them unannounced."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from dimorder.errors import DimorderError
from dimorder.fleet import Fleet
from dimorder.report import escape
from dimorder.report.schemas import schema
from dimorder.report_data import (
    CheckReport,
    ConvertReport,
    DiagnoseReport,
    FindingsReport,
    InspectReport,
    ProveReport,
    Report,
    RulesReport,
)

NAMES: dict[type, str] = {
    InspectReport: "inspect",
    ConvertReport: "convert",
    ProveReport: "prove",
    CheckReport: "prove-check",
    DiagnoseReport: "diagnose",
    FindingsReport: "check",
    RulesReport: "rule",
    Fleet: "sweep",
}


def offences(document: Any, name: str) -> list[str]:
    """What the schema of that name has to say against the document, once it is JSON."""
    found = _validator(name).iter_errors(json.loads(escape.as_json(document)))
    return [f"{error.json_path}: {error.message}" for error in found]


def as_published(document: Callable[[Report], dict[str, Any]]) -> Callable[[Report], dict[str, Any]]:
    """The same function, which fails where a document is not what its schema says."""

    def checked(report: Report) -> dict[str, Any]:
        made = document(report)
        assert offences(made, NAMES[type(report)]) == []
        return made

    return checked


def refused_as_published(refused: Callable[[DimorderError, str], Any]) -> Callable[[DimorderError, str], Any]:
    """The same for what stands in place of a report."""

    def checked(error: DimorderError, source: str) -> Any:
        made = refused(error, source)
        assert offences(made, "error") == []
        return made

    return checked


@cache
def _validator(name: str) -> Any:
    jsonschema = pytest.importorskip("jsonschema")
    return jsonschema.Draft202012Validator(strict(schema(name)))


def strict(part: Any) -> Any:
    """The same schema, with no fields but those that it names."""
    if isinstance(part, list):
        return [strict(inner) for inner in part]
    if not isinstance(part, dict):
        return part
    closed = {"additionalProperties": False} if "properties" in part and part.get("type") == "object" else {}
    return {key: strict(inner) for key, inner in part.items()} | closed
