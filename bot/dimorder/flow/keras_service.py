"""Real Keras 3 asked from where no program can be started: the flow asks its parent, which asks Keras.

Arrays cross as bytes with dtype and shape; neither side takes more of them than that.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, BinaryIO

import numpy as np

from dimorder.engine import keras_referee
from dimorder.engine.keras_referee import Answer, Feed, NoAnswer
from dimorder.sandbox.outside import Answer as Message
from dimorder.sandbox.outside import Call, Files
from dimorder.sandbox.wire import Garbled
from dimorder.steps import Array

SERVICE = "keras"
ROLES = ("target", "scratch")
"""Files that this program wrote: Keras is shown no other."""
_DTYPES = frozenset(("float32", "float64", "int32", "int64"))

Runs = Sequence[Sequence[Array]]


def ask(
    call: Call, role: str, file: BinaryIO, feeds: Sequence[Feed], *, architecture: bytes = b""
) -> Answer | NoAnswer:
    """What real Keras 3 predicts with the file of this role, which is `file` seen from the parent."""
    file.flush()
    values = {"role": role, "architecture": architecture.decode("utf-8"), "runs": _forms(feeds)}
    found, content = call(SERVICE, values, _bytes(feeds))
    if "kind" in found:
        return NoAnswer(found["kind"], found["because"])
    return Answer(found["who"], tuple(tuple(run) for run in _arrays(found["runs"], content)))


def serve(values: Mapping[str, Any], content: list[bytes], files: Files) -> Message:
    """The parent's side. Garbled where a child asks for what no child of ours would."""
    try:
        file, feeds = _shown(str(values["role"]), files), _arrays(values["runs"], content)
        architecture = str(values["architecture"]).encode()
    except (ValueError, TypeError, LookupError, StopIteration, OverflowError) as problem:
        raise Garbled from problem
    found = keras_referee.ask(file, feeds, architecture=architecture)
    if isinstance(found, NoAnswer):
        return {"kind": found.kind, "because": found.because}, []
    return {"who": found.who, "runs": _forms(found.runs)}, _bytes(found.runs)


def _shown(role: str, files: Files) -> BinaryIO:
    if role not in ROLES:
        raise ValueError(role)
    return files[role]


def _forms(runs: Runs) -> list[list[tuple[str, list[int]]]]:
    return [[(array.dtype.name, list(array.shape)) for array in run] for run in runs]


def _bytes(runs: Runs) -> list[bytes]:
    return [np.ascontiguousarray(array).tobytes() for run in runs for array in run]


def _arrays(forms: Any, content: list[bytes]) -> list[list[Array]]:
    parts = iter(content)
    return [[_array(str(dtype), [int(size) for size in shape], next(parts)) for dtype, shape in run] for run in forms]


def _array(dtype: str, shape: list[int], content: bytes) -> Array:
    if dtype not in _DTYPES or math.prod(shape) * np.dtype(dtype).itemsize != len(content):
        raise ValueError("bytes that are not the array they are said to be")
    return np.frombuffer(content, dtype).reshape(shape)
