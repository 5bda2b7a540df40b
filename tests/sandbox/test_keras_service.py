"""The service that runs real Keras is asked by a child that read a stranger's file: it takes nothing on trust."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dimorder.engine import keras_referee
from dimorder.flow import keras_service
from dimorder.lockdown import landlock
from dimorder.sandbox.wire import Garbled

ONE = np.ones((2, 3), np.float32)
HONEST: dict[str, Any] = {"role": "target", "architecture": "", "runs": [[("float32", [2, 3])]]}


@pytest.fixture(autouse=True)
def nobody_is_started(monkeypatch):
    def ask(*args, **kwargs):
        return keras_referee.NoAnswer("absent", "Keras is not asked here")

    monkeypatch.setattr(keras_referee, "ask", ask)


def answered(values: dict[str, Any], content: list[bytes]) -> tuple[dict[str, Any], list[bytes]]:
    return keras_service.serve(values, content, {"target": io.BytesIO(), "source": io.BytesIO()})


def test_honest_question_reaches_keras():
    assert answered(HONEST, [ONE.tobytes()])[0]["kind"] == "absent"


@pytest.mark.parametrize(
    ("changed", "content"),
    [
        ({"role": "source"}, [ONE.tobytes()]),  # a stranger's file is never shown to Keras
        ({"role": "scratch"}, [ONE.tobytes()]),  # no such file was opened
        ({"runs": [[("object", [3])]]}, [ONE.tobytes()]),
        ({"runs": [[("float32", [2, 4])]]}, [ONE.tobytes()]),
        ({"runs": [[("float32", [-2, -3])]]}, [ONE.tobytes()]),
        ({"runs": [[("float32", [2**62, 2**62])]]}, [ONE.tobytes()]),
        ({"runs": [[("float32", [2, 3]), ("float32", [2, 3])]]}, [ONE.tobytes()]),
        ({"runs": 7}, []),
        ({"runs": [[("float32", ["many"])]]}, [ONE.tobytes()]),
        ({"architecture": None, "runs": None}, []),
    ],
)
def test_question_of_no_child_of_ours_is_refused(changed, content):
    with pytest.raises(Garbled):
        answered({**HONEST, **changed}, content)


ATTEMPTS = """
import os, socket, sys
from pathlib import Path
import json, numpy
from dimorder.engine.keras_child import _close
here = Path(sys.argv[1])
_close(here)
def refused(attempt):
    try:
        attempt()
    except OSError:
        return True
    return False
print(json.dumps({
    "reads a stranger": refused(lambda: open(sys.argv[2]).read()),
    "writes elsewhere": refused(lambda: open(sys.argv[2] + ".new", "w")),
    "calls out": refused(lambda: socket.socket(socket.AF_INET)),
    "starts a program": refused(lambda: os.execv("/bin/true", ["true"])),
    "writes its answer": refused(lambda: (here / "answer.json").write_text("{}")),
    "reads its folder": refused(lambda: (here / "feeds.json").read_text()),
}))
"""


@pytest.mark.skipif(not landlock.version(), reason="this kernel has no Landlock, which alone tells folders apart")
def test_keras_may_use_its_folder_and_nothing_else(tmp_path: Path):
    own, other = tmp_path / "own", tmp_path / "stranger.txt"
    own.mkdir()
    (own / "feeds.json").write_text("[]")
    other.write_text("secret")
    program = [sys.executable, "-c", ATTEMPTS, str(own), str(other)]
    found = subprocess.run(program, capture_output=True, text=True, timeout=60, check=True)
    assert found.stdout.strip() == (
        '{"reads a stranger": true, "writes elsewhere": true, "calls out": true, "starts a program": true, '
        '"writes its answer": false, "reads its folder": false}'
    )
