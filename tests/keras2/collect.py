"""The answers of all Kerases in one file, and the table. See convert_zoo.py."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "opened.json"
LIMIT = 1e-5


def main(out: Path, results: Path = RESULTS) -> None:
    """Write what all of them answered, and print the table; exit code 1 if any of it is wrong."""
    entries = {path.stem: json.loads(path.read_text()) for path in sorted(out.glob("*.json"))}
    versions: dict[str, str] = {}
    for path in sorted(out.glob("*.results")):
        told = json.loads(path.read_text())
        versions[told["who"]] = told["version"]
        for name, result in told["results"].items():
            entries[name].setdefault("opened", {})[told["who"]] = result
    results.write_text(json.dumps({"versions": versions, "entries": entries}, indent=1, sort_keys=True) + "\n")
    shown = table(entries, versions)
    print(shown)
    if shown.count(" 0 wrong") != shown.count(" wrong"):
        sys.exit(1)


def table(entries: dict[str, Any], versions: dict[str, str]) -> str:
    """A row for each stack: how many were converted, and of these how many each Keras answers rightly."""
    rows = [f"{'stack':22}{'converted':>10}{'refused':>9}" + "".join(f"{f'{w} {v}':>24}" for w, v in versions.items())]
    for stack in sorted({name.split("__")[0] for name in entries}):
        own = [entry for name, entry in entries.items() if name.startswith(f"{stack}__")]
        good = [entry for entry in own if entry["verdict"] == "equivalent"]
        cells = [_cell([(e, e.get("opened", {}).get(who)) for e in good]) for who in versions]
        rows.append(f"{stack:22}{len(good):>10}{len(own) - len(good):>9}" + "".join(f"{cell:>24}" for cell in cells))
    return "\n".join(rows)


def _cell(pairs: list[tuple[dict[str, Any], dict[str, Any] | None]]) -> str:
    """right / noted as not for Keras 3, and so neither right nor wrong / wrong."""
    asked = [(entry, said) for entry, said in pairs if said is not None]
    right = sum(is_right(said) for _, said in asked)
    noted = sum(not is_right(said) and entry["notes"] > 0 for entry, said in asked)
    return f"{right} / {noted} noted / {len(asked) - right - noted} wrong"


def is_right(said: dict[str, Any]) -> bool:
    return said.get("max_abs") is not None and said["max_abs"] <= LIMIT


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:3]))
