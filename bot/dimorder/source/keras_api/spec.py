"""What the constructor of one class of layers takes, in Keras 1 and in Keras 2, and what its configuration holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final


class Needed:
    """Stands for a default where there is none."""


NEEDED: Final = Needed()

Form = Callable[[tuple[Any, ...], str], bool]
"""(values given by position, era or `tf`) -> whether they stand in Keras 1's order."""


def by_era(positional: tuple[Any, ...], era: str) -> bool:
    """The order of the Keras that the code is written for."""
    return era == "keras1"


@dataclass(frozen=True, slots=True, eq=False)
class LayerSpec:
    """One class of layers; there is one object for each.

    name:     of the class in Keras 2. keras1: in Keras 1, "" where it had none.
    defaults: keys of Keras 2's configuration, with the value of each where the call does not say one.
    old, new: parameters in order, by the names of Keras 1 and of Keras 2.
    renamed:  Keras 1's names of parameters that Keras 2 calls otherwise.
    further:  parameters of tf.keras and later Kerases, which stand in the configuration where they are given.
    dropped:  parameters that say nothing about the model.
    rank:     number of spatial axes, 0 where the layer counts none.
    ordered:  whether it has a dim ordering of its own.
    is_old:   whether positional arguments stand in Keras 1's order.
    shown:    by what names the class goes further.
    known:    whether what the class does is known; a class of the code's own is not.
    """

    name: str
    keras1: str
    defaults: Mapping[str, Any] = field(default_factory=dict)
    old: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
    renamed: Mapping[str, str] = field(default_factory=dict)
    further: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    rank: int = 0
    ordered: bool = False
    is_old: Form = by_era
    shown: tuple[str, ...] = ()
    known: bool = True


def names(text: str) -> tuple[str, ...]:
    """Names from a text with spaces between them."""
    return tuple(text.split())
