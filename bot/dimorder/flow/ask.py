"""What the parent tells the process that judges one file. Loads nothing that reads files."""

from __future__ import annotations

from dataclasses import dataclass

NOT_OURS = "input.not-keras"


@dataclass(frozen=True, slots=True)
class Ask:
    """How one file is judged. named: the user named it, so it is not passed over for holding nothing of Keras."""

    named: bool
