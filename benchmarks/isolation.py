"""What opening each file in a closed-off process costs: the same flow with and without it, file after file.

    python benchmarks/isolation.py [FILE] [COUNT]

Prints the time until the first report, the time per file afterwards, and that of the flow alone.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

from dimorder.flow.inspect import inspect
from dimorder.flow.on_files import inspect_file
from dimorder.flow.options import Options
from dimorder.sandbox.isolated import prepare
from dimorder.sandbox.outside import Outside

FILE = Path(__file__).parents[1] / "examples" / "digits" / "digits_th.h5"


def quiet(stage: str, done: int, total: int) -> None:
    """Nobody watches."""


def isolated(path: str) -> None:
    inspect_file({"source": path}, Options(), quiet)


def alone(path: str) -> None:
    with open(path, "rb") as file:
        inspect({"source": file}, {"source": path}, Options(), Outside(quiet))


def milliseconds(work: Callable[[str], None], path: str, count: int) -> float:
    """Of one run, on average."""
    start = time.perf_counter()
    for _ in range(count):
        work(path)
    return (time.perf_counter() - start) / count * 1000


def main(path: str = str(FILE), count: str = "200") -> None:
    start = time.perf_counter()
    prepare()
    isolated(path)
    print(f"first file             {(time.perf_counter() - start) * 1000:8.1f} ms")
    each = milliseconds(isolated, path, int(count))
    alone(path)
    bare = milliseconds(alone, path, int(count))
    print(f"each of {count:>5} after it   {each:8.1f} ms")
    print(f"the same, not isolated {bare:8.1f} ms")
    print(f"isolation              {each - bare:8.1f} ms a file")


if __name__ == "__main__":
    main(*sys.argv[1:])
