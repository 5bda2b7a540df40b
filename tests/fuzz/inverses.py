"""What a conversion had to make of a file's arrays, told by turning those of the target back.

Written from the formats' own description: OIHW kernels of Theano are convolved, HWIO ones correlated; rows behind a
flattened map follow channel, height, width on one side and height, width, channel on the other.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

from dimorder.steps import Array
from fuzz import nets
from fuzz.second_reader import Seen, same_bits

Inverse = Callable[[Array], Array]


def unturned_oihw(kernel: Array) -> Array:
    """Keras 1 on Theano, from a kernel (H, W, I, O) that is correlated."""
    return kernel[::-1, ::-1].transpose(3, 2, 0, 1)


def unturned_hwio(kernel: Array) -> Array:
    """Keras 2 on Theano: the axes are the same, the order of taps is not."""
    return kernel[::-1, ::-1]


def unsorted_rows(kernel: Array) -> Array:
    """Rows (channel, height, width) from rows (height, width, channel)."""
    places = kernel.shape[0] // nets.FILTERS
    return kernel.reshape(places, nets.FILTERS, -1).transpose(1, 0, 2).reshape(kernel.shape)


def as_it_is(array: Array) -> Array:
    return array


def inverse_of(array: Array, kernel: Inverse) -> Inverse:
    """By rank: convolution kernels have four axes, and of matrices those with the map's rows lie behind it."""
    if array.ndim == 4:
        return kernel
    return unsorted_rows if array.ndim == 2 and array.shape[0] == nets.ROWS else as_it_is


def differing(source: Seen, target: Seen, kernel: Inverse, own: Collection[str] = ()) -> list[str]:
    """Arrays of the source that the target does not give back, bit for bit.

    own: paths of the model's arrays as they were; what lies in other groups than these is nobody's, and stays as it is.
    """
    dropped, groups, found = "/optimizer_weights", {_group(path) for path in own}, []
    for path, array in source.arrays.items():
        there = path if path in target.arrays else _numbered(path, source, target)
        if there:
            is_inside = path.count("/") > 1 and _group(path) in groups
            inverse = kernel if not own or is_inside else None
            found += [] if gives_back(target.arrays[there], array, inverse) else [f"{path} is another"]
        elif not path.startswith(dropped) or any(other.startswith(dropped) for other in target.arrays):
            found.append(f"{path} is missing")
    return found


def _group(path: str) -> str:
    return path.split("/")[1]


def _numbered(path: str, source: Seen, target: Seen) -> str:
    """Where arrays of Keras 3 lie, of whose names inside a layer nothing but their order counts; "" for others."""
    layer = "/".join(path.split("/")[:3])
    ours, theirs = (_inside(layer, seen) for seen in (source, target))
    return theirs[ours.index(path)] if _group(path) == "layers" and len(ours) == len(theirs) else ""


def _inside(layer: str, seen: Seen) -> list[str]:
    found = (path for path in seen.arrays if path.startswith(f"{layer}/"))
    return sorted(found, key=lambda path: (len(path), path))


def gives_back(target: Array, source: Array, kernel: Inverse | None) -> bool:
    """kernel: how a convolution's turns back; None for arrays that no conversion touches."""
    moves = kernel is not None and target.ndim == source.ndim
    return same_bits(inverse_of(source, kernel)(target) if moves else target, source)
