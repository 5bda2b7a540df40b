"""Temporaries lie beside their target, are nobody else's to read, and go whatever happens."""

from __future__ import annotations

import fcntl
import os
import resource
import signal
import stat
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from dimorder.errors import EnvironmentProblem, UsageError
from dimorder.sandbox import temporary as module
from dimorder.sandbox.hidden import SUFFIX, hidden, is_for, is_hidden
from dimorder.sandbox.sweeping import sweep
from dimorder.sandbox.temporary import temporary
from sandbox.writing import litter, program, write


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "model.tf.h5"


def test_a_temporary_is_nobody_elses_to_read(target: Path) -> None:
    with temporary(str(target)) as temp:
        assert stat.S_IMODE(os.stat(temp.path).st_mode) == 0o600
        assert os.path.dirname(temp.path) == str(target.parent)
        assert not target.exists()


@pytest.mark.parametrize("problem", [KeyboardInterrupt, SystemExit, RuntimeError])
def test_temporaries_go_whatever_happens(target: Path, problem: type[BaseException]) -> None:
    with pytest.raises(problem), temporary(str(target)):
        raise problem
    assert os.listdir(target.parent) == []


def test_a_missing_folder_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="No such file or directory"):
        write(tmp_path / "nowhere" / "x.h5", b"abc")


@pytest.mark.parametrize("place", ["folder", "pipe", "dangling", "loop", "to_null", "folder/", "x" * 300, "a\0b"])
def test_only_files_are_written(tmp_path: Path, place: str) -> None:
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "dangling").symlink_to("nothing.h5")
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "to_null").symlink_to("/dev/null")
    before = sorted(os.listdir(tmp_path))
    with pytest.raises(UsageError), temporary(os.path.join(tmp_path, place)):
        pass
    assert sorted(os.listdir(tmp_path)) == before


@pytest.mark.parametrize("device", ["/dev/full", "/dev/null"])
def test_devices_are_refused_before_anything_is_made(device: str) -> None:
    with pytest.raises(UsageError, match="not a regular file"), temporary(device):
        pass
    assert litter(Path("/dev")) == []


def test_a_file_or_link_in_the_place_of_a_temporary_is_left_alone(
    tmp_path: Path, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trap = tmp_path / f".model.tf.h5.{'0' * 16}{SUFFIX}"
    (tmp_path / "precious").write_bytes(b"mine")
    trap.symlink_to("precious")
    monkeypatch.setattr(module, "hidden", lambda place: str(trap))
    with pytest.raises(EnvironmentProblem, match="is there already"), temporary(str(target)):
        pass
    assert trap.is_symlink()
    assert (tmp_path / "precious").read_bytes() == b"mine"


@pytest.mark.parametrize("name", ["ö" * 127, "x" * 255, "\udcff" * 200])
def test_the_longest_name_finds_room(tmp_path: Path, name: str) -> None:
    assert write(tmp_path / name, b"abc")
    assert litter(tmp_path) == []


def test_hidden_names_are_told_apart() -> None:
    path = hidden("/data/model.tf.h5")
    name = os.path.basename(path)
    assert os.path.dirname(path) == "/data"
    assert is_hidden(name)
    assert is_for(name, "/data/model.tf.h5")
    assert is_for(os.path.basename(hidden("model.tf.h5.proof.json")), "/data/model.tf.h5")
    assert not is_for(name, "other.h5")
    assert not any(map(is_hidden, ["model.tf.h5", ".model.dimorder-tmp", f".m.{'g' * 16}{SUFFIX}", f"{name}~"]))


def test_a_limit_on_files_leaves_nothing_behind(target: Path) -> None:
    code = (
        "from dimorder.sandbox.files import explaining\n"
        "from dimorder.sandbox.temporary import temporary\n"
        "with temporary(sys.argv[1]) as temp, explaining('writing'):\n"
        "    temp.file.write(bytes(1 << 20)); temp.file.flush()\n"
    )
    run = subprocess.run(
        program(code, target),
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096)),
        capture_output=True,
        text=True,
    )
    assert "EnvironmentProblem: writing: File too large" in run.stderr
    assert os.listdir(target.parent) == []


# Killed.


def kill_while_writing(target: Path) -> None:
    code = (
        "import time\n"
        "from dimorder.sandbox.temporary import temporary\n"
        "with temporary(sys.argv[1]) as temp:\n"
        "    temp.file.write(b'half'); temp.file.flush(); print('there', flush=True); time.sleep(60)\n"
    )
    with subprocess.Popen(program(code, target), stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None
        assert run.stdout.readline() == "there\n"
        run.send_signal(signal.SIGKILL)


def an_hour_later(monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 3600)


def test_what_a_kill_leaves_the_next_run_sweeps(target: Path) -> None:
    kill_while_writing(target)
    assert not target.exists()
    assert len(litter(target.parent)) == 1
    assert write(target, b"abc")
    assert os.listdir(target.parent) == [target.name]


def test_what_a_kill_left_of_another_target_goes_later(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kill_while_writing(target)
    other = target.with_name("other.h5")
    write(other, b"abc")
    assert len(litter(target.parent)) == 1
    an_hour_later(monkeypatch)
    write(other, b"abc")
    assert os.listdir(target.parent) == [other.name]


def test_the_temporary_of_a_living_run_is_not_swept(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    an_hour_later(monkeypatch)
    with temporary(str(target)) as first:
        write(target, b"abc")
        assert os.path.exists(first.path)


@pytest.mark.parametrize(
    "name", ["model.tf.h5.dimorder-tmp", ".model.tf.h5.dimorder-tmp", ".model.tf.h5.backup", "folder", "link"]
)
def test_files_of_others_are_not_swept(target: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    ours = f".model.tf.h5.{'0' * 16}{SUFFIX}"
    if name == "folder":
        (target.parent / ours).mkdir()
    elif name == "link":
        (target.parent / ours).symlink_to("precious")
    else:
        (target.parent / name).write_bytes(b"mine")
    before = os.listdir(target.parent)
    an_hour_later(monkeypatch)
    sweep(str(target))
    assert os.listdir(target.parent) == before


def test_a_temporary_swept_before_it_was_locked_is_made_again(
    target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between creation and lock it looks like a dead run's."""
    monkeypatch.setattr(fcntl, "flock", _after(fcntl.flock, lambda: sweep(str(target))))
    with temporary(str(target)) as temp:
        assert os.path.exists(temp.path)
        assert os.fstat(temp.file.fileno()).st_nlink == 1


def _after(real: Callable[..., None], once: Callable[[], None]) -> Callable[..., None]:
    todo = [once]

    def flock(number: int, how: int) -> None:
        if todo:
            todo.pop()()
        real(number, how)

    return flock


def test_a_sweeper_that_holds_the_lock_is_waited_for(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It holds it only to remove the file: then another is made."""
    made: list[str] = []
    real = os.open

    def swept(path: str, sweeper: int) -> None:
        os.unlink(path)
        os.close(sweeper)

    def create(path: str, *rest: int) -> int:
        number = real(path, *rest)
        if path.endswith(SUFFIX) and not made:
            made.append(path)
            sweeper = real(path, os.O_RDONLY)
            fcntl.flock(sweeper, fcntl.LOCK_EX)
            threading.Timer(0.05, swept, (path, sweeper)).start()
        return number

    monkeypatch.setattr(os, "open", create)
    with temporary(str(target)) as temp:
        assert temp.path != made[0]
        assert os.path.exists(temp.path)
