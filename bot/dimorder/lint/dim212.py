"""DIM212 backend-chosen-weights: which weights file is read depends on the name of the backend."""

from __future__ import annotations

from collections.abc import Iterator

from dimorder.finding import Page
from dimorder.layout import Channels
from dimorder.lint.code import Code, Told
from dimorder.program import Call, Place, Run, World

PAGE = Page(
    code="DIM212",
    finds="`load_weights` of a file whose name is made from the backend's name, by code that builds its model for "
    "whatever ordering the machine has.",
    why="A backend is no ordering: TensorFlow computes channels first too, where keras.json says so. A file called "
    "`…_tensorflow.h5` is then read into a model of the other ordering; which of the two it was made for its name "
    "does not tell, and kernels have the same number of values either way.",
    bad="from keras import backend as K\nfrom keras.layers import Conv2D, Input\nfrom keras.models import Model\n\n"
    "shape = (3, 64, 48) if K.image_data_format() == 'channels_first' else (64, 48, 3)\n"
    "image = Input(shape)\nmodel = Model(image, Conv2D(8, 3)(image))\n"
    "model.load_weights('weights_%s.h5' % K.backend())\n",
    good="from keras import backend as K\nfrom keras.layers import Conv2D, Input\nfrom keras.models import Model\n\n"
    "shape = (3, 64, 48) if K.image_data_format() == 'channels_first' else (64, 48, 3)\n"
    "image = Input(shape)\nmodel = Model(image, Conv2D(8, 3)(image))\n"
    "model.load_weights('weights_%s.h5' % K.image_data_format())\n",
    safety="none",
    fix="Convert the weights once (`dimorder convert`), read one file, and build one model.",
    sources=("keras applications/vgg16.py@1.2.2 and @2.0.0", "keras backend/__init__.py@2.3.1 (backend)"),
)
_LOADS = ("load_weights", "load_model")


def find(code: Code) -> Iterator[Told]:
    """One finding for each call.

    Error where the model is built for both orderings and the file is read in one of them; warning where it is read in
    both; info where the program stands for one ordering alone.
    """
    loaded: dict[str, dict[World, str]] = {}
    places: dict[str, Place] = {}
    for run in code.program.runs:
        for call in run.calls:
            name = _name(call)
            if name is not None and call.place.path == code.program.path:
                # The two ways of a condition load in two places of one function.
                key = f"{call.function}:{'' if call.guards else call.place}"
                loaded.setdefault(key, {}).setdefault(run.world, name)
                places.setdefault(key, call.place)
    built = {run.world.channels for run in code.program.runs if _builds(run)}
    for key, names in loaded.items():
        if _by_backend(names):
            yield _told(places[key], names, built)


def _told(place: Place, names: dict[World, str], built: set[Channels]) -> Told:
    read = {world.channels for world in names}
    files = " or ".join(sorted({repr(name) for name in names.values()}))
    if len(read) > 1:
        told = f"the backend's name chooses between {files}, whatever ordering the model is built for"
        return Told("DIM212", place, "warning", "likely", told, "weights.by-backend")
    (channels,) = read
    if len(built) > 1:
        told = f"the backend's name chooses between {files}; the model is built for either ordering, and the file is "
        told += f"read with channels {channels} alone: a file named for the other backend is in the same ordering"
        return Told("DIM212", place, "error", "likely", told, "weights.one-ordering")
    told = f"the backend's name chooses between {files}, with channels {channels} in both cases"
    return Told("DIM212", place, "info", "likely", told, "weights.same-ordering")


def _by_backend(names: dict[World, str]) -> bool:
    """Whether two backends read different files with the same ordering."""
    return any(
        one.channels == other.channels and names[one] != names[other] for one in names for other in names
    )


def _name(call: Call) -> str | None:
    """The file's name, of calls that load weights."""
    if not call.callee.endswith(_LOADS):
        return None
    return next((one.value for one in call.arguments.values() if isinstance(one.value, str)), None)


def _builds(run: Run) -> bool:
    """Whether anything that has an ordering is built."""
    return any(layer.channels is not None for layer in (*run.layers, *(one for m in run.models for one in m.layers)))
