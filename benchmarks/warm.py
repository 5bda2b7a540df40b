"""How long the hook takes once everything is in the disk's cache: 13 small files, and a repository of 10,000.

    python benchmarks/warm.py [--runs N] [--many N]

Makes both repositories in a temporary folder. Prints wall time (best and median of the runs) and the processor's time
of all processes that took part; on a busy machine the second tells more. Linux: a process that outlives its parent is
counted too.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ZOO = Path(__file__).resolve().parents[1] / "tests" / "zoo" / "k122-theano-th"
GOALS = {"13 small files": 0.5, "many files": 5.0}
_CODE = """\
from keras.models import Sequential
from keras.layers import Convolution2D, Dense, Flatten


def net():
    model = Sequential()
    model.add(Convolution2D(8, 3, 3, input_shape=(1, 28, 28)))
    model.add(Flatten())
    model.add(Dense(10))
    return model
"""
_PLAIN = {
    "settings.yaml": "learning_rate: 0.1\n", "package.json": '{"name": "x", "version": "1"}\n', "plot.py": "print(1)\n",
    "ci.yml": "on: push\njobs: {}\n", "labels.json": '{"cat": 1}\n',
}  # fmt: skip
_CHILD_SUBREAPER = 36
"""prctl's: orphans become children of this process, so that their time is counted."""


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds. processor: of all processes, in them and in the kernel."""

    wall: float
    processor: float


def small(folder: Path) -> list[str]:
    """Thirteen files as a commit changes them: code, weights, architectures, and what is no business of ours."""
    for name in ("net", "train", "predict"):
        (folder / f"{name}.py").write_text(_CODE)
    for name, text in _PLAIN.items():
        (folder / name).write_text(text)
    for number, model in enumerate(("even_same", "even_valid")):
        for name in ("weights.h5", "model.json"):
            (folder / f"{number}_{name}").write_bytes((ZOO / model / name).read_bytes())
    (folder / "whole.h5").write_bytes((ZOO / "even_same" / "full.h5").read_bytes())
    return sorted(os.listdir(folder))


def many(folder: Path, count: int) -> list[str]:
    """A repository of which a commit changes three files: code without Keras, settings, texts, a few models."""
    for number in range(count):
        place = folder / f"part{number % 100}"
        place.mkdir(exist_ok=True)
        name, text = _of_number(number)
        (place / name).write_text(text)
    (folder / "net.py").write_text(_CODE)
    (folder / "weights.h5").write_bytes((ZOO / "even_same" / "weights.h5").read_bytes())
    (folder / "model.json").write_bytes((ZOO / "even_same" / "model.json").read_bytes())
    return ["model.json", "net.py", "weights.h5"]


def _of_number(number: int) -> tuple[str, str]:
    match number % 10:
        case 0 | 1 | 2:
            return f"code{number}.py", f"import os\n\n\ndef run{number}(path):\n    return os.path.join(path, 'x')\n"
        case 3 | 4:
            return f"data{number}.json", json.dumps({"id": number, "tags": ["a", "b"]})
        case 5:
            return f"deploy{number}.yaml", f"name: n{number}\nreplicas: 3\n"
        case _:
            return f"text{number}.txt", f"{number}\n"


def spent(folder: Path, names: Sequence[str]) -> Spent:
    """One call of the hook, as pre-commit makes it."""
    command = [sys.executable, "-m", "dimorder", "check", "--hook", "--skip-foreign", *names]
    before, begun = _processor(), time.perf_counter()
    done = subprocess.run(command, cwd=folder, capture_output=True, check=False)
    wall = time.perf_counter() - begun
    if done.returncode not in (0, 1):
        raise SystemExit(done.stderr.decode())
    while _has_orphan():
        continue
    return Spent(wall, _processor() - before)


def _has_orphan() -> bool:
    try:
        os.wait()
    except ChildProcessError:
        return False
    return True


def _processor() -> float:
    used = os.times()
    return used.children_user + used.children_system


def rows(runs: int, count: int) -> Iterator[tuple[str, list[Spent]]]:
    """Each repository with what its runs took; the first run, which fills the disk's cache, is left out."""
    for title, number in (("13 small files", runs), ("many files", max(2, runs // 3))):
        with tempfile.TemporaryDirectory() as made:
            folder = Path(made)
            names = small(folder) if title.startswith("13") else many(folder, count)
            for command in (["git", "init", "-q"], ["git", "add", "-A"]):
                subprocess.run(command, cwd=folder, check=True, capture_output=True)
            yield title, [spent(folder, names) for _ in range(number + 1)][1:]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument("--many", type=int, default=10_000)
    given = parser.parse_args()
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_CHILD_SUBREAPER, 1, 0, 0, 0)
    print(f"{'':18}{'best':>8}{'median':>9}{'processor':>11}{'goal':>8}   (seconds)")
    for title, found in rows(given.runs, given.many):
        walls = [one.wall for one in found]
        processor = min(one.processor for one in found)
        told = f"{min(walls):8.2f}{statistics.median(walls):9.2f}{processor:11.2f}{GOALS[title]:8.1f}"
        print(f"{title:18}{told}", flush=True)


if __name__ == "__main__":
    main()
