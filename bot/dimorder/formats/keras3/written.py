"""A layer as a .keras file states it, and the words that several classes share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from dimorder.formats.keras3.activations import WORDS
from dimorder.semantics import Activate, ActivationKind, MaybeChannels, Op, Padding, Shape

OURS = {theirs: ours for ours, theirs in WORDS.items()} | {"swish": "swish", "silu": "swish"}


class NotPlain(Exception):
    """The layer does something that no operation of ours states."""


@dataclass(frozen=True, slots=True)
class Written:
    """One use of a layer.

    slope: of hard_sigmoid in the Keras that wrote the file (layout-facts 9).
    """

    class_name: str
    config: Mapping[str, Any]
    shapes: tuple[Shape, ...]
    slope: float

    def get(self, key: str, default: Any) -> Any:
        return self.config.get(key, default)

    def flag(self, key: str, default: bool) -> bool:
        return bool(self.config.get(key, default))

    def expect(self, key: str, *values: Any) -> None:
        """The key, if it is there, has one of these values; the first is Keras's default."""
        if self.config.get(key, values[0]) not in values:
            raise NotPlain(f"{key} is {self.config[key]!r}")

    @property
    def shape(self) -> Shape:
        return self.shapes[0]

    @property
    def channels(self) -> MaybeChannels:
        stated = self.config.get("data_format")
        words: dict[Any, MaybeChannels] = {"channels_first": "first", "channels_last": "last"}
        return words.get(stated, "unset")

    def sizes(self, key: str, rank: int, default: Any = 1) -> tuple[int, ...]:
        """One number per spatial axis."""
        value = self.config.get(key, default)
        return (int(value),) * rank if isinstance(value, int) else tuple(int(n) for n in value)

    def windows(self, rank: int) -> dict[str, Any]:
        """The fields of every operation with a kernel that slides over a map."""
        return {
            "kernel_size": self.sizes("kernel_size", rank),
            "strides": self.sizes("strides", rank),
            "padding": self.padding(),
            "channels": self.channels,
            "use_bias": self.flag("use_bias", True),
        }

    def padding(self) -> Padding:
        word = self.config.get("padding", "valid")
        found = {"valid": "valid", "same": "tf-same", "causal": "causal"}.get(word)
        if found is None:
            raise NotPlain(f"padding is {word!r}")
        return cast(Padding, found)

    def axis(self, axis: Any) -> int:
        """An axis counted without batch."""
        if isinstance(axis, list) and len(axis) == 1:
            axis = axis[0]
        if not isinstance(axis, int) or axis == 0:
            raise NotPlain(f"axis is {axis!r}")
        return axis - 1 if axis > 0 else axis + len(self.shape)

    def activation(self, key: str = "activation") -> Activate:
        """What `activation=` says, or another key like it."""
        word = self.config.get(key) or "linear"
        if isinstance(word, Mapping):
            word = word.get("config")
        if word == "leaky_relu":
            return Activate("leaky_relu", alpha=0.2)
        if word == "relu6":
            return Activate("relu", max_value=6.0)
        if word not in OURS:
            raise NotPlain(f"{key} is {word!r}")
        kind = cast(ActivationKind, OURS[word])
        if kind == "hard_sigmoid":
            return Activate(kind, slope=self.slope)
        return Activate(kind, alpha=1.0) if kind == "elu" else Activate(kind)


Parse = Callable[[Written], Op]
