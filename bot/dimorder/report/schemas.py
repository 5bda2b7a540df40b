"""JSON Schemas of all documents that are written, made of the types of their fields."""

from __future__ import annotations

from typing import Any

import msgspec

from dimorder.report import documents_check, documents_fleet, documents_inspect, documents_proof, documents_rules
from dimorder.report_data import FORMAT

DIALECT = "https://json-schema.org/draft/2020-12/schema"
DOCUMENTS: dict[str, type] = {
    "inspect": documents_inspect.InspectDocument,
    "convert": documents_proof.ConvertDocument,
    "prove": documents_proof.ProveDocument,
    "prove-check": documents_proof.RecheckDocument,
    "diagnose": documents_proof.DiagnoseDocument,
    "check": documents_check.FindingsDocument,
    "sweep": documents_fleet.FleetDocument,
    "rule": documents_rules.RulesDocument,
    "error": documents_check.ErrorDocument,
    "certificate": documents_proof.CertificateDocument,
}
"""Documents by the name that their schema has."""


def schema(name: str) -> dict[str, Any]:
    """The schema of a document. Fields that a later version adds do not break it."""
    made = msgspec.json.schema(DOCUMENTS[name])
    defined = {key: {**part, "description": _unwrapped(part)} for key, part in sorted(made["$defs"].items())}
    title = f"dimorder: {name}, format {FORMAT}"
    return {"$schema": DIALECT, "title": title, "$ref": made["$ref"], "$defs": defined}


def _unwrapped(part: dict[str, Any]) -> str:
    """The docstring in one line: how it is indented depends on the Python."""
    return " ".join(part["description"].split())
