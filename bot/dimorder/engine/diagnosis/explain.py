"""One array of a conversion explained: right, or the mistakes that made it what it is."""

from __future__ import annotations

import numpy as np

from dimorder.engine.diagnosis.kernels import moved_axes
from dimorder.engine.diagnosis.orders import moved_elements, moved_gates
from dimorder.engine.diagnosis.words import NOT_COMPUTED, NOT_COPIED, Form, Wrong, altered
from dimorder.steps import ARITHMETIC, Array, Flip, Permute, Reorder, Step, apply

Steps = tuple[Step, ...]
_ROUNDING = 1e-6
_LIKE = 0.9
"""Correlation from which on two arrays are one array, altered."""


def explain(original: Array, steps: Steps, found: Array, form: Form) -> tuple[Wrong, ...] | None:
    """() where the array is what `steps` make of the original; None where no order of its numbers explains it.

    form: letters of the axes of the original and of the right array.
    """
    if not original.size:
        return () if original.size == found.size else None
    if _is_rounded(original, found):
        rounded = original.astype(np.float16).astype(original.dtype)
        told = explain(rounded, steps, found.astype(original.dtype), form)
        return None if told is None else (*told, altered(_distance(original, rounded)))
    if found.dtype != original.dtype:
        original = original.astype(found.dtype)
    right = apply(steps, original)
    if right.shape == found.shape and (_equal(right, found) or (_computes(steps) and _close(right, found))):
        return ()
    left = tuple(step for step in steps if not isinstance(step, ARITHMETIC))
    if left == steps:
        return _misplaced(original, steps, found, form)
    if _equal(apply(left, original), found):
        return (NOT_COMPUTED,)
    # Computing each number anew, and moving it, may be done in either order.
    computed = apply(tuple(step for step in steps if isinstance(step, ARITHMETIC)), original)
    told = _misplaced(computed, left, found, form)
    if told is not None:
        return told
    told = _misplaced(original, left, found, form)
    return None if told is None else (*told, NOT_COMPUTED)


def _misplaced(original: Array, steps: Steps, found: Array, form: Form) -> tuple[Wrong, ...] | None:
    """Gates first: their order is one of columns, too."""
    return moved_gates(apply(steps, original), found, form.gates) or _moved(original, steps, found, form)


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


def _is_rounded(original: Array, found: Array) -> bool:
    """Whether all numbers went through float16, and some of the original's do not survive that."""
    if original.dtype.kind != "f" or found.dtype.kind != "f" or original.dtype.itemsize < 4:
        return False
    with np.errstate(over="ignore"):
        same = _equal(found.astype(np.float16).astype(found.dtype), found)
        return same and not _equal(original.astype(np.float16).astype(original.dtype), original)


def _computes(steps: Steps) -> bool:
    return any(isinstance(step, ARITHMETIC) for step in steps)


def _close(right: Array, found: Array) -> bool:
    """Others may round otherwise where numbers are computed anew."""
    return bool(np.allclose(right, found, rtol=_ROUNDING, atol=0))


def _distance(first: Array, second: Array) -> float:
    """How far apart two arrays are, by the size of the first."""
    ours, theirs = (array.astype(np.float64).ravel() for array in (first, second))
    return float(np.linalg.norm(ours - theirs) / np.linalg.norm(ours))


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
