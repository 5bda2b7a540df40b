"""What `dimorder check` finds in public code, against labels that people set line by line.

    python benchmarks/lint_labels.py LABELS FOLDER [--all]

LABELS: lint_labels.json. FOLDER: one exported tree for each repository, OWNER+NAME@COMMIT8; nothing of them is kept.
Each tree is checked as a whole by the command line, in its own process; findings count for the labelled file.
An error label is met by an error of the right rule on its line or one beside it, a label `warn` by an error or a
warning.
A warning or error is a false alarm where no such label lies that near, and in files labelled clean.
Prints every miss and every false alarm, then recall and precision. --all: also the labels that were met.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

NEAR = 1
"""Lines between a label and the finding that meets it."""
GOALS = {"error": 0.90, "warn": 0.75, "precision": 0.80}
MEETS = {"error": ("error",), "warn": ("error", "warning")}
RIGHT = (
    ("without data_format", "DIM210"), ("UpSampling2D", "DIM210"), ("weights file chosen", "DIM212 DIM301 DIM302"),
    ("not flipped", "DIM206"), ("copies nothing", "DIM207"), ("missing comma", "DIM205 DIM206"),
    ("transpose", "DIM205 DIM206"),
)  # fmt: skip
"""Words of error labels, which name no rules, and the rules that say the same; "same" is as the label before it."""
_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Judged:
    """One labelled file, with its labels and what check says of it. problem: why check said nothing."""

    name: str
    verdict: str
    labels: tuple[dict[str, Any], ...]
    findings: tuple[dict[str, Any], ...]
    problem: str = ""

    def meeting(self, label: dict[str, Any]) -> list[str]:
        """Rules of findings that meet the label; of an error's, the right ones."""
        near = (one for one in self.findings if self.is_near(label, one))
        rules = {one["rule"] for one in near if one["severity"] in MEETS[label["severity"]]}
        return sorted(rules & self.right(label) if label["severity"] == "error" else rules)

    def right(self, label: dict[str, Any]) -> set[str]:
        told = [one["text"] for one in self.labels[: self.labels.index(label) + 1] if one["severity"] == "error"]
        text = next(one for one in reversed(told) if not one.startswith("same"))
        return set(next(rules for words, rules in RIGHT if words in text).split())

    def met(self, label: dict[str, Any]) -> bool:
        return bool(self.meeting(label))

    def alarms(self) -> Iterator[tuple[dict[str, Any], bool]]:
        """Findings above info, and whether a label above info lies near."""
        counted = [label for label in self.labels if label["severity"] in MEETS]
        for one in self.findings:
            if one["severity"] != "info":
                yield one, any(self.is_near(label, one) for label in counted)

    @property
    def is_silent(self) -> bool:
        """Whether it was checked, and nothing above info is told."""
        return not self.problem and not list(self.alarms())

    def is_quiet_at(self, label: dict[str, Any]) -> bool:
        """Whether it was checked, and no false alarm lies near the label."""
        return not self.problem and not any(self.is_near(label, one) for one, right in self.alarms() if not right)

    @staticmethod
    def is_near(label: dict[str, Any], finding: dict[str, Any]) -> bool:
        return finding["line"] is not None and abs(finding["line"] - label["line"]) <= NEAR


def tree_of(folder: Path, entry: dict[str, Any]) -> Path:
    return folder / f"{entry['repo'].replace('/', '+')}@{entry['commit'][:8]}"


def checked(tree: Path) -> tuple[list[dict[str, Any]], str]:
    """The findings in a tree, and why there are none."""
    if not tree.is_dir():
        return [], f"{tree} is not here"
    command = [sys.executable, "-m", "dimorder", "check", ".", "--output", "json"]
    environment = {**os.environ, "GIT_CEILING_DIRECTORIES": str(tree.parent)}
    try:
        done = subprocess.run(
            command, cwd=tree, env=environment, capture_output=True, text=True, timeout=_SECONDS, check=False
        )
        return json.loads(done.stdout)["findings"], ""
    except subprocess.TimeoutExpired:
        return [], f"check took more than {_SECONDS} s"
    except (ValueError, KeyError):
        return [], f"check printed no report: {done.stderr.strip()[-300:]}"


def judged(entries: Sequence[dict[str, Any]], folder: Path) -> Iterator[Judged]:
    """Each labelled file; a tree is checked once for all its files."""
    seen: dict[Path, tuple[list[dict[str, Any]], str]] = {}
    for entry in entries:
        tree = tree_of(folder, entry)
        if tree not in seen:
            seen[tree] = checked(tree)
        findings, problem = seen[tree]
        path = entry["path"].removeprefix("./")
        own = tuple(one for one in findings if one["path"].removeprefix("./") == path)
        labels = tuple(one for one in entry.get("findings", ()) if one["line"] is not None)
        yield Judged(f"{entry['repo']}/{path}", entry["verdict"], labels, own, problem)


def show(one: Judged, *, everything: bool) -> None:
    """What is wrong with our findings in one file."""
    lines = [f"  NOT CHECKED: {one.problem}"] if one.problem else []
    for label in one.labels:
        if label["severity"] in MEETS and (everything or not one.met(label)):
            word = " ".join(one.meeting(label)) or "MISS"
            lines.append(f"  {word:6} {label['severity']:5} line {label['line']}: {label['text']}")
    for finding, is_right in one.alarms():
        if everything or not is_right:
            told = f"{finding['rule']} {finding['severity']:7} line {finding['line']}: {finding['message']}"
            lines.append(f"  {'right' if is_right else 'FALSE'} {told}")
    if lines:
        print("\n".join((f"{one.name} ({one.verdict})", *lines)))


def ratio(met: int, of: int) -> float:
    return met / of if of else 1.0


def summary(found: Sequence[Judged]) -> bool:
    """Print the table; whether all goals are reached."""
    reached = True
    print(f"\n{'':34}{'met':>5}{'of':>5}{'share':>8}{'goal':>7}")
    for severity in MEETS:
        labels = [one.met(label) for one in found for label in one.labels if label["severity"] == severity]
        reached &= row(f"{severity} labels met", sum(labels), len(labels), GOALS[severity])
    alarms = [is_right for one in found for _, is_right in one.alarms()]
    reached &= row("findings above info near a label", sum(alarms), len(alarms), GOALS["precision"])
    clean = [one for one in found if one.verdict.startswith("clean")]
    reached &= row("clean files without alarm", sum(one.is_silent for one in clean), len(clean), 1.0)
    quiet = [one.is_quiet_at(label) for one in found for label in one.labels if label["severity"] == "info"]
    reached &= row("lines labelled info only, no alarm", sum(quiet), len(quiet), 1.0)
    return reached


def row(what: str, met: int, of: int, goal: float) -> bool:
    share = ratio(met, of)
    print(f"{what:34}{met:5}{of:5}{share:8.1%}{goal:7.0%}{'' if share >= goal else '  not reached'}")
    return share >= goal


def main(labels: str, folder: str, *options: str) -> int:
    entries = json.loads(Path(labels).read_text())["labelled"]
    found = list(judged(entries, Path(folder)))
    for one in found:
        show(one, everything="--all" in options)
    return 0 if summary(found) else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
