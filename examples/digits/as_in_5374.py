"""Convert digits_th_weights.h5 as the user of keras#5374 did, to digits_5374.h5: every shape fits, and it is wrong.

    python examples/digits/as_in_5374.py

Kernels are transposed by (3, 2, 1, 0) for (2, 3, 1, 0), nothing is flipped, the Dense rows stay.
"""

from __future__ import annotations

from pathlib import Path

import h5py

HERE = Path(__file__).resolve().parent


def main() -> None:
    with h5py.File(HERE / "digits_th_weights.h5") as source, h5py.File(HERE / "digits_5374.h5", "w") as target:
        target.attrs["layer_names"] = source.attrs["layer_names"]
        for name, layer in source.items():
            made = target.create_group(name)
            made.attrs["weight_names"] = layer.attrs["weight_names"]
            for weight, array in layer.items():
                data = array[()].transpose(3, 2, 1, 0) if array.ndim == 4 else array[()]
                made.create_dataset(weight, data=data, track_times=False)


if __name__ == "__main__":
    main()
