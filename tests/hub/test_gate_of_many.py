"""The gate of several programs at once, some of them killed inside."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from support.postgres import postgres, why_not

BETWEEN = 0.15
_WRITER = """
import os, sys, time
from dimorder.hub.gate import Pace
from dimorder.hub.shared_gate import SharedGate
url, log, number, dies = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]
gate = SharedGate(url, "owner", Pace(between=float(sys.argv[5])))
def say(word):
    with open(log, "a") as file:
        file.write(f"{time.monotonic()} {word}\\n")
for _ in range(number):
    with gate.passage():
        say("in")
        if dies == "dies":
            time.sleep(60)
        time.sleep(0.01)
        say("out")
"""
Start = Callable[[int, str], subprocess.Popen[bytes]]


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "log"


@pytest.fixture(scope="module", params=["SQLite", "PostgreSQL"])
def url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Of a database."""
    folder = tmp_path_factory.mktemp("database")
    if request.param == "SQLite":
        yield f"sqlite:///{folder}/gate.db"
        return
    if why_not():
        pytest.skip(why_not())
    with postgres(folder / "postgres") as address:
        yield address


@pytest.fixture
def start(url: str, log: Path) -> Iterator[Start]:
    """A program that writes so many times, or that gets stuck inside."""
    running = []

    def started(number: int, dies: str = "") -> subprocess.Popen[bytes]:
        words = [sys.executable, "-c", _WRITER, url, str(log), str(number), dies, str(BETWEEN)]
        running.append(subprocess.Popen(words))
        return running[-1]

    yield started
    for one in running:
        one.kill()
        one.wait()


def gaps(log: Path) -> list[float]:
    """Seconds from the end of each write to the beginning of the next; who was killed has ended none."""
    lines = [line.split() for line in log.read_text().splitlines()]
    ordered = sorted((float(at), word) for at, word in lines)
    return [later - before for (before, a), (later, b) in pairwise(ordered) if b == "in"]


def test_programs_pass_one_after_the_other(start: Start, log: Path) -> None:
    writers = [start(5, "") for _ in range(3)]
    assert [one.wait(60) for one in writers] == [0, 0, 0]
    assert len(gaps(log)) == 14
    assert min(gaps(log)) >= BETWEEN


def test_whoever_is_killed_inside_stands_in_nobodys_way(start: Start, log: Path) -> None:
    stuck = start(1, "dies")
    while not (log.exists() and "in" in log.read_text()):
        time.sleep(0.01)
    other = start(2, "")
    time.sleep(0.5)
    assert log.read_text().count("in") == 1, "while it lives nobody else passes"
    stuck.send_signal(signal.SIGKILL)
    stuck.wait()
    killed = time.monotonic()
    assert other.wait(20) == 0
    assert log.read_text().count("out") == 2
    entered = sorted(float(line.split()[0]) for line in log.read_text().splitlines() if "in" in line)[1]
    assert BETWEEN <= entered - killed < 5
