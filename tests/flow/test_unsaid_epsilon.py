"""Code that does not say BatchNormalization's epsilon: each Keras took its own, and real weights tell which it was."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from dimorder import cli
from support.places import TESTS

ZOO = TESTS / "zoo" / "k108-theano-th" / "bn_default_axis"
CODE = """
from keras.layers import Activation, BatchNormalization, Convolution2D, Dense, Flatten
from keras.models import Sequential


def model():
    net = Sequential()
    net.add(Convolution2D(4, 3, 3, activation="relu", input_shape=(3, 8, 7), dim_ordering="th"))
    net.add(BatchNormalization())
    net.add(Convolution2D(3, 3, 3, dim_ordering="th"))
    net.add(Flatten())
    net.add(Dense(4, activation="softmax"))
    return net
"""


@pytest.fixture(autouse=True)
def _beside_the_weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copy(ZOO / "weights.h5", tmp_path / "th.h5")
    (tmp_path / "net.py").write_text(CODE)
    io = np.load(ZOO / "io.npz")
    np.save(tmp_path / "x.npy", io[min(name for name in io.files if name.startswith("x"))])
    np.save(tmp_path / "y.npy", io[min(name for name in io.files if name.startswith("y"))])
    monkeypatch.chdir(tmp_path)


def convert(*more: str) -> int:
    asked = ["convert", "th.h5", "--architecture", "net.py:model", "--from", "th/th"]
    return cli.main([*asked, "--samples", "x.npy", "--expect", "y.npy", *more])


def told() -> float:
    """The epsilon of the architecture that the certificate keeps."""
    certificate = json.loads(Path("th.tf.h5.proof.json").read_text())
    found = json.loads(certificate["beside"]["architecture"]["document"])
    return next(float(layer["config"]["epsilon"]) for layer in found["config"] if "epsilon" in layer["config"])


@pytest.mark.parametrize(("keras", "epsilon"), [("1.0.8", 1e-5), ("1.2.2", 1e-3)])
def test_the_stated_keras_says_which_epsilon_the_code_means(keras: str, epsilon: float) -> None:
    assert convert("--keras-version", keras) == 0
    assert told() == epsilon


def test_an_epsilon_that_the_code_says_is_kept() -> None:
    Path("net.py").write_text(CODE.replace("BatchNormalization()", "BatchNormalization(epsilon=1e-3)"))
    assert convert("--keras-version", "1.0.8") == 0
    assert told() == 1e-3


def test_without_a_version_nobody_knows_what_the_statistic_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert convert() == 3
    assert "--keras-version" in capsys.readouterr().err
    assert not Path("th.tf.h5").exists()
