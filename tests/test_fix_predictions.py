"""Repositories written for Theano predict the same once they are fixed: real Keras 3 runs the fixed code.

The weights, the images and the right predictions are those that real Keras 2 on Theano left in the zoo.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dimorder.flow.on_fixes import Fixing
from dimorder.flow.on_paths import fix_paths
from dimorder.flow.settings import Settings
from support.conversions import Workshop
from support.places import keras_python
from support.zoo import Entry, by_name

pytestmark = pytest.mark.keras

LIMIT = 1e-5
NAMES = ("k231-theano-th/vgg_issue", "k231-theano-th/conv3d", "k208-theano-th/dilated")
SAID = frozenset(
    {"filters", "kernel_size", "strides", "padding", "dilation_rate", "depth_multiplier", "activation", "data_format",
     "pool_size", "units", "rate", "name"}
)  # fmt: skip
PREDICT = """\
import numpy as np
from model import build

images = np.load('images.npy')
x = images.transpose({axes})
model = build()
model.load_weights('weights.h5')
np.save('found.npy', model.predict(x, verbose=0))
"""
RUN = """
import os, runpy, sys
for folder in sys.stdin.read().splitlines():
    os.chdir(folder)
    sys.path.insert(0, folder)
    runpy.run_path('predict.py')
    sys.path.remove(folder)
    sys.modules.pop('model')
"""


def as_code(document: dict[str, Any]) -> str:
    """A Sequential model of Keras 2, as people write it."""
    config = document["config"]
    layers = config if isinstance(config, list) else config["layers"]
    classes = ", ".join(sorted({one["class_name"] for one in layers}))
    lines = [f"from keras.layers import {classes}", "from keras.models import Sequential", "", "", "def build():"]
    lines.append("    model = Sequential()")
    for one in layers:
        said = [f"{key}={_plain(value)}" for key, value in one["config"].items() if key in SAID]
        shape = one["config"].get("batch_input_shape")
        said += [f"input_shape={tuple(shape[1:])}"] if shape else []
        lines.append(f"    model.add({one['class_name']}({', '.join(said)}))")
    return "\n".join([*lines, "    return model", ""])


def _plain(value: Any) -> str:
    return repr(tuple(value) if isinstance(value, list) else value)


def repository(entry: Entry, place: Path) -> None:
    """Its model as code, its weights, its images with channels last, and a script that predicts."""
    place.mkdir()
    (images,) = entry.inputs()
    axes = (0, images.ndim - 1, *range(1, images.ndim - 1))
    np.save(place / "images.npy", np.moveaxis(images, 1, -1))
    shutil.copy(entry.path("weights.h5"), place / "weights.h5")
    (place / "model.py").write_text(as_code(json.loads(entry.path("model.json").read_text())))
    (place / "predict.py").write_text(PREDICT.format(axes=axes))
    (place / "pyproject.toml").write_text("")


def predicted(folder: Path) -> None:
    """Every repository fixed, and run by Keras 3 in one process."""
    places = [folder / name.replace("/", "-") for name in NAMES]
    for name, place in zip(NAMES, places, strict=True):
        repository(by_name()[name], place)
        report = fix_paths([str(place)], Settings(), Fixing(unsafe=True, accept="likely"), lambda *_: None).fixes
        assert report is not None
        assert [one.because for one in report.refused] == []
    (folder / "home").mkdir()
    stated = {"HOME": str(folder / "home"), "KERAS_BACKEND": "jax", "JAX_PLATFORMS": "cpu"}
    python = keras_python()
    assert python is not None
    done = subprocess.run(
        [python, "-c", RUN],
        input="\n".join(map(str, places)),
        env={"PATH": os.environ.get("PATH", ""), "JAX_DISABLE_MOST_OPTIMIZATIONS": "1", **stated},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr[-3000:]


@pytest.mark.parametrize("name", NAMES)
def test_fixed_code_predicts_on_keras_3_what_the_original_did_on_theano(name: str, workshop: Workshop) -> None:
    workshop.once("fixed-code", predicted)
    place = workshop.folder / "fixed-code" / name.replace("/", "-")
    assert "channels_first" not in (place / "model.py").read_text()
    found, (expected,) = np.load(place / "found.npy"), by_name()[name].expected()
    assert found.shape == expected.shape
    assert float(np.abs(found - expected).max()) <= LIMIT
