"""A certificate against what is measured again: exact where it must be, tolerant of other machines."""

from __future__ import annotations

from typing import Any

import pytest

from dimorder.flow.certificate import StatedProof, figures
from dimorder.flow.recheck import differences
from dimorder.proof import Control, Drift
from dimorder.report.as_json import document
from sample_reports import a_comparison

CONTROL = Control("no flip", "global", 0.89, 0.25, told_apart=True)


def stated(**changes: Any) -> StatedProof:
    return figures(document(a_comparison(**changes)))


def same(first: dict[str, Any], second: dict[str, Any]) -> None:
    assert list(differences(stated(**first), stated(**second))) == []


def other(first: dict[str, Any], second: dict[str, Any], because: str) -> None:
    found = list(differences(stated(**first), stated(**second)))
    assert len(found) == 1, found
    assert because in found[0]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({}, {}),
        ({"relative_l2": 2.1e-7}, {"relative_l2": 8.8e-7}),
        ({"relative_l2": 0.0, "max_abs": 0.0}, {"relative_l2": 4e-7, "max_abs": 3e-5}),
        ({"relative_l2": 0.5}, {"relative_l2": 0.5001}),
        ({"relative_l2": None}, {"relative_l2": None}),
        ({"referees": ("numpy 1",), "precision": "float64"}, {}),
        ({"controls": (CONTROL,)}, {"controls": (Control("no flip", "global", 0.8901, 0.3, told_apart=True),)}),
    ],
)
def test_rounding_and_versions_are_no_difference(first: dict[str, Any], second: dict[str, Any]) -> None:
    same(first, second)


@pytest.mark.parametrize(
    ("first", "second", "because"),
    [
        ({}, {"verdict": "different"}, "the verdict is different, the certificate says equivalent"),
        ({}, {"relative_l2": 5e-5, "max_abs": 3.4e-8}, "relative_l2 is 5e-05"),
        ({}, {"relative_l2": None}, "relative_l2 is None"),
        ({"relative_l2": 0.5}, {"relative_l2": 0.5, "max_abs": 1.0}, "max_abs is 1.0"),
        ({}, {"top1_agreement": 0.5}, "top1_agreement"),
        ({}, {"outputs": (Drift("dense_9", 2.1e-7, 0.0),)}, "other outputs"),
        ({}, {"outputs": (Drift("dense_2", 0.1, 0.0),)}, "relative_l2 of output 'dense_2'"),
        ({}, {"controls": ()}, "other mistakes were tried"),
        ({}, {"uncovered": ("/conv_1/conv_1_W",)}, "uncovered arrays: 1"),
        (
            {"controls": (CONTROL,)},
            {"controls": (Control("no flip", "global", 0.89, 0.25, told_apart=False),)},
            "the mistake 'no flip': told_apart is False",
        ),
        (
            {"controls": (CONTROL,)},
            {"controls": (Control("no flip", "global", 0.5, 0.25, told_apart=True),)},
            "relative_l2 of 'no flip'",
        ),
    ],
)
def test_everything_else_is(first: dict[str, Any], second: dict[str, Any], because: str) -> None:
    other(first, second, because)
