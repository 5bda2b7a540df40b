"""A child that opens a stranger's file: what it cannot do, and what becomes of it when it goes wrong."""

from __future__ import annotations

import errno
import os
import socket
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dimorder import cli_show
from dimorder.cli_options import Told
from dimorder.errors import DimorderError, UnreadableFile, UnsafeContent
from dimorder.lockdown import Bounds, landlock
from dimorder.sandbox import isolated
from dimorder.sandbox.bounds import Limits
from dimorder.sandbox.isolated import ChildFailed, Flow, Host, run_isolated
from dimorder.sandbox.worker import Worker, forget, worker
from support import evil

BOTH = ("landlock", "seccomp")
NO_LANDLOCK = "this kernel has no Landlock"
NOTHING = evil.Order()
TOKEN = "ghp_" + "0123456789abcdefghijklmnopqrstuvwxyz"
BRISK = Limits(Bounds(memory=256 << 20, cpu=2, written=1 << 20), patience=1.5, stall=1.5, total=4)


@pytest.fixture
def stranger() -> Iterator[Path]:
    """A file that does not concern the child, where permissions would let everybody do everything."""
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o777)
        path = Path(folder) / "stranger.txt"
        path.write_bytes(b"not yours")
        os.chmod(path, 0o666)
        yield path


@pytest.fixture
def source(tmp_path: Path) -> Iterator[Any]:
    path = tmp_path / "model.h5"
    path.write_bytes(b"mine")
    with path.open("rb") as file:
        yield file


def run(name: str, source: Any, order: evil.Order = NOTHING, *, limits: Limits = BRISK, **host: Any) -> evil.Found:
    host = {"progress": lambda *told: None, "services": {}, **host}
    flow = Flow(f"support.evil:{name}", evil.Found)
    return run_isolated(flow, {"source": source}, {"source": "model.h5"}, order, limits, Host(**host))


def died(name: str, source: Any, code: str, order: evil.Order = NOTHING, **more: Any) -> DimorderError:
    """It does, with this reason; and the next file is judged as if nothing had been."""
    start = time.monotonic()
    with pytest.raises((UnreadableFile, UnsafeContent)) as caught:
        run(name, source, order, **more)
    assert caught.value.code == code
    assert caught.value.sentence.startswith("model.h5: ")
    assert time.monotonic() - start < 20
    assert run("look_around", source).told["user"]
    return caught.value


# What is out of its reach, with one wall alone and with both.

FILES = ("open", "create", "python-open", "rename", "unlink", "link", "symlink", "truncate", "mkdir")
PROGRAMS = ("exec", "spawn", "subprocess")
CALLS = ("socket", "unix-socket", "socketpair", "connect", "fork", "kill-parent", "chmod", "raise-limits")
OWN = ("own-rights", "own-attributes", "own-flags", "signal-by-file", "message-queue", "outlive")
REFUSALS = {errno.EACCES, errno.EPERM}


