"""Real Keras 3 as second referee: asked in a process of its own, shown only files that this program wrote.

That process gets a folder of its own as HOME (a ~/.keras/keras.json that says theano stops Keras 3's import), no
variables of the user's, one file to read, and a limit on its time.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.machinery import PathFinder
from importlib.metadata import distributions
from pathlib import Path
from typing import Any, BinaryIO, Literal

import numpy as np

from dimorder.engine.keras_child import ANSWER, ARCHITECTURE, MODEL, WEIGHTS
from dimorder.steps import Array

INSTALL = "pip install 'dimorder[keras]'"
OLDEST = 3
PATIENCE = 180.0
"""Seconds for everything: a small model takes 3, VGG16 at 224×224 27 (of one core; 63 on a crowded machine)."""
_COMMAND = ("-m", "dimorder.engine.keras_child")
_PASSED_ON = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
"""Variables without which some interpreters do not find their own libraries."""

Feed = Sequence[Array]
"""One batch for each input of the model, in the model's order."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What Keras predicts: for each feed, the outputs (N, …) in the model's order. who: with versions."""

    who: str
    runs: tuple[tuple[Array, ...], ...]


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """Why there are no predictions.

    kind: "refused" where Keras would not open or compute our file (that says something about the file),
          "absent" where it is not installed, "broken" where it stopped for reasons of its own.
    """

    kind: Literal["absent", "broken", "refused"]
    because: str


Ask = Callable[[BinaryIO, Sequence[Feed]], Answer | NoAnswer]


def ask(
    file: BinaryIO,
    feeds: Sequence[Feed],
    *,
    patience: float = PATIENCE,
    command: Sequence[str] = _COMMAND,
    architecture: bytes = b"",
) -> Answer | NoAnswer:
    """What real Keras 3 predicts for these feeds.

    file:    an open `.keras` or `.weights.h5`, and nobody else's than ours.
    architecture: of a `.weights.h5`, its JSON.
    command: what the interpreter runs (tests put a stand-in there).
    """
    because = missing() if command is _COMMAND else ""
    if because:
        return NoAnswer("absent", because)
    try:
        with tempfile.TemporaryDirectory(prefix="dimorder-keras-", ignore_cleanup_errors=True) as name:
            if architecture:
                (Path(name) / ARCHITECTURE).write_bytes(architecture)
            return _asked(Path(name), file, feeds, [sys.executable, *command], patience)
    except OSError as problem:
        return NoAnswer("broken", f"it could not be asked ({problem.strerror})")


def _asked(
    folder: Path, file: BinaryIO, feeds: Sequence[Feed], command: Sequence[str], patience: float
) -> Answer | NoAnswer:
    _lay_out(folder, feeds)
    shown = _show(file, folder / (WEIGHTS if (folder / ARCHITECTURE).exists() else MODEL))
    try:
        ended = _run(command, folder, shown, patience)
    finally:
        if shown is not None:
            os.close(shown)
    return NoAnswer("broken", ended) if ended else _read(folder, len(feeds))


def missing() -> str:
    """Why Keras 3 cannot be asked here, "" if it can; nothing is imported to find out."""
    places = _places()
    absent = [name for name in ("keras", "jax") if PathFinder.find_spec(name, places) is None]
    if absent:
        return f"{' and '.join(absent)} {'are' if len(absent) > 1 else 'is'} not installed"
    version = next((found.version for found in distributions(name="keras", path=places)), "")
    major = version.partition(".")[0]
    if not major.isdecimal() or int(major) < OLDEST:
        return f"the installed Keras is {version or 'of no known version'}, not 3"
    return ""


def _places() -> list[str]:
    """Where Python finds its packages; never the folder that the user happens to stand in."""
    return [os.path.abspath(place) for place in sys.path if place and os.path.abspath(place) != os.getcwd()]


def _lay_out(folder: Path, feeds: Sequence[Feed]) -> None:
    """The feeds as files: whole numbers as int32, all else as float32."""
    names = [[f"feed-{run}-{place}.npy" for place in range(len(feed))] for run, feed in enumerate(feeds)]
    for files, feed in zip(names, feeds, strict=True):
        for file, batch in zip(files, feed, strict=True):
            dtype = np.int32 if batch.dtype.kind in "iu" else np.float32
            np.save(folder / file, np.ascontiguousarray(batch, dtype), allow_pickle=False)
    (folder / "feeds.json").write_text(json.dumps(names), encoding="utf-8")


def _show(file: BinaryIO, place: Path) -> int | None:
    """The file at this place: opened once more for reading only, and handed down; copied where that cannot be."""
    file.flush()
    try:
        number = os.open(f"/proc/self/fd/{file.fileno()}", os.O_RDONLY | os.O_CLOEXEC)
    except OSError:  # no descriptor, or no /proc
        file.seek(0)
        with place.open("wb") as copy:
            shutil.copyfileobj(file, copy, 1 << 20)
        return None
    place.symlink_to(f"/proc/self/fd/{number}")
    return number


def _run(command: Sequence[str], folder: Path, shown: int | None, patience: float) -> str:
    """Run the child to its end; why it came to a bad one, "" if it did not."""
    with (folder / "log").open("wb") as log:
        child = subprocess.Popen(
            command,
            cwd=folder,
            env=_environment(folder),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            pass_fds=() if shown is None else (shown,),
            start_new_session=True,
        )
        try:
            code = child.wait(patience)
        except subprocess.TimeoutExpired:
            return f"it did not answer within {patience:g} seconds"
        finally:
            _end(child)
    if code < 0:
        return f"it was ended by signal {-code}"
    return f"it ended with code {code}{_last_words(folder)}" if code else ""


def _environment(folder: Path) -> dict[str, str]:
    passed_on = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    return {
        **passed_on,
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "KERAS_HOME": str(folder),
        "KERAS_BACKEND": "jax",
        "JAX_PLATFORMS": "cpu",
        # The file is locked by whoever writes it, and is read only.
        "HDF5_USE_FILE_LOCKING": "FALSE",
        # While opening: Keras draws random weights first, and compiles that for every shape (12 s of 15 for a VGG).
        "JAX_DISABLE_MOST_OPTIMIZATIONS": "1",
        "PYTHONPATH": os.pathsep.join(_places()),
        "PYTHONUTF8": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def _end(child: subprocess.Popen[bytes]) -> None:
    """Whatever happened, nothing of it is left running."""
    if child.poll() is None:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()


def _last_words(folder: Path) -> str:
    lines = (folder / "log").read_bytes()[-2000:].decode("utf-8", "replace").split("\n")
    last = next((line.strip() for line in reversed(lines) if line.strip()), "")
    return f": {last[:300]}" if last else ""


def _read(folder: Path, count: int) -> Answer | NoAnswer:
    """The answer that the child left; it is taken for what it is, not for what it should be."""
    try:
        told: dict[str, Any] = json.loads((folder / ANSWER).read_bytes())
        if "error" in told:
            return _failure(told)
        outputs = range(int(told["outputs"]))
        runs = tuple(
            tuple(_array(folder / f"answer-{run}-{place}.npy") for place in outputs)
            for run in range(count)
        )
        return Answer(_who(told), runs)
    except (OSError, ValueError, EOFError, KeyError, TypeError, RecursionError, OverflowError, MemoryError):
        return NoAnswer("broken", "what it answered cannot be read")


def _array(path: Path) -> Array:
    """One output; ValueError for an archive of several, which numpy would open too."""
    found: object = np.load(path, allow_pickle=False)
    if not isinstance(found, np.ndarray):
        raise ValueError(path.name)
    return found


def _failure(told: dict[str, Any]) -> NoAnswer:
    said = " ".join(str(told["error"]).split())[:300]
    if told["stage"] == "starting" or said.startswith("MemoryError") or "RESOURCE_EXHAUSTED" in said:
        return NoAnswer("broken", f"it does not work here ({said})")
    what = "open" if told["stage"] == "opening" else "compute"
    return NoAnswer("refused", f"{_who(told)} does not {what} the converted file ({said})")


def _who(told: dict[str, Any]) -> str:
    return f"Keras {told['keras']} on {told['backend']} {told['jax']}"
