"""What is damaged: one small honest file of every format, and what is asked of it."""

from __future__ import annotations

import io
import json
import tempfile
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np
import yaml

from dimorder.flow.on_files import convert_file
from dimorder.flow.options import Options
from dimorder.layout import parse_layout
from fuzz import hdf5_files, nets

MEMORY = 384
"""MiB that each may take beyond what a process begins with: a damaged size may ask for any amount."""
TH, TH_TF = (
    Options(stated=parse_layout(word), referee="numpy", dialect="same", max_memory=MEMORY)
    for word in ("th/th", "th/tf")
)


@dataclass(frozen=True)
class Seed:
    """One honest set of files.

    damaged: the file (a key of `files`) that mutants replace. paths: roles for the flow, `target` among them if the
    file is converted; `check` for a certificate. share: how many mutants of this seed for one of another.
    """

    name: str
    damaged: str
    files: Mapping[str, bytes]
    paths: Mapping[str, str]
    options: Options = field(default_factory=lambda: TH)
    share: int = 1

    @property
    def content(self) -> bytes:
        return self.files[self.damaged]


@cache
def seeds() -> tuple[Seed, ...]:
    """All of them; the same libraries write the same bytes in every run."""
    return (*_weights(), *_models(), *_of_keras3(), *_texts(), *_samples(), _certificate())


def _weights() -> tuple[Seed, ...]:
    beside = {"a.json": nets.spelled(nets.keras1())}
    known = {"source": "w.h5", "architecture": "a.json", "target": "w.tf.h5"}
    latest = hdf5_files.keras1_weights(libver="latest")
    return (
        Seed("h5 keras1 weights", "w.h5", {"w.h5": hdf5_files.keras1_weights(), **beside}, known, share=2),
        Seed("h5 keras1 latest", "w.h5", {"w.h5": latest, **beside}, known, share=2),
        Seed(
            "h5 keras2 packed", "w.h5",
            {"w.h5": hdf5_files.keras2_packed(), "a.json": nets.spelled(nets.keras2())}, known, share=2,
        ),
    )  # fmt: skip


def _models() -> tuple[Seed, ...]:
    paths = {"source": "m.h5", "target": "m.tf.h5"}
    return (
        Seed("h5 keras1 model", "m.h5", {"m.h5": hdf5_files.keras1_model()}, paths, share=2),
        Seed("h5 keras2 model", "m.h5", {"m.h5": hdf5_files.keras2_model()}, paths, share=2),
    )


def _of_keras3() -> tuple[Seed, ...]:
    stored, architecture = hdf5_files.keras3_weights(), nets.spelled(nets.keras3())
    apart = {"architecture": "a.json", "architecture_out": "b.json"}
    conv, dense = hdf5_files.keras3_shards()
    shards = {"s.weights.json": _index(), "s_0.weights.h5": conv, "s_1.weights.h5": dense, "a.json": architecture}
    options = Options(stated=parse_layout("th/tf"), referee="numpy", max_memory=MEMORY)
    whole = {"source": "m.keras", "target": "n.keras"}
    loose = {"source": "w.weights.h5", "target": "v.weights.h5", **apart}
    cut = {"source": "s.weights.json", "target": "v.weights.h5", **apart}
    return (
        Seed("keras stored", "m.keras", {"m.keras": archive(zipfile.ZIP_STORED)}, whole, options, 2),
        Seed("keras deflated", "m.keras", {"m.keras": archive(zipfile.ZIP_DEFLATED)}, whole, options, 2),
        Seed("weights.h5", "w.weights.h5", {"w.weights.h5": stored, "a.json": architecture}, loose, options, 2),
        Seed("weights.json index", "s.weights.json", shards, cut, options),
        Seed("weights.json shard", "s_0.weights.h5", shards, cut, options),
    )


