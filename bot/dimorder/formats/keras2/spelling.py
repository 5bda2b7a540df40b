"""The table of operations and how Keras 2.3.1 spells them; where it spells them as Keras 3 does, that is said here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dimorder import semantics as ops
from dimorder.formats.keras2 import activations, maps, plain, recurrent
from dimorder.formats.keras2.settings import carried
from dimorder.formats.keras3 import maps as maps_as_keras3
from dimorder.formats.keras3 import merges
from dimorder.formats.keras3 import plain as as_keras3
from dimorder.formats.keras3 import recurrent as recurrent_as_keras3
from dimorder.formats.keras3.call import Call, Place
from dimorder.formats.keras3.network import Language
from dimorder.semantics import Op

Spell = Callable[[Any, Place], Call]

SPELLINGS: dict[type, Spell] = {
    ops.Input: plain.entrance,
    ops.Conv: maps.conv,
    ops.ConvTranspose: maps.transpose,
    ops.Depthwise: maps.depthwise,
    ops.Separable: maps.separable,
    ops.LocallyConnected: maps.locally,
    ops.Dense: as_keras3.dense,
    ops.BatchNorm: as_keras3.batch_norm,
    ops.PReLU: as_keras3.prelu,
    ops.Embedding: as_keras3.embedding,
    ops.Pool: maps_as_keras3.pool,
    ops.GlobalPool: maps.global_pool,
    ops.ZeroPad: maps.zero_pad,
    ops.Crop: maps_as_keras3.crop,
    ops.UpSample: maps_as_keras3.upsample,
    ops.Activate: activations.activate,
    ops.Identity: plain.identity,
    ops.Scale: activations.scale,
    ops.Flatten: as_keras3.flatten,
    ops.Reshape: as_keras3.reshape,
    ops.Permute: as_keras3.permute,
    ops.Repeat: as_keras3.repeat,
    ops.Merge: merges.merge,
    ops.Masking: recurrent_as_keras3.masking,
    ops.Recurrent: recurrent.recurrent,
    ops.ConvRecurrent: recurrent.conv_recurrent,
    ops.Bidirectional: recurrent.bidirectional,
    ops.Mapped: lambda op, place: recurrent.mapped(op, place, spell),
    ops.Formula: plain.formula,
    ops.Opaque: as_keras3.opaque,
}


def spell(op: Op, place: Place) -> Call:
    """The Keras 2 layer or layers that compute this operation; the outermost yields its value."""
    return SPELLINGS.get(type(op), plain.unknown)(op, place)


KERAS2 = Language(spell, activations.word, carried)
