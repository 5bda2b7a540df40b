"""A sweep in words, the same in all formats."""

from __future__ import annotations

from collections.abc import Iterator

from dimorder.fleet import WORDS, Fleet, Line, Word

TITLES: dict[Word, str] = {
    "bug": "Met a bug of dimorder", "failed": "Not judged", "refused": "Cannot be converted with proof",
    "opened": "Pull request opened", "updated": "Pull request updated", "proposed": "Would be proposed (dry run)",
    "kept": "Pull request stands", "closed": "Pull request closed, as there is no need for it",
    "issue": "Issue opened, as a fork cannot hold it", "stopped": "A person said no", "later": "Put off",
    "nothing": "Nothing to convert", "uninvited": "Did not ask for the bot", "disabled": "Does not want the bot",
    "excluded": "Left out",
}  # fmt: skip
"""In the order in which a reader wants them."""
assert TITLES.keys() == set(WORDS)
_QUIET: frozenset[Word] = frozenset(("nothing", "uninvited", "disabled", "excluded"))
_NUMBERS = {1: "1 repository"}


def summary(fleet: Fleet) -> str:
    """One sentence without its full stop."""
    counts = fleet.counts
    told = ", ".join(f"{counts[word]} {word}" for word in TITLES if word in counts)
    number = len(fleet.lines)
    repositories = _NUMBERS.get(number, f"{number} repositories")
    shard = f" of shard {fleet.shard}" if fleet.shard else ""
    return f"{repositories}{shard}: {told}" if told else f"{repositories}{shard}"


def verdict(fleet: Fleet) -> str:
    """What the sweep came to, in a few words."""
    if fleet.outcome == "bug":
        return "a bug of dimorder"
    if fleet.outcome == "environment":
        return "not all judged"
    return "swept" if fleet.applied else "dry run"


def notes(fleet: Fleet) -> tuple[str, ...]:
    """What else is to be known of the run."""
    dry = () if fleet.applied else ("nothing was written to GitHub: --apply opens the pull requests",)
    remembered = sum(line.remembered for line in fleet.lines)
    known = (f"as they were when they were judged last: {remembered}",) if remembered else ()
    return (*dry, *known, *fleet.notes)


def groups(fleet: Fleet, *, every: bool) -> Iterator[tuple[Word, list[Line]]]:
    """Repositories by what became of them. every: also those where there was nothing to do."""
    for word in TITLES:
        lines = [line for line in fleet.lines if line.word == word]
        if lines and (every or word not in _QUIET):
            yield word, lines


def where(line: Line) -> str:
    """Where the outcome stands: a link, or a folder; "" for nowhere."""
    return line.url or line.proposal


def because(line: Line) -> str:
    """The last line of what a failure of ours says of itself, else the sentence."""
    return line.because.strip().rpartition("\n")[2] if line.word == "bug" else line.because
