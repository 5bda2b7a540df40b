"""One mutant on the real path: what was said of it, and every promise that did not hold."""

from __future__ import annotations

import os
import re
import time
import traceback
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from dimorder.errors import DimorderError
from dimorder.flow.on_files import check_certificate, convert_file, inspect_file
from dimorder.flow.on_paths import check_paths
from dimorder.flow.settings import Settings
from dimorder.sandbox.isolated import ChildFailed
from fuzz import inverses, second_reader
from fuzz.apart import apart
from fuzz.mutants import Mutant
from fuzz.second_reader import Seen, Unread
from fuzz.seeds import Seed

SECONDS = 10.0
"""The longest verdict that is allowed."""
CONVERTS = ("equivalent", "unproven", "unchanged")
"""Verdicts of a file that is taken for what it is."""
LOOKS = 8
"""Of so many files that are converted, one is inspected too: both flows read it by the same code."""
_WRITTEN = frozenset({"target", "architecture_out"})


def judged(mutant: Mutant, folder: Path) -> dict[str, Any]:
    """What became of it, as JSON carries it. broken: promises, in words; empty when all hold."""
    seed = mutant.seed
    for name, content in seed.files.items():
        (folder / name).write_bytes(content if name != seed.damaged else mutant.content)
    verdict = _verdicts(seed, folder, looks=mutant.number % LOOKS == 0 or "target" not in seed.paths)
    broken = [*_of_verdict(verdict), *_of_folder(mutant, folder, verdict)]
    target = folder / seed.paths.get("target", "")
    if seed.damaged.endswith((".h5", ".keras")) and seed.paths["source"] == seed.damaged:
        converts, honest = verdict["convert"] in CONVERTS, _honest(seed.content)
        written = target if target.is_file() else None
        compared = apart(lambda: _compared(mutant, written, honest, converts=converts), SECONDS)
        verdict |= compared.value or {"reader": "died", "unharmed": False, "differing": []}
        broken += [f"second reader: {one}" for one in verdict["differing"]]
    for path in folder.iterdir():
        path.unlink()
    return verdict | {"seed": seed.name, "name": mutant.name, "number": mutant.number, "broken": broken}


def _verdicts(seed: Seed, folder: Path, *, looks: bool) -> dict[str, Any]:
    """Both flows' answers, and the seconds of the slower one. looks: whether to inspect, too."""
    paths = {role: str(folder / name) for role, name in seed.paths.items()}
    read = {role: path for role, path in paths.items() if role in ("source", "architecture")}
    found: dict[str, Any] = {"inspect": "", "convert": "", "seconds": 0.0}
    look: Callable[[], Any] = lambda: inspect_file(read, seed.options, _quiet).layout
    if "check" in paths:
        look = lambda: check_certificate(paths["check"], {}, _quiet).verdict
    elif "target" not in paths:
        look = lambda: _checked(paths["source"])
    for name, wanted, flow in (
        ("inspect", looks, look),
        ("convert", "target" in paths, lambda: convert_file(paths, seed.options, _quiet).verdict),
    ):
        start = time.monotonic()
        found[name] = _word(flow) if wanted else ""
        found["seconds"] = max(found["seconds"], time.monotonic() - start)
    return found


def _checked(path: str) -> str:
    """The outcome of `check`, and the reason code of what it found first; its own failure is raised."""
    report = check_paths([path], Settings(), _quiet)
    if report.bug:
        raise ChildFailed(report.bug)
    return f"{report.outcome} {next((finding.code for finding in report.findings), '')}".strip()


def _word(flow: Callable[[], Any]) -> str:
    """The flow's answer, the class and code of its refusal, or the end of a traceback, which is a bug."""
    try:
        return str(flow())
    except DimorderError as error:
        return f"{type(error).__name__} {error.code}".strip()
    except Exception as problem:  # noqa: BLE001 - whatever else comes out is the finding
        return f"BUG {_told(''.join(traceback.format_exception(problem)))}"


def _told(trace: str) -> str:
    """The last of our own lines in a traceback (a child's is the message of its parent's), and what it says there."""
    *_, (name, line) = re.findall(r'/(?:dimorder|tests)/\S*?([^/]+)", line (\d+)', trace)
    *_, says = (one for one in trace.splitlines() if one.strip())
    return f"{name}:{line} {says}"[:300]


def _quiet(stage: str, done: int, total: int) -> None:
    """Progress that nobody watches."""


def _of_verdict(verdict: Mapping[str, Any]) -> list[str]:
    """Hangs and tracebacks."""
    wrong = ("BUG", "EnvironmentProblem", "environment")
    broken = [f"{flow}: {word}" for flow in ("inspect", "convert") if (word := verdict[flow]).startswith(wrong)]
    return broken if verdict["seconds"] <= SECONDS else [*broken, f"took {verdict['seconds']:.1f} s"]


def _of_folder(mutant: Mutant, folder: Path, verdict: Mapping[str, Any]) -> list[str]:
    """Inputs as they were, nothing left but what a conversion leaves."""
    seed, broken = mutant.seed, []
    for name, content in seed.files.items():
        if (folder / name).read_bytes() != (content if name != seed.damaged else mutant.content):
            broken.append(f"{name} was changed")
    written = {seed.paths[role] for role in _WRITTEN & seed.paths.keys()}
    allowed = written | {f"{seed.paths['target']}.proof.json"} if is_written(verdict["convert"]) else set()
    left = set(os.listdir(folder)) - seed.files.keys() - allowed
    return [*broken, *(f"left {name}" for name in sorted(left))]


def is_written(word: str) -> bool:
    return word in ("equivalent", "unproven")


_honest = cache(second_reader.see)


def _compared(mutant: Mutant, target: Path | None, honest: Seen, *, converts: bool) -> dict[str, Any]:
    """In a child: what the second reader says of source and target; of what is refused, whether libhdf5 reads it."""
    try:
        source = second_reader.see(mutant.content)
    except Unread as problem:
        return {"reader": str(problem), "unharmed": False, "differing": []}
    whole = mutant.seed.damaged.endswith(".h5")
    # In an archive every byte has its meaning, and some are seen by one reader and not by another: none is unharmed.
    found = {
        "reader": "",
        "unharmed": whole and second_reader.is_unharmed(source, honest, notes=True),
        "arrays unharmed": whole and second_reader.is_unharmed(source, honest, notes=False),
        "differing": [],
    }
    if found["arrays unharmed"] and not converts:
        found["excused"] = second_reader.cannot_read(mutant.content)
    if target is not None:
        found["differing"] = _differing(source, target, _inverse(mutant.seed), honest)
    return found


def _inverse(seed: Seed) -> inverses.Inverse:
    """Of the kernels that a seed's convolution has."""
    if seed.damaged.endswith((".keras", ".weights.h5")):
        return inverses.as_it_is  # no Keras 3 computes true convolution
    return inverses.unturned_oihw if "keras1" in seed.name else inverses.unturned_hwio


def _differing(source: Seen, target: Path, kernel: inverses.Inverse, honest: Seen) -> list[str]:
    try:
        written = second_reader.see(target.read_bytes())
    except Unread as problem:
        return [f"cannot read what was written ({problem})"]
    return inverses.differing(source, written, kernel, honest.arrays)
