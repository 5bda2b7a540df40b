"""Functions, classes and instances of the code's own, and what is bound to them."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from dimorder.program import Place, Thing, Unknown
from dimorder.source.frames import Frame

if TYPE_CHECKING:
    from dimorder.source.evaluation import Arguments, Evaluation
    from dimorder.source.values import Called, Session

AnyFunction = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
Calling = Callable[["Evaluation", Any, "Arguments", Place, Frame], Any]


@dataclass(eq=False)
class Function:
    """A function with the frame that it was defined in. defaults: by parameter, with their places.

    calling: how it is called, so that libraries can call it too (a layer's lambda).
    altered: why calling it does something else than what is written; None where it does not.
    """

    name: str
    node: AnyFunction
    frame: Frame
    defaults: dict[str, Any]
    calling: Callable[[Called], Any]
    owner: Class | None = None
    origins: dict[str, Place | None] = field(default_factory=dict)
    attributes: dict[str, Any] = field(default_factory=dict)
    altered: Unknown | None = None
    kind: str = "function"

    def attribute(self, name: str, session: Session) -> Any:
        """What was set on it, and its name."""
        if name in ("__name__", "func_name"):
            return self.name.rpartition(".")[2]
        return self.attributes.get(name, Unknown(f"{name!r} of the function {self.name} is not known"))

    def call(self, called: Called) -> Any:
        """What it returns."""
        return self.calling(called)

    def told(self) -> Thing:
        """What it is."""
        return Thing("function", self.name)


@dataclass(eq=False)
class Class:
    """A class of the code's own. bases: own classes and what libraries offer, in order."""

    name: str
    bases: tuple[Any, ...]
    attributes: dict[str, Any]
    origins: dict[str, Place]
    asked: set[str] = field(default_factory=set)
    kind: str = "class"
    _lineage: list[Class] | None = None

    def lineage(self) -> list[Class]:
        """Itself and the own classes that it inherits from, nearest first."""
        if self._lineage is None:
            self._lineage = self._ancestors()  # once: without it heirs of heirs would ask exponentially often
        return self._lineage

    def _ancestors(self) -> list[Class]:
        found: list[Class] = [self]
        for base in self.bases:
            if isinstance(base, Class):
                above = base.lineage()
                found = [one for one in found if one not in above[:50]] + above  # a common base comes behind all heirs
        return found[:50]

    def find(self, name: str, behind: Class | None = None) -> Any:
        """An attribute by inheritance, None for none. behind: the class after which to look."""
        lineage = self.lineage()
        start = lineage.index(behind) + 1 if behind in lineage else 0
        for one in lineage[start:]:
            if name in one.attributes:
                return one.attributes[name]
        return None

    def foreign(self) -> list[Any]:
        """The bases that are not the code's own."""
        return [base for one in self.lineage() for base in one.bases if not isinstance(base, Class)]

    def told(self) -> Thing:
        """What it is."""
        return Thing("class", self.name)


@dataclass(eq=False)
class Instance:
    """An instance of an own class. delegate: what a library makes of it where the class inherits from one's class."""

    cls: Class
    attributes: dict[str, Any] = field(default_factory=dict)
    origins: dict[str, Place] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)
    delegate: Any = None
    kind: str = "instance"

    def told(self) -> Any:
        """What it is; as the library tells it where one does."""
        told = getattr(self.delegate, "told", None)
        return told() if callable(told) else Thing("instance", self.cls.name)


@dataclass(eq=False)
class Method:
    """A method with what it is called on: an instance, a class, plain data, a Thing, a library's object."""

    function: Any
    on: Any
    name: str
    kind: str = "method"

    def told(self) -> Thing:
        """What it is."""
        return Thing("function", self.name)


@dataclass(eq=False)
class Super:
    """What super() stands for."""

    cls: Class
    on: Any
    kind: str = "super"


@dataclass(eq=False)
class Property:
    """An attribute that a method computes; or static and class methods, by kind."""

    function: Any
    kind: str


@dataclass(eq=False)
class Namespace:
    """A module of the project."""

    frame: Frame
    path: str
    kind: str = "module"

    def told(self) -> Thing:
        """What it is."""
        return Thing("module", self.path)


@dataclass(eq=False)
class Folder:
    """A package of the project without __init__.py."""

    path: str
    kind: str = "module"

    def told(self) -> Thing:
        """What it is."""
        return Thing("module", self.path)


@dataclass(eq=False)
class Native:
    """A function of Python's own or of a well-known library, carried out here. raw: it sees the call itself."""

    name: str
    function: Callable[..., Any]
    raw: bool = False
    kind: str = "function"

    def told(self) -> Thing:
        """What it is."""
        return Thing("function", self.name)


@dataclass(eq=False)
class Partial:
    """functools.partial: a function with some of its arguments."""

    function: Any
    passed: Arguments
    kind: str = "function"

    def told(self) -> Thing:
        """What it is."""
        return Thing("function", str(getattr(self.function, "name", "")))


@dataclass(eq=False)
class Beginning:
    """`super().__init__` of a class that inherits from a library's, which takes settings that way."""

    effect: Callable[[Called], None]
    kind: str = "method"
    callee: str = "super.__init__"

    def attribute(self, name: str, session: Session) -> Any:
        """Methods have none."""
        return Unknown(f"{name!r} of a method is not known")

    def call(self, called: Called) -> None:
        """The library keeps what it is given."""
        self.effect(called)