def _texts() -> tuple[Seed, ...]:
    weights = hdf5_files.keras1_weights()
    beside = {"source": "w.h5", "target": "w.tf.h5", "architecture_out": "b.json"}
    of_keras1 = nets.spelled(nets.keras1())
    in_json, in_yaml = {**beside, "architecture": "a.json"}, {**beside, "architecture": "a.yaml"}
    alone = {"source": "a.json", "target": "b.json"}
    as_yaml = yaml.safe_dump(nets.keras1()).encode()
    return (
        Seed("json keras1 beside", "a.json", {"a.json": of_keras1, "w.h5": weights}, in_json),
        Seed("yaml keras1 beside", "a.yaml", {"a.yaml": as_yaml, "w.h5": weights}, in_yaml),
        Seed("json keras1 alone", "a.json", {"a.json": of_keras1}, alone, share=2),
        Seed("json keras2 alone", "a.json", {"a.json": nets.spelled(nets.keras2())}, alone, share=2),
        Seed("json keras3 alone", "a.json", {"a.json": nets.spelled(nets.keras3())}, alone, TH_TF, 2),
        Seed("yaml keras1 alone", "a.yaml", {"a.yaml": as_yaml}, {"source": "a.yaml"}, share=2),
        Seed("python", "train.py", {"train.py": PYTHON.encode()}, {"source": "train.py"}, share=2),
        Seed("notebook", "train.ipynb", {"train.ipynb": _notebook()}, {"source": "train.ipynb"}, share=2),
    )


def _samples() -> tuple[Seed, ...]:
    weights = {"w.h5": hdf5_files.keras1_weights(), "a.json": nets.spelled(nets.keras1())}
    known = {"source": "w.h5", "architecture": "a.json", "target": "w.tf.h5"}
    samples = np.random.default_rng(7).standard_normal((3, *nets.IMAGE)).astype(np.float32)
    plain, packed = io.BytesIO(), io.BytesIO()
    np.save(plain, samples)
    np.savez_compressed(packed, image=samples)
    return (
        Seed("npy samples", "x.npy", {"x.npy": plain.getvalue(), **weights}, {**known, "samples": "x.npy"}),
        Seed("npz samples", "x.npz", {"x.npz": packed.getvalue(), **weights}, {**known, "samples": "x.npz"}),
    )


def _certificate() -> Seed:
    """What a conversion leaves beside its target, with both files that it speaks of."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        (folder / "m.h5").write_bytes(hdf5_files.keras1_model())
        paths = {"source": str(folder / "m.h5"), "target": str(folder / "m.tf.h5")}
        convert_file(paths, TH, lambda stage, done, total: None)
        files = {path.name: path.read_bytes() for path in folder.iterdir()}
    return Seed("certificate", "m.tf.h5.proof.json", files, {"source": "m.h5", "check": "m.tf.h5.proof.json"})


def archive(compression: int) -> bytes:
    """A `.keras` of Keras 3; times are the oldest that zip knows, so that its bytes stay the same."""
    members = {
        "metadata.json": json.dumps({"keras_version": "3.15.1", "date_saved": "2026-11-20@10:00:00"}).encode(),
        "config.json": nets.spelled(nets.keras3()),
        "model.weights.h5": hdf5_files.keras3_weights(),
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as file:
        for name, content in members.items():
            file.writestr(zipfile.ZipInfo(name), content, compression)
    return buffer.getvalue()


def _index() -> bytes:
    homes = {"layers/conv2d/vars": ["s_0.weights.h5"], "layers/dense/vars": ["s_1.weights.h5"]}
    return json.dumps({"metadata": {"total_size": 3500}, "weight_map": homes}).encode()


PYTHON = """from keras import backend as K
K.set_image_dim_ordering("th")
model.add(Convolution2D(32, 3, 3, input_shape=(3, 224, 224)))
"""


def _notebook() -> bytes:
    cell = {"cell_type": "code", "source": PYTHON.splitlines(keepends=True), "outputs": [], "metadata": {}}
    return json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 0}).encode()
