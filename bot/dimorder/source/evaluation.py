"""The state of one evaluation: one file in one world. What each kind of line does is told in tables handed in."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from dimorder.program import Argument, Call, Place, Thing, Unknown
from dimorder.source.bounds import MOST_ALIKE, Stopped, weight
from dimorder.source.frames import Frame, Raised, Signal
from dimorder.source.journal import Containers, Journal
from dimorder.source.project import Project
from dimorder.source.values import External, Library, Session
from dimorder.source.ways import Ways


@dataclass(frozen=True, slots=True)
class Arguments:
    """What a call passes. rest: why there are more that nobody knows (`*names`, `**settings`); None for none."""

    positional: tuple[Argument, ...] = ()
    keywords: dict[str, Argument] = field(default_factory=dict)
    rest: Unknown | None = None


Statement = Callable[["Evaluation", Any, Frame], Signal | None]
Expression = Callable[["Evaluation", Any, Frame], Any]


@dataclass(eq=False)
class Evaluation:
    """What runs, and what it has come to.

    steps:    how many are left.
    depth:    calls of own functions inside each other.
    tries:    `try` blocks around the running line: errors are raised only there, elsewhere they yield Unknown.
    guards:   places of conditions on the machine's settings on the way to the running line.
    calling:  carries out a call of a value. here: the running line.
    echoes:   how often a function returned what the machine's settings decide.
    importing: modules that are being run because others import them.
    made:     functions in the order of their definition. called: the nodes of those that were called; while functions
              that nothing calls are tried, those that the present one called.
    entered:  how often functions of the code were called.
    running:  how often each function is being called right now.
    modules:  namespaces of the project's modules by path.
    ways:     how conditions that nobody knows are decided.
    lost:     what the code did that is not followed here and that may change any value; for the present one, too.
    own:      called and lost as a module's own lines left them, while functions that nothing calls are tried.
    doubts:   why what was made may be another thing, by its number among session.growing; none for most.
    """

    project: Project
    libraries: tuple[Library, ...]
    session: Session
    statements: dict[type[ast.stmt], Statement]
    expressions: dict[type[ast.expr], Expression]
    steps: int
    calling: Callable[[Evaluation, Any, Arguments, Place, Frame], Any]
    ways: Ways = field(default_factory=Ways)
    journal: Journal = field(init=False)
    depth: int = 0
    tries: int = 0
    importing: int = 0
    echoes: int = 0
    entered: int = 0
    guards: list[Place] = field(default_factory=list)
    made: list[Any] = field(default_factory=list)
    called: set[ast.AST] = field(default_factory=set)
    running: dict[Any, int] = field(default_factory=dict)
    modules: dict[str, Frame] = field(default_factory=dict)
    depths: dict[int, tuple[Thing, int]] = field(default_factory=dict)
    here: tuple[ast.AST, Frame] | None = None
    recorded: dict[Place, int] = field(default_factory=dict)
    lost: list[Unknown] = field(default_factory=list)
    own: tuple[frozenset[ast.AST], tuple[Unknown, ...]] = (frozenset(), ())
    doubts: dict[int, tuple[Unknown, ...]] = field(default_factory=dict)
    _resolved: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.journal = self.new_journal()

    def new_journal(self) -> Journal:
        """One that is paid for in steps."""
        return Journal(lambda items: self.spend(items >> 3))

    def evaluate(self, node: ast.expr, frame: Frame) -> Any:
        """The value of an expression."""
        self.spend(1)
        rule = self.expressions.get(type(node))
        if rule is None:
            return Unknown(f"{type(node).__name__} is not read", self.place(node, frame))
        value = rule(self, node, frame)
        if self.journal.tainted and isinstance(value, Containers) and id(value) in self.journal.tainted:
            return self.journal.tainted[id(value)][1]
        return value

    def run(self, block: Sequence[ast.stmt], frame: Frame) -> Signal | None:
        """Carry lines out up to the first that ends the block; guards that end it early hold for the rest."""
        guards = len(self.guards)
        try:
            for node in block:
                signal = self._carried_out(node, frame)
                if signal is not None:
                    return signal
        finally:
            del self.guards[guards:]
        return None

    def _carried_out(self, node: ast.stmt, frame: Frame) -> Signal | None:
        self.spend(1)
        self.here = (node, frame)
        rule = self.statements.get(type(node))
        return rule(self, node, frame) if rule is not None else None

    def spend(self, steps: int) -> None:
        """Pay for work."""
        self.steps -= steps
        if self.steps < 0:
            raise Stopped("the code takes more steps than are read")

    def sized(self, value: Any) -> Any:
        """A value that was made just now, paid for by its size."""
        self.spend(weight(value))
        if isinstance(value, Containers):
            self.journal.fresh(value)
        return value

    def asked(self) -> int:
        """How often the machine's settings were asked for, straight or by a function."""
        return len(self.session.asked) + self.echoes

    def place(self, node: ast.AST, frame: Frame) -> Place:
        """Where a node is written."""
        return frame.module.place(node)

    def resolve(self, name: str) -> Any:
        """What a library says a dotted name is; External where none knows."""
        if name not in self._resolved:
            found = (library.resolve(name) for library in self.libraries)
            self._resolved[name] = next((one for one in found if one is not None), External(name))
        now = getattr(self._resolved[name], "now", None)
        if callable(now) and self.here is not None:
            return now(self.session, self.place(*self.here))
        return self._resolved[name]

    def call_value(self, value: Any, *positional: Any) -> Any:
        """What a value yields that is called behind the scenes, from where the running line stands."""
        if self.here is None:
            return Unknown("nobody calls it")
        node, frame = self.here
        passed = Arguments(tuple(Argument(one) for one in positional))
        return self.calling(self, value, passed, self.place(node, frame), frame)

    def lose(self, because: str) -> None:
        """Say that the running line does what is not followed here."""
        self.lost.append(Unknown(because, self.place(*self.here) if self.here else None))

    def fails(self, kind: str, because: str, place: Place | None) -> Unknown:
        """An error of plain Python: raised where the code catches errors, else a value that nobody knows."""
        if self.tries:
            raise Raised(kind, because, place)
        return Unknown(because, place)

    def thing(self, kind: str, name: str, of: dict[str, Any]) -> Thing:
        """A Thing that tells what it was made from, up to a depth."""
        depth = 1 + max((self._depth(one) for one in of.values()), default=0)
        if depth > 12:
            of, depth = {key: value for key, value in of.items() if key == "shape"}, 1
        made = Thing(kind, name, of)
        self.depths[id(made)] = (made, depth)
        return made

    def _depth(self, value: Any) -> int:
        if isinstance(value, (list, tuple)):
            return max((self._depth(one) for one in value[:16] if isinstance(one, Thing)), default=0)
        return self.depths[id(value)][1] if id(value) in self.depths else 0

    def record(self, call: Call) -> None:
        """Put down a call that is carried out, the first times that it is."""
        if self.is_wanted(call.place):
            self.session.calls.append(call)

    def is_wanted(self, place: Place) -> bool:
        """Whether a call there is put down. To be asked once for each that is carried out."""
        seen = self.recorded[place] = self.recorded.get(place, 0) + 1
        return seen <= MOST_ALIKE
