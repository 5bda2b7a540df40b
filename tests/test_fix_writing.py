"""Fixed files on the disk: all of them or none, also when the run is killed at any call that changes a file."""

from __future__ import annotations

import errno
import hashlib
import os
import signal
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from dimorder.errors import DimorderError, UsageError
from dimorder.flow.fix_writing import ENDED, FINISHED, UNDONE, recover, write
from dimorder.flow.fixing import Change
from dimorder.flow.journal import Entry, journal_path, journalled
from dimorder.lint.fixing.stretches import Stretch
from dimorder.sandbox.hidden import is_hidden

OLD = {"a.py": b"shape = (3, 8, 9)\n", "deep/b.py": b"axis = 1\r\n", "c.ipynb": b'{"cells": []}'}
NEW = {"a.py": b"shape = (8, 9, 3)\n", "deep/b.py": b"axis = -1\r\n", "c.ipynb": b'{"cells": [1]}'}
STRETCHES = {
    "a.py": Stretch(9, 16, b"8, 9, 3"), "deep/b.py": Stretch(7, 7, b"-"), "c.ipynb": Stretch(11, 11, b"1"),
}  # fmt: skip
CALLS = ("open", "fsync", "replace", "link", "unlink", "fchmod")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    lay_out(tmp_path / "r")
    return tmp_path / "r"


def lay_out(root: Path) -> None:
    for name, content in OLD.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)
    (root / "a.py").chmod(0o750)


def changes(root: Path) -> list[Change]:
    return [
        Change(str(root / name), sha256(OLD[name]), sha256(NEW[name]), (STRETCHES[name],), ("an edit",), "")
        for name in OLD
    ]


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def there(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_all_files_change_and_nothing_is_left_over(root: Path) -> None:
    write(str(root), changes(root))
    assert there(root) == NEW
    assert stat.S_IMODE((root / "a.py").stat().st_mode) == 0o750
    assert recover(str(root)) == ""


def test_no_changes_are_none(root: Path) -> None:
    write(str(root), [])
    assert there(root) == OLD


def test_paths_may_be_relative(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root / "deep")
    write("..", [Change("b.py", sha256(OLD["deep/b.py"]), sha256(NEW["deep/b.py"]), (STRETCHES["deep/b.py"],), (), "")])
    assert there(root) == OLD | {"deep/b.py": NEW["deep/b.py"]}


def test_a_file_that_changed_meanwhile_stops_all(root: Path) -> None:
    (root / "c.ipynb").write_bytes(b"mine")
    with pytest.raises(UsageError, match="changed since it was read"):
        write(str(root), changes(root))
    assert there(root) == OLD | {"c.ipynb": b"mine"}


def test_edits_that_lead_elsewhere_are_not_written(root: Path) -> None:
    for stretch in (Stretch(9, 16, b"evil"), Stretch(0, 99, b""), Stretch(5, 2, b"")):
        wrong = Change(str(root / "a.py"), sha256(OLD["a.py"]), sha256(NEW["a.py"]), (stretch,), (), "")
        with pytest.raises(UsageError, match="do not lead to what was verified"):
            write(str(root), [wrong])
    assert there(root) == OLD


def test_nothing_is_written_through_links_or_outside(root: Path, tmp_path: Path) -> None:
    (tmp_path / "out.py").write_bytes(OLD["a.py"])
    (root / "link.py").symlink_to("a.py")
    (root / "away").symlink_to(tmp_path)
    for path in (tmp_path / "out.py", root / "link.py", root / "away" / "out.py", root / ".." / "out.py"):
        one = Change(str(path), sha256(OLD["a.py"]), sha256(NEW["a.py"]), (STRETCHES["a.py"],), (), "")
        with pytest.raises(UsageError, match=r"outside of|symbolic link"):
            write(str(root), [one])
    assert (tmp_path / "out.py").read_bytes() == OLD["a.py"]
    assert (root / "a.py").read_bytes() == OLD["a.py"]


def test_a_file_of_two_names_is_not_torn_in_two(root: Path, tmp_path: Path) -> None:
    os.link(root / "c.ipynb", tmp_path / "other.ipynb")
    with pytest.raises(UsageError, match="hard links"):
        write(str(root), changes(root))
    assert there(root) == OLD


@pytest.mark.parametrize("call", ["fsync", "replace", "fchmod", "open"])
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO])
def test_a_fault_at_any_call_leaves_all_as_it_was(
    root: Path, call: str, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = getattr(os, call)
    for nth in range(1, 40):
        with monkeypatch.context() as patched:
            count = iter(range(1, 10_000))

            def faulty(*args: Any, _count: Iterator[int] = count, _nth: int = nth, **named: Any) -> Any:
                if next(_count) == _nth:
                    raise OSError(number, os.strerror(number))
                return real(*args, **named)

            patched.setattr(os, call, faulty)
            try:
                write(str(root), changes(root))
            except (DimorderError, OSError):
                pass
            else:
                assert nth > 1
                assert there(root) == NEW
                return
        told = recover(str(root))
        assert told in ("", UNDONE)
        assert {name: content for name, content in there(root).items() if not is_hidden(Path(name).name)} == OLD
    raise AssertionError("it never came to its end")


# Killed.


def killed(work: Callable[[], object], at: int) -> bool:
    """Whether the work, in a process of its own, got as far as its nth call that changes a file, and died there."""
    process = os.fork()
    if process == 0:
        try:
            _strike(at)
            work()
            os._exit(0)
        finally:
            os._exit(9)
    status = os.waitpid(process, 0)[1]
    assert status == signal.SIGKILL or os.waitstatus_to_exitcode(status) == 0
    return status == signal.SIGKILL


def _strike(at: int) -> None:
    """Die in front of the nth call; the one before it has been made."""
    left = [at]

    def struck(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **named: Any) -> Any:
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*args, **named)

        return call

    for name in CALLS:
        setattr(os, name, struck(getattr(os, name)))


