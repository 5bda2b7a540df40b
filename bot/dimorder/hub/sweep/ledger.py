"""What is remembered of each repository: what was judged, at which commit, with which settings, and what came of it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields

import msgspec
import sqlalchemy as sa

from dimorder.fleet import SETTLED, Word
from dimorder.hub.sweep.store import LEDGER, put


@dataclass(frozen=True, slots=True)
class Entry:
    """key: of the wishes that it was judged by. pushed: the last push that the judgement knew of.

    seen, tag: of the pull request, as far as we know (discovery.Seen). attempt: of judging it.
    """

    repository: str
    commit: str
    key: str
    branch: str
    pushed: str
    word: Word
    because: str
    url: str = ""
    seen: str = ""
    tag: str = ""
    attempt: int = 1

    @property
    def is_settled(self) -> bool:
        """Whether nothing is to be done before something changes."""
        return self.word in SETTLED

    @property
    def is_open(self) -> bool:
        """Whether we have a pull request there, as far as we know."""
        return bool(self.url) and self.word in ("opened", "updated", "kept")


_FIELDS = tuple(one.name for one in fields(Entry))


@dataclass(frozen=True, slots=True)
class Ledger:
    """Of the repositories behind one API. Dry runs have entries of their own, so that they change nothing."""

    engine: sa.Engine
    api: str

    def entry(self, repository: str, *, applied: bool) -> Entry | None:
        """What is remembered; None for a repository that was never judged."""
        own = sa.and_(LEDGER.c.api == self.api, LEDGER.c.applied == applied)
        where = sa.and_(own, LEDGER.c.repository == repository.lower())
        with self.engine.connect() as connection:
            row = connection.execute(sa.select(LEDGER).where(where)).mappings().first()
        known = {field: row[field] for field in _FIELDS} if row else {}
        return msgspec.convert({**known, "repository": repository}, Entry) if known else None

    def remember(self, entry: Entry, *, applied: bool) -> None:
        """In place of what was remembered before."""
        row = {**asdict(entry), "api": self.api, "applied": applied, "repository": entry.repository.lower()}
        with self.engine.begin() as connection:
            put(connection, LEDGER, row)
