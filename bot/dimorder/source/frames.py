"""Where names live while code is evaluated: modules, calls of functions, bodies of classes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from dimorder.program import Place, Unknown
from dimorder.source.project import Module


class Missing:
    """The value of a name that is not bound."""


MISSING = Missing()


@dataclass(eq=False)
class Frame:
    """One namespace.

    function:  the qualified name of the function whose call this is, "" for a module's own lines.
    enclosing: where names are looked up next; None for modules.
    origins:   where the literals that names are bound to are written.
    asked:     names whose values come from the machine's dim ordering or backend.
    starred:   library modules of whose names all are bound: `from keras.layers import *`.
    elsewhere: names declared global or nonlocal, with the frame that they live in.
    yielded:   what a generator yields; None in what is none.
    returns:   what is returned under conditions that are not known. may_return: the last of these conditions.
    owner:     the class whose method runs, and what it runs on, for super().
    """

    module: Module
    function: str = ""
    enclosing: Frame | None = None
    is_class: bool = False
    names: dict[str, Any] = field(default_factory=dict)
    origins: dict[str, Place] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)
    starred: list[str] = field(default_factory=list)
    elsewhere: dict[str, Frame] = field(default_factory=dict)
    yielded: list[Any] | None = None
    returns: list[Any] = field(default_factory=list)
    may_return: Unknown | None = None
    owner: tuple[Any, Any] | None = None
    may_break: list[Unknown] = field(default_factory=list)

    @property
    def root(self) -> Frame:
        """The module's own."""
        frame = self
        while frame.enclosing is not None:
            frame = frame.enclosing
        return frame

    def holder(self, name: str) -> Frame | None:
        """The frame in which a name is bound as seen from here; classes' names are seen only from themselves."""
        if name in self.elsewhere:
            frame: Frame | None = self.elsewhere[name]
            return frame if frame is not None and name in frame.names else None
        frame = self
        while frame is not None:
            if name in frame.names and (frame is self or not frame.is_class):
                return frame
            frame = frame.enclosing
        return None

    def target(self, name: str) -> Frame:
        """The frame in which an assignment from here binds a name."""
        return self.elsewhere.get(name, self)


@dataclass(frozen=True, slots=True)
class Signal:
    """How a block ends before its last line."""

    kind: str
    value: Any = None


BREAK = Signal("break")
CONTINUE = Signal("continue")


class Raised(Exception):
    """The code certainly raises. kind: the exception's class; value: the exception. place: of what raises."""

    def __init__(self, kind: str, because: str, place: Place | None, value: Any = None) -> None:
        super().__init__(because)
        self.kind = kind
        self.because = because
        self.place = place
        self.value = value