def visible(root: Path) -> dict[str, bytes]:
    """Without what killed runs leave under hidden names until the next one sweeps it."""
    return {name: content for name, content in there(root).items() if not is_hidden(Path(name).name)}


def test_a_kill_at_any_call_leaves_what_the_next_run_ends(tmp_path: Path) -> None:
    told, at = set(), 0
    while True:
        at += 1
        root = tmp_path / str(at)
        lay_out(root)
        if not killed(lambda root=root: write(str(root), changes(root)), at):  # type: ignore[misc]
            break
        for name, content in visible(root).items():
            assert name not in OLD or content in (OLD[name], NEW[name]), f"{name} is torn after {at} calls"
        told.add(recover(str(root)).partition(":")[0])
        left = visible(root)
        assert left in (OLD, NEW), f"mixed after {at} calls"
        assert recover(str(root)) == ""
        write(str(root), changes(root)) if left == OLD else None
        assert set(there(root)) == set(OLD), f"litter is not swept after {at} calls"
    assert at > 30
    assert told == {"", FINISHED.partition(":")[0], UNDONE, ENDED}


def test_in_a_work_tree_the_journal_lies_in_gits_folder(root: Path) -> None:
    (root / ".git").mkdir()
    half_done(root)
    assert visible(root)[".git/dimorder-journal.json"]
    assert recover(str(root)) == FINISHED.format("deep/b.py, c.ipynb")
    assert there(root) == NEW


def test_in_a_linked_work_tree_too(root: Path, tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    (root / ".git").write_text("gitdir: ../own\n")
    half_done(root)
    assert [path.name for path in (tmp_path / "own").iterdir()] == ["dimorder-journal.json"]
    assert recover(str(root)) == FINISHED.format("deep/b.py, c.ipynb")
    assert list((tmp_path / "own").iterdir()) == []


def test_a_kill_while_recovering_is_recovered_from(tmp_path: Path) -> None:
    at = 0
    while True:
        at += 1
        root = tmp_path / str(at)
        half_done(root)
        if not killed(lambda root=root: recover(str(root)), at):  # type: ignore[misc]
            break
        recover(str(root))
        assert there(root) == NEW, f"after {at} calls"
    assert at > 10


def half_done(root: Path) -> None:
    """As a kill between the first file and the second leaves it."""
    lay_out(root)
    entries = [Entry(name, sha256(OLD[name]), sha256(NEW[name]), (STRETCHES[name],)) for name in OLD]
    cut_off(root, entries)
    (root / "a.py").write_bytes(NEW["a.py"])


def cut_off(root: Path, entries: list[Entry]) -> None:
    """Leave the journal there."""
    with pytest.raises(KeyboardInterrupt), journalled(str(root), entries):
        raise KeyboardInterrupt


def test_what_a_person_changed_since_is_not_touched(root: Path) -> None:
    half_done(root)
    (root / "c.ipynb").write_bytes(b"mine")
    with pytest.raises(UsageError, match=r"cut off, and 'c.ipynb' was changed since") as told:
        recover(str(root))
    assert "then remove" in told.value.hint
    assert visible(root)["deep/b.py"] == OLD["deep/b.py"]
    with pytest.raises(UsageError, match="tells of a fix that was cut off"):
        write(str(root), changes(root))


def test_files_that_a_person_put_back_end_the_matter(root: Path) -> None:
    half_done(root)
    (root / "a.py").write_bytes(OLD["a.py"])
    assert recover(str(root)) == UNDONE
    assert there(root) == OLD


def test_a_journal_that_is_none_is_refused(root: Path, tmp_path: Path) -> None:
    place = Path(journal_path(str(root)))
    for content in (b"", b"[]", b'{"files": [], "format": 2}', b'{"files": 3}', b"[" * 100_000):
        place.write_bytes(content)
        with pytest.raises(UsageError, match="no journal"):
            recover(str(root))
    place.unlink()
    place.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UsageError):
        recover(str(root))


def test_a_journal_that_leads_out_is_refused(root: Path, tmp_path: Path) -> None:
    (tmp_path / "out.py").write_bytes(OLD["a.py"])
    (root / "away").symlink_to(tmp_path)
    for path in ("../out.py", str(tmp_path / "out.py"), "away/out.py", "deep/../../out.py"):
        entry = Entry(path, sha256(OLD["a.py"]), sha256(NEW["a.py"]), (STRETCHES["a.py"],))
        cut_off(root, [entry])
        with pytest.raises(UsageError, match="outside of"):
            recover(str(root))
        Path(journal_path(str(root))).unlink()


def test_in_a_work_tree_a_journal_among_the_files_is_a_strangers(root: Path) -> None:
    (root / ".dimorder-journal.json").write_bytes(b"whatever came with the repository")
    (root / ".git").mkdir()
    assert recover(str(root)) == ""
    write(str(root), changes(root))
    assert visible(root)["a.py"] == NEW["a.py"]
