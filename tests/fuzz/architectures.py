"""Small random models in the words of Keras 1 or 2 on Theano, with the shape of every array as it is stored."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any, Literal

Era = Literal[1, 2]


@dataclass
class Drawn:
    """A model while it is drawn: channels first. arrays: by layer, (name of the array, shape) in Keras's order."""

    random: Random
    era: Era
    image: tuple[int, ...]
    shape: tuple[int, ...] = ()
    layers: list[dict[str, Any]] = field(default_factory=list)
    arrays: dict[str, list[tuple[str, tuple[int, ...]]]] = field(default_factory=dict)

    def add(self, class_name: str, config: dict[str, Any], *arrays: tuple[str, tuple[int, ...]]) -> None:
        name = f"{class_name.lower()}_{len(self.layers) + 1}"
        first = {} if self.layers else {"batch_input_shape": [None, *self.image]}
        self.layers.append({"class_name": class_name, "config": {"name": name, **first, **config}})
        self.arrays[name] = list(arrays)

    def document(self) -> dict[str, Any]:
        version = {"keras_version": "1.2.2"} if self.era == 1 else {"keras_version": "2.1.5", "backend": "theano"}
        return {"class_name": "Sequential", "config": self.layers, **version}

    def few(self, least: int = 1, most: int = 5) -> int:
        return self.random.randint(least, most)


Drawer = Callable[[Drawn], None]


def drawn(random: Random, *, plain: bool) -> Drawn:
    """Maps of one to three axes, a few layers on them, often flattened into Dense layers.

    plain: only what shapes tell without an architecture.
    """
    rank = random.choice((1, 2, 2, 2, 2, 3))
    sizes = tuple(random.randint(4, 7) for _ in range(rank))
    channels = random.randint(1, 4)
    image = (*sizes, channels) if rank == 1 else (channels, *sizes)
    model = Drawn(random, random.choice((1, 2)), image, image)
    _conv(model)
    for _ in range(random.randrange(4)):
        random.choice(_PLAIN if plain else _ON_MAPS)(model)
    if random.random() < 0.8:
        _flattened(model, (_dense, _dropout) if plain else (_dense, _dense, _norm, _dropout))
    return model


def _flattened(model: Drawn, between: tuple[Drawer, ...]) -> None:
    model.add("Flatten", {})
    rows = 1
    for size in model.shape:
        rows *= size
    model.shape = (rows,)
    for _ in range(model.few(1, 2)):
        model.random.choice(between)(model)
    _dense(model)


def _rank(model: Drawn) -> int:
    return len(model.shape) - 1


def _sizes(model: Drawn) -> tuple[int, ...]:
    return model.shape[:-1] if _rank(model) == 1 else model.shape[1:]


def _channels(model: Drawn) -> int:
    return model.shape[-1] if _rank(model) == 1 else model.shape[0]


def _set(model: Drawn, channels: int, sizes: tuple[int, ...]) -> None:
    model.shape = (*sizes, channels) if len(sizes) == 1 else (channels, *sizes)


def _conv(model: Drawn) -> None:
    """Valid everywhere: what Theano pads otherwise is another test's matter."""
    rank, sizes, inputs, filters = _rank(model), _sizes(model), _channels(model), model.few()
    kernel = tuple(model.random.randint(1, min(3, size)) for size in sizes)
    bias = model.random.random() < 0.8
    owned = [("b" if model.era == 1 else "bias", (filters,))] if bias else []
    _set(model, filters, tuple(size - taken + 1 for size, taken in zip(sizes, kernel, strict=True)))
    if model.era == 2:
        form = {} if rank == 1 else {"data_format": "channels_first"}
        config = {"filters": filters, "kernel_size": list(kernel), "padding": "valid", "use_bias": bias, **form}
        model.add(f"Conv{rank}D", config, ("kernel", (*kernel, inputs, filters)), *owned)
        return
    keys = {1: ("filter_length",), 2: ("nb_row", "nb_col"), 3: ("kernel_dim1", "kernel_dim2", "kernel_dim3")}[rank]
    form = {} if rank == 1 else {"dim_ordering": "th"}
    stored = (kernel[0], 1, inputs, filters) if rank == 1 else (filters, inputs, *kernel)
    config = {"nb_filter": filters, "border_mode": "valid", "bias": bias, **form}
    model.add(f"Convolution{rank}D", {**config, **dict(zip(keys, kernel, strict=True))}, ("W", stored), *owned)


