"""Does training go on after a conversion? Models of the zoo in both dialects, with data to train three steps on.

    python tests/resume/convert.py ZOO OUT
    K122="PYTHONPATH=KERAS122 PYTHON36"    K231="PYTHONPATH=KERAS231 PYTHON36"    (Theano 1.0.5, TensorFlow 1.15.5)
    KERAS_BACKEND=theano     K122 tests/resume/train.py OUT theano        the originals, as they would have gone on
    KERAS_BACKEND=tensorflow K231 tests/resume/train.py OUT keras2        our keras2 files
    KERAS_BACKEND=tensorflow K231 tests/resume/train.py OUT keras2-ordered       with Adam's reading put in order
    KERAS_BACKEND=tensorflow K231 tests/resume/train.py OUT keras2-fresh-ordered  so too, without the optimizer's state
    KERAS_BACKEND=tensorflow K122 tests/resume/train.py OUT same          our files in the originals' own dialect
    python tests/resume/compare.py OUT

HOME of each run is a new folder whose .keras/keras.json says `"image_dim_ordering": "th"` for Theano, `"tf"` else.
Theano without a compiler is quick enough: THEANO_FLAGS=floatX=float32,device=cpu,linker=py,optimizer=None,cxx=
The last one writes results.json. Models without dropout: its noise differs from backend to backend.
"""

from __future__ import annotations

import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np

from dimorder.flow.convert import convert
from dimorder.flow.options import Dialect, Options
from dimorder.layout import parse_layout
from dimorder.report_data import ConvertReport
from dimorder.sandbox.outside import Outside

MODELS = (
    "ambiguous_same", "stride2_same_even", "text_conv1d", "nested_seq_add", "time_dist_dense_img",
    "crnn", "bidir_text", "deconv", "flatten_concat_vec", "resnet_fn", "shared_layer",
)  # fmt: skip


def main(zoo: Path, out: Path) -> None:
    """OUT/MODEL.{theano,keras2,same}.h5 and OUT/MODEL.{theano,turned}.npz."""
    out.mkdir(parents=True, exist_ok=True)
    for name in MODELS:
        source = zoo / "k122-theano-th" / name / "full.h5"
        (out / f"{name}.theano.h5").write_bytes(source.read_bytes())
        dialects: tuple[Dialect, ...] = ("same", "keras2")
        reports = [_converted(source, out / f"{name}.{dialect}.h5", dialect) for dialect in dialects]
        for dialect, report in zip(dialects, reports, strict=True):
            print(name, dialect, report.verdict, report.training)
        _data(zoo / "k122-theano-th" / name / "io.npz", out / name, reports[-1])


def _converted(source: Path, target: Path, dialect: Dialect) -> ConvertReport:
    names = {"source": str(source), "target": str(target)}
    with ExitStack() as stack:
        modes = {"target": "w+b"}
        files: dict[str, Any] = {
            role: stack.enter_context(open(path, modes.get(role, "rb"))) for role, path in names.items()
        }
        options = Options(stated=parse_layout("th/th"), dialect=dialect, referee="numpy")
        return convert(files, names, options, Outside(lambda *told: None))


def _data(io: Path, stem: Path, report: ConvertReport) -> None:
    """The zoo's inputs, and targets drawn at random; for both layouts."""
    stored, random = np.load(io), np.random.default_rng(5)
    plain = {f"x{number}": stored[f"x{number}"] for number in range(len(report.inputs))}
    for number in range(len(report.outputs)):
        plain[f"y{number}"] = random.random(stored[f"y{number}"].shape).astype(np.float32)
    ports = [*(f"x{n}" for n in range(len(report.inputs))), *(f"y{n}" for n in range(len(report.outputs)))]
    orders = [(0, *(a + 1 for a in port.permutation)) for port in (*report.inputs, *report.outputs)]
    np.savez(stem.with_name(f"{stem.name}.theano.npz"), **plain)
    turned = {name: plain[name].transpose(order) for name, order in zip(ports, orders, strict=True)}
    orders_of_outputs = {f"order{n}": np.array(orders[len(report.inputs) + n]) for n in range(len(report.outputs))}
    np.savez(stem.with_name(f"{stem.name}.turned.npz"), **turned, **orders_of_outputs)  # type: ignore[arg-type]


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
