"""Thousands of mutants, judged by several processes within a time: a table of what became of them, and every failure.

python -m fuzz.campaign [--count N] [--run R] [--seconds S] [--only R/SEED/N]   (in the folder tests/)
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

from dimorder.sandbox.worker import Worker
from fuzz.judging import judged
from fuzz.mutants import Mutant, mutant, mutants
from fuzz.seeds import seeds
from fuzz.table import failures, lines

BATCH = 40
MEBIBYTES = 512
KEPT = Path("build") / "fuzz"
"""Where mutants that broke a promise are kept, below the folder that it is run in."""


def main(arguments: Sequence[str] | None = None) -> int:
    """0 if every promise held."""
    given = _given(arguments)
    start = time.monotonic()
    if given.only:
        found = _judged([find(given.only)])
    else:
        found = list(_campaign(given.run, given.count, given.jobs, start + given.seconds))
    print(*lines(found), sep="\n")
    broken = failures(found, given.count if not given.only else 1, MEBIBYTES)
    print(*broken, sep="\n")
    for verdict in found:
        if verdict["broken"]:
            print(*_kept(verdict), sep="\n")
    taken = time.monotonic() - start
    print(f"{len(found)} mutants of run {given.run} in {taken:.0f} s, {len(found) / taken:.0f}/s, {len(broken)} broken")
    return int(bool(broken))


def _given(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m fuzz.campaign", description=__doc__)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--run", type=int, default=1, help="another run has other mutants")
    parser.add_argument("--seconds", type=float, default=3600.0, help="fewer mutants than asked for in this time fail")
    # One more than cores: a worker waits for its child, and at times for the disk.
    parser.add_argument("--jobs", type=int, default=len(os.sched_getaffinity(0)) + 1)
    parser.add_argument("--only", default="", help="one mutant by its name")
    return parser.parse_args(arguments)


def find(name: str) -> Mutant:
    """A mutant by its name: run/seed/number."""
    run, own, number = name.split("/")
    (seed,) = (seed for seed in seeds() if seed.name.replace(" ", "-") == own)
    return mutant(seed, int(run), int(number))


def _campaign(run: int, count: int, jobs: int, deadline: float) -> Iterator[dict[str, Any]]:
    """Verdicts as they come; a worker that does not survive raises here."""
    with ProcessPoolExecutor(jobs, initializer=_silence) as pool:
        work = [pool.submit(_batch, run, start, min(start + BATCH, count)) for start in range(0, count, BATCH)]
        for done in as_completed(work):
            yield from done.result()
            if time.monotonic() > deadline:
                pool.shutdown(wait=False, cancel_futures=True)
                return


def _silence() -> None:
    warnings.simplefilter("ignore")  # what numpy and zipfile say of damage is of no interest


def _batch(run: int, start: int, stop: int) -> list[dict[str, Any]]:
    return _judged(list(mutants(seeds(), run, start, stop)))


def _judged(work: list[Mutant]) -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as folder, watched() as peaks:
        found = []
        for one in work:
            peaks[:] = [resource.getrusage(resource.RUSAGE_SELF).ru_maxrss]
            found.append(judged(one, Path(folder)) | {"peak": max(peaks) / 1024})
    return found


@contextmanager
def watched() -> Iterator[list[int]]:
    """The list takes the peak memory, in KiB, of every child that ends meanwhile."""
    peaks: list[int] = []
    ended = Worker.ended

    def watching(self: Worker) -> dict[str, Any]:
        found = ended(self)
        peaks.append(found["peak"])
        return found

    with mock.patch.object(Worker, "ended", watching):
        yield peaks


def _kept(verdict: dict[str, Any]) -> Iterator[str]:
    """The mutant saved, and how to see it again."""
    name = verdict["name"]
    one = find(name)
    KEPT.mkdir(parents=True, exist_ok=True)
    place = KEPT / f"{name.replace('/', '_')}_{one.seed.damaged}"
    place.write_bytes(one.content)
    yield f"{name} ({', '.join(one.damages)}): kept as {place}"
    yield f"    again: PYTHONPATH=tests python -m fuzz.campaign --only {name}"


if __name__ == "__main__":
    sys.exit(main())