def _pool(model: Drawn) -> None:
    rank, sizes = _rank(model), _sizes(model)
    if rank != 2 or min(sizes) < 2:
        return
    form = {"dim_ordering": "th"} if model.era == 1 else {"data_format": "channels_first"}
    form |= {"border_mode" if model.era == 1 else "padding": "valid"}
    name = model.random.choice(("MaxPooling2D", "AveragePooling2D"))
    model.add(name, {"pool_size": [2, 1], "strides": [2, 1], **form})
    _set(model, _channels(model), (sizes[0] // 2, sizes[1]))


def _norm(model: Drawn) -> None:
    """On the channels of a map, on all of a vector."""
    axis = -1 if _rank(model) < 2 else 1
    mean, variance = ("running_mean", "running_std") if model.era == 1 else ("moving_mean", "moving_variance")
    config = {"axis": axis, "epsilon": 1e-3, **({"mode": 0} if model.era == 1 else {"scale": True, "center": True})}
    size = (_channels(model) if _rank(model) else model.shape[0],)
    model.add("BatchNormalization", config, *((role, size) for role in ("gamma", "beta", mean, variance)))


def _separable(model: Drawn) -> None:
    """A kernel of each kind that is stored and moved, but never flipped."""
    sizes, inputs, filters = _sizes(model), _channels(model), model.few()
    if _rank(model) != 2 or min(sizes) < 2:
        return
    _set(model, filters, (sizes[0] - 1, sizes[1] - 1))
    if model.era == 1:
        config = {"nb_filter": filters, "nb_row": 2, "nb_col": 2, "dim_ordering": "th", "depth_multiplier": 2}
        kernels = ("depthwise_kernel", (2, inputs, 2, 2)), ("pointwise_kernel", (filters, 2 * inputs, 1, 1))
        model.add("SeparableConvolution2D", {**config, "border_mode": "valid"}, *kernels, ("b", (filters,)))
        return
    config = {"filters": filters, "kernel_size": [2, 2], "data_format": "channels_first", "depth_multiplier": 2}
    kernels = ("depthwise_kernel", (2, 2, inputs, 2)), ("pointwise_kernel", (1, 1, 2 * inputs, filters))
    model.add("SeparableConv2D", {**config, "padding": "valid"}, *kernels, ("bias", (filters,)))


def _local(model: Drawn) -> None:
    """Rows of its kernel are places, then (channel, row, column); its bias lies as a map."""
    sizes, inputs, filters = _sizes(model), _channels(model), model.few(1, 3)
    if _rank(model) != 2 or min(sizes) < 2:
        return
    rows, columns = sizes[0] - 1, sizes[1] - 1
    _set(model, filters, (rows, columns))
    shapes = (rows * columns, inputs * 4, filters), (rows, columns, filters)
    if model.era == 1:
        config = {"nb_filter": filters, "nb_row": 2, "nb_col": 2, "dim_ordering": "th", "border_mode": "valid"}
        model.add("LocallyConnected2D", config, ("W", shapes[0]), ("b", shapes[1]))
        return
    config = {"filters": filters, "kernel_size": [2, 2], "data_format": "channels_first", "padding": "valid"}
    model.add("LocallyConnected2D", config, ("kernel", shapes[0]), ("bias", shapes[1]))


def _prelu(model: Drawn) -> None:
    model.add("PReLU", {}, ("alphas" if model.era == 1 else "alpha", model.shape))


def _dropout(model: Drawn) -> None:
    model.add("Dropout", {"p" if model.era == 1 else "rate": 0.5})


def _activation(model: Drawn) -> None:
    model.add("Activation", {"activation": model.random.choice(("relu", "tanh", "sigmoid"))})


def _dense(model: Drawn) -> None:
    units, rows = model.few(2, 5), model.shape[0]
    model.shape = (units,)
    if model.era == 1:
        model.add("Dense", {"output_dim": units, "bias": True}, ("W", (rows, units)), ("b", (units,)))
    else:
        model.add("Dense", {"units": units, "use_bias": True}, ("kernel", (rows, units)), ("bias", (units,)))


_PLAIN: tuple[Drawer, ...] = (_conv, _pool, _norm, _dropout, _activation)
_ON_MAPS: tuple[Drawer, ...] = (*_PLAIN, _conv, _separable, _local, _prelu)
