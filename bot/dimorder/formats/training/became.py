"""What became of a model's training: one word, and the sentence that says why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

Word = Literal["preserved", "changed", "dropped"]
_NAMED = 3
"""So many names stand in a sentence; the rest are counted."""


@dataclass(frozen=True, slots=True)
class Became:
    """word: "preserved" if training would go on as it would have: all settings, all state, the same arithmetic;
    "changed" if something of that is otherwise; "dropped" if there was state (or what it was compiled with), and it
    is not in the file.
    because: what is otherwise, in one sentence; "" of what is preserved.
    """

    word: Word
    because: str = ""


def judged(reasons: Iterable[str]) -> Became:
    """Changed by any reason."""
    told = "; ".join(reasons)
    return Became("changed", told) if told else Became("preserved")


def dropped(what: str, reasons: Iterable[str] = ()) -> Became:
    """what: what was left out and why. reasons: what would be otherwise besides."""
    return Became("dropped", "; ".join((what, *reasons)))


def listed(names: Sequence[str]) -> str:
    """The first few, and how many more there are."""
    quoted = ", ".join(repr(name) for name in names[:_NAMED])
    return f"{quoted} and {len(names) - _NAMED} more" if len(names) > _NAMED else quoted
