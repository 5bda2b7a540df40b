"""One source text edited as remedies ask: all edits are drafted, and the result must read as the old code with them."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from dimorder.lint.fixing.drafts import Draft, Undraftable, draft
from dimorder.lint.fixing.located import Tree
from dimorder.lint.fixing.reading import comments, meaning
from dimorder.lint.fixing.splices import Lines, Splice, applied, in_order, overlapping
from dimorder.remedy import Remedy

View = Callable[[str], str]
"""The text as Python reads it, places unchanged: of a notebook's cell without its magics."""
_OTHERWISE = "the edited code would not be the old code with this edit alone"


@dataclass(frozen=True, slots=True)
class Unmade:
    """An edit that is not made. because: one sentence without the place."""

    remedy: Remedy
    because: str


@dataclass(frozen=True, slots=True)
class Edited:
    """What becomes of one text. done: remedies after which the text is as they want it, those met already included."""

    splices: tuple[Splice, ...] = ()
    done: tuple[Remedy, ...] = ()
    refused: tuple[Unmade, ...] = ()


def as_it_is(text: str) -> str:
    """The view of plain Python."""
    return text


def edited(text: str, remedies: Iterable[Remedy], view: View = as_it_is) -> Edited:
    """The text with the remedies made; those that cannot be are refused with the reason. Nothing is raised."""
    wanted = tuple(dict.fromkeys(remedies))
    try:
        return _edited(text, wanted, view)
    except (SyntaxError, ValueError):
        because = "the code is not Python 3, of which alone fixes are made"
    except (RecursionError, MemoryError):
        because = "the code is nested too deeply to be edited"
    return Edited(refused=tuple(Unmade(one, because) for one in wanted))


def _edited(text: str, wanted: Sequence[Remedy], view: View) -> Edited:
    tree, written = Tree(view(text)), Lines(text)
    drafts: list[Draft] = []
    refused: list[Unmade] = []
    for same in _together(wanted):
        tried = _tried(written, tree, same)
        if isinstance(tried, Draft):
            drafts.append(tried)
        else:
            refused += [Unmade(one, tried) for one in same]
    kept, clashing = _apart([one for one in drafts if one.splice])
    refused += [Unmade(one, "another fix changes the same code") for same in clashing for one in same.remedies]
    splices = in_order(one.splice for one in kept if one.splice)
    if not _reads_as_wanted(text, splices, tree, kept, view):
        return Edited(refused=(*refused, *(Unmade(one, _OTHERWISE) for same in drafts for one in same.remedies)))
    unmade = {id(one.remedy) for one in refused}
    return Edited(splices, tuple(one for one in wanted if id(one) not in unmade), tuple(refused))


def _tried(written: Lines, tree: Tree, same: Sequence[Remedy]) -> Draft | str:
    """The draft, or why there is none."""
    try:
        return draft(written, tree, same)
    except Undraftable as problem:
        return str(problem)


def _together(wanted: Sequence[Remedy]) -> list[list[Remedy]]:
    """Remedies that make one edit: equal ones of several findings, and keywords for one call, or lines at one place."""
    groups: dict[object, list[Remedy]] = {}
    for one in wanted:
        adds = one.kind in ("add-keyword", "insert-line")
        groups.setdefault((one.kind, one.place) if adds else (one.kind, one.place, one.new, one.order), []).append(one)
    return list(groups.values())


def _apart(drafts: list[Draft]) -> tuple[list[Draft], list[Draft]]:
    """Those that can be made together, and those that are in each other's way: nobody knows which is meant."""
    clashing = overlapping([one.splice for one in drafts if one.splice])
    return (
        [one for number, one in enumerate(drafts) if number not in clashing],
        [one for number, one in enumerate(drafts) if number in clashing],
    )


def _reads_as_wanted(
    text: str, splices: Sequence[Splice], tree: Tree, drafts: Iterable[Draft], view: View
) -> bool:
    """Whether the new text parses to the old tree with exactly these changes, and has all comments still."""
    for one in drafts:
        one.change()
    new = applied(text, splices)
    try:
        same = meaning(ast.parse(view(new))) == meaning(tree.root)
    except (SyntaxError, ValueError):
        return False
    touches_comments = any("#" in text[one.start : one.end] for one in splices)
    return same and (not touches_comments or comments(view(text)) == comments(view(new)))
