"""A report from whoever read a stranger's file: it speaks of that file, and chooses no path."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dimorder.finding import Finding, Skipped
from dimorder.flow import on_paths
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
    monkeypatch.setattr(isolated, "run_isolated", lambda *given: told(str(path)))
    report = on_paths.check_paths([str(path)], Settings(), lambda *signs: None)
    assert report.outcome == "bug"
    assert report.findings == ()


def test_a_report_about_its_own_file_is(tmp_path: Path, monkeypatch: Any) -> None:
    path = tmp_path / "model.h5"
    path.write_bytes(b"\x89HDF\r\n\x1a\n")
    monkeypatch.setattr(isolated, "run_isolated", lambda *given: FileReport(str(path), (finding(str(path)),)))
    assert on_paths.check_paths([str(path)], Settings(), lambda *signs: None).findings == (finding(str(path)),)
