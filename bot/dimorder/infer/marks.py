"""What a file's writer left behind: attributes, weight names, versions, the file's name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePath

from dimorder.infer.clue import Clue, clue
from dimorder.infer.names import named
from dimorder.infer.versions import version
from dimorder.layout import Ordering
from dimorder.model import Model
from dimorder.verdict import ABOUT, About

BACKENDS: dict[str, Ordering] = {
    "theano": "th", "tensorflow": "tf", "jax": "tf", "torch": "tf", "cntk": "tf", "numpy": "tf",
}  # fmt: skip
"""CNTK correlates: cntk_backend.py at 2.3.1 (layout-facts 3)."""

_NAMES: tuple[tuple[re.Pattern[str], About, Ordering], ...] = (
    (re.compile(r"th_dim_ordering"), "dim_ordering", "th"), (re.compile(r"tf_dim_ordering"), "dim_ordering", "tf"),
    (re.compile(r"th_kernels|theano"), "kernels", "th"),
    (re.compile(r"tf_kernels|tensorflow|(?<![a-z])tf(?!_dim_ordering|_kernels|[a-z])"), "kernels", "tf"),
    (re.compile(r"channels_first|(?<![a-z])nchw(?![a-z])"), "dim_ordering", "th"),
    (re.compile(r"channels_last|(?<![a-z])nhwc(?![a-z])"), "dim_ordering", "tf"),
)  # fmt: skip
_MARKED = re.compile(r":\d+$")


def marks(model: Model) -> Iterator[Clue]:
    """All marks, strongest first."""
    yield from _record(model)
    yield from _backend(model)
    yield from _suffixes(model)
    yield from _file_name(model)
    yield from _version(model)


def _record(model: Model) -> Iterator[Clue]:
    if model.provenance is None:
        return
    spelled = model.provenance.layout.replace("n/a", "none").split("/")
    words: dict[str, Ordering] = {"th": "th", "tf": "tf", "chw": "th", "hwc": "tf"}
    for about, word in zip(ABOUT, spelled, strict=False):
        if word in words:
            because = f"dimorder wrote this file as {model.provenance.layout}"
            yield clue(about, words[word], because, source="record")


def _backend(model: Model) -> Iterator[Clue]:
    known = version(model.keras_version)
    says = BACKENDS.get(model.backend.lower())
    if model.era == "keras3":
        yield clue("kernels", "tf", "Keras 3 has no backend that convolves")
    elif says and model.era == "keras2":
        yield clue("kernels", says, f"the file says backend {model.backend}")
    elif says:
        # No Keras 1 wrote it: somebody or some later version added it.
        yield clue("kernels", says, f"the file says backend {model.backend}", "likely")
    elif model.era == "keras2" and known and known >= (2, 4, 0):
        yield clue("kernels", "tf", f"Keras {model.keras_version} runs on TensorFlow only")


def _suffixes(model: Model) -> Iterator[Clue]:
    """TensorFlow saved `conv_W:0`, Theano `conv_W`: tells only the saver. Source: traps 37."""
    names = [t.name for t in model.tensors() if named(t)]
    if model.era not in ("keras1", "keras2") or not names or model.backend:
        return
    marked = sum(_MARKED.search(name) is not None for name in names)
    if marked == len(names):
        told = f"weight names end in ':0' ({names[0]!r}), as TensorFlow saves them"
        yield clue("kernels", "tf", told, "likely")
    elif marked == 0:
        told = f"weight names carry no ':0' ({names[0]!r}), as Theano saves them"
        yield clue("kernels", "th", told, "likely")
    else:
        told = f"only {marked} of {len(names)} weight names end in ':0'"
        yield clue("kernels", "unknown", told, "unknown")


def _file_name(model: Model) -> Iterator[Clue]:
    name = PurePath(model.path).name.lower()
    for pattern, about, says in _NAMES:
        found = pattern.search(name)
        if found:
            told = f"the file's name has {found[0]!r} (names mislead: told, not counted)"
            yield clue(about, says, told, "unknown")


def _version(model: Model) -> Iterator[Clue]:
    known = version(model.keras_version)
    if model.era == "keras0" and known and known < (0, 3, 0):
        yield clue("kernels", "th", "Keras before 0.3 ran on Theano only")
    elif model.era == "keras0":
        # TensorFlow came with 0.3.0 and was never the default before 1.1.0.
        yield clue("kernels", "th", "Keras 0 ran on Theano unless told otherwise", "likely")
    elif model.era == "keras1" and known:
        says: Ordering = "th" if known < (1, 1, 0) else "tf"
        told = f"Keras {model.keras_version} ran on {'Theano' if says == 'th' else 'TensorFlow'}"
        yield clue("kernels", says, f"{told} unless told otherwise", "unknown")
