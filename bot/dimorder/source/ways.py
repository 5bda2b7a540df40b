"""The way that one run goes past conditions that nobody knows: each is left open, or taken to hold or not."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import Literal

from dimorder.program import Assumption
from dimorder.source.bounds import MOST_STEPS

Options = Literal["", "numbers", "all"]
OPTIONS: tuple[Options, ...] = ("numbers", "all")
"""Words on a command line choose among ways; numbers rarely do."""
UNCALLED = "nothing here calls it, and the parameter"
"""How an argument that nobody passes is told. Conditions on these are left open: who calls the function decides."""


@dataclass(eq=False)
class Condition:
    """One that was left open. ones: what it was each time; the same again for what cannot change."""

    test: ast.expr
    ones: set[object] = field(default_factory=set)


@dataclass
class Ways:
    """How one run decides.

    forks:   conditions that are decided; others are left open, and what depends on them is not known.
    said:    how the first of them are decided, in the order in which they are met; the rest are taken to hold.
    options: which options of the command line are taken to be as their defaults. parsed: whether the code reads one.
    steps:   how many the run may take, and again its functions that nobody calls. spent: how many it took.
    assumed: what was decided. met: conditions that were left open, by what is then told of what depends on them.
    settled: conditions whose outcome cannot change any more, by what they are.
    failed:  how often the code raised what it does not catch.
    """

    forks: frozenset[ast.expr] = frozenset()
    said: tuple[bool, ...] = ()
    options: Options = ""
    steps: int = MOST_STEPS
    spent: int = 0
    parsed: bool = False
    assumed: list[Assumption] = field(default_factory=list)
    met: dict[str, Condition] = field(default_factory=dict)
    settled: dict[tuple[object, str], bool] = field(default_factory=dict)
    decisions: list[bool] = field(default_factory=list)
    failed: int = 0

    def leave(self, said: str, test: ast.expr, same: object) -> None:
        """Put down a condition that is left open. same: what makes it one that was met before; None for nothing."""
        condition = self.met.setdefault(said, Condition(test))
        condition.ones.add(object() if same is None else same)

    def decide(self) -> bool:
        """Whether the condition that is met now is taken to hold."""
        number = len(self.decisions)
        holds = self.said[number] if number < len(self.said) else True
        self.decisions.append(holds)
        return holds
