"""Thousands of generated files converted to the other layout and back by several processes, counted by outcome.

python -m fuzz.round_trips [--count N] [--run R] [--jobs J]   (in the folder tests/)
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import time
import warnings
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

from fuzz.generated import generated
from fuzz.there_and_back import there_and_back

BATCH = 20
WRITTEN = frozenset({"equivalent, equivalent", "unproven, unproven"})
"""Both conversions are written; arrays of any bits are told as unproven, plain numbers as equivalent."""
LEAST = 0.85
"""Share of the files that both conversions write: what is refused shows nothing."""


@dataclass(frozen=True)
class Trip:
    """One file's way. comparable: whether its weights are plain numbers."""

    number: int
    kind: str
    comparable: bool
    verdicts: str
    differences: tuple[str, ...]

    @property
    def is_written(self) -> bool:
        return self.verdicts in WRITTEN

    @property
    def outcome(self) -> str:
        sort = "numbers" if self.comparable else "any bits"
        return f"{self.kind}, {sort}: {re.sub(r'[0-9]+', 'N', self.verdicts)[:120]}"


def trip(run: int, number: int) -> Trip:
    one = generated(run, number)
    verdicts, differences = there_and_back(one)
    return Trip(number, one.kind, one.comparable, verdicts, tuple(differences))


def main(arguments: Sequence[str] | None = None) -> int:
    """0 if every file that was written twice came back as it was, and enough of them were."""
    parser = argparse.ArgumentParser(prog="python -m fuzz.round_trips", description=__doc__)
    parser.add_argument("--count", type=int, default=2100)
    parser.add_argument("--run", type=int, default=1, help="another run has other files")
    parser.add_argument("--jobs", type=int, default=len(os.sched_getaffinity(0)))
    given = parser.parse_args(arguments)
    start = time.monotonic()
    trips = _all(given.run, given.count, given.jobs)
    for outcome, count in Counter(one.outcome for one in trips).most_common():
        print(f"{count:6} {outcome}")
    lost = [one for one in trips if one.differences]
    for one in lost[:20]:
        print(f"file {given.run}/{one.number}: {'; '.join(one.differences)}")
    back = sum(one.is_written and not one.differences for one in trips)
    seconds = time.monotonic() - start
    print(f"{back} of {len(trips)} files there and back, bit for bit; {len(lost)} differ; {seconds:.0f} s")
    return int(bool(lost) or back < LEAST * len(trips))


def _all(run: int, count: int, jobs: int) -> list[Trip]:
    with ProcessPoolExecutor(jobs, initializer=warnings.simplefilter, initargs=("ignore",)) as pool:
        return list(pool.map(trip, [run] * count, range(count), chunksize=BATCH))


if __name__ == "__main__":
    sys.exit(main())
