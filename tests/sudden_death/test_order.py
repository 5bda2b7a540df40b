"""What strace saw of one conversion, held against the order that survives a loss of power.

kill -9 does not test that: the system still writes what a dead process left. Here the trace itself is judged: every
byte and every right is on the disk before the name that counts, and every name before the run ends.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from sudden_death.calls import CHANGING, Call, calls, tracing
from sudden_death.cases import CASES, Case
from sudden_death.runs import Bench
from sudden_death.striking import Strikers

_AT = re.compile(r"^\d+<([^>]*)>")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
_CONTENT = ("write", "pwrite64", "writev", "pwritev", "ftruncate", "fallocate", "fchmod", "fchown")
_NAMED = ("link", "linkat", "rename", "renameat", "renameat2")


@pytest.mark.parametrize("force", [False, True], ids=["new", "forced"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_bytes_are_on_the_disk_before_their_name_and_names_before_the_end(
    case: Case, force: bool, strikers: Strikers
) -> None:
    found, folder = strikers.with_bench(lambda bench, scratch: _traced(bench, scratch, case, force=force))
    for name in case.written:
        _check_order(found, os.path.join(folder, name))


def _traced(bench: Bench, scratch: Path, case: Case, *, force: bool) -> tuple[list[Call], str]:
    folder, log = scratch / "place", scratch / "log"
    case.lay_out(folder)
    if force:
        for name in case.written:
            (folder / name).write_text("old")
    arguments = [*case.arguments, "--force"] if force else case.arguments
    ended = bench.run(arguments, folder, ["-f", *tracing(CHANGING, log)])
    assert ended.code == 0, ended.said
    return calls(log), str(folder)


def _check_order(found: list[Call], target: str) -> None:
    """Last change of the bytes, fsync of the file, its name, fsync of the folder, and nothing of it after that."""
    named = _last(found, lambda call: call.name in _NAMED and call.answer == 0 and _names(call)[-1:] == [_base(target)])
    temporary = os.path.join(os.path.dirname(target), _names(found[named])[0])
    changed = _last(found, lambda call: call.name in _CONTENT and _file(call) == temporary)
    synced = _last(found, lambda call: call.name in ("fsync", "fdatasync") and _file(call) == temporary)
    folder = _last(found, lambda call: call.name == "fsync" and _file(call) == os.path.dirname(target))
    assert changed < synced < named < folder
    written = {_file(call) for call in found if call.name in _CONTENT and call.answer >= 0}
    assert target not in written  # never in place


def _last(found: list[Call], wanted: Callable[[Call], bool]) -> int:
    return max(number for number, call in enumerate(found) if wanted(call))


def _file(call: Call) -> str:
    """The path of the descriptor that comes first."""
    at = _AT.match(call.given)
    return at[1] if at else ""


def _names(call: Call) -> list[str]:
    return [os.path.basename(name) for name in _QUOTED.findall(call.given)]


def _base(path: str) -> str:
    return os.path.basename(path)
