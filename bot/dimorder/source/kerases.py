"""Which Keras is installed: the one that the code's words are of, and each other one where the code decides by it.

Code that asks for `keras.__version__` runs under several: what it builds under one tells nothing of the others.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from dimorder.program import Assumption, BuiltModel, Era, Place, Program, Run, Unknown, World
from dimorder.source.machine import Machine
from dimorder.source.worlds import in_worlds

ERAS: dict[str, Era] = {"2": "keras2", "1": "keras1", "3": "keras2"}
"""Major version -> whose words it takes. Keras 0, whose code reads like that of Keras 1, is not told apart."""
_SAYING = {keras: f"Keras {keras} is installed" for keras in ERAS}
_SAID = frozenset(_SAYING.values())
Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Installed:
    """One Keras by its major version. place: where the code first decides by it."""

    keras: str
    place: Place

    @property
    def era(self) -> Era:
        """Whose words it takes."""
        return ERAS[self.keras]

    def assumed(self) -> Assumption:
        """That it is this one."""
        return Assumption(_SAYING[self.keras], True, self.place)


Each = list[tuple[World, Found]]


def in_kerases(evaluated: Callable[[Machine], Found], words: Era) -> list[tuple[Installed | None, Each[Found]]]:
    """What each world yields, under each Keras; under one that is not named where nothing depends on it.

    words: of the code, whose Keras comes first; "" counts as Keras 2.
    """
    first, *others = sorted(ERAS, key=lambda keras: ERAS[keras] != (words or "keras2"))
    machines: list[Machine] = []

    def noted(machine: Machine) -> Found:
        machines.append(machine)
        return evaluated(machine)

    found = in_worlds(noted, first)
    place = next((place for one in machines for place in one.decided), None)
    if place is None:
        return [(None, found)]
    further = [(Installed(keras, place), in_worlds(noted, keras, ERAS[keras])) for keras in others]
    return [(Installed(first, place), found), *further]


def under(installed: Installed | None, run: Run) -> Run:
    """A run that takes for granted which Keras is installed."""
    if installed is None:
        return run
    models = tuple(_of_era(model, installed.era) for model in run.models)
    return replace(run, models=models, assumed=(*run.assumed, installed.assumed()))


def _of_era(model: BuiltModel, era: Era) -> BuiltModel:
    """With the documents of this Keras alone: under another one the code may build something else."""
    return replace(model, documents={one: document for one, document in model.documents.items() if one == era})


def under_others(program: Program) -> tuple[Program, ...]:
    """The program as it is under each further Keras that it takes into account; none where all do alike."""
    if not any(len(run.assumed) == 1 and run.assumed[0].said in _SAID for run in program.runs):
        return ()
    first = {run.assumed[0].said for run in program.runs if run.assumed}
    found: dict[str, list[Run]] = {}
    for run in program.variants:
        said = run.assumed[0].said if len(run.assumed) == 1 else ""
        if said in _SAID and said not in first:
            found.setdefault(said, []).append(run)
    return tuple(replace(program, runs=tuple(runs), variants=(), covered=()) for runs in found.values())


def joined(found: Sequence[tuple[Installed | None, BuiltModel | Unknown]]) -> BuiltModel | Unknown:
    """The model with a document for each era of which it is known what the code builds there."""
    (installed, first), *_ = found
    if installed is None:
        return first
    known = [(one, model) for one, model in found if one and isinstance(model, BuiltModel) and model.is_complete]
    if not known:
        return first
    documents: dict[str, Any] = {}
    for era in dict.fromkeys(ERAS.values()):
        told = [model.documents[era] for one, model in known if one.era == era and era in model.documents]
        if told and all(document == told[0] for document in told):
            documents[era] = told[0]
    return replace(known[0][1], documents=documents)
