"""JSON documents have the fields that others build on, in that order."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from typing import Any

import pytest

from dimorder.errors import CannotTell, Refused
from dimorder.proof import Drift
from dimorder.report.as_json import document, refused, render
from dimorder.report_data import Report
from sample_reports import EVERY, a_check, a_comparison, a_conversion, a_proof, an_inspection

INSPECT = "format file sha256 era keras_version backend kind layout confidence evidence layers"
CONVERT = (
    "format source target sha256 verdict assumptions plan edits refusals kept inputs outputs training proof"
)
PROVE = (
    "format verdict relative_l2 max_abs top1_agreement top5_agreement first_divergence outputs referees "
    "probes controls uncovered layers"
)


@pytest.mark.parametrize(
    ("report", "promised"),
    [(an_inspection(), INSPECT), (a_conversion(), CONVERT), (a_comparison(), PROVE)],
)
def test_promised_fields_come_first(report: Report, promised: str) -> None:
    assert list(document(report))[: len(promised.split())] == promised.split()


@pytest.mark.parametrize("report", EVERY)
def test_every_document_is_format_1(report: Report) -> None:
    assert json.loads(render(report))["format"] == 1


def test_inner_fields_are_as_promised() -> None:
    inspection: dict[str, Any] = document(an_inspection())
    assert inspection["layout"] == {"dim_ordering": "th", "kernels": "th", "dense_rows": "th"}
    assert list(inspection["evidence"][0])[:3] == ["about", "says", "because"]
    tensor = {"name": "conv_1_W", "shape": [2, 3, 5, 7], "dtype": "float32"}
    assert inspection["layers"] == [{"name": "conv_1", "kind": "Convolution2D", "tensors": [tensor]}]
    conversion: dict[str, Any] = document(a_conversion())
    assert list(conversion["plan"][0]) == ["tensor", "steps", "because"]
    assert list(conversion["inputs"][0]) == ["name", "source_shape", "target_shape", "permutation"]
    assert list(conversion["proof"]["controls"][0])[:3] == ["name", "relative_l2", "top1_agreement"]
    assert conversion["proof"]["verdict"] == "equivalent"


def test_a_conversion_without_proof_says_null() -> None:
    assert document(a_conversion(verdict="planned", proof=None))["proof"] is None


def test_infinite_errors_become_null() -> None:
    report = a_comparison(outputs=(Drift("dense_2", None, math.inf),), max_abs=math.nan)
    found = json.loads(render(report))
    assert found["max_abs"] is None
    assert found["outputs"][0]["max_abs"] is None


def test_a_check_carries_what_was_measured_again() -> None:
    found = document(a_check("the verdict is different"))
    assert found["verdict"] == "not confirmed"
    assert found["again"]["relative_l2"] == a_proof().relative_l2
    assert document(replace(a_check(), again=None))["again"] is None


def test_a_refusal_is_a_document() -> None:
    found: Any = refused(CannotTell("cannot tell", hint="say it"), "model.h5")
    told = {"format": 1, "verdict": "refused", "because": "cannot tell", "hint": "say it", "source": "model.h5"}
    assert {key: found[key] for key in told} == told
    assert found["refusals"] == []


def test_a_refusal_lists_its_layers() -> None:
    found = refused(Refused("no", refusals=(("conv_1", "no rule", "keep it"),)), "model.h5")
    assert found["refusals"] == [{"layer": "conv_1", "because": "no rule", "hint": "keep it"}]
