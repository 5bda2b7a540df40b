"""The hostile files that a generator beside the repository makes, and where they lie."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from support.places import hostile

Case = dict[str, Any]


def laid_out(folder: Path) -> dict[str, Any]:
    """Generate them into a folder; their manifest."""
    source = hostile()
    assert source is not None
    subprocess.run([sys.executable, source / "make_hostile.py", "--out", folder], check=True, capture_output=True)
    found: dict[str, Any] = json.loads((folder / "manifest.json").read_text())
    return found


def path_of(folder: Path, case: Case) -> str:
    """Where a case lies; one has a name that is no UTF-8."""
    name = case["file"].encode().replace(rb"bad\xff\xfe", b"bad\xff\xfe")
    return os.fsdecode(os.path.join(os.fsencode(folder), name))
