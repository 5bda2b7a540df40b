"""One array of a conversion explained: right, or the mistakes that made it what it is."""

from __future__ import annotations

import numpy as np

from dimorder.engine.diagnosis.kernels import moved_axes
from dimorder.engine.diagnosis.orders import moved_elements, moved_gates
from dimorder.engine.diagnosis.words import NOT_COMPUTED, NOT_COPIED, Form, Wrong, altered
from dimorder.plan import ARITHMETIC, Array, Flip, Permute, Reorder, Step, apply

Steps = tuple[Step, ...]
_LIKE = 0.9
"""Correlation from which on two arrays are one array, altered."""


def explain(original: Array, steps: Steps, found: Array, form: Form) -> tuple[Wrong, ...] | None:
    """() where the array is what `steps` make of the original; None where no order of its numbers explains it.

    form: letters of the axes of the original and of the right array.
    """
    if not original.size:
        return () if original.size == found.size else None
    if found.dtype != original.dtype:
        original = original.astype(found.dtype)
    right = apply(steps, original)
    if right.shape == found.shape and _equal(right, found):
        return ()
    left = tuple(step for step in steps if not isinstance(step, ARITHMETIC))
    if left != steps and _equal(apply(left, original), found):
        return (NOT_COMPUTED,)
    return _moved(original, left, found, form) or moved_gates(apply(left, original), found, form.gates)


def _moved(original: Array, steps: Steps, found: Array, form: Form) -> tuple[Wrong, ...] | None:
    """Steps of one kind only: an array is a kernel whose axes move, or a table whose elements do."""
    reorders = tuple(step for step in steps if isinstance(step, Reorder))
    axes = tuple(step for step in steps if isinstance(step, Permute | Flip))
    if len(reorders) + len(axes) == len(steps):
        flips = "".join(step.reversed_axes for step in axes if isinstance(step, Flip))
        if not reorders and (told := moved_axes(original, found, form, flips)) is not None:
            return told
        if not axes and (told := moved_elements(original, found, reorders)) is not None:
            return told
    return None


def unlike(right: Array, found: Array) -> Wrong:
    """The word for numbers that no reordering explains."""
    if right.shape != found.shape:
        return NOT_COPIED
    ours, theirs = (array.astype(np.float64).ravel() for array in (right, found))
    size = float(np.linalg.norm(ours))
    apart = float(np.linalg.norm(ours - theirs))
    if size and np.isfinite(apart) and _alike(ours, theirs):
        return altered(apart / size)
    return NOT_COPIED


def _alike(first: Array, second: Array) -> bool:
    product = float(np.linalg.norm(first) * np.linalg.norm(second))
    return bool(product and abs(float(first @ second)) / product >= _LIKE)


def _equal(first: Array, second: Array) -> bool:
    return bool(np.array_equal(first, second, equal_nan=first.dtype.kind == "f"))
