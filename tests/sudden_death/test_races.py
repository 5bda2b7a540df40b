"""Eight runs at once on the same files: one conversion, whole pairs, and never a second flip."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from sudden_death.calls import injecting
from sudden_death.cases import WEIGHTS
from sudden_death.runs import Bench, Ended
from sudden_death.striking import Strikers

RACERS, ROUNDS, FORCED_ROUNDS = 8, 50, 10
OFTEN = 5
"""Every so many rounds the converted file is converted as well."""
CONVERTED, CERTIFICATE = WEIGHTS.written


@pytest.fixture(scope="module")
def racers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Bench]]:
    folder = tmp_path_factory.mktemp("racers")
    found = [Bench(folder / str(number)) for number in range(RACERS)]
    yield found
    for bench in found:
        bench.close()


def race(racers: Sequence[Bench], folder: Path, commands: Sequence[Sequence[str]]) -> list[Ended]:
    """One command for each racer."""
    with ThreadPoolExecutor(RACERS) as pool:
        return list(pool.map(lambda bench, command: bench.run(command, folder), racers, commands))


def contents(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in os.listdir(folder)}


def check_pair(folder: Path) -> None:
    """The certificate is about the very bytes beside it, and nothing else lies there."""
    after = contents(folder)
    assert set(after) == {*WEIGHTS.inputs, *WEIGHTS.written}
    assert json.loads(after[CERTIFICATE])["sha256"]["target"] == hashlib.sha256(after[CONVERTED]).hexdigest()


def test_of_eight_runs_one_converts_and_none_flips_twice(
    racers: list[Bench], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    start, seen = time.monotonic(), set()
    as_json = [*WEIGHTS.arguments, "--output", "json"]
    again = ["convert", CONVERTED, "-o", "again.h5", "--quiet"]
    for number in range(ROUNDS):
        folder = tmp_path / "round"
        WEIGHTS.lay_out(folder)
        ended = race(racers, folder, [as_json] * RACERS)
        assert {one.code for one in ended} == {0}, ended
        assert sorted(json.loads(one.said)["already_there"] for one in ended) == [False] + [True] * (RACERS - 1)
        after = contents(folder)
        assert set(after) == {*WEIGHTS.inputs, *WEIGHTS.written}
        seen.add((after[CONVERTED], after[CERTIFICATE]))
        if number % OFTEN == 0:  # of the converted file there is nothing to convert, of the original nothing more
            ended = race(racers, folder, [again, WEIGHTS.arguments] * (RACERS // 2))
            assert {one.code for one in ended} == {0}, ended
            assert contents(folder) == after
        shutil.rmtree(folder)
    with capsys.disabled():
        print(f"\n{RACERS} racers x {ROUNDS} rounds: one conversion each, {time.monotonic() - start:.0f} s")
    assert len(seen) == 1


def test_runs_that_replace_each_others_files_leave_a_pair(racers: list[Bench], tmp_path: Path) -> None:
    """Half of them write other bytes to the same target: its certificate is always the one of its own bytes."""
    commands = [[*WEIGHTS.arguments, "--force", "--to", layout] for layout in ("tf/tf", "tf/th") * (RACERS // 2)]
    for number in range(FORCED_ROUNDS):
        folder = tmp_path / str(number)
        WEIGHTS.lay_out(folder)
        ended = race(racers, folder, commands)
        assert {one.code for one in ended} == {0}, ended
        check_pair(folder)


def test_a_run_between_the_two_names_of_another_waits(strikers: Strikers, tmp_path: Path) -> None:
    """The first is held for two seconds after its certificate, before its target."""
    folder = tmp_path / "place"
    WEIGHTS.lay_out(folder)
    first, second = ([*WEIGHTS.arguments, "--force", "--to", layout] for layout in ("tf/tf", "tf/th"))
    slow = injecting(["rename", "renameat", "renameat2"], "delay_exit=2000000:when=1", tmp_path / "log")

    def meanwhile(process: int) -> None:
        while not (folder / CERTIFICATE).exists():
            time.sleep(0.002)
        assert strikers.with_bench(lambda bench, _: bench.run(second, folder)).code == 0

    assert strikers.with_bench(lambda bench, _: bench.run(first, folder, slow, meanwhile)).code == 0
    check_pair(folder)


def test_runs_that_want_different_files_at_one_place_leave_the_first(racers: list[Bench], tmp_path: Path) -> None:
    commands = [[*WEIGHTS.arguments, "--to", layout] for layout in ("tf/tf", "tf/th") * (RACERS // 2)]
    for number in range(FORCED_ROUNDS):
        folder = tmp_path / str(number)
        WEIGHTS.lay_out(folder)
        ended = race(racers, folder, commands)
        assert sorted(one.code for one in ended) == [0] * (RACERS // 2) + [2] * (RACERS // 2), ended
        check_pair(folder)
