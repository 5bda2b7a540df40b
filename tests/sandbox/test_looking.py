"""The process that only looks at files loads half of everything: what its flows ask for later must be in that half."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import dimorder
from dimorder.flow import baselined, configured, look, on_code, on_files, twins
from dimorder.sandbox.isolated import Flow
from dimorder.sandbox.zygote import _ASKED_FOR_LATER

ROOT = Path(dimorder.__file__).parent
LOADED = """
import json, sys
from dimorder.sandbox.zygote import warm
warm(looks=True)
print(json.dumps(sorted(sys.modules)))
"""
FLOWS = [
    one
    for module in (baselined, configured, look, on_code, on_files, twins)
    for one in vars(module).values()
    if isinstance(one, Flow) and one.looks
]


@pytest.fixture(scope="module")
def loaded() -> frozenset[str]:
    code = f"import sys; sys.path.insert(0, {str(ROOT.parent)!r}){LOADED}"
    done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, check=True)
    return frozenset(json.loads(done.stdout))


def test_what_proves_converts_and_draws_is_left_out(loaded: frozenset[str]) -> None:
    rooms = {name.split(".")[1] for name in loaded if name.startswith("dimorder.")}
    assert rooms.isdisjoint({"engine", "cli", "hub"})
    assert loaded.isdisjoint({"rich", "click", "libcst", "numpy.ma", "numpy.fft", "dimorder.flow.convert"})


def test_the_flows_are_there(loaded: frozenset[str]) -> None:
    assert len(FLOWS) == 6
    assert {one.address.partition(":")[0] for one in FLOWS} <= loaded


def test_so_is_what_they_import_in_their_midst(loaded: frozenset[str]) -> None:
    """When no file can be opened any more."""
    missing = {
        (name, target)
        for name in loaded
        if name.startswith("dimorder.flow.") or name.split(".")[0:2] in (["dimorder", room] for room in _SKILLS)
        for target in _later(ROOT.parent / f"{name.replace('.', '/')}.py")
        if target not in loaded
    }
    assert missing == set()


def test_so_is_what_libraries_import_in_their_midst(loaded: frozenset[str]) -> None:
    assert {name for name in _ASKED_FOR_LATER if not name.startswith("encodings.")} <= loaded


_SKILLS = ("formats", "infer", "lint", "rules", "semantics", "source")


def _later(path: Path) -> Iterator[str]:
    """Our own modules that functions import; what only types ask for stands outside of functions."""
    if not path.exists():
        return
    for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(function, ast.FunctionDef):
            for node in ast.walk(function):
                if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("dimorder"):
                    yield node.module or ""
