"""DIM211 theano-keras-json: settings of a machine with Theano's ordering, kept among the project's files."""

from __future__ import annotations

from collections.abc import Iterator

from dimorder.finding import Page
from dimorder.lint.code import Told
from dimorder.program import Place

PAGE = Page(
    code="DIM211",
    finds="A committed `keras.json` that asks for channels first, or for Theano.",
    why="Whoever copies it into their home folder changes what every other Keras program of theirs builds. It is "
    "also the best evidence there is of how this project's weights were trained: keep that in words.",
    bad='{"backend": "theano", "floatx": "float32", "image_dim_ordering": "th"}\n',
    good='{"backend": "tensorflow", "floatx": "float32", "image_data_format": "channels_last"}\n',
    safety="none",
    fix="Weights that were trained under it are converted first; then the file can say what is needed today.",
    sources=("keras backend/__init__.py@1.2.2 and @2.3.1", "https://keras.io/api/utils/config_utils/"),
    language="json",
)


def find_in_settings(path: str, backend: str, ordering: str) -> Iterator[Told]:
    """What the settings in a file ask for. ordering: "th", "tf", or anything else where they do not say."""
    said = [f"backend {backend}"] if backend.lower() == "theano" else []
    said += ["channels first"] if ordering == "th" else []
    if said:
        told = f"these settings ask for {' and '.join(said)}: models of all programs are then built so"
        yield Told("DIM211", Place(path, 1, 1), "warning", "certain", told, "settings.theano")
