"""The classic wrong conversions, as what they do to the right steps of one array."""

from __future__ import annotations

import sys
from collections.abc import Callable

from dimorder.engine.proof.arrays import Steps
from dimorder.steps import ARITHMETIC, Flip, Multiply, Permute, Regroup, Reorder, Root, Square, Step

NUMBERS_LEFT, STATISTIC_DOUBLED = "numbers left", "statistic doubled"


def without_flip(steps: Steps) -> Steps:
    """Axes moved, Theano's convolution forgotten."""
    return tuple(step for step in steps if not isinstance(step, Flip))


def transposed(steps: Steps) -> Steps:
    """(3,2,1,0) for (2,3,1,0), dense rows left, as in keras#5374: rows and columns swapped."""
    return tuple(_reversed(step) for step in steps if not isinstance(step, Reorder))


def _reversed(step: Step) -> Step:
    is_kernel = isinstance(step, Permute) and {"O", "I", "H", "W"} <= set(step.source)
    if not is_kernel:
        return step
    assert isinstance(step, Permute)
    return Permute(step.source, step.source[::-1])


def rows_left(steps: Steps) -> Steps:
    """Rows behind a Flatten stay in the old order."""
    return tuple(step for step in steps if not isinstance(step, Reorder))


def rows_inverted(steps: Steps) -> Steps:
    """Rows reordered the wrong way round."""
    return tuple(step.inverse if isinstance(step, Reorder) else step for step in steps)


def transposed_only(steps: Steps) -> Steps:
    """Axes moved, nothing else: what makes shapes fit."""
    return tuple(step for step in steps if not isinstance(step, Flip | Reorder | ARITHMETIC))


def not_computed(steps: Steps) -> Steps:
    """Numbers moved, but not made into what the target stores (a variance, a gate for another slope)."""
    return tuple(step for step in steps if not isinstance(step, ARITHMETIC))


def statistic_doubled(steps: Steps) -> Steps:
    """A standard deviation or variance twice as large: the right conversion of one may change it by next to nothing."""
    computed = any(isinstance(step, Square | Root) for step in steps)
    return (*steps, Multiply(0, ((0, sys.maxsize),), 2.0)) if computed else steps


def order_left(steps: Steps) -> Steps:
    """An array of another shape with its numbers in the old order (the bias of a locally connected layer)."""
    shaped = [step for step in steps if isinstance(step, Regroup)]
    reshaped_first = bool(steps) and isinstance(steps[0], Regroup)
    return (Regroup(shaped[0].source, shaped[-1].target),) if reshaped_first and len(shaped) < len(steps) else steps


def unconverted(steps: Steps) -> Steps:
    """Loaded as it is: raises unless shapes agree by accident."""
    return ()


MISTAKES: dict[str, Callable[[Steps], Steps]] = {
    "no flip": without_flip,
    "transposed (3,2,1,0)": transposed,
    "dense rows left": rows_left,
    "dense rows inverted": rows_inverted,
    "transpose only": transposed_only,
    "unconverted": unconverted,
}

ALONE: dict[str, Callable[[Steps], Steps]] = {
    "no flip": without_flip,
    "rows left": rows_left,
    "rows inverted": rows_inverted,
    "rows and columns swapped": transposed,
    NUMBERS_LEFT: not_computed,
    STATISTIC_DOUBLED: statistic_doubled,
    "numbers in the old order": order_left,
    "unconverted": unconverted,
}
"""The same on one array: of mistakes that do the same to it, the first counts."""
