"""Known findings: those of weights are bound to the file's bytes, those of code to its words."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from support.check_files import model
from support.repository import Told

OK, FOUND, USAGE, REFUSED = 0, 1, 2, 3
KNOWN = ("--baseline", "known.json")


@pytest.fixture(autouse=True)
def _in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")


@pytest.fixture
def told(capsys: pytest.CaptureFixture[str]) -> Told:
    return Told(capsys)


def entries() -> list[tuple[str, str]]:
    return [(one["path"], one["rule"]) for one in json.loads(Path("known.json").read_text())["findings"]]


def test_what_is_known_is_not_told_and_does_not_fail(told: Told) -> None:
    model(Path("th.h5"))
    code, document = told("--write-baseline", "known.json")
    assert (code, document["findings"], document["suppressed"]) == (OK, [], 2)
    code, document = told(*KNOWN)
    assert (code, document["findings"], document["suppressed"], document["notes"]) == (OK, [], 2, [])


def test_what_is_new_is_told(told: Told) -> None:
    model(Path("th.h5"))
    told("--write-baseline", "known.json")
    model(Path("new.h5"))
    assert told.found(*KNOWN) == [("new.h5", "DIM101")]


def test_an_entry_expires_when_the_weights_change(told: Told) -> None:
    model(Path("th.h5"))
    told("--write-baseline", "known.json")
    model(Path("th.h5"), suffix=":0")
    code, document = told(*KNOWN)
    assert code == FOUND
    assert [one["rule"] for one in document["findings"]] == ["DIM101", "DIM109"]
    assert "known.json: DIM101 of th.h5 is out of date: the file has changed, or is right now" in document["notes"]


def test_an_entry_expires_when_the_file_is_gone(told: Told) -> None:
    model(Path("th.h5"))
    told("--write-baseline", "known.json")
    os.rename("th.h5", "moved.h5")
    code, document = told(*KNOWN)
    assert code == FOUND
    assert "known.json: DIM101 of th.h5 is out of date: the file is gone" in document["notes"]


def test_entries_of_files_that_are_not_looked_at_are_not_called_out_of_date(told: Told) -> None:
    model(Path("a.h5"))
    model(Path("b.h5"))
    told("--write-baseline", "known.json")
    assert told(*KNOWN, "a.h5")[1]["notes"] == []
    assert told(*KNOWN, "--select", "DIM4")[1]["notes"] == []


def test_an_entry_of_code_outlives_changes_elsewhere_in_the_file(told: Told) -> None:
    switch = "keras.backend.set_image_dim_ordering('th')\n"
    Path("m.py").write_text(f"import keras\n{switch}")
    told("--write-baseline", "known.json")
    Path("m.py").write_text(f"import keras\n\n\n{switch}")
    assert told(*KNOWN)[1]["findings"] == []
    Path("m.py").write_text("import keras\nkeras.backend.set_image_data_format('channels_first')\n")
    assert [one["rule"] for one in told(*KNOWN)[1]["findings"]] == ["DIM201"]


def test_an_entry_of_code_that_cannot_be_read_expires_with_every_change(told: Told) -> None:
    Path("m.py").write_text("import keras\nx = (\n")
    told("--write-baseline", "known.json")
    assert entries() == [("m.py", "DIM402")]
    assert told.found(*KNOWN) == []
    Path("m.py").write_text("import keras\nkeras.backend.set_image_dim_ordering('th')\nx = (\n")
    assert told.found(*KNOWN) == [("m.py", "DIM402")]


def test_paths_count_from_the_baselines_folder(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("models").mkdir()
    model(Path("models/th.h5"))
    told("--write-baseline", "known.json", "models")
    assert entries() == [("models/th.h5", "DIM101"), ("models/th.h5", "DIM109")]
    monkeypatch.chdir("models")
    assert told("--baseline", "../known.json")[1]["findings"] == []


def test_the_configuration_may_name_it(told: Told) -> None:
    model(Path("th.h5"))
    told("--write-baseline", "known.json")
    Path(".dimorder.yml").write_text("baseline: known.json\n")
    assert told()[0] == OK


def test_a_baseline_is_the_same_whenever_it_is_written(told: Told) -> None:
    model(Path("b.h5"))
    model(Path("a.h5"))
    told("--write-baseline", "known.json")
    before = Path("known.json").read_bytes()
    told("--write-baseline", "known.json", "b.h5", "a.h5")
    assert Path("known.json").read_bytes() == before


def test_no_other_file_is_replaced_by_a_baseline(told: Told) -> None:
    model(Path("th.h5"))
    before = Path("th.h5").read_bytes()
    assert told("--write-baseline", "th.h5")[0] == USAGE
    assert Path("th.h5").read_bytes() == before


NONE = (
    "", "{}", "[]", '{"format": 2, "findings": []}', "[" * 100_000,
    '{"format": 1, "findings": [{"rule": "x", "path": "a"}]}',
    '{"format": 1, "findings": [{"rule": "DIM101", "path": "a", "sha256": "x"}]}',
)  # fmt: skip


@pytest.mark.parametrize("text", NONE)
def test_what_is_no_baseline_is_a_usage_error(told: Told, text: str) -> None:
    Path("known.json").write_text(text)
    assert told(*KNOWN)[0] == USAGE


def test_a_missing_baseline_is_a_usage_error(told: Told) -> None: assert told(*KNOWN)[0] == USAGE


def test_names_that_are_no_text_are_known_too(told: Told) -> None:
    model(Path(os.fsdecode(b"bad\xff.h5")))
    told("--write-baseline", "known.json")
    assert told(*KNOWN)[0] == OK
