"""The table of operations and how Keras 2.3.1 spells them; where it spells them as Keras 3 does, that is said here."""

from __future__ import annotations

from dimorder import semantics as ops
from dimorder.formats.keras2 import activations, maps, plain, recurrent
from dimorder.formats.keras2.settings import carried
from dimorder.formats.keras3 import spelling
from dimorder.formats.keras3.call import Call, Place
from dimorder.formats.keras3.network import Language
from dimorder.formats.keras3.spelling import Spell
from dimorder.semantics import Op

AS_KERAS3 = (
    ops.Dense, ops.BatchNorm, ops.PReLU, ops.Embedding, ops.Pool, ops.Crop, ops.UpSample, ops.Flatten, ops.Reshape,
    ops.Permute, ops.Repeat, ops.Merge, ops.Masking, ops.Opaque,
)  # fmt: skip
"""Operations that both spell alike."""

SPELLINGS: dict[type, Spell] = {
    **{kind: spelling.SPELLINGS[kind] for kind in AS_KERAS3},
    ops.Input: plain.entrance,
    ops.Conv: maps.conv,
    ops.ConvTranspose: maps.transpose,
    ops.Depthwise: maps.depthwise,
    ops.Separable: maps.separable,
    ops.LocallyConnected: maps.locally,
    ops.GlobalPool: maps.global_pool,
    ops.ZeroPad: maps.zero_pad,
    ops.Activate: activations.activate,
    ops.Identity: plain.identity,
    ops.Scale: activations.scale,
    ops.Recurrent: recurrent.recurrent,
    ops.ConvRecurrent: recurrent.conv_recurrent,
    ops.Bidirectional: recurrent.bidirectional,
    ops.Mapped: lambda op, place: recurrent.mapped(op, place, spell),
    ops.Formula: plain.formula,
}


def spell(op: Op, place: Place) -> Call:
    """The Keras 2 layer or layers that compute this operation; the outermost yields its value."""
    return SPELLINGS.get(type(op), plain.unknown)(op, place)


KERAS2 = Language(spell, activations.word, carried)
