"""One run of dimorder in a folder of its own, with or without a tracer, and what lies there afterwards."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_WARM = Path(__file__).with_name("warm.py")
_ENVIRONMENT = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"}


@dataclass(frozen=True)
class Ended:
    """code: the exit code, negative for the signal that killed it. said: all that it printed."""

    code: int
    said: str


class Bench:
    """A warm program; one run at a time."""

    def __init__(self, scratch: Path) -> None:
        self.scratch = scratch
        scratch.mkdir(parents=True)
        self.program = subprocess.Popen(
            [sys.executable, str(_WARM)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=_ENVIRONMENT
        )

    def run(
        self,
        arguments: Sequence[str],
        folder: Path,
        tracer: Sequence[str] = (),
        meanwhile: Callable[[int], None] = lambda process: None,
    ) -> Ended:
        """tracer: options of strace; none for a plain run. meanwhile: called with the running process."""
        said = self.scratch / "said"
        said.write_text("")
        self._say({"arguments": list(arguments), "folder": str(folder), "said": str(said)})
        process = int(self._answer())
        with _attached(process, tracer):
            self._say("go")
            meanwhile(process)
            code = int(self._answer())
        return Ended(code, said.read_text(errors="replace"))

    def close(self) -> None:
        assert self.program.stdin is not None
        self.program.stdin.close()
        self.program.wait()

    def _say(self, request: object) -> None:
        assert self.program.stdin is not None
        print(json.dumps(request), file=self.program.stdin, flush=True)

    def _answer(self) -> str:
        assert self.program.stdout is not None
        return self.program.stdout.readline()


@contextmanager
def _attached(process: int, tracer: Sequence[str]) -> Iterator[None]:
    if not tracer:
        yield
        return
    with subprocess.Popen(["strace", "-p", str(process), *tracer], stderr=subprocess.PIPE, text=True) as strace:
        while f"TracerPid:\t{strace.pid}\n" not in Path(f"/proc/{process}/status").read_text():
            if strace.poll() is not None:
                assert strace.stderr is not None
                raise RuntimeError(f"strace could not attach: {strace.stderr.read()}")
            time.sleep(0.001)
        yield
        strace.communicate(timeout=60)
