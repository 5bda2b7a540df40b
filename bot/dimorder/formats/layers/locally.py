"""LocallyConnected1D and 2D of Keras 1 and 2; Keras 3 has them no more.

Source: layers/local.py at 1.2.2 and 2.3.1, tensorflow/python/keras/layers/local.py at 2.10.
"""

from __future__ import annotations

from functools import partial

from dimorder.formats.layers.conv import kernel_size
from dimorder.formats.layers.written import Codec, Written, numbers, with_activation
from dimorder.semantics import LocallyConnected, Op, Opaque


def _locally(written: Written, rank: int) -> tuple[Op, ...]:
    mode = written.get("border_mode", "padding", default="valid")
    if mode != "valid":
        return (Opaque(written.class_name, f"border mode {mode!r}"),)
    form = written.get("implementation", default=1)
    if form != 1:
        # 2 keeps a dense matrix with most numbers masked, 3 a sparse one.
        return (Opaque(written.class_name, f"its implementation {form} keeps its kernel in another form"),)
    op = LocallyConnected(
        rank=rank,
        filters=int(written.get("nb_filter", "filters")),
        kernel_size=kernel_size(written, rank),
        strides=numbers(written.get("subsample", "strides", "subsample_length", default=1), rank),
        channels=written.channels() if rank > 1 or "data_format" in written.config else "last",
        use_bias=bool(written.get("bias", "use_bias", default=True)),
    )
    return with_activation(op, written)


READ: dict[str, Codec] = {
    "LocallyConnected1D": partial(_locally, rank=1),
    "LocallyConnected2D": partial(_locally, rank=2),
}
