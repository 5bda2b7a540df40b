"""Code of a repository is judged together; a file that kills its reader, or meets a bug of ours, harms no other."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dimorder import cli
from dimorder.errors import UnsafeContent
from dimorder.flow import lint
from dimorder.flow.lint import RepositoryCode

CODE = "from keras.layers import Input\nfrom keras import backend as K\nK.set_image_dim_ordering('th')\n"


@pytest.fixture
def checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    monkeypatch.chdir(tmp_path)
    for name in ("a", "b", "c"):
        Path(f"{name}.py").write_text(CODE)

    def check() -> tuple[int, dict[str, list[str]], list[str]]:
        code = cli.main(["check", "--output", "json", "."])
        document = json.loads(capsys.readouterr().out)
        rules: dict[str, list[str]] = {}
        for one in document["findings"]:
            rules.setdefault(one["path"], []).append(one["rule"])
        return code, rules, [one["path"] for one in document["skipped"]]

    return check


def breaking(monkeypatch: pytest.MonkeyPatch, problem: Exception) -> None:
    whole = RepositoryCode.read

    def read(self: RepositoryCode, path: str) -> None:
        if path == "b.py":
            raise problem
        whole(self, path)

    monkeypatch.setattr(lint.RepositoryCode, "read", read)


def test_all_files_are_judged(checked):
    assert checked() == (1, {name: ["DIM201"] for name in ("a.py", "b.py", "c.py")}, [])


def test_file_that_ends_its_reader_is_refused_and_the_others_are_judged(checked, monkeypatch):
    breaking(monkeypatch, UnsafeContent("reading it was stopped", code="limits.time"))
    assert checked() == (3, {"a.py": ["DIM201"], "b.py": ["DIM404"], "c.py": ["DIM201"]}, [])


def test_notebook_without_code_is_clean(checked):
    Path("n.ipynb").write_text('{"cells": [{"cell_type": "markdown", "source": "keras"}], "metadata": {}}')
    assert "n.ipynb" not in checked()[1]
