"""A process that has loaded dimorder and starts a real process of it for each line it reads: a sweep begins within
milliseconds, so that hundreds can be killed. Each is a fork of a process without threads, in a session of its own.

Run as `python -m github_com.starter`. In: one JSON object a line, {"arguments", "variables", "out"}. Out: the number of
the process. What it prints stands in the file `out`, its exit code in `out`.code.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

import dimorder.hub.sweep.crew
import dimorder.hub.sweep.run
import dimorder.hub.wire  # noqa: F401 - loaded once here, not in each process
from dimorder import cli


def begin(asked: dict[str, Any]) -> int:
    """The number of the new process."""
    number = os.fork()
    if not number:
        _sweep(asked)
    return number


def _sweep(asked: dict[str, Any]) -> None:
    os.setsid()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    with open(asked["out"], "ab") as file, open(os.devnull, "rb") as nothing:
        os.dup2(nothing.fileno(), 0)
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    os.environ.update(asked["variables"])
    sys.argv = ["dimorder", *asked["arguments"]]
    code = 70
    try:
        code = cli.main(asked["arguments"])
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        Path(f"{asked['out']}.code").write_text(str(code))
        os._exit(code)


if __name__ == "__main__":
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for them
    for line in sys.stdin:
        print(begin(json.loads(line)), flush=True)
