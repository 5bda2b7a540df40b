"""Optimizer state: which of its arrays belongs to which weight.

Source: traps 41 (Keras 1 sorts trainable weights by name as strings; Adam stores iterations, then all first, then all
second moments; SGD iterations, then momentum), keras optimizers.py at 1.2.2 and 2.3.1.
"""

from __future__ import annotations

from dimorder.graph import Tensor
from dimorder.model import Era, Slot

PLACEHOLDER = (1,)
"""What Adam of Keras from 2.1.3 on keeps for each weight in place of the third moment it was not asked for."""


def assign(slots: tuple[Tensor, ...], trainable: tuple[Tensor, ...], era: Era) -> tuple[tuple[Slot, ...], bool]:
    """Every slot with the weight it follows, and whether that is known for all of them.

    trainable: in the order of the model's layers. Counters are scalars; the rest comes in runs over all weights.
    """
    order = sorted(trainable, key=lambda tensor: tensor.name) if era == "keras1" else list(trainable)
    arrays = [slot for slot in slots if slot.shape != ()]
    follows: dict[str, str] = {}
    known = not arrays or (bool(order) and len(arrays) % len(order) == 0)
    for start in range(0, len(arrays) if known else 0, max(len(order), 1)):
        run = arrays[start : start + len(order)]
        if all(slot.shape == weight.shape for slot, weight in zip(run, order, strict=True)):
            follows |= {slot.address: weight.address for slot, weight in zip(run, order, strict=True)}
        elif any(slot.shape != PLACEHOLDER for slot in run):
            known = False
    return tuple(Slot(slot, follows.get(slot.address, "") if known else "") for slot in slots), known
