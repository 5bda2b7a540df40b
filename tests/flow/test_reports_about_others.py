"""A report from whoever read a stranger's file: it speaks of that file, and chooses no path."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dimorder.errors import UnreadableFile
from dimorder.finding import Finding, Skipped
from dimorder.flow import certificate, on_paths
from dimorder.flow.lint_report import Looked
from dimorder.flow.on_files import check_certificate
from dimorder.flow.settings import Settings
from dimorder.report_data import FileReport
from dimorder.sandbox import isolated

OTHER = "/etc/passwd"


def finding(path: str, rule: str = "DIM402") -> Finding:
    return Finding(rule, "unreadable", "error", "certain", path, "broken", "input.corrupt", "0")


@pytest.mark.parametrize(
    "told",
    [
        lambda path: FileReport(OTHER),
        lambda path: FileReport(path, (finding(OTHER),)),
        lambda path: FileReport(path, (finding(path, rule="DIM000"),)),
        lambda path: FileReport(path, skipped=Skipped(OTHER, "", "")),
    ],
)
def test_a_report_about_another_file_is_not_believed(told: Any, tmp_path: Path, monkeypatch: Any) -> None:
    path = tmp_path / "model.h5"
    path.write_bytes(b"\x89HDF\r\n\x1a\n")
    monkeypatch.setattr(isolated, "run_isolated", lambda *given: Looked(told(str(path))))
    report = on_paths.check_paths([str(path)], Settings(), lambda *signs: None)
    assert report.outcome == "bug"
    assert report.findings == ()


def test_a_report_about_its_own_file_is(tmp_path: Path, monkeypatch: Any) -> None:
    path = tmp_path / "model.h5"
    path.write_bytes(b"\x89HDF\r\n\x1a\n")
    monkeypatch.setattr(isolated, "run_isolated", lambda *given: Looked(FileReport(str(path), (finding(str(path)),))))
    assert on_paths.check_paths([str(path)], Settings(), lambda *signs: None).findings == (finding(str(path)),)


@pytest.mark.parametrize(
    ("way", "near"),
    [
        ("model.h5", True), ("deeper/model.h5", True), ("../model.h5", True), ("../../model.h5", True),
        ("/etc/passwd", False), ("../../../model.h5", False), ("../aside/model.h5", False), ("a/../../b", False),
    ],
)  # fmt: skip
def test_a_certificate_names_no_file_far_away(way: str, near: bool) -> None:
    assert certificate.is_near(way) == near


def test_a_strangers_certificate_opens_nothing_far_away(tmp_path: Path) -> None:
    secret = tmp_path / "secret.h5"
    secret.write_bytes(b"not yours")
    (tmp_path / "a" / "b" / "c").mkdir(parents=True)
    path = tmp_path / "a" / "b" / "c" / "stranger.proof.json"
    path.write_text(json.dumps(_certificate(str(secret))))
    with pytest.raises(UnreadableFile, match="which is not there"):
        check_certificate(str(path), {}, lambda *signs: None)


def _certificate(source: str) -> dict[str, Any]:
    """The least that a certificate states."""
    proof = {
        "verdict": "equivalent", "relative_l2": 0.0, "max_abs": 0.0, "top1_agreement": None, "top5_agreement": None,
        "outputs": [], "controls": [], "uncovered": [],
    }  # fmt: skip
    options = {
        "from": None, "from_layers": [], "to": "tf/tf", "accept": "certain", "keep_inputs": [], "seed": 0,
        "keras_version": "",
    }  # fmt: skip
    hashes = {"source": "0" * 64, "target": "0" * 64}
    return {
        "format": 1, "source": source, "target": source, "sha256": hashes, "verdict": "equivalent", "proof": proof,
        "options": options, "beside": {},
    }  # fmt: skip
