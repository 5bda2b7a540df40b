"""Fields of the JSON document of `sweep`, as types."""

from __future__ import annotations

from typing import TypedDict

from dimorder.fleet import Word
from dimorder.report_data import Format


class RepositoryDocument(TypedDict):
    """One repository.

    because: one sentence; of a bug what it says of itself. url: of its pull request or issue. commit: that was judged.
    proposal: the folder that a dry run wrote. remembered: it is as it was when it was judged last.
    """

    repository: str
    word: Word
    because: str
    url: str | None
    commit: str | None
    proposal: str | None
    remembered: bool


class FleetDocument(TypedDict):
    """One sweep. applied: whether it wrote to GitHub. shard: such as "2/8". seconds: that it took."""

    format: Format
    applied: bool
    shard: str | None
    seconds: float
    counts: dict[Word, int]
    repositories: list[RepositoryDocument]
    notes: list[str]
