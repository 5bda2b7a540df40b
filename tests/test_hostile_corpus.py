"""`check` against hostile files that others generate: how each ends, why, and that nothing else happened."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from support.table import FIGURE
from support.traps import laid_out, path_of

pytestmark = pytest.mark.hostile

OURS: dict[str, tuple[str, ...]] = {
    # The content is an honest file in Theano's layout: that is the reason, and the name must only do no harm.
    **{f"names/{name}": ("layout.th",) for name in (
        "line\n::set-output name=x::pwned.h5", "pct%0A::error file=a::b.h5", "-rf.h5", "--config=evil.h5",
        "$(touch EXECUTED)`touch EXECUTED`;a.h5", "sp ace 'q' \"d\" & |.h5", "\u202e5h.gnp",
        "@octocat <img src=x>|**b**.h5", "n" * 240 + ".h5", "UPPER.H5", "nosuffix", "bad\\xff\\xfe.h5",
    )},
    # A folder is no file, whatever its name: it is walked, and this one is empty.
    "names/dir.h5": ("",),
    # A Lambda is what is unsafe in them.
    "keras/06_lambda_top.keras": ("model.unsafe-config", "model.lambda"),
    "keras/07_lambda_nested.keras": ("model.unsafe-config", "model.lambda"),
    # UTF-16 is read as JSON may be written; what it says is then no architecture.
    "json/05_utf16.json": ("config.encoding", "config.type"),
    # Parsed and found sound. What their code does is no concern of a parser, which never runs it.
    "py/01_runs_on_import.py": ("",),
    "py/09_fake_suppress.py": ("",),
    # With the extra [py2], Python 2 is read as well, and this is sound.
    "py/05_python2.py": ("py.syntax", ""),
    # Python itself gives up by depth, or (3.10, 3.12 and later) by syntax or not at all; none takes long.
    "py/07_unary_chain.py": ("limits.depth", "py.syntax", "input.corrupt"),
    "py/08_regex_bait.py": ("limits.depth", "py.syntax", ""),
    # Sound notebooks: magics, HTML in outputs and the older form are nothing wrong.
    "ipynb/01_magics.ipynb": ("",),
    "ipynb/03_html_output.ipynb": ("",),
    "ipynb/04_nbformat3.ipynb": ("",),
    # Git's files are none of ours; git is never run.
    "repo/.lfsconfig": ("input.not-keras",),
    "repo/.gitattributes": ("input.not-keras",),
    "repo/.gitmodules": ("input.not-keras",),
    # YAML that was named and is no architecture; nothing takes it for settings.
    "repo/tool-config-escape.yml": ("config.type",),
}  # fmt: skip
"""Where the reason is another than the generator's: ours, with why. "" stands for no finding at all."""


@dataclass(frozen=True)
class Run:
    """One run of `check` over all cases. answers: by path, exit class and reasons."""

    folder: Path
    manifest: dict[str, Any]
    document: dict[str, Any]
    code: int
    output: bytes


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The cases, generated anew, and what one process says of all of them."""
    folder = tmp_path_factory.mktemp("hostile")
    manifest = laid_out(folder)
    asked = [sys.executable, "-m", "dimorder", "check", "--output", "json", "-v", "--"]
    paths = [os.fsencode(path_of(folder, case)) for case in manifest["cases"]]
    ended = subprocess.run([*map(os.fsencode, asked), *paths], capture_output=True, cwd=folder, timeout=900)
    return Run(folder, manifest, json.loads(ended.stdout), ended.returncode, ended.stdout + ended.stderr)


def test_every_file_ends_as_it_should(run: Run, record_property: Callable[..., None]) -> None:
    wrong = {}
    for case in run.manifest["cases"]:
        found = _class(*_told(run, case))
        if found not in case["expect"]["exit_class"]:
            wrong[case["id"]] = (found, case["expect"]["exit_class"])
    record_property(FIGURE, ("", "hostile files checked", len(run.manifest["cases"])))
    record_property(FIGURE, ("", "hostile files wrong class", len(wrong)))
    assert wrong == {}


def test_every_file_is_told_its_own_reason(run: Run, record_property: Callable[..., None]) -> None:
    wrong = {}
    for case in run.manifest["cases"]:
        findings, skipped = _told(run, case)
        reasons = {one["code"] for one in (*findings, *skipped)} or {""}
        wanted = OURS.get(case["id"], (case["expect"]["reason_code"],))
        if not reasons & set(wanted):
            wrong[case["id"]] = (sorted(reasons), wanted)
    record_property(FIGURE, ("", "hostile files wrong reason", len(wrong)))
    assert wrong == {}


def test_the_worst_counts(run: Run) -> None:
    assert (run.code, run.document["outcome"]) == (3, "refused")


def test_no_file_was_changed(run: Run) -> None:
    files = [(case, Path(path_of(run.folder, case))) for case in run.manifest["cases"]]
    changed = [case["id"] for case, path in files if path.is_file() and _sha256(path) != case["sha256"]]
    assert changed == []


def test_nothing_outside_was_read_and_nothing_was_run(run: Run) -> None:
    canary = Path(run.manifest["canary_dir"])
    assert run.manifest["secret"].encode() not in run.output
    assert not (canary / "EXECUTED").exists()
    assert not list(run.folder.rglob("EXECUTED"))


def test_no_output_acts_on_whoever_reads_it(run: Run) -> None:
    text = run.output.decode()
    assert "Traceback (most recent call last)" not in text
    for case in run.manifest["cases"]:
        for pattern in case["expect"].get("stdout_must_not_match", ()):
            assert not re.search(pattern, text), (case["id"], pattern)


def _told(run: Run, case: dict[str, Any]) -> tuple[list[Any], list[Any]]:
    """Findings and skipped paths of one case, which may be a folder."""
    path = path_of(run.folder, case)
    parts = ([one for one in run.document[kind] if one["path"] == path] for kind in ("findings", "skipped"))
    findings, skipped = parts
    return findings, skipped


def _class(findings: list[Any], skipped: list[Any]) -> str:
    """The exit class that this file alone would have had."""
    codes = {one["code"] for one in skipped}
    for code, name in (("bug", "internal"), ("environment", "env"), ("usage", "usage")):
        if code in codes:
            return name
    if codes & {"input.link", "input.not-file"}:
        return "refused"
    if any(one["rule"] in ("DIM402", "DIM403", "DIM404") and one["severity"] == "error" for one in findings):
        return "refused"
    return "finding" if any(one["severity"] != "info" for one in findings) else "clean"


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