def attempts(source: Any, stranger: Path, locks: tuple[str, ...]) -> dict[str, int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        order = evil.Order(path=str(stranger), port=server.getsockname()[1])
        before = stranger.stat()
        tried = run("attempt", source, order, locks=locks).tried
    after = stranger.stat()
    assert (after.st_mode, after.st_mtime_ns, after.st_nlink) == (before.st_mode, before.st_mtime_ns, before.st_nlink)
    assert stranger.read_bytes() == b"not yours"
    assert [path.name for path in stranger.parent.iterdir()] == ["stranger.txt"]
    return tried


def test_with_both_walls_nothing_is_in_reach(source: Any, stranger: Path) -> None:
    tried = attempts(source, stranger, BOTH)
    let_pass = {name: number for name, number in tried.items() if number not in REFUSALS and name != "raise-limits"}
    assert let_pass == {}
    assert tried["raise-limits"] != 0


@pytest.mark.parametrize("name", [*FILES, "list", "own-again", *PROGRAMS, *CALLS, *OWN])
def test_the_filter_of_calls_alone_refuses(name: str, source: Any, stranger: Path) -> None:
    tried = attempts(source, stranger, ("seccomp",))
    assert tried[name] in {*REFUSALS, -1}, tried


@pytest.mark.skipif(not landlock.version(), reason=NO_LANDLOCK)
@pytest.mark.parametrize("name", [*FILES, "list", "own-again", *PROGRAMS])
def test_landlock_alone_refuses(name: str, source: Any, stranger: Path) -> None:
    tried = attempts(source, stranger, ("landlock",))
    assert tried[name] in REFUSALS, tried


@pytest.mark.skipif(landlock.version() < 4, reason="this kernel's Landlock knows no TCP")
def test_landlock_alone_lets_nobody_be_called(source: Any, stranger: Path) -> None:
    assert attempts(source, stranger, ("landlock",))["connect"] == errno.EACCES


@pytest.mark.skipif(landlock.version() < 6, reason="this kernel's Landlock knows no signals")
def test_landlock_alone_lets_nobody_be_killed(source: Any, stranger: Path) -> None:
    assert attempts(source, stranger, ("landlock",))["kill-parent"] == errno.EPERM


def test_without_any_wall_these_attempts_do_succeed(source: Any, stranger: Path) -> None:
    """Else the tests above would show nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        only = (
            "open", "list", "create", "link", "socket", "socketpair", "connect", "fork", "truncate", "signal-by-file",
            "outlive",
        )  # fmt: skip
        order = evil.Order(path=str(stranger), port=server.getsockname()[1], only=only)
        tried = run("attempt", source, order, locks=(), limits=_roomy()).tried
    assert tried == dict.fromkeys(only, 0)


@pytest.mark.parametrize("name", PROGRAMS)
def test_programs_are_refused_before_any_file_is_there(name: str, source: Any) -> None:
    """The zygote gave that up when it began, for itself and for all that it forks."""
    order = evil.Order(only=(name,))
    assert run("attempt", source, order, locks=(), limits=_roomy()).tried[name] in REFUSALS


def _roomy(memory: int = 1 << 30) -> Limits:
    return Limits(Bounds(memory=memory, cpu=60, written=1 << 20), 30, 30, 30)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has rights to leave behind")
def test_root_is_left_behind(source: Any) -> None:
    assert run("look_around", source).told["user"] == "65534"


def test_nothing_of_the_users_environment_goes_in(source: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", TOKEN)
    monkeypatch.setenv("HOME", "/home/somebody")
    own = Worker(once=False)
    try:
        monkeypatch.setattr(isolated, "worker", lambda process, needs, looks: own)
        told = run("look_around", source).told["environment"]
        place = Path(f"/proc/{own.process.pid}")
        outside = (place / "environ").read_bytes() + (place / "cmdline").read_bytes()
    finally:
        own.close()
    assert TOKEN not in told
    assert TOKEN.encode() not in outside
    assert "somebody" not in told


@pytest.mark.parametrize("needs", [(), ("wave",)])
def test_rare_libraries_are_loaded_for_flows_that_need_them_alone(source: Any, needs: tuple[str, ...]) -> None:
    flow = Flow("support.evil:load", evil.Found, needs)
    host = Host(lambda *told: None, {})
    found = run_isolated(flow, {"source": source}, {"source": "model.h5"}, evil.Order("wave"), BRISK, host)
    assert (found.tried["import"] == 0) is bool(needs)


def test_only_its_file_and_the_line_home_are_open(source: Any) -> None:
    """Beside 0, 1 and 2, which lead nowhere."""
    assert run("look_around", source).told["open"] == "5"


def test_computing_still_works(source: Any) -> None:
    told = run("compute", source, services={"double": evil.double}, limits=_roomy()).told
    assert told == {"product": "600.0", "answer": "42", "content": "abab", "read": "mine", "name": "model.h5"}


def test_a_target_is_written_through_the_open_file(source: Any, tmp_path: Path) -> None:
    with (tmp_path / "target").open("w+b") as target:
        host = Host(lambda *told: None, {})
        files = {"source": source, "target": target}
        run_isolated(Flow("support.evil:write", evil.Found), files, {"source": "model.h5"}, evil.Order(), BRISK, host)
    assert (tmp_path / "target").read_bytes() == b"converted"


# What becomes of it when it goes wrong: an answer about that file, and life goes on.


def test_a_crash_of_the_reader_is_a_verdict(source: Any) -> None:
    assert "SIGSEGV" in died("crash", source, "input.corrupt").sentence


def test_an_abort_is_a_verdict(source: Any) -> None:
    died("die", source, "input.corrupt")


def test_a_reader_that_just_ends_is_a_verdict(source: Any) -> None:
    died("vanish", source, "input.corrupt")


def test_a_hanging_reader_is_stopped(source: Any) -> None:
    died("hang", source, "limits.time")


def test_a_spinning_reader_is_stopped(source: Any) -> None:
    died("spin", source, "limits.time")


def test_signs_of_life_do_not_go_on_for_ever(source: Any) -> None:
    died("chatter", source, "limits.time")


def test_the_processors_own_clock_stops_it_too(source: Any) -> None:
    limits = Limits(Bounds(memory=256 << 20, cpu=1, written=1 << 20), patience=6, stall=6, total=6)
    died("spin", source, "limits.time", limits=limits)


def test_a_reader_that_grows_too_fat_is_a_verdict(source: Any) -> None:
    died("grow", source, "limits.memory", evil.Order(size=1000), limits=_roomy(256 << 20))


def test_within_its_memory_it_may_grow(source: Any) -> None:
    assert run("grow", source, evil.Order(size=10)).told["kept"] == "10"


def test_nonsense_from_the_child_is_a_verdict(source: Any) -> None:
    died("garble", source, "input.corrupt")


def test_a_child_that_is_gone_before_it_is_stopped_harms_no_later_one(source: Any) -> None:
    """Its nonsense is found out only when it is read to the end."""
    for _ in range(3):
        died("say", source, "input.corrupt", evil.Order(path='{"report": ', size=8))
        assert run("look_around", source).told["open"] == "5"


@pytest.mark.parametrize("length", [100, 1 << 26])
def test_more_than_a_report_is_not_even_read(length: int, source: Any) -> None:
    start = time.monotonic()
    died("promise", source, "input.corrupt", evil.Order(size=length))
    assert time.monotonic() - start < 1


@pytest.mark.parametrize(
    "answer",
    [
        '{"error": {"kind": "Refused", "sentence": "", "hint": "", "code": "", "refusals": 5}}',
        '{"error": {"kind": "Refused", "sentence": "", "hint": "", "code": "", "refusals": [[1]]}}',
        '{"error": {"kind": "UnsafeContent", "sentence": "", "hint": "", "code": "\\u001b[31m"}}',
        '{"error": {"kind": "EnvironmentProblem", "sentence": "", "hint": "", "code": "sandbox.start"}}',
        '{"error": 1}',
        '{"system": [5000, "", null]}',
        f'{{"system": [1{"0" * 100}, "", null]}}',
        '{"system": []}',
        '{"bug": 1}',
    ],
)
def test_an_answer_of_the_wrong_shape_is_not_believed(answer: str, source: Any) -> None:
    with pytest.raises(ChildFailed):
        run("say", source, evil.Order(path=answer))


def test_errors_of_the_system_come_home(source: Any) -> None:
    with pytest.raises(OSError, match="full") as caught:
        run("say", source, evil.Order(path='{"system": [28, "full", null]}'))
    assert caught.value.errno == errno.ENOSPC


def test_signs_of_life_are_no_longer_than_can_be_shown(source: Any) -> None:
    seen: list[tuple[str, int, int]] = []
    telling = f'{{"progress": ["{"x" * 5000}", 1{"0" * 400}, -7]}}'
    with pytest.raises(UnreadableFile):
        run("say", source, evil.Order(path=telling), progress=lambda *told: seen.append(told))
    assert seen == [("x" * 200, 1 << 53, 0)]


def test_memory_without_a_name_is_bounded_too(source: Any) -> None:
    assert int(run("hoard", source, evil.Order(size=50)).told["kept"]) <= 5


@pytest.mark.skipif(os.geteuid() != 0, reason="others may have a lower bound already")
def test_threads_are_bounded(source: Any) -> None:
    assert int(run("multiply", source, evil.Order(size=3000), limits=_roomy(1 << 40)).told["started"]) < 2000


def test_a_service_that_nobody_offers_is_not_given(source: Any) -> None:
    died("beg", source, "input.corrupt")


def test_a_report_of_another_kind_is_not_believed(source: Any) -> None:
    with pytest.raises(ChildFailed):
        run("lie", source)


def test_a_bug_of_ours_comes_home_with_its_traceback(source: Any) -> None:
    with pytest.raises(ChildFailed, match="KeyError: 'a bug of ours'"):
        run("blunder", source)


def test_falling_too_deep_is_a_verdict(source: Any) -> None:
    died("fall_deep", source, "limits.depth")


def test_an_interrupted_caller_leaves_no_child(source: Any) -> None:
    def interrupt(*told: Any) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run("chatter", source, progress=interrupt)
    assert len(_children_of(worker(os.getpid()).process.pid)) == 1, "the one that waits for the next file"


def test_a_killed_zygote_is_replaced(source: Any) -> None:
    own = worker(os.getpid())
    own.process.kill()
    own.process.wait()
    assert run("look_around", source).told


def test_threads_wait_for_each_other(source: Any) -> None:
    found: list[str] = []
    threads = [threading.Thread(target=lambda: found.append(run("look_around", source).told["open"])) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == ["5"] * 8


def test_files_leave_no_descriptor_behind(source: Any) -> None:
    run("look_around", source)
    before = len(os.listdir("/proc/self/fd"))
    zygote = f"/proc/{worker(os.getpid()).process.pid}/fd"
    there = len(os.listdir(zygote))
    for _ in range(30):
        run("look_around", source)
    assert len(os.listdir("/proc/self/fd")) == before
    assert len(os.listdir(zygote)) == there


def test_where_processes_cannot_fork_one_is_started_for_each_file(
    source: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dimorder.sandbox.worker.CAN_FORK", False)
    forget(worker(os.getpid()))
    try:
        assert run("compute", source, services={"double": evil.double}, limits=_roomy()).told["read"] == "mine"
        assert run("attempt", source, evil.Order(path="/etc/passwd")).tried["open"] in REFUSALS
        died("crash", source, "input.corrupt", limits=_roomy())
    finally:
        forget(worker(os.getpid()))


def _children_of(process: int) -> list[str]:
    return Path(f"/proc/{process}/task/{process}/children").read_text().split()


def test_what_holds_is_told(source: Any) -> None:
    run("look_around", source)
    found = isolated.walls()
    assert found is not None
    assert (found.landlock > 0) == ("Landlock" in str(found))
    assert found.nobody == (os.geteuid() == 0)


@pytest.mark.parametrize(
    ("walls", "verbose", "quiet", "told"),
    [
        (isolated.Walls(True, 7, True), False, False, ""),
        (isolated.Walls(True, 7, True), True, False, "seccomp, Landlock (ABI 7), no rights of root"),
        (isolated.Walls(False, 0, False), False, False, "nothing: neither seccomp nor Landlock is to be had here"),
        (isolated.Walls(False, 0, False), False, True, ""),
    ],
)
def test_a_reader_without_walls_is_not_passed_over_in_silence(
    walls: isolated.Walls, verbose: bool, quiet: bool, told: str, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.setattr(isolated, "walls", lambda: walls)
    cli_show.show_walls(Told((), quiet, verbose, None))
    said = capsys.readouterr().err
    assert said == (f"files were read behind: {told}\n" if told else "")
