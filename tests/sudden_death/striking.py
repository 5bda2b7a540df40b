"""A conversion struck at many points, a few at a time, and judged after each."""

from __future__ import annotations

import itertools
import queue
import shutil
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from sudden_death.calls import calls
from sudden_death.judging import is_as_before, unfinished
from sudden_death.points import Point, Study
from sudden_death.runs import Bench, Ended

T = TypeVar("T")
Judge = Callable[[Study, Point, Path, Ended], list[str]]
"""What is wrong in the folder of a run that was struck at that point."""


class Strikers:
    """Warm programs that are kept busy."""

    def __init__(self, benches: Sequence[Bench], folder: Path) -> None:
        self.folder = folder
        self.benches: queue.SimpleQueue[Bench] = queue.SimpleQueue()
        for bench in benches:
            self.benches.put(bench)
        self.pool = ThreadPoolExecutor(len(benches))
        self.numbers = itertools.count()

    def strike(self, study: Study, blows: Iterable[tuple[Point, str]], judge: Judge) -> list[str]:
        """What went wrong, by point and blow. blows: each `signal=KILL` or `error=EIO` at its point."""
        told = self.pool.map(lambda blow: self._struck(study, blow[0], blow[1], judge), blows)
        return [line for lines in told for line in lines]

    def with_bench(self, work: Callable[[Bench, Path], T]) -> T:
        """Work on the next free program, in a folder of its own that does not exist yet."""
        bench, folder = self.benches.get(), self.folder / str(next(self.numbers))
        try:
            return work(bench, folder)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
            self.benches.put(bench)

    def close(self) -> None:
        self.pool.shutdown()
        while not self.benches.empty():
            self.benches.get().close()

    def _struck(self, study: Study, point: Point, what: str, judge: Judge) -> list[str]:
        def work(bench: Bench, folder: Path) -> list[str]:
            place, log = folder / "place", folder / "log"
            study.case.lay_out(place)
            ended = bench.run(study.case.arguments, place, point.struck(what, log))
            wrong = judge(study, point, place, ended)
            last = calls(log)[-1:] if wrong else []
            if not is_as_before(study, place):
                wrong += unfinished(study, place, bench.run(study.case.arguments, place))
            return [f"{point} {what} {last}: {line}" for line in wrong]

        return self.with_bench(work)
