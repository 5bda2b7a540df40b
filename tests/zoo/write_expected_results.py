"""Write expected_results.json anew: what `inspect` and `convert` say of every entry of the zoo.

Run by hand, and look at the difference before committing it:  python tests/zoo/write_expected_results.py
It runs over the whole zoo (DIMORDER_ZOO, or ../shared/zoo), else over the part beside it, whose rows it replaces.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from support.conversions import Workshop
from support.judging import row_of
from support.zoo import by_name, results


def row(name: str, folder: str) -> tuple[str, Any]:
    return name, row_of(Workshop(Path(folder)), by_name()[name])


def main() -> None:
    found = dict(results())
    with tempfile.TemporaryDirectory() as folder, ProcessPoolExecutor(os.cpu_count()) as workers:
        names = list(by_name())
        found |= dict(workers.map(row, names, [folder] * len(names), chunksize=4))
    lines = [f"{json.dumps(name)}: {json.dumps(found[name])}" for name in sorted(found)]
    target = Path(__file__).with_name("expected_results.json")
    target.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
    print(f"{target}: {len(lines)} rows")


if __name__ == "__main__":
    main()
