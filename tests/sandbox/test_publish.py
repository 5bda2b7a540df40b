"""Files appear whole or not at all, over nobody's, and several of them together."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from dimorder.errors import DimorderError, EnvironmentProblem, UsageError
from dimorder.sandbox import folder
from dimorder.sandbox.files import Rights
from dimorder.sandbox.folder import alone_in
from dimorder.sandbox.publish import publish, publish_together
from dimorder.sandbox.temporary import temporary
from sandbox.writing import failing, litter, program, write

DISK_FAULTS = [errno.ENOSPC, errno.EIO, errno.EROFS, errno.EDQUOT, errno.EACCES]
CALLS = ["open", "fsync", "link", "replace", "fchmod"]


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "model.tf.h5"


def test_a_target_appears_with_the_originals_rights(target: Path) -> None:
    assert write(target, b"abc", rights=Rights(0o6640))
    assert target.read_bytes() == b"abc"
    assert stat.S_IMODE(target.stat().st_mode) == 0o640
    assert litter(target.parent) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_root_writes_for_the_originals_owner(target: Path) -> None:
    assert write(target, b"abc", rights=Rights(0o640, 12345, 54321))
    assert (target.stat().st_uid, target.stat().st_gid) == (12345, 54321)


def test_a_disk_that_keeps_no_owners_will_do(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fchown", failing(errno.EPERM))
    assert write(target, b"abc", rights=Rights(0o640, 12345, 54321))


def test_the_same_bytes_are_left_alone(target: Path) -> None:
    write(target, b"abc")
    before = target.stat()
    assert not write(target, b"abc")
    assert not write(target, b"abc", force=True)
    assert target.stat().st_mtime_ns == before.st_mtime_ns
    assert target.stat().st_ino == before.st_ino


def test_anothers_target_is_not_overwritten(target: Path) -> None:
    target.write_bytes(b"mine")
    with pytest.raises(UsageError, match="another file is already at"):
        write(target, b"abc")
    assert target.read_bytes() == b"mine"
    assert write(target, b"abc", force=True)
    assert target.read_bytes() == b"abc"
    assert litter(target.parent) == []


def test_a_target_that_appears_at_the_last_moment_is_not_overwritten(
    target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def meanwhile(number: int) -> None:
        target.write_bytes(b"mine")

    monkeypatch.setattr(os, "fsync", meanwhile)
    with pytest.raises(UsageError, match="another file"):
        write(target, b"abc")
    assert target.read_bytes() == b"mine"
    assert litter(target.parent) == []


def test_a_pipe_that_appears_at_the_last_moment_is_not_waited_for(target: Path) -> None:
    with temporary(str(target)) as temp:
        os.mkfifo(target)
        with pytest.raises(UsageError, match="not a regular file"):
            publish(temp, force=True)


def test_a_disk_without_hard_links_will_do(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "link", failing(errno.EPERM))
    assert write(target, b"abc")
    assert target.read_bytes() == b"abc"
    with pytest.raises(UsageError):
        write(target, b"abd")
    assert write(target, b"abd", force=True)
    assert litter(target.parent) == []


@pytest.mark.parametrize("number", [errno.EINVAL, errno.EOPNOTSUPP])
def test_a_disk_that_syncs_no_folders_will_do(target: Path, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    real = os.fsync

    def fsync(at: int) -> None:
        if stat.S_ISDIR(os.fstat(at).st_mode):
            raise OSError(number, os.strerror(number))
        real(at)

    monkeypatch.setattr(os, "fsync", fsync)
    assert write(target, b"abc")


def test_a_folder_that_may_be_written_but_not_read_will_do(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.open

    def open_(path: str, flags: int, *rest: int) -> int:
        if flags & os.O_DIRECTORY:
            raise PermissionError(errno.EACCES, "Permission denied")
        return real(path, flags, *rest)

    monkeypatch.setattr(os, "open", open_)
    with alone_in(str(target.parent)):
        assert write(target, b"abc")


def test_a_link_stays_and_its_file_is_replaced(tmp_path: Path, target: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "real.h5").write_bytes(b"old")
    target.symlink_to("elsewhere/real.h5")
    with pytest.raises(UsageError):
        write(target, b"new")
    write(target, b"new", force=True)
    assert target.is_symlink()
    assert (tmp_path / "elsewhere" / "real.h5").read_bytes() == b"new"


def test_the_other_names_of_a_file_keep_it(tmp_path: Path, target: Path) -> None:
    target.write_bytes(b"old")
    os.link(target, tmp_path / "other.h5")
    write(target, b"new", force=True)
    assert (tmp_path / "other.h5").read_bytes() == b"old"
    assert target.read_bytes() == b"new"


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("number", DISK_FAULTS)
def test_every_fault_of_the_disk_leaves_nothing_behind(
    target: Path, monkeypatch: pytest.MonkeyPatch, call: str, number: int
) -> None:
    target.write_bytes(b"old")
    with monkeypatch.context() as patch:
        patch.setattr(os, call, failing(number))
        forced = call != "link"
        goal = target if forced else target.with_name("new.h5")
        with pytest.raises(EnvironmentProblem):
            write(goal, b"abc", force=forced)
    assert target.read_bytes() == b"old"
    assert os.listdir(target.parent) == [target.name]


# Several at once.


def together(folder: Path, *names: str, force: bool = False) -> bool:
    first, last = names
    with temporary(str(folder / first)) as one, temporary(str(folder / last)) as two:
        one.file.write(b"certificate")
        two.file.write(b"target")
        return publish_together([(one, force), (two, force)])


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_two_files_appear_together(tmp_path: Path) -> None:
    assert together(tmp_path, "c", "t")
    assert contents(tmp_path) == {"c": b"certificate", "t": b"target"}
    assert not together(tmp_path, "c", "t")


@pytest.mark.parametrize("lost", ["c", "t"])
def test_what_a_crash_left_incomplete_is_completed(tmp_path: Path, lost: str) -> None:
    together(tmp_path, "c", "t")
    (tmp_path / lost).unlink()
    assert together(tmp_path, "c", "t")
    assert contents(tmp_path) == {"c": b"certificate", "t": b"target"}


@pytest.mark.parametrize("taken", ["c", "t"])
def test_neither_appears_where_one_cannot(tmp_path: Path, taken: str) -> None:
    (tmp_path / taken).write_bytes(b"mine")
    with pytest.raises(UsageError):
        together(tmp_path, "c", "t")
    assert contents(tmp_path) == {taken: b"mine"}


PROBLEMS = [KeyboardInterrupt(), OSError(errno.EIO, "bad disk"), OSError(errno.ENOSPC, "full")]


def nth_fails(monkeypatch: pytest.MonkeyPatch, call: str, nth: int, problem: BaseException) -> None:
    real: Callable[..., object] = getattr(os, call)
    calls = []

    def fail(*args: object, **kwargs: object) -> object:
        calls.append(args)
        if len(calls) == nth:
            raise problem
        return real(*args, **kwargs)

    monkeypatch.setattr(os, call, fail)


@pytest.mark.parametrize("problem", PROBLEMS)
@pytest.mark.parametrize(("call", "nth"), [("link", 2), ("fsync", 2), ("fsync", 3), ("fchmod", 2)])
def test_the_first_goes_when_a_later_step_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, nth: int, problem: BaseException
) -> None:
    nth_fails(monkeypatch, call, nth, problem)
    with pytest.raises((KeyboardInterrupt, EnvironmentProblem)):
        together(tmp_path, "c", "t")
    assert contents(tmp_path) == {}


@pytest.mark.parametrize("problem", PROBLEMS)
@pytest.mark.parametrize(("call", "nth"), [("replace", 1), ("replace", 2), ("fsync", 2), ("fsync", 3)])
def test_what_was_replaced_comes_back_when_a_later_step_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, nth: int, problem: BaseException
) -> None:
    old = {"c": b"old certificate", "t": b"old target"}
    for name, content in old.items():
        (tmp_path / name).write_bytes(content)
    nth_fails(monkeypatch, call, nth, problem)
    with pytest.raises((KeyboardInterrupt, EnvironmentProblem)):
        together(tmp_path, "c", "t", force=True)
    assert contents(tmp_path) == old


def test_anothers_file_is_not_taken_away_with_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody puts a file over ours before the next step fails."""
    real = os.fsync

    def fsync(number: int) -> None:
        if stat.S_ISDIR(os.fstat(number).st_mode):
            (tmp_path / "mine").write_bytes(b"mine")
            os.replace(tmp_path / "mine", tmp_path / "t")
            raise OSError(errno.EIO, "bad disk")
        real(number)

    monkeypatch.setattr(os, "fsync", fsync)
    with pytest.raises(EnvironmentProblem):
        together(tmp_path, "c", "t")
    assert contents(tmp_path) == {"t": b"mine"}


# Several runs.


def test_of_eight_racers_one_writes_and_none_fails(target: Path) -> None:
    code = (
        "from dimorder.sandbox.publish import publish\n"
        "from dimorder.sandbox.temporary import temporary\n"
        "with temporary(sys.argv[1]) as temp:\n"
        "    temp.file.write(bytes(100_000)); sys.stdin.read(1)\n"
        "    print(publish(temp, force=False))\n"
    )
    runs = [
        subprocess.Popen(program(code, target), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(8)
    ]
    while len(litter(target.parent)) < 8:
        time.sleep(0.01)
    said = [run.communicate("x")[0] for run in runs]
    assert sorted(said) == ["False\n"] * 7 + ["True\n"]
    assert target.read_bytes() == bytes(100_000)
    assert litter(target.parent) == []


def test_one_run_at_a_time_publishes_into_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder, "_PATIENCE", 0.1)
    with (
        alone_in(str(tmp_path)),
        pytest.raises(DimorderError, match="keeps"),
        alone_in(str(tmp_path)),
    ):
        pass
    with alone_in(str(tmp_path)):
        pass
