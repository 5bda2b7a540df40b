"""The table of operations and how Keras 3 spells them: what a .keras file can hold."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dimorder import semantics as ops
from dimorder.formats.keras3 import (
    activations,
    channelwise,
    conv_recurrent,
    formulas,
    locally,
    mapped,
    maps,
    merges,
    plain,
    recurrent,
    settings,
    transposed,
)
from dimorder.formats.keras3.call import Call, Place
from dimorder.semantics import Op

Spell = Callable[[Any, Place], Call]

SPELLINGS: dict[type, Spell] = {
    ops.Input: plain.entrance,
    ops.Conv: maps.conv,
    ops.ConvTranspose: transposed.conv_transpose,
    ops.Depthwise: channelwise.depthwise,
    ops.Separable: channelwise.separable,
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
    ops.Formula: formulas.formula,
    ops.Flatten: plain.flatten,
    ops.Reshape: plain.reshape,
    ops.Permute: plain.permute,
    ops.Repeat: plain.repeat,
    ops.Merge: merges.merge,
    ops.Masking: recurrent.masking,
    ops.Recurrent: recurrent.recurrent,
    ops.Bidirectional: recurrent.bidirectional,
    ops.ConvRecurrent: conv_recurrent.conv_recurrent,
    ops.LocallyConnected: locally.locally,
    ops.Patches: locally.patches,
    ops.Einsum: locally.einsum,
    ops.Opaque: plain.opaque,
}


def spell(op: Op, place: Place) -> Call:
    """The Keras 3 layer or layers that compute this operation; the outermost yields its value."""
    return SPELLINGS[type(op)](op, place)


SPELLINGS[ops.Mapped] = mapped.distributed(spell)
