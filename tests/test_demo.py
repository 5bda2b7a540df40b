"""The demo keeps what it promises, on one screen, and says so when it does not."""

from __future__ import annotations

import os
import pty
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from dimorder.cli import main

DIGITS = Path(__file__).parents[1] / "examples" / "digits"
NEEDED = ("demo.py", "digits_th.h5", "test_digits.npz")


def run_demo(folder: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """The demo of a folder, its output piped, as CI runs it."""
    clean = {key: value for key, value in os.environ.items() if key not in ("COLUMNS", "NO_COLOR")}
    return subprocess.run(
        [sys.executable, str(folder / "demo.py"), *arguments],
        env={**clean, "PYTHONIOENCODING": "utf-8", **variables},
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
    )


def on_a_terminal(out: Path, *arguments: str, **variables: str) -> str:
    """What the demo writes to a terminal."""
    ours, theirs = pty.openpty()
    clean = {key: value for key, value in os.environ.items() if key != "NO_COLOR"}
    command = [sys.executable, str(DIGITS / "demo.py"), "--out", str(out), *arguments]
    process = subprocess.Popen(command, stdout=theirs, env={**clean, "TERM": "xterm", "COLUMNS": "100", **variables})
    os.close(theirs)
    written = b""
    try:
        while piece := os.read(ours, 65536):
            written += piece
    except OSError:
        pass  # Linux says so when the other side has closed
    finally:
        os.close(ours)
    assert process.wait(120) == 0
    return written.decode("utf-8", "replace")


def copied(folder: Path, **altered: object) -> Path:
    """The demo beside the same data, some arrays of which were altered."""
    for name in NEEDED:
        shutil.copy(DIGITS / name, folder)
    with np.load(DIGITS / "test_digits.npz") as stored:
        np.savez(folder / "test_digits.npz", **{**dict(stored), **altered})
    return folder


def stored(name: str) -> np.ndarray:
    with np.load(DIGITS / "test_digits.npz") as arrays:
        return np.asarray(arrays[name])


def test_the_demo_shows_on_one_screen_what_it_promises(tmp_path: Path) -> None:
    done = run_demo(copied(tmp_path))
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert len(lines) <= 45
    assert max(map(len, lines[:-1])) <= 100  # the last one is a command to be copied
    assert re.search(r"Theano .* 356 of 360 right +98\.89 %", done.stdout)
    assert re.search(r"keras#5374 .* 51 of 360 right +14\.17 %", done.stdout)
    assert re.search(r"dimorder .* 356 of 360 right +98\.89 %", done.stdout)
    assert "answers 360 of 360 digits as Theano did" in done.stdout
    assert done.stdout.count("told apart") >= 5
    assert (tmp_path / "digits_th.h5").read_bytes() == (DIGITS / "digits_th.h5").read_bytes()


def test_run_twice_it_says_the_same_and_its_certificate_holds(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = (run_demo(DIGITS, "--out", str(tmp_path)) for _ in range(2))
    assert (second.returncode, second.stdout) == (0, first.stdout)
    written = str(tmp_path / "digits_tf.h5")
    assert main(["prove", "--check", f"{written}.proof.json", str(DIGITS / "digits_th.h5"), written]) == 0
    assert capsys.readouterr().out.startswith("CONFIRMED")


def test_a_terminal_gets_colours(tmp_path: Path) -> None:
    assert "\x1b[" in on_a_terminal(tmp_path)


def test_a_terminal_that_wants_none_gets_none(tmp_path: Path) -> None:
    assert "\x1b[" not in on_a_terminal(tmp_path, "--no-color")


def test_a_plain_terminal_gets_plain_letters(tmp_path: Path) -> None:
    written = on_a_terminal(tmp_path, NO_COLOR="1", PYTHONIOENCODING="ascii")
    assert written.isascii()
    assert "\x1b[" not in written


def test_logits_that_are_not_theanos_fail_it(tmp_path: Path) -> None:
    folder = copied(tmp_path, logits=stored("logits") + np.float32(0.001))
    done = run_demo(folder)
    assert done.returncode == 1
    assert "not as promised: a logit lies" in done.stderr


def test_answers_that_are_not_theanos_fail_it(tmp_path: Path) -> None:
    done = run_demo(copied(tmp_path, probabilities=np.roll(stored("probabilities"), 1, axis=0)))
    assert done.returncode != 0
    assert "EQUIVALENT" not in done.stdout


def test_a_useless_network_fails_it(tmp_path: Path) -> None:
    done = run_demo(copied(tmp_path, labels=(stored("labels") + 1) % 10))
    assert done.returncode == 1
    assert "Theano was right" in done.stderr
