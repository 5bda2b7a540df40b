"""What remedies make of a repository's code: computed and verified here, by whoever reads it; written elsewhere.

A finding is mended whole or not at all. Edits that move the layout are one edit of the whole repository: weights,
shapes and axes that move apart from each other are worse than none that moved.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from dimorder.flow.kinds import START, kind_of
from dimorder.lint.fixing.edit import Unmade
from dimorder.lint.fixing.files import Mended, mended_notebook, mended_python
from dimorder.lint.fixing.stretches import Stretch, spliced
from dimorder.remedy import Remedy
from dimorder.report_data import Unfixed
from dimorder.source import notebook, python
from dimorder.source.trouble import Trouble

Wanted = tuple[Remedy, ...]
"""What mends one finding: all of it or nothing."""
Verify = Callable[[Mapping[str, bytes]], str]
"""Told the changed files' new contents by path, it says why they must not be written, "" where they may."""
_TOGETHER = "layout moves in the whole repository or not at all"


@dataclass(frozen=True, slots=True)
class Change:
    """New content of one file. before, after: its sha256. edits: one sentence each. stretches: the edits in bytes."""

    path: str
    before: str
    after: str
    stretches: tuple[Stretch, ...]
    edits: tuple[str, ...]
    diff: str


@dataclass(frozen=True, slots=True)
class Fixes:
    """offered: how many findings have an unsafe fix that nobody asked for."""

    changes: tuple[Change, ...] = ()
    refused: tuple[Unfixed, ...] = ()
    offered: int = 0


@dataclass
class _Round:
    """Findings that are still to be mended, and those that will not be, with the edit that cannot be made."""

    kept: list[Wanted]
    refused: list[Unfixed] = field(default_factory=list)

    def drop(self, unmade: Iterable[Unmade]) -> None:
        """Leave out findings with an edit that cannot be made, and with one that moves layout all that move it."""
        because: dict[Remedy, Unmade] = {one.remedy: one for one in unmade}
        spoilt = [one for one in self.kept if any(remedy in because for remedy in one)]
        self.refused += [_unfixed(because[next(r for r in one if r in because)]) for one in spoilt]
        self.kept = [one for one in self.kept if one not in spoilt]
        culprit = next((one for one in spoilt if is_unsafe(one)), None)
        if culprit is not None:
            told = because[next(remedy for remedy in culprit if remedy in because)]
            place = told.remedy.place
            self.drop_unsafe(f"{_TOGETHER}, and {place.path}:{place.line} cannot be edited: {told.because}")

    def drop_unsafe(self, because: str) -> None:
        """Leave out all that moves layout."""
        spoilt = [one for one in self.kept if is_unsafe(one)]
        self.refused += [_unfixed(Unmade(one[0], because)) for one in spoilt]
        self.kept = [one for one in self.kept if not is_unsafe(one)]


def fixes(
    sources: Mapping[str, bytes], wanted: Sequence[Wanted], verify: Verify, *, unsafe: bool, in_the_way: str = ""
) -> Fixes:
    """New contents of the sources (by path). wanted: of each finding. unsafe: also what moves the layout.

    verify:     asked once, about all files together, where layout moves. If it objects, no layout moves at all.
    in_the_way: something that would have to move along and that no edit moves, in one sentence; "" for nothing.
    """
    asked = [one for one in dict.fromkeys(wanted) if one and (unsafe or not is_unsafe(one))]
    offered = sum(is_unsafe(one) for one in dict.fromkeys(wanted)) if not unsafe else 0
    left = _Round(asked)
    if in_the_way:
        left.drop_unsafe(f"{_TOGETHER}, and {in_the_way}")
    changes = _changes(sources, left)
    if any(is_unsafe(one) for one in left.kept):
        because = verify({one.path: spliced(sources[one.path], one.stretches) for one in changes})
        if because:
            left.drop_unsafe(f"{_TOGETHER}: {because}")
            changes = _changes(sources, left)
    return Fixes(changes, _collected(left.refused), offered)


def _changes(sources: Mapping[str, bytes], left: _Round) -> tuple[Change, ...]:
    """What is kept, made; findings with an edit that cannot be made are kept no longer."""
    made = _mended(sources, left.kept)
    while unmade := [unmade for one in made.values() for unmade in one.refused]:
        left.drop(unmade)
        made = _mended(sources, left.kept)
    return tuple(_change(path, sources[path], one) for path, one in made.items() if one.stretches)


def is_unsafe(wanted: Wanted) -> bool:
    """Whether something of it changes what the code means."""
    return not all(one.safe for one in wanted)


def _mended(sources: Mapping[str, bytes], wanted: Iterable[Wanted]) -> dict[str, Mended]:
    by_path: dict[str, dict[Remedy, None]] = {}
    for one in wanted:
        for remedy in one:
            by_path.setdefault(remedy.place.path, {})[remedy] = None
    return {path: _file(path, sources.get(path), tuple(remedies)) for path, remedies in sorted(by_path.items())}


def _file(path: str, content: bytes | None, remedies: Sequence[Remedy]) -> Mended:
    if content is None:
        return _unmended(remedies, "the file is not among those that were read")
    if kind_of(content[:START], path) == "notebook":
        return mended_notebook(path, content, remedies, notebook.as_python)
    text = python.decoded(content)
    if isinstance(text, Trouble):
        return _unmended(remedies, text.message)
    return mended_python(path, content, text, remedies)


def _unmended(remedies: Iterable[Remedy], because: str) -> Mended:
    return Mended(refused=tuple(Unmade(one, because) for one in remedies))


def _change(path: str, content: bytes, mended: Mended) -> Change:
    after = spliced(content, mended.stretches)
    edits = tuple(dict.fromkeys(_told(one) for one in mended.done))
    return Change(path, digest(content), digest(after), mended.stretches, edits, mended.diff)


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _told(remedy: Remedy) -> str:
    cell = f"cell {remedy.place.cell}, " if remedy.place.cell else ""
    return f"{cell}line {remedy.place.line}: {remedy.description}"


def _collected(refused: Iterable[Unfixed]) -> tuple[Unfixed, ...]:
    """Edits of one file that are not made for one reason, told at the first of them."""
    groups: dict[tuple[str, str], list[Unfixed]] = {}
    for one in refused:
        groups.setdefault((one.path, one.because), []).append(one)
    return tuple(
        replace(same[0], what=f"{same[0].what}, and {len(same) - 1} more") if len(same) > 1 else same[0]
        for same in groups.values()
    )


def _unfixed(unmade: Unmade) -> Unfixed:
    place = unmade.remedy.place
    return Unfixed(place.path, unmade.remedy.description, unmade.because, place.line, place.cell)
