"""Run as its own process: real Keras 3 opens one file of ours and answers the probes beside it.

Started with a folder of its own as working directory, by keras_referee, which states the files in it.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from dimorder.lockdown import close_calls, close_files, gain_nothing

ANSWER, MODEL = "answer.json", "model.keras"
ARCHITECTURE, WEIGHTS = "model.json", "model.weights.h5"
"""Of a model whose arrays lie apart."""


def main(folder: Path, feeds: Sequence[Sequence[str]]) -> None:
    """Leave answer.json: who answered, how far that came, and why no further.

    feeds: for each run, the files of its inputs, in the model's order. Output N of run M: answer-M-N.npy.
    """
    told: dict[str, Any] = {"stage": "starting"}
    try:
        _answer(folder, feeds, told)
    except Exception as problem:  # noqa: BLE001 - whatever Keras raises is the answer
        told["error"] = f"{type(problem).__name__}: {problem}"[:2000]
    (folder / ANSWER).write_text(json.dumps(told), encoding="utf-8")


def _answer(folder: Path, feeds: Sequence[Sequence[str]], told: dict[str, Any]) -> None:
    import jax
    import keras

    told |= {"keras": keras.__version__, "jax": jax.__version__, "backend": keras.backend.backend(), "stage": "opening"}
    _close(folder)
    if (folder / ARCHITECTURE).exists():
        model = keras.models.model_from_json((folder / ARCHITECTURE).read_text(encoding="utf-8"))
        model.load_weights(folder / WEIGHTS)
    else:
        model = keras.models.load_model(folder / MODEL, compile=False, safe_mode=True)
    with suppress(AttributeError):  # a jax that does not know the setting does not need it either
        jax.config.update("jax_disable_most_optimizations", False)
    told |= {"stage": "computing", "outputs": len(model.outputs)}
    for run, names in enumerate(feeds):
        inputs = [np.load(folder / name, allow_pickle=False) for name in names]
        found = model.predict_on_batch(inputs if len(inputs) > 1 else inputs[0])
        for place, output in enumerate(found if isinstance(found, list | tuple) else [found]):
            np.save(folder / f"answer-{run}-{place}.npy", np.asarray(output), allow_pickle=False)
    told["stage"] = "done"


def _close(folder: Path) -> None:
    """Keras may read its own code, this folder and the model, write into this folder, and no more.

    The model is ours, but a child that read a stranger's file wrote it.
    """
    gain_nothing()
    model = [os.path.realpath(folder / name) for name in (MODEL, WEIGHTS)]
    system = ("/proc", "/sys", "/dev/urandom", "/dev/null")
    close_files([*sys.path, sys.prefix, sys.base_prefix, *system, *model], [str(folder)])
    close_calls("but-opening")


if __name__ == "__main__":
    here = Path.cwd()
    main(here, json.loads((here / "feeds.json").read_text(encoding="utf-8")))
