"""A layer as it stands in an architecture, with what surrounds it, and small readers of its values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from dimorder.errors import CannotTell
from dimorder.layout import Channels
from dimorder.model import Era
from dimorder.semantics import Activate, ActivationKind, Op, Opaque, Shape

MASKED_OTHERWISE = "until Keras 0.3.1 masked steps became zeros, and some layers passed the mask over"
"""recurrent.py and theano_backend.py at 0.2.0 and 0.3.1; the file does not tell 0.3.2, which reads as today."""

ORDERING_KEYS = {"dim_ordering": {"th": "first", "tf": "last"},
                 "data_format": {"channels_first": "first", "channels_last": "last"}}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Written:
    """One layer's configuration and the shapes (without batch) it reads.

    version: of the Keras that wrote it, () where it does not say.
    default: the channels of layers that leave them to the machine's keras.json, as far as known.
    """

    name: str
    class_name: str
    config: dict[str, Any]
    era: Era
    version: tuple[int, ...]
    inputs: tuple[Shape, ...]
    default: Channels | None

    def get(self, *keys: str, default: Any = None) -> Any:
        """The value under the first of these spellings that is there and not null."""
        found = (self.config[key] for key in keys if self.config.get(key) is not None)
        return next(found, default)

    def shared_axes(self) -> tuple[int, ...] | None:
        """Counted without batch. Keras 1.2.0 began to share axes and left the key out: infer.settle asks the arrays."""
        if "shared_axes" not in self.config:
            return None if self.era == "keras1" else ()
        stated = self.get("shared_axes", default=[])
        return tuple(int(axis) - 1 for axis in ([stated] if isinstance(stated, int) else stated) if axis is not None)

    def masks_otherwise(self) -> bool:
        """Whether recurrent layers of this Keras may pass over masked steps in another way: see MASKED_OTHERWISE."""
        return self.version[:1] == (0,) and self.version < (0, 3, 2)

    def channels(self) -> Channels:
        """Stated by the layer, else the model's; Keras 1 left the key out of several layers' configurations."""
        stated = stated_channels(self.config)
        if stated is None and self.default is None:
            raise CannotTell(
                f"layer {self.name!r} takes its dim ordering from a keras.json that is not here",
                hint="say it with --from, for example --from th/th",
            )
        return stated or self.default or "last"


Codec = Callable[[Written], tuple[Op, ...]]
"""A layer's operation, and that of its fused activation if it has one."""


def stated_channels(config: dict[str, Any]) -> Channels | None:
    """The channels a configuration states itself; `default` and a missing key state nothing."""
    for key, meanings in ORDERING_KEYS.items():
        stated = config.get(key)
        if isinstance(stated, str) and stated in meanings:
            return meanings[stated]  # type: ignore[return-value]
    return None


def numbers(value: Any, count: int) -> tuple[int, ...]:
    """One number for each of `count` axes: 3, [3] and [3, 3] all occur."""
    values = [value] * count if isinstance(value, int | float) else list(value)
    values = values * count if len(values) == 1 else values
    if len(values) != count:
        raise ValueError(f"{value!r} where {count} numbers belong")
    return tuple(int(v) for v in values)


def sample_axis(axis: int, rank: int) -> int:
    """An axis as Keras counts it (batch is 0, negative from the end) counted without batch, for a sample of `rank`."""
    found = axis + rank if axis < 0 else axis - 1
    if not 0 <= found < rank:
        raise ValueError(f"axis {axis} of a sample with {rank} axes")
    return found


KNOWN_ACTIVATIONS: frozenset[str] = frozenset({
    "linear", "relu", "softmax", "sigmoid", "tanh", "hard_sigmoid", "softplus", "softsign", "elu", "selu",
    "exponential", "swish", "gelu",
})  # fmt: skip
OTHERWISE = {"silu": "swish"}
"""Further words of tf.keras for the same functions."""


def activation(name: Any) -> Activate | Opaque:
    """An activation by name; Keras 0 to 2's hard_sigmoid has slope 0.2, its elu scale 1."""
    if not isinstance(name, str) or OTHERWISE.get(name, name) not in KNOWN_ACTIVATIONS:
        return Opaque("Activation", f"activation {name!r} is not known")
    kind = cast(ActivationKind, OTHERWISE.get(name, name))
    return Activate(kind, alpha=1.0 if kind == "elu" else 0.0)


def with_activation(op: Op, written: Written) -> tuple[Op, ...]:
    """The operation, followed by its fused activation unless that does nothing."""
    name = written.config.get("activation") or "linear"
    if name == "linear":
        return (op,)
    fused = activation(name)
    return (Opaque(written.class_name, fused.because),) if isinstance(fused, Opaque) else (op, fused)
