"""Real Keras 3 opens every .keras file made of the zoo, and predicts what the old Keras predicted."""

from __future__ import annotations

import io
import json
import os
import subprocess
import zipfile
from pathlib import Path

import numpy as np
import pytest

from dimorder.steps import Array
from support.conversions import Workshop
from support.datasets import datasets, differing
from support.judging import written
from support.places import keras_python
from support.table import Recorder, record
from support.zoo import by_name, largest_difference

pytestmark = pytest.mark.keras

LIMIT = 1e-5
WRITTEN = [(name, source) for name, source, dialect in written() if dialect == "keras3"]
MADE = sorted(dict(WRITTEN).items())
"""One file of each entry, of the full model where there is one: the test below says that nothing is lost by that."""
HALVES = 2
"""Processes of Keras: its start takes time, but two workers of pytest-xdist shall not wait for each other."""

PREDICT = """
import json, sys
import numpy as np
import keras

said = {"keras": keras.__version__, "backend": keras.backend.backend(), "problems": {}}
for line in sys.stdin.read().splitlines():
    model_path, io_path = line.split("\\t")
    try:
        model = keras.models.load_model(model_path)
        with np.load(io_path) as given:
            xs = [given[f"arr_{n}"] for n in range(len(given.files))]
        found = model(xs if len(xs) > 1 else xs[0], training=False)
        found = found if isinstance(found, (list, tuple)) else [found]
        np.savez(io_path + ".out.npz", *[np.asarray(one) for one in found])
    except Exception as problem:
        said["problems"][model_path] = repr(problem)[:500]
print(json.dumps(said))
"""


def predict_half(workshop: Workshop, half: int, place: Path) -> dict[str, str]:
    """Every second file in one process of Keras. Gives problems by file."""
    wanted = []
    for number, (name, source) in enumerate(MADE):
        if number % HALVES != half:
            continue
        entry = by_name()[name]
        np.savez(place / f"{number}.npz", *entry.inputs_of_tensorflow())
        target = workshop.converted(entry, source, "keras3").target
        wanted.append(f"{target}\t{place / f'{number}.npz'}")
    (place / "home").mkdir()
    stated = {"HOME": str(place / "home"), "KERAS_BACKEND": "jax", "JAX_PLATFORMS": "cpu"}
    # Keras draws random weights before it loads the real ones, and compiles that for every shape.
    stated["JAX_DISABLE_MOST_OPTIMIZATIONS"] = "1"
    python = keras_python()
    assert python is not None
    done = subprocess.run(
        [python, "-c", PREDICT],
        input="\n".join(wanted),
        env={"PATH": os.environ.get("PATH", ""), **stated},
        capture_output=True,
        text=True,
        timeout=900,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    said = json.loads(done.stdout.splitlines()[-1])
    assert said["keras"].startswith("3.")
    assert said["backend"] == "jax"
    problems: dict[str, str] = said["problems"]
    return problems


@pytest.mark.parametrize(("name", "source"), MADE, ids=map("-".join, MADE))
def test_real_keras_3_predicts_what_the_old_keras_predicted(
    name: str, source: str, workshop: Workshop, record_property: Recorder
) -> None:
    number = MADE.index((name, source))
    half = number % HALVES
    problems = workshop.once(f"keras-{half}", lambda place: predict_half(workshop, half, place))
    entry = by_name()[name]
    assert str(workshop.converted(entry, source, "keras3").target) not in problems, problems
    with np.load(workshop.folder / f"keras-{half}" / f"{number}.npz.out.npz") as arrays:
        found = [arrays[f"arr_{number}"] for number in range(len(arrays.files))]
    worst = largest_difference(found, entry.expected())
    record(record_property, name, "keras", worst)
    assert worst <= LIMIT


BOTH = [name for name, source in WRITTEN if source == "full.h5" and (name, "weights.h5") in WRITTEN]


@pytest.mark.parametrize("name", BOTH)
def test_weights_with_their_architecture_become_what_the_full_model_becomes(name: str, workshop: Workshop) -> None:
    """But for how the model was to be trained."""
    weights, full = (
        parts_of(workshop.converted(by_name()[name], source, "keras3").target) for source in ("weights.h5", "full.h5")
    )
    assert weights[0] == full[0]
    assert differing(weights[1], full[1]) == []


def parts_of(path: Path) -> tuple[dict[str, object], dict[str, Array]]:
    with zipfile.ZipFile(path) as archive:
        config = json.loads(archive.read("config.json"))
        config.pop("compile_config", None)
        return config, datasets(io.BytesIO(archive.read("model.weights.h5")))
