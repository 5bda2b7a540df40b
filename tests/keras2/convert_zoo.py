"""Every zoo model as a keras2 h5, beside it what to feed and what real Keras on Theano (or TensorFlow) answered.

    python tests/keras2/convert_zoo.py ZOO OUT [GLOB]
    HOME=$(mktemp -d) KERAS_BACKEND=tensorflow PYTHONPATH=KERAS231 PYTHON_WITH_TF115 open_all.py OUT keras-2.3.1 8 0 1
    HOME=$(mktemp -d) TF_ENABLE_ONEDNN_OPTS=0 PYTHON_WITH_TF_KERAS open_all.py OUT tf-keras 8 0 1
    HOME=$(mktemp -d) KERAS_BACKEND=jax PYTHON_WITH_KERAS3 open_all.py OUT keras-3 8 0 1
    python tests/keras2/collect.py OUT

oneDNN is switched off since its pooling over three axes gives other sizes than TensorFlow's own (2.21.0).
The last one writes opened.json and prints the table.
ZOO holds STACK/MODEL/{full.h5,weights.h5,model.json,io.npz,meta.json}.
"""

from __future__ import annotations

import json
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np

from dimorder.errors import DimorderError
from dimorder.flow.convert import convert
from dimorder.flow.options import Options
from dimorder.layout import parse_layout
from dimorder.sandbox.outside import Outside


def main(zoo: Path, out: Path, glob: str = "*/*") -> None:
    """Convert the whole model where there is one, else weights and architecture; leave NAME.h5, NAME.npz, NAME.json."""
    out.mkdir(parents=True, exist_ok=True)
    for folder in sorted(path for path in zoo.glob(glob) if (path / "meta.json").exists()):
        told = _converted(folder, out)
        name = _name(folder)
        (out / f"{name}.json").write_text(json.dumps(told, sort_keys=True))
        print(name, told["verdict"], told.get("because", "")[:120], flush=True)


def _name(folder: Path) -> str:
    return f"{folder.parent.name}__{folder.name}"


def _converted(folder: Path, out: Path) -> dict[str, Any]:
    meta = json.loads((folder / "meta.json").read_text())
    stated = f"{meta['ordering']}/{'th' if meta['backend'] == 'theano' else 'tf'}"
    target = out / f"{_name(folder)}.h5"
    whole = (folder / "full.h5").exists()
    names = {"source": str(folder / ("full.h5" if whole else "weights.h5")), "target": str(target)}
    if not whole and (folder / "model.json").exists():
        names["architecture"] = str(folder / "model.json")
    with ExitStack() as stack:
        modes = {"target": "w+b"}
        files: dict[str, Any] = {
            role: stack.enter_context(open(path, modes.get(role, "rb"))) for role, path in names.items()
        }
        try:
            options = Options(stated=parse_layout(stated), dialect="keras2", referee="numpy")
            report = convert(files, names, options, Outside(lambda *told: None))
        except DimorderError as refused:
            target.unlink()
            return {"verdict": "refused", "because": str(refused).split("\n")[0]}
    _feeds(folder, out, report.inputs, report.outputs)
    return {
        "verdict": report.verdict, "from": Path(names["source"]).name, "training": report.training,
        "notes": len(report.notes), "because": report.because,
    }  # fmt: skip


def _feeds(folder: Path, out: Path, inputs: Any, outputs: Any) -> None:
    """Inputs and answers in the new layout, in the model's order."""
    io = np.load(folder / "io.npz")
    turned = {}
    for letter, ports in (("x", inputs), ("y", outputs)):
        for number, port in enumerate(ports):
            order = (0, *(axis + 1 for axis in port.permutation))
            turned[f"{letter}{number}"] = io[f"{letter}{number}"].transpose(order)
    np.savez(out / f"{_name(folder)}.npz", **turned)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), *sys.argv[3:4])
