"""The table of operations and how Keras 3 spells them: what a .keras file can hold."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dimorder import semantics as ops
from dimorder.formats.keras3 import activations, maps, merges, plain, settings
from dimorder.formats.keras3.call import Call, Place
from dimorder.semantics import Op

Spell = Callable[[Any, Place], Call]

SPELLINGS: dict[type, Spell] = {
    ops.Input: plain.entrance,
    ops.Conv: maps.conv,
    ops.Dense: plain.dense,
    ops.BatchNorm: plain.batch_norm,
    ops.PReLU: plain.prelu,
    ops.Embedding: plain.embedding,
    ops.Pool: maps.pool,
    ops.GlobalPool: maps.global_pool,
    ops.ZeroPad: maps.zero_pad,
    ops.Crop: maps.crop,
    ops.UpSample: maps.upsample,
    ops.Activate: activations.activate,
    ops.Identity: settings.identity,
    ops.Scale: activations.scale,
    ops.Flatten: plain.flatten,
    ops.Reshape: plain.reshape,
    ops.Permute: plain.permute,
    ops.Repeat: plain.repeat,
    ops.Merge: merges.merge,
    ops.Opaque: plain.opaque,
}


def spell(op: Op, place: Place) -> Call:
    """The Keras 3 layer or layers that compute this operation; the outermost yields its value."""
    return SPELLINGS[type(op)](op, place)
