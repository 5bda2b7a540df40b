"""Reports word for word: who changes one on purpose writes golden/ anew and reads the difference."""

from __future__ import annotations

import pytest

from support.golden import FOLDER, documents

DOCUMENTS = documents()


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_report_is_as_it_was(name: str) -> None:
    assert DOCUMENTS[name] == (FOLDER / name).read_text(encoding="utf-8")


def test_nothing_else_is_kept() -> None:
    kept = {path.name for path in FOLDER.iterdir() if path.is_file()}
    assert kept == {*DOCUMENTS, "make_reports.py"}
