"""What a sweep found, repository by repository."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Literal, get_args

Word = Literal[
    "nothing", "excluded", "uninvited", "disabled", "later", "proposed", "opened", "updated", "kept",
    "closed", "issue", "stopped", "refused", "failed", "bug",
]  # fmt: skip
"""What became of a repository.

nothing: no weights there are in Theano's layout, or what there was has its twin. excluded: a fork, archived, or left
out by the operator. uninvited: it did not ask for the bot. disabled: it says that it does not want it. later: a limit,
or its own schedule, puts it off. proposed: a dry run wrote the pull request to disk. kept: its pull request stands as
it should. issue: an issue says what a fork cannot propose. stopped: a person said no. refused: it cannot be converted
with proof, or GitHub does not let it be. failed: not judged. bug: our own failure.
"""
WORDS: tuple[Word, ...] = get_args(Word)
SETTLED: frozenset[Word] = frozenset(WORDS) - {"excluded", "later", "failed", "bug"}
"""What stays so until something is pushed, or the settings change."""


@dataclass(frozen=True, slots=True)
class Line:
    """One repository. because: one sentence. url: of its pull request or issue. commit: that was judged, "" for none.

    proposal: the folder that a dry run wrote, "" for none. remembered: it is as it was when it was judged last.
    """

    repository: str
    word: Word
    because: str
    url: str = ""
    commit: str = ""
    proposal: str = ""
    remembered: bool = False


@dataclass(frozen=True, slots=True)
class Fleet:
    """One sweep. applied: whether it wrote to GitHub. shard: "2/8", "" for all.
    strict: what cannot be converted with proof makes it fail.

    notes: what else is to be known of the run, one sentence each.
    """

    lines: tuple[Line, ...]
    applied: bool
    shard: str = ""
    strict: bool = False
    seconds: float = 0.0
    notes: tuple[str, ...] = ()

    @property
    def outcome(self) -> Literal["clean", "refused", "environment", "bug"]:
        """Whether every repository was judged; one that cannot be converted was, and counts where that is strict."""
        words = {line.word for line in self.lines}
        if "bug" in words or "failed" in words:
            return "bug" if "bug" in words else "environment"
        return "refused" if self.strict and "refused" in words else "clean"

    @property
    def bug(self) -> str:
        """What the first failure of ours says of itself, "" for none."""
        return next((line.because for line in self.lines if line.word == "bug"), "")

    @property
    def counts(self) -> dict[Word, int]:
        """How many repositories by word, in the order of the words; none that did not occur."""
        found = Counter(line.word for line in self.lines)
        return {word: found[word] for word in WORDS if found[word]}
