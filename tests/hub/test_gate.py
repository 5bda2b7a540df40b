"""The gate that all writes go through."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from dimorder.hub.client import Client
from dimorder.hub.gate import Gate, LocalGate, Pace
from dimorder.hub.problem import ApiProblem
from dimorder.hub.shared_gate import SharedGate
from dimorder.hub.token import Token
from support.fake_github import FakeGitHub, Stumble


class Clock:
    """One that stands still but for whoever sleeps."""

    def __init__(self) -> None:
        self.now, self.slept = 1_700_000_000.0, list[float]()

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


Make = Callable[..., Gate]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(SharedGate, "_now", lambda gate, connection: made.now)
    return made


@pytest.fixture(params=["in a program", "in a database"])
def make(request: pytest.FixtureRequest, clock: Clock, tmp_path: Path) -> Make:
    def made(**pace: float) -> Gate:
        stated = Pace(**pace)  # type: ignore[arg-type]
        if request.param == "in a program":
            return LocalGate(stated, clock, clock.sleep)
        return SharedGate(f"sqlite:///{tmp_path}/gate.db", "owner", stated, clock.sleep)

    return made


def passes(gate: Gate, clock: Clock, takes: float = 0.25) -> float:
    """When it is let through."""
    with gate.passage():
        at = clock.now
        clock.now += takes
    return at


def test_no_two_writes_are_less_than_a_second_apart(make: Make, clock: Clock) -> None:
    gate = make()
    start = clock.now
    assert [passes(gate, clock) - start for _ in range(3)] == pytest.approx([0, 1.25, 2.5])


def test_who_comes_late_does_not_wait(make: Make, clock: Clock) -> None:
    gate = make()
    passes(gate, clock)
    clock.now += 5
    passes(gate, clock)
    assert clock.slept == []


def test_nobody_passes_while_github_asks_to_wait(make: Make, clock: Clock) -> None:
    gate = make()
    gate.told_to_wait(20)
    gate.told_to_wait(3)
    start = clock.now
    assert passes(gate, clock) - start == pytest.approx(20)


def test_a_wait_that_is_too_long_is_no_wait(make: Make, clock: Clock) -> None:
    gate = make(patience=30)
    gate.told_to_wait(31)
    with pytest.raises(ApiProblem) as told, gate.passage():
        raise AssertionError("nothing was to pass")
    assert told.value.wait == pytest.approx(31)
    assert (told.value.is_in_doubt, told.value.is_refusal) == (False, False)
    assert clock.slept == []


def test_the_hour_has_room_for_so_many(make: Make, clock: Clock) -> None:
    gate = make(per_hour=3, patience=1)
    start = clock.now
    for _ in range(3):
        passes(gate, clock)
    clock.now = start + 3598
    with pytest.raises(ApiProblem), gate.passage():
        raise AssertionError("nothing was to pass")
    clock.now = start + 3600.5
    passes(gate, clock)


def test_a_write_that_fails_counts_too(make: Make, clock: Clock) -> None:
    gate = make()
    start = clock.now
    with pytest.raises(KeyError), gate.passage():
        raise KeyError
    assert passes(gate, clock) - start == pytest.approx(1)


def test_owners_do_not_wait_for_each_other(clock: Clock, tmp_path: Path) -> None:
    one, other = (SharedGate(f"sqlite:///{tmp_path}/gate.db", name, None, clock.sleep) for name in ("one", "other"))
    with one.passage():
        passes(other, clock)
    assert clock.slept == []


def test_a_lease_ends_by_itself(clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of somebody on another machine, whom nobody here can see."""
    gate = SharedGate(f"sqlite:///{tmp_path}/gate.db", "owner", None, clock.sleep)
    monkeypatch.setattr("dimorder.hub.shared_gate.this_program", lambda: "elsewhere 1 1")
    left_open = gate.passage()
    left_open.__enter__()
    start = clock.now
    monkeypatch.setattr("dimorder.hub.shared_gate._LOOK", 30.0)
    assert 180 <= passes(gate, clock) - start <= 220


def test_a_clock_that_ran_years_ahead_stops_nobody_once_it_is_right(clock: Clock, tmp_path: Path) -> None:
    gate = SharedGate(f"sqlite:///{tmp_path}/gate.db", "one", Pace(per_hour=3), sleep=clock.sleep)
    right, clock.now = clock.now, clock.now + 1e8
    for _ in range(2):
        with gate.passage():
            pass
    gate.told_to_wait(60)
    with suppress(ZeroDivisionError), gate.passage():
        clock.now = right
        raise ZeroDivisionError
    clock.slept.clear()
    with gate.passage():
        assert sum(clock.slept) <= 1


def test_threads_pass_one_after_the_other(tmp_path: Path) -> None:
    gate = SharedGate(f"sqlite:///{tmp_path}/gate.db", "owner", Pace(between=0.0))
    inside, most = list[int](), list[int]()

    def write() -> None:
        for _ in range(5):
            with gate.passage():
                inside.append(1)
                most.append(len(inside))
                inside.pop()

    threads = [threading.Thread(target=write) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert most == [1] * 20


@pytest.fixture
def paced(hub: FakeGitHub) -> tuple[Client, Clock]:
    clock = Clock()
    return Client(hub.address, Token("t"), sleep=clock.sleep, gate=LocalGate(Pace(), clock, clock.sleep)), clock


def test_what_github_says_to_a_reader_stops_the_writers(hub: FakeGitHub, paced: tuple[Client, Clock]) -> None:
    client, clock = paced
    hub.stumbles["GET"] = [Stumble(403, {"Retry-After": "40"})] * 4
    with pytest.raises(ApiProblem):
        client.get("repos")
    before = clock.now
    client.write("POST", "repos", "owner", "nets", "issues", "7", "comments", document={"body": "x"})
    assert clock.now - before == pytest.approx(40)
