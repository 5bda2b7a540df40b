"""border_mode 'full' told as what it is: zeros around the map, one less than the kernel on every side, then 'valid'.

Only Theano had it (Keras 0.1 to 0.3.1, 1.1 to 2.3). Source: keras/layers/convolutional.py at 0.2.0 and 0.3.1,
keras/backend/theano_backend.py at 1.2.2; theano/tensor/nnet/abstract_conv.py ('full' pads by the dilated kernel - 1).
"""

from __future__ import annotations

import copy
from typing import Any

Item = dict[str, Any]

BORDER = "_full_border"
"""Ending of the name of the padding layer put in front."""
EDIT = "border_mode 'full', which only Theano has, becomes padding in front"
KERNELS = {1: ("filter_length",), 2: ("nb_row", "nb_col"), 3: ("kernel_dim1", "kernel_dim2", "kernel_dim3")}
INPUT = ("batch_input_shape", "input_dtype", "dtype")
KINDS = ("Convolution", "AtrousConvolution", "Conv")


def with_explicit_borders(document: Item) -> Item:
    """A document of Keras 1 or 2 in which no layer says 'full'; the very same if none does."""
    if '"full"' not in repr(document).replace("'", '"'):
        return document
    changed = copy.deepcopy(document)
    _explain(changed)
    return changed


def has_explained_borders(document: object) -> bool:
    """Whether padding was put in front of some layer here."""
    if isinstance(document, dict):
        own = str(document.get("name", "")).endswith(BORDER)
        return own or any(has_explained_borders(value) for value in document.values())
    return isinstance(document, list) and any(has_explained_borders(value) for value in document)


def _explain(container: Item) -> None:
    """All containers below, the layers of this one last."""
    config = container.get("config")
    layers = config.get("layers") if isinstance(config, dict) else config
    if not isinstance(layers, list):
        return
    found: list[Any] = []
    for item in layers:
        if isinstance(item, dict):
            _explain(item)
            if _is_full(item):
                found.append(_border(item))
        found.append(item)
    layers[:] = found


def _is_full(item: Item) -> bool:
    config = item.get("config")
    return isinstance(config, dict) and "full" in (config.get("border_mode"), config.get("padding")) and _rank(item) > 0


def _rank(item: Item) -> int:
    name = str(item.get("class_name"))
    return next((rank for rank in KERNELS for kind in KINDS if name == f"{kind}{rank}D"), 0)


def _border(item: Item) -> Item:
    """The padding layer, which takes over what the convolution reads; the convolution becomes 'valid'."""
    config, rank = item["config"], _rank(item)
    config["border_mode" if "border_mode" in config else "padding"] = "valid"
    name = f"{config['name']}{BORDER}"
    both = zip(_sizes(config, rank), _dilation(config, rank), strict=True)
    amounts = [(size - 1) * dilation for size, dilation in both]
    own = {"name": name, "trainable": True, "padding": amounts[0] if rank == 1 else amounts}
    own |= {key: config[key] for key in ("dim_ordering", "data_format") if key in config and rank > 1}
    if "batch_input_shape" in config:
        own |= {key: config.pop(key) for key in INPUT if key in config}
    border: Item = {"class_name": f"ZeroPadding{rank}D", "config": own}
    if "inbound_nodes" in item:
        border |= {"name": name, "inbound_nodes": item["inbound_nodes"]}
        calls = item["inbound_nodes"]
        item["inbound_nodes"] = [[[name, number, 0, *call[0][3:]]] for number, call in enumerate(calls)]
    return border


def _sizes(config: Item, rank: int) -> list[int]:
    written = config["kernel_size"] if "kernel_size" in config else [config[key] for key in KERNELS[rank]]
    return _numbers(written, rank)


def _dilation(config: Item, rank: int) -> list[int]:
    written = config.get("atrous_rate", config.get("dilation_rate", 1))
    return _numbers(written, rank)


def _numbers(written: Any, rank: int) -> list[int]:
    values: list[Any] = list(written) if isinstance(written, list | tuple) else [written] * rank
    return [int(value) for value in values]
