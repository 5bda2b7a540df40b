"""Files appear whole or not at all, over nobody's, and never in place of what was read."""

from __future__ import annotations

import errno
import os
import resource
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from dimorder.errors import DimorderError, EnvironmentProblem, UsageError
from dimorder.sandbox.files import check_unchanged, open_input, sha256
from dimorder.sandbox.publish import publish, publish_together
from dimorder.sandbox.temporary import SUFFIX, temporary

DISK_FAULTS = [errno.ENOSPC, errno.EIO, errno.EROFS, errno.EDQUOT, errno.EACCES]


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "model.tf.h5"


def write(target: Path, content: bytes, *, force: bool = False, mode: int = 0o644) -> bool:
    with temporary(str(target)) as temp:
        temp.file.write(content)
        return publish(temp, force=force, mode=mode)


def litter(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if path.name.endswith(SUFFIX)]


def failing(number: int) -> Callable[..., None]:
    def fail(*args: object, **kwargs: object) -> None:
        raise OSError(number, os.strerror(number))

    return fail


# Inputs.


def test_a_file_opens_with_its_identity(tmp_path: Path) -> None:
    (tmp_path / "model.h5").write_bytes(b"abc")
    with open_input(str(tmp_path / "model.h5")) as opened:
        assert opened.file.read() == b"abc"
        assert opened.identity.size == 3
        assert sha256(opened.file).startswith("ba7816bf")


def test_a_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "model.h5").write_bytes(b"abc")
    (tmp_path / "link").symlink_to("model.h5")
    with open_input(str(tmp_path / "link")) as opened:
        assert opened.is_same_file(str(tmp_path / "model.h5"))


@pytest.mark.parametrize("path", ["missing.h5", ".", "model.h5/x", "x" * 300, "a\0b", "loop", "", "/dev/null"])
def test_what_is_no_file_is_a_usage_error(tmp_path: Path, path: str) -> None:
    (tmp_path / "model.h5").write_bytes(b"")
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(UsageError), open_input(os.path.join(tmp_path, path) if path else ""):
        pass


def test_a_pipe_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UsageError, match="not a regular file"), open_input(str(tmp_path / "pipe")):
        pass


def test_a_file_without_permission_is_the_environments_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "open", failing(errno.EACCES))  # root may read everything
    with pytest.raises(EnvironmentProblem, match="Permission denied"), open_input("model.h5"):
        pass


@pytest.mark.parametrize("how", ["written to", "replaced", "removed"])
def test_a_source_that_changes_is_noticed(tmp_path: Path, how: str) -> None:
    path = tmp_path / "model.h5"
    path.write_bytes(b"abc")
    with open_input(str(path)) as opened:
        check_unchanged(opened)
        if how == "written to":
            path.write_bytes(b"abd")
            os.utime(path, ns=(0, 0))
        elif how == "replaced":
            os.replace(_copy(path), path)
        else:
            path.unlink()
        with pytest.raises(DimorderError):
            check_unchanged(opened)


def _copy(path: Path) -> Path:
    other = path.with_name("other")
    other.write_bytes(path.read_bytes())
    os.utime(other, ns=(path.stat().st_atime_ns, path.stat().st_mtime_ns))
    return other


# Publishing.


def test_a_target_appears_with_the_originals_mode(target: Path) -> None:
    assert write(target, b"abc", mode=0o6640)
    assert target.read_bytes() == b"abc"
    assert stat.S_IMODE(target.stat().st_mode) == 0o640
    assert litter(target.parent) == []


def test_a_temporary_is_nobody_elses_to_read(target: Path) -> None:
    with temporary(str(target)) as temp:
        assert stat.S_IMODE(os.stat(temp.path).st_mode) == 0o600
        assert not target.exists()


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


def test_a_disk_without_hard_links_will_do(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "link", failing(errno.EPERM))
    assert write(target, b"abc")
    assert target.read_bytes() == b"abc"
    with pytest.raises(UsageError):
        write(target, b"abd")


def test_a_link_stays_and_its_file_is_replaced(tmp_path: Path, target: Path) -> None:
    (tmp_path / "real.h5").write_bytes(b"old")
    target.symlink_to("real.h5")
    with pytest.raises(UsageError):
        write(target, b"new")
    write(target, b"new", force=True)
    assert target.is_symlink()
    assert (tmp_path / "real.h5").read_bytes() == b"new"


@pytest.mark.parametrize("place", ["folder", "pipe"])
def test_only_files_are_replaced(tmp_path: Path, place: str) -> None:
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UsageError):
        write(tmp_path / place, b"abc", force=True)
    assert litter(tmp_path) == []


def test_the_longest_name_finds_room(tmp_path: Path) -> None:
    assert write(tmp_path / ("ö" * 127), b"abc")
    assert litter(tmp_path) == []


