"""What became of all mutants, a row for each seed, and what of it is not as promised."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from fuzz.judging import CONVERTS, is_written

LEAST = {"unharmed": 0.95, "arrays unharmed": 0.82}
"""The share that converts: of mutants in which neither reader sees any harm, and of those whose arrays are whole.

Measured over 10,000 of run 1: 0.985 of 849 and 0.867 of 1,260."""
ENOUGH = 400
"""Mutants from which on a share is one."""
Verdicts = Sequence[Mapping[str, Any]]


def lines(verdicts: Verdicts) -> Iterator[str]:
    """The table."""
    heads = {"mutants": 8, "converted": 10, "refused": 9, "unharmed": 10, "converts": 10, "slowest": 9}
    yield f"{'seed':22}{''.join(f'{head:>{width}}' for head, width in heads.items())}  answers"
    for name in dict.fromkeys(one["seed"] for one in sorted(verdicts, key=lambda one: one["number"])):
        yield _row(name, [one for one in verdicts if one["seed"] == name])
    yield _row("all", verdicts)
    for key, least in LEAST.items():
        whole, unread = _whole(verdicts, key), sum(bool(one.get("excused")) for one in verdicts if one.get(key))
        yield f"{key}: {_share(whole):.1%} of {len(whole)} convert (at least {least:.0%}); {unread} more cannot be read"
    yield f"refused though unharmed: {dict(Counter(map(_answer, _refused(verdicts))).most_common(12))}"
    silent = Counter(one["reader"].partition(":")[0] for one in verdicts if one.get("reader"))
    yield f"second reader: compared {sum(map(_is_compared, verdicts))} targets; could not read {dict(silent)}"
    yield f"largest process: {max((one['peak'] for one in verdicts), default=0):.0f} MiB"


def _whole(verdicts: Verdicts, key: str) -> Verdicts:
    return [one for one in verdicts if one.get(key) and not one.get("excused")]


def _refused(verdicts: Verdicts) -> Verdicts:
    return [one for one in _whole(verdicts, "unharmed") if not _converts(one)]


def failures(verdicts: Verdicts, wanted: int, mebibytes: float) -> list[str]:
    """Every promise that did not hold, in words."""
    found = [f"{one['name']}: {'; '.join(one['broken'])}" for one in verdicts if one["broken"]]
    if len(verdicts) < wanted:
        found.append(f"the time was over after {len(verdicts)} of {wanted} mutants")
    peak = max((one["peak"] for one in verdicts), default=0)
    if peak > mebibytes:
        found.append(f"a process took {peak:.0f} MiB, more than {mebibytes:.0f}")
    for key, least in LEAST.items():
        whole = _whole(verdicts, key)
        if len(whole) >= ENOUGH and _share(whole) < least:
            found.append(f"{key}, and yet only {_share(whole):.1%} convert, not {least:.0%}")
    return found


def _row(name: str, own: Verdicts) -> str:
    words = Counter(_answer(one) for one in own)
    whole = _whole(own, "unharmed")
    share = f"{_share(whole):.0%}" if whole else "-"
    slowest = max((one["seconds"] for one in own), default=0.0)
    converted, refused = sum(map(_converts, own)), sum(map(_is_refused, own))
    told = ", ".join(f"{count} {word}" for word, count in words.most_common(6))
    return f"{name:22}{len(own):>8}{converted:>10}{refused:>9}{len(whole):>10}{share:>10}{slowest:>8.1f}s  {told}"


def _answer(verdict: Mapping[str, Any]) -> str:
    word: str = verdict["convert"] or verdict["inspect"]
    return word.partition(":")[0] if word.startswith("BUG") else word.rpartition(" ")[2]


def _is_refused(verdict: Mapping[str, Any]) -> bool:
    """An error, whose class begins with a capital, or what `check` calls refused, or a conversion without a proof."""
    looked = verdict["inspect"]
    return not _converts(verdict) and (bool(verdict["convert"]) or looked[:1].isupper() or looked.startswith("refused"))


def _converts(verdict: Mapping[str, Any]) -> bool:
    return verdict["convert"] in CONVERTS


def _is_compared(verdict: Mapping[str, Any]) -> bool:
    return is_written(verdict["convert"]) and verdict.get("reader") == ""


def _share(verdicts: Iterable[Mapping[str, Any]]) -> float:
    own = list(verdicts)
    return sum(map(_converts, own)) / len(own) if own else 1.0
