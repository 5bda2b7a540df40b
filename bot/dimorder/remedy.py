"""What would mend a finding in source text, as values: small edits, each at its place.

A rule says what has to change; who edits looks whether the text at the place still is what the rule read there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from dimorder.program import Place

Kind = Literal["replace", "add-keyword", "reorder", "insert-line"]
"""
replace:     the text at `place` becomes `new`: a literal, a string, a keyword's value, a name. The place is that of the
             expression alone; strings keep their own kind of quotes, which `new` spells as Python does.
add-keyword: the call whose whole expression stands at `place` gets the keyword argument `new` (`axis=-1`) as its last.
reorder:     the elements of the tuple or list at `place` change places, by `order`; comments and spacing stay.
insert-line: a statement `new` of its own in front of the statement that `place` stands in, as deeply indented.
"""


@dataclass(frozen=True, slots=True)
class Remedy:
    """One edit.

    old:   the text that is expected at the place, as the rule understood it, without regard to quotes and spacing;
           "" where any is fine.
    order: of `reorder`: for each new position the old one; (1, 2, 0) makes (C, H, W) into (H, W, C).
    safe:  the code means the same afterwards on every machine that it was meant for. An edit that moves the layout
           is not, and has to be made together with all others of the model.
    group: edits of one finding that count only together share a name; "" for one that stands alone.
    """

    kind: Kind
    place: Place
    description: str
    safe: bool
    old: str = ""
    new: str = ""
    order: tuple[int, ...] = ()
    group: str = ""
