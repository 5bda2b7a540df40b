"""What users can meet: each error carries its facts and one way out."""

from __future__ import annotations

from typing import Literal

ExitClass = Literal["usage", "refused", "environment"]


class DimorderError(Exception):
    """An expected failure, told in one sentence with a hint.

    exit_class: which exit code the door maps it to (usage 2, refused 3, environment 4).
    code:       the reason as a stable word for programs, such as `hdf5.soft-link`; "" where none is defined.
    """

    exit_class: ExitClass = "refused"

    def __init__(self, sentence: str, *, hint: str = "", code: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.hint = hint
        self.code = code

    def __str__(self) -> str:
        return f"{self.sentence}\n    hint: {self.hint}" if self.hint else self.sentence


class UsageError(DimorderError):
    """The call itself is wrong: an unknown option value, a missing path, a dialect not offered."""

    exit_class: ExitClass = "usage"


class UnreadableFile(DimorderError):
    """The bytes are not what they claim to be, or not something this program reads."""


class UnsafeContent(UnreadableFile):
    """The file asks for something that is never done: external data, code, unbounded sizes."""


class WeightsDoNotFit(DimorderError):
    """A weights file and an architecture disagree; names the layer and both shapes."""


class CannotTell(DimorderError):
    """The layout of the file is not known well enough to convert it."""


class Refused(DimorderError):
    """A conversion that would not be exact, or whose exactness nobody can state.

    refusals: (layer, because, hint) of every layer that stands in the way, where layers do.
    """

    def __init__(
        self, sentence: str, *, hint: str = "", code: str = "", refusals: tuple[tuple[str, str, str], ...] = ()
    ) -> None:
        super().__init__(sentence, hint=hint, code=code)
        self.refusals = refusals


class EnvironmentProblem(DimorderError):
    """Disk, permission, or a missing extra: nothing about the file is wrong."""

    exit_class: ExitClass = "environment"
