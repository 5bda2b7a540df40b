"""Random files for the way there and back: arrays of any bits, in any storage, under any spelling of their names."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from random import Random
from typing import Any, Literal

import h5py
import numpy as np

from dimorder.steps import Array
from fuzz.architectures import Drawn, drawn

TYPES = ("<f4", "<f4", "<f4", ">f4", "<f2", ">f2", "<f8", ">f8")
STORAGE: tuple[dict[str, Any], ...] = (
    {}, {}, {"chunks": True}, {"compression": "gzip"}, {"compression": "gzip", "shuffle": True},
    {"compression": "lzf"}, {"fletcher32": True}, {"compression": "gzip", "shuffle": True, "fletcher32": True},
    {"chunks": True, "maxshape": None}, {"fillvalue": 7},
)  # fmt: skip
ODD = {
    2: (0x7E01, 0x7D55, 0xFC01, 0x8000, 0x7C00, 0xFC00, 0x0001, 0x83FF),
    4: (0x7FC00001, 0x7FA5A5A5, 0xFF800001, 0x80000000, 0x7F800000, 0xFF800000, 0x00000001, 0x807FFFFF),
    8: (0x7FF8000000000001, 0x7FF0DEADBEEF0001, 0xFFF0000000000001, 1 << 63, 0x7FF << 52, 0xFFF << 52, 1, 9 | 1 << 63),
}
"""By width: NaNs that are quiet, signalling, negative; minus zero; both infinities; numbers below the normal ones."""
Kind = Literal["weights", "beside", "model"]


@dataclass(frozen=True)
class Generated:
    """A file of random content. kind: weights alone, with their architecture beside, or a whole model.

    architecture: as JSON; b"" where none goes with it. comparable: whether all weights are plain numbers.
    """

    number: int
    kind: Kind
    content: bytes
    architecture: bytes
    comparable: bool


def generated(run: int, number: int) -> Generated:
    """The file of this number; the same in every run."""
    random = Random(f"{run} {number}")
    kind: Kind = random.choice(("weights", "weights", "weights", "beside", "model"))
    model = drawn(random, plain=kind == "weights")
    plain = random.random() < 0.5
    buffer = io.BytesIO()
    form = {"libver": random.choice((None, None, "latest")), "track_order": random.random() < 0.3}
    with h5py.File(buffer, "w", **form) as root:
        _fill(random, root, model, kind, plain=plain)
    document = json.dumps(model.document()).encode()
    return Generated(number, kind, buffer.getvalue(), document if kind == "beside" else b"", plain)


def _fill(random: Random, root: h5py.File, model: Drawn, kind: Kind, *, plain: bool) -> None:
    group = root
    if kind == "model":
        root.attrs["model_config"] = json.dumps(model.document()).encode()
        root.attrs["keras_version"] = model.document()["keras_version"]
        group = root.create_group("model_weights", track_order=random.random() < 0.3)
    if model.era == 2:
        for place in (root,) if group is root else (root, group):
            place.attrs["backend"], place.attrs["keras_version"] = b"theano", b"2.1.5"
    spell, ending = random.choice((_fixed, _variable)), random.choice(("", ":0"))
    group.attrs["layer_names"] = spell(list(model.arrays))
    for layer, owned in model.arrays.items():
        inside = group.create_group(layer, track_order=random.random() < 0.3)
        names = [f"{layer}_{role}{ending}" if model.era == 1 else f"{layer}/{role}{ending}" for role, _ in owned]
        inside.attrs["weight_names"] = spell(names) if names else np.array([])
        dtype = random.choice(TYPES)
        for name, (role, shape) in zip(names, owned, strict=True):
            made = _dataset(random, inside, name, _array(random, shape, dtype, role, plain=plain))
            _note(random, made)
        _note(random, inside)
    _note(random, root)


def _fixed(names: list[str]) -> Any:
    return np.array([name.encode() for name in names])


def _variable(names: list[str]) -> Any:
    return np.array(names, dtype=h5py.string_dtype())


def _array(random: Random, shape: tuple[int, ...], dtype: str, role: str, *, plain: bool) -> Array:
    """Any bits at all, or numbers that a model can be computed with."""
    source = np.random.default_rng(random.getrandbits(63))
    if plain:
        spread = source.standard_normal(shape)
        return (np.abs(spread) + 0.5 if role in ("running_std", "moving_variance") else spread).astype(dtype)
    width = np.dtype(dtype).itemsize
    bits = source.integers(0, 1 << 8 * width, shape, f"u{width}", endpoint=False) if width < 8 else _wide(source, shape)
    odd = np.array(ODD[width], f"u{width}")[source.integers(0, len(ODD[width]), shape)]
    bits = np.where(source.random(shape) < 0.3, odd, bits).astype(f"u{width}")
    return bits.astype(f"{dtype[0]}u{width}").view(dtype)


def _wide(source: np.random.Generator, shape: tuple[int, ...]) -> Array:
    return source.integers(0, (1 << 64) - 1, shape, "u8", endpoint=True)


def _dataset(random: Random, group: h5py.Group, name: str, array: Array) -> h5py.Dataset:
    storage = dict(random.choice(STORAGE))
    if "maxshape" in storage:
        storage["maxshape"] = (None,) * array.ndim
    return group.create_dataset(name, data=array, **storage)


def _note(random: Random, item: Any) -> None:
    """Attributes that no Keras writes."""
    for name in random.sample(("note", "größe", "z", "a"), random.choice((0, 0, 0, 1, 3))):
        item.attrs[name] = random.choice((
            "text", "großer Text", np.bytes_(b"bytes"), np.array([b"a", b"bcd"]), 7, np.float32("nan"), True,
            np.arange(3, dtype=">i2"), np.array(["v", "word"], dtype=h5py.string_dtype()), h5py.Empty("f4"),
            np.array(2.5, "<f8"),
        ))  # fmt: skip
