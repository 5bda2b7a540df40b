"""The step of judge.yml that fetches weights from Git LFS: those that the pull request changes, and no others."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from support.places import REPOSITORY
from support.pull_request import Files, Link, pull_request

POINTER = "version https://git-lfs.github.com/spec/v1\noid sha256:{}\nsize 3\n"
LFS = '#!/bin/sh\necho "$(git config lfs.url) $*" >> "$HEARD"\ngrep -o "sha256:.*"\n'
Fetched = Callable[[Files, Files], Path]
URL = "https://github.com/owner/nets.git/info/lfs"


def pointer(name: str) -> str:
    return POINTER.format(name * 64)


@pytest.fixture
def fetched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Fetched:
    """Run the step on the checkout of a pull request; the checkout."""
    (script,) = (
        one["run"] for one in yaml.safe_load((REPOSITORY / "examples" / "workflows" / "judge.yml").read_text())
        ["jobs"]["judge"]["steps"] if "run" in one
    )  # fmt: skip
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "git-lfs").write_text(LFS)
    (tmp_path / "bin" / "git-lfs").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    for name, value in (("HEARD", tmp_path / "heard"), ("RUNNER_TEMP", tmp_path),
                        ("GITHUB_SERVER_URL", "https://github.com"), ("GITHUB_REPOSITORY", "owner/nets")):  # fmt: skip
        monkeypatch.setenv(name, str(value))

    def run(base: Files, head: Files) -> Path:
        checkout = pull_request(tmp_path / "repository", base, head).checkout(2)
        subprocess.run(["bash", "-e", "-c", script], cwd=checkout, check=True)
        return checkout

    return run


def test_what_changes_is_fetched_and_what_stays_is_not(fetched: Fetched, tmp_path: Path) -> None:
    odd = ["a b\n$(id)`id`;.h5", "-n.h5", "UPPER.H5", "d/x.keras", "y.hdf5", "z.npz", os.fsdecode(b"\xff.h5")]
    place = fetched({"old.h5": pointer("0"), "moved/from.h5": pointer("1")}, {
        **{name: pointer("2") for name in odd}, "moved/from.h5": None, "moved/to.h5": pointer("1"),
        "plain.h5": "not a pointer", "link.h5": Link("old.h5"), "text.md": pointer("3"),
    })  # fmt: skip
    for name in (*odd, "moved/to.h5"):
        assert (place / name).read_bytes().startswith(b"sha256:"), name
    assert (place / "plain.h5").read_text() == "not a pointer"
    assert (place / "old.h5").read_text() == pointer("0")
    assert (place / "text.md").read_text() == pointer("3")
    assert set((tmp_path / "heard").read_text().splitlines()) == {f"{URL} smudge"}


def test_the_address_of_a_strangers_lfsconfig_does_not_count(fetched: Fetched, tmp_path: Path) -> None:
    fetched({}, {"w.h5": pointer("2"), ".lfsconfig": "[lfs]\n\turl = https://evil.example\n"})
    assert (tmp_path / "heard").read_text() == f"{URL} smudge\n"


def test_without_weights_nothing_is_fetched(fetched: Fetched, tmp_path: Path) -> None:
    fetched({}, {"a.py": "x = 1\n"})
    assert not (tmp_path / "heard").exists()
