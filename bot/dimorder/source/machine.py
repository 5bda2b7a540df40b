"""The machine's settings while code runs on it: what the code has put in their place, and which ones it depended on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from dimorder.layout import Channels
from dimorder.program import Era, Place, Unknown, World

Consulted = Literal["channels", "backend"]


@dataclass(frozen=True, slots=True)
class Settings:
    """What code has set; channels, backend: None while the machine decides.

    set_by: the call that set the channels. doubt: why they are not known: an unknown condition decided who set them.
    """

    channels: Channels | None = None
    backend: str | None = None
    set_by: Place | None = None
    doubt: Unknown | None = None


@dataclass
class Machine:
    """One world. consulted: what of it made a difference so far.

    keras:   major version of the Keras that is installed. era: its words; "" for those of the code.
    decided: where the code decided by the version.
    """

    world: World
    keras: str = "2"
    era: Era = ""
    consulted: set[Consulted] = field(default_factory=set)
    decided: list[Place] = field(default_factory=list)

    def installed(self, place: Place) -> str:
        """The major version of Keras, by which the code decides here."""
        self.decided.append(place)
        return self.keras

    def channels(self) -> Channels:
        """What its keras.json says of them."""
        self.consulted.add("channels")
        return self.world.channels

    def backend(self) -> str:
        """What its keras.json says of it."""
        self.consulted.add("backend")
        return self.world.backend

    def tells_the_same(self, world: World) -> bool:
        """Whether that world says the same of all that made a difference here."""
        return all(getattr(self.world, one) == getattr(world, one) for one in self.consulted)

    def agree(self, one: Settings, other: Settings) -> bool:
        """Whether both come to the same on this machine."""
        if (one.set_by, one.doubt) != (other.set_by, other.doubt):
            return False
        if one.channels != other.channels and not self._is_channels(one.channels, other.channels):
            return False
        return one.backend == other.backend or self._is_backend(one.backend, other.backend)

    def _is_channels(self, one: Channels | None, other: Channels | None) -> bool:
        return None in (one, other) and self.channels() in (one, other)

    def _is_backend(self, one: str | None, other: str | None) -> bool:
        return None in (one, other) and self.backend() in (one, other)
