"""What each run of train.py predicts after its steps, against the originals on Theano. See convert.py."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import h5py
import numpy as np

RUNS = ("keras2-ordered", "keras2", "same", "keras2-fresh-ordered")
RESULTS = Path(__file__).parent / "results.json"


def main(out: Path) -> None:
    found = {path.name.removesuffix(".theano.out.npz"): _model(path) for path in sorted(out.glob("*.theano.out.npz"))}
    RESULTS.write_text(json.dumps({"steps": 3, "models": found}, indent=1, sort_keys=True) + "\n")
    print(f"{'model':24}" + "".join(f"{run:>22}" for run in RUNS))
    for name, told in found.items():
        print(f"{name:24}" + "".join(f"{told[run]['prediction']:22.2e}" for run in RUNS if run in told))


def _model(original: Path) -> dict[str, Any]:
    """The largest difference of any prediction, and of any step's loss, for each run."""
    name = original.name.removesuffix(".theano.out.npz")
    turned = np.load(original.with_name(f"{name}.turned.npz"))
    ours = np.load(original)
    told: dict[str, Any] = {"losses": [float(loss) for loss in ours["losses"]], "optimizer": _optimizer(original, name)}
    for run in RUNS:
        path = original.with_name(f"{name}.{run}.out.npz")
        if not path.exists():
            continue
        theirs = np.load(path)
        count = sum(key.startswith("p") for key in ours.files)
        pairs = [(ours[f"p{n}"].transpose(turned[f"order{n}"]), theirs[f"p{n}"]) for n in range(count)]
        told[run] = {
            "prediction": max(float(np.max(np.abs(a - b))) for a, b in pairs),
            "loss": float(np.max(np.abs(ours["losses"] - theirs["losses"]))),
        }
    return told


def _optimizer(original: Path, name: str) -> str:
    with h5py.File(original.with_name(f"{name}.theano.h5")) as root:
        return str(json.loads(root.attrs["training_config"])["optimizer_config"]["class_name"])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
