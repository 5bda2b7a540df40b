"""The second reader's own turning back agrees with what the formats say, number by number."""

from __future__ import annotations

import numpy as np

from fuzz import nets
from fuzz.inverses import differing, unsorted_rows, unturned_hwio, unturned_oihw
from fuzz.second_reader import Seen


def test_a_kernel_of_keras_1_turns_back() -> None:
    stored = np.arange(5 * 2 * 3 * 7).reshape(5, 2, 3, 7)
    target = np.empty((3, 7, 2, 5), stored.dtype)
    for o, i, h, w in np.ndindex(*stored.shape):
        target[2 - h, 6 - w, i, o] = stored[o, i, h, w]
    assert np.array_equal(unturned_oihw(target), stored)


def test_a_kernel_of_keras_2_turns_back() -> None:
    stored = np.arange(3 * 7 * 2 * 5).reshape(3, 7, 2, 5)
    target = np.empty_like(stored)
    for h, w, i, o in np.ndindex(*stored.shape):
        target[2 - h, 6 - w, i, o] = stored[h, w, i, o]
    assert np.array_equal(unturned_hwio(target), stored)


def test_rows_behind_a_map_turn_back() -> None:
    height, width = nets.MAP
    stored = np.arange(nets.ROWS * 3).reshape(nets.ROWS, 3)
    target = np.empty_like(stored)
    for c, h, w in np.ndindex(nets.FILTERS, height, width):
        target[(h * width + w) * nets.FILTERS + c] = stored[(c * height + h) * width + w]
    assert np.array_equal(unsorted_rows(target), stored)


def seen(**arrays: object) -> Seen:
    return Seen({f"/{name}": np.asarray(array) for name, array in arrays.items()}, {})


def test_bits_types_and_missing_arrays_are_told() -> None:
    zero, other = np.zeros(3, "<f4"), np.zeros(3, ">f4")
    assert differing(seen(b=zero), seen(b=zero), unturned_oihw) == []
    assert differing(seen(b=zero), seen(b=-zero), unturned_oihw) == ["/b is another"]
    assert differing(seen(b=zero), seen(b=other), unturned_oihw) == ["/b is another"]
    assert differing(seen(b=zero), seen(c=zero), unturned_oihw) == ["/b is missing"]