def test_a_missing_folder_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="No such file or directory"):
        write(tmp_path / "nowhere" / "x.h5", b"abc")


@pytest.mark.parametrize("call", ["open", "fsync", "link", "replace", "fchmod"])
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


def test_a_full_disk_leaves_nothing_behind(target: Path) -> None:
    """A real limit of the system instead of a pretended one."""
    code = (
        "import sys; sys.path[:0] = sys.argv[2:]\n"
        "from dimorder.sandbox.files import explaining\n"
        "from dimorder.sandbox.temporary import temporary\n"
        "with temporary(sys.argv[1]) as temp, explaining('writing'):\n"
        "    temp.file.write(bytes(1 << 20)); temp.file.flush()\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", code, str(target), *sys.path],
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096)),
        capture_output=True,
        text=True,
    )
    assert "EnvironmentProblem: writing: File too large" in run.stderr
    assert os.listdir(target.parent) == []


@pytest.mark.parametrize("problem", [KeyboardInterrupt, SystemExit, RuntimeError])
def test_temporaries_go_whatever_happens(target: Path, problem: type[BaseException]) -> None:
    with pytest.raises(problem), temporary(str(target)):
        raise problem
    assert os.listdir(target.parent) == []


# Several at once.


def together(folder: Path, *names: str) -> bool:
    first, last = names
    with temporary(str(folder / first)) as one, temporary(str(folder / last)) as two:
        one.file.write(b"certificate")
        two.file.write(b"target")
        return publish_together([(one, False), (two, False)])


def test_two_files_appear_together(tmp_path: Path) -> None:
    assert together(tmp_path, "c", "t")
    assert sorted(os.listdir(tmp_path)) == ["c", "t"]
    assert not together(tmp_path, "c", "t")


@pytest.mark.parametrize("taken", ["c", "t"])
def test_neither_appears_where_one_cannot(tmp_path: Path, taken: str) -> None:
    (tmp_path / taken).write_bytes(b"mine")
    with pytest.raises(UsageError):
        together(tmp_path, "c", "t")
    assert os.listdir(tmp_path) == [taken]


@pytest.mark.parametrize("problem", [KeyboardInterrupt(), OSError(errno.EIO, "bad disk")])
def test_the_first_goes_when_the_second_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, problem: BaseException
) -> None:
    link, calls = os.link, []

    def second_fails(source: str, target: str, *, follow_symlinks: bool) -> None:
        calls.append(target)
        if len(calls) == 2:
            raise problem
        link(source, target, follow_symlinks=follow_symlinks)

    monkeypatch.setattr(os, "link", second_fails)
    with pytest.raises((KeyboardInterrupt, EnvironmentProblem)):
        together(tmp_path, "c", "t")
    assert os.listdir(tmp_path) == []


# Killed.


def kill_while_writing(target: Path) -> None:
    code = (
        "import sys, time; sys.path[:0] = sys.argv[2:]\n"
        "from dimorder.sandbox.temporary import temporary\n"
        "with temporary(sys.argv[1]) as temp:\n"
        "    temp.file.write(b'half'); temp.file.flush(); print('there', flush=True); time.sleep(60)\n"
    )
    command = [sys.executable, "-c", code, str(target), *sys.path]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None
        assert run.stdout.readline() == "there\n"
        run.send_signal(signal.SIGKILL)


def an_hour_later(monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 3600)


def test_a_kill_leaves_a_temporary_only_and_the_next_run_sweeps_it(
    target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kill_while_writing(target)
    assert not target.exists()
    assert len(litter(target.parent)) == 1
    assert write(target, b"abc")
    assert len(litter(target.parent)) == 1  # too fresh to be sure that nobody is about to lock it
    an_hour_later(monkeypatch)
    assert not write(target, b"abc")
    assert os.listdir(target.parent) == [target.name]


def test_the_temporary_of_a_living_run_is_not_swept(
    target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    an_hour_later(monkeypatch)
    with temporary(str(target)) as first:
        write(target, b"abc")
        assert os.path.exists(first.path)


def test_of_eight_racers_one_writes_and_none_fails(target: Path) -> None:
    code = (
        "import sys; sys.path[:0] = sys.argv[2:]\n"
        "from dimorder.sandbox.publish import publish\n"
        "from dimorder.sandbox.temporary import temporary\n"
        "with temporary(sys.argv[1]) as temp:\n"
        "    temp.file.write(bytes(100_000)); sys.stdin.read(1)\n"
        "    print(publish(temp, force=False))\n"
    )
    command = [sys.executable, "-c", code, str(target), *sys.path]
    runs = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(8)
    ]
    while len(litter(target.parent)) < 8:
        time.sleep(0.01)
    said = [run.communicate("x")[0] for run in runs]
    assert sorted(said) == ["False\n"] * 7 + ["True\n"]
    assert target.read_bytes() == bytes(100_000)
