"""Single probe signals: never constant, never symmetric, each axis different from the others."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from dimorder.steps import Array

Rng = np.random.Generator
Axes = tuple[int, ...]
"""Positions of the spatial axes in the shape of one sample; the rest are channels."""

Signal = Callable[[Rng, tuple[int, ...], Axes], Array]


def noise(rng: Rng, shape: tuple[int, ...], spatial: Axes) -> Array:
    """Independent normal numbers."""
    return rng.standard_normal(shape)


def pink(rng: Rng, shape: tuple[int, ...], spatial: Axes) -> Array:
    """Like a photograph: amplitude 1/frequency along spatial axes, channels alike but not equal."""
    shared = _pink_field(rng, tuple(shape[axis] for axis in spatial))
    lone = [axis for axis in range(len(shape)) if axis not in spatial]
    own = _filtered(rng.standard_normal(shape), spatial)
    gains = rng.uniform(0.5, 1.5, [shape[axis] if axis in lone else 1 for axis in range(len(shape))])
    return _unit(gains * np.expand_dims(shared, lone) + 0.5 * _unit(own))


def _pink_field(rng: Rng, sizes: tuple[int, ...]) -> Array:
    return _unit(_filtered(rng.standard_normal(sizes), tuple(range(len(sizes)))))


def _filtered(field: Array, spatial: Axes) -> Array:
    """The field with its spectrum along `spatial` divided by frequency."""
    grids = np.meshgrid(*(np.fft.fftfreq(field.shape[axis]) for axis in spatial), indexing="ij")
    radius = np.sqrt(sum(grid**2 for grid in grids))
    floor = 1 / max(field.shape[axis] for axis in spatial)
    lone = [axis for axis in range(field.ndim) if axis not in spatial]
    weight = np.expand_dims(1 / np.maximum(radius, floor), lone)
    return np.fft.ifftn(np.fft.fftn(field, axes=spatial) * weight, axes=spatial).real


def ramp(rng: Rng, shape: tuple[int, ...], spatial: Axes) -> Array:
    """A slope and a bend along every axis, each its own: a flip or a swap of axes changes it."""
    total = np.zeros(shape)
    for axis, size in enumerate(shape):
        place = np.linspace(-1, 1, size) if size > 1 else np.ones(1)
        slope, bend = rng.uniform(0.5, 2, 2) * rng.choice([-1, 1], 2)
        column = slope * place + bend * place**2
        total += column.reshape([size if other == axis else 1 for other in range(len(shape))])
    return _unit(total + 0.05 * rng.standard_normal(shape))


def deltas(rng: Rng, shape: tuple[int, ...], spatial: Axes) -> Array:
    """A few single elements on a dim ground: what a kernel makes of one is the kernel itself."""
    field = 0.05 * rng.standard_normal(shape)
    count = max(1, field.size // 50)
    places = rng.choice(field.size, count, replace=False)
    field.reshape(-1)[places] += rng.uniform(1, 3, count) * rng.choice([-1, 1], count)
    return _unit(field)


def _unit(field: Array) -> Array:
    """Scaled to standard deviation one (fields of one element stay as they are)."""
    spread = field.std()
    return field / spread if spread > 0 else field


WITH_SPACE: dict[str, Signal] = {"1/f": pink, "noise": noise, "ramp": ramp, "deltas": deltas}
WITHOUT_SPACE: dict[str, Signal] = {"noise": noise, "ramp": ramp, "deltas": deltas}
