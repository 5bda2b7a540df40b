"""What calls of libraries yield of which only names are known: arrays, as far as their shapes are told, and results."""

from __future__ import annotations

from typing import Any

from dimorder.program import Thing, Unknown
from dimorder.source.attributes import unknown_attribute
from dimorder.source.evaluation import Arguments, Evaluation
from dimorder.source.objects import Method
from dimorder.source.subscripts import kind_of

READERS = frozenset({
    "cv2.imread", "cv2.resize", "cv2.cvtColor", "scipy.misc.imread", "scipy.misc.imresize", "scipy.ndimage.imread",
    "skimage.io.imread", "skimage.transform.resize", "imageio.imread", "matplotlib.pyplot.imread", "PIL.Image.open",
    "matplotlib.image.imread", "scipy.ndimage.zoom", "scipy.ndimage.interpolation.zoom", "skimage.color.rgb2gray",
})  # fmt: skip
FILLED = frozenset({"zeros", "ones", "empty", "full", "random.random", "random.random_sample"})
SPREAD = frozenset({"random.rand", "random.randn"})
KEEPING = frozenset({
    "astype", "copy", "clip", "round", "numpy.copy", "numpy.array", "numpy.asarray", "numpy.float32",
    "numpy.zeros_like", "numpy.ones_like", "numpy.empty_like", "numpy.clip", "numpy.exp", "numpy.abs",
    "numpy.ascontiguousarray", "numpy.sqrt",
})  # fmt: skip


def result_of(ev: Evaluation, name: str, passed: Arguments) -> Thing:
    """What a function yields that is known by name only."""
    of = {str(number): one.value for number, one in enumerate(passed.positional[:16])}
    of |= {key: one.value for key, one in passed.keywords.items()}
    if not name.startswith("numpy.") and name not in READERS:
        return ev.thing("result", name, of)
    shape = _shape(name.removeprefix("numpy."), name, of)
    return ev.thing("array", name, of | ({} if shape is None else {"shape": shape}))


def _shape(short: str, name: str, of: dict[str, Any]) -> tuple[Any, ...] | None:
    first = of.get("0", of.get("shape"))
    if short in FILLED:
        return _tuple(of.get("size", first))
    if short in SPREAD:
        return tuple(of[str(number)] for number in range(len(of)) if str(number) in of)
    if name in KEEPING and isinstance(first, Thing):
        return _tuple(first.of.get("shape"))
    if short in ("reshape", "transpose", "expand_dims") and isinstance(first, Thing):
        return _changed(short, first.of.get("shape"), of.get("1", of.get("axes", of.get("axis"))))
    return None


def _tuple(value: Any) -> tuple[Any, ...] | None:
    if isinstance(value, (list, tuple)):
        return tuple(value)
    return (value,) if isinstance(value, int) else None


def _changed(short: str, shape: Any, wanted: Any) -> tuple[Any, ...] | None:
    if short == "reshape":
        return _reshaped(_tuple(wanted))
    if not isinstance(shape, tuple):
        return None
    if short == "expand_dims":
        fits = isinstance(wanted, int) and 0 <= wanted <= len(shape)
        return (*shape[:wanted], 1, *shape[wanted:]) if fits else None
    axes = tuple(reversed(range(len(shape)))) if wanted is None else _tuple(wanted)
    whole = axes is not None and all(type(axis) is int for axis in axes)
    if axes is None or not whole or sorted(axes) != list(range(len(shape))):
        return None
    return tuple(shape[axis] for axis in axes)


def _reshaped(wanted: tuple[Any, ...] | None) -> tuple[Any, ...] | None:
    if wanted is None:
        return None
    return tuple(Unknown("what is left of a reshaped array") if size == -1 else size for size in wanted)


def array_method(ev: Evaluation, callee: Method, name: str, passed: Arguments) -> Any:
    """What a method yields of which only the name is known."""
    if isinstance(callee.on, Unknown) or not isinstance(callee.on, Thing):
        return unknown_attribute(callee)
    of: dict[str, Any] = {"on": callee.on}
    of |= {str(number): one.value for number, one in enumerate(passed.positional[:16])}
    of |= {key: one.value for key, one in passed.keywords.items()}
    if kind_of(callee.on) != "array":
        return ev.thing("result", name, of)
    shape = _method_shape(callee, passed)
    of.pop("shape", None)
    return ev.thing("array", name, of | ({} if shape is None else {"shape": shape}))


def _method_shape(callee: Method, passed: Arguments) -> tuple[Any, ...] | None:
    shape = callee.on.of.get("shape")
    values = tuple(one.value for one in passed.positional)
    if callee.name in KEEPING:
        return _tuple(shape)
    if callee.name not in ("reshape", "transpose"):
        return None
    given = values[0] if len(values) == 1 and isinstance(values[0], (list, tuple)) else values or None
    return _changed(callee.name, shape, given)
