"""The verdict on a file's layout: every clue gathered, weighed, and set against the user's word."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from dimorder.errors import CannotTell
from dimorder.infer.architecture import gathered, ordering_by_architecture
from dimorder.infer.clue import ASSUMED, Clue, Part, clue, weigh
from dimorder.infer.guess import guess_kind
from dimorder.infer.marks import marks
from dimorder.infer.names import split
from dimorder.infer.rows import Told, rows_by_graph
from dimorder.infer.rows_alone import rows_by_shapes
from dimorder.infer.scope import has_maps, kernels_matter
from dimorder.infer.shapes_alone import ordering_by_shapes, undecided
from dimorder.infer.word import UserWord, override
from dimorder.layout import Layout
from dimorder.model import Model
from dimorder.verdict import ABOUT, About, Verdict


def infer(model: Model, *, user: UserWord | None = None) -> Verdict:
    """What is known of the layout, how firmly, and why.

    The user's word decides kernels and whatever is not proven; against a proof (shapes, the
    architecture, this tool's own record) it raises CannotTell: converting would be wrong.
    """
    if user and user.keras_version and not model.keras_version:
        model = replace(model, keras_version=user.keras_version)
    parts = parts_of(model)
    clues = [*marks(model), *_ordering_clues(model, parts, user)]
    if user:
        _refuse_refuted(clues, user)
        clues = [c for c in clues if not c.layer or override(user.overrides, c.layer) is None]
    told: dict[About, Told] = {
        "dim_ordering": _ordering(model, parts, clues, user),
        "kernels": _kernels(model, parts, clues, user),
    }
    clues += _assumption(model, parts, clues, told["dim_ordering"])
    rows = _rows_clues(model, parts, clues, told["dim_ordering"], user)
    told["dense_rows"] = _stated(user, "dense_rows") or weigh(rows, "dense_rows")
    clues = gathered([*_said(user), *clues, *(c for c in rows if c not in clues)])
    return Verdict(
        Layout(*(told[about][0] for about in ABOUT)),
        {about: told[about][1] for about in ABOUT},
        tuple(c.evidence for c in clues),
        user.overrides if user else (),
    )


def parts_of(model: Model) -> list[Part]:
    """The layers that own arrays (nested groups split), each with its guessed kind."""
    split_up = (part for layer in model.layers for part in split(layer) if part.tensors)
    return [(part, guess_kind(part, model.era)) for part in split_up]


def _ordering_clues(model: Model, parts: list[Part], user: UserWord | None) -> Iterable[Clue]:
    if model.graph is not None:
        return ordering_by_architecture(model, user)
    return ordering_by_shapes(parts) if model.era in ("keras0", "keras1") else ()


def _refuse_refuted(clues: list[Clue], user: UserWord) -> None:
    """Raise where the user states what a proof denies. The record speaks for kernels, too."""
    unanimous = weigh(clues, "dim_ordering")[1] == "certain"
    for c in clues:
        about, word = c.evidence.about, user.about(c.layer)
        said = getattr(word, about) if word else "unknown"
        proof = c.source in ("record", "shapes") or (c.source == "architecture" and unanimous)
        if proof and c.evidence.strength == "certain" and said not in ("unknown", c.evidence.says):
            raise CannotTell(
                f"{user.by} says {about.replace('_', ' ')} {said}, but {c.evidence.because}",
                hint=f"leave --from out, or state {c.evidence.says} for it"
                + (f" (--from '{c.layer}=LAYOUT' for this layer alone)" if c.layer else ""),
            )


def _stated(user: UserWord | None, about: About) -> Told | None:
    if user is None or user.layout is None or about not in user.stated():
        return None
    return getattr(user.layout, about), "certain"


def _said(user: UserWord | None) -> list[Clue]:
    if user is None or user.layout is None:
        return []
    layout = user.layout
    return [clue(a, getattr(layout, a), f"{user.by} {layout}") for a in ABOUT if a in user.stated()]


def _ordering(model: Model, parts: list[Part], clues: list[Clue], user: UserWord | None) -> Told:
    told = _stated(user, "dim_ordering") or weigh(clues, "dim_ordering")
    if told[1] in ("unknown", "likely") and not has_maps(model, parts):
        return _of_sequences(clues) or ("n/a", "certain")
    if told[1] == "unknown" and model.kind != "architecture" and not model.tensors():
        return "n/a", "certain"  # no array at all: nothing lies in any order
    return told


def _of_sequences(clues: list[Clue]) -> Told | None:
    """Sequences lie alike in both orderings; trained on TensorFlow and said to be channels last, they are its own."""
    said = {c.evidence.says for c in clues if c.evidence.about == "dim_ordering" and c.source == "architecture"}
    return ("tf", "certain") if said == {"tf"} and weigh(clues, "kernels") == ("tf", "certain") else None


def _kernels(model: Model, parts: list[Part], clues: list[Clue], user: UserWord | None) -> Told:
    told = _stated(user, "kernels")
    if told is None and not kernels_matter(model, parts):
        return "n/a", "certain"
    return told or weigh(clues, "kernels")


def _assumption(model: Model, parts: list[Part], clues: list[Clue], told: Told) -> list[Clue]:
    """Others settle a layer whose shapes fit both only if a file has one ordering."""
    if model.graph is not None or model.era not in ("keras0", "keras1") or told[0] not in ("th", "tf"):
        return []
    names = undecided(parts, clues)
    because = f"{ASSUMED}one dim ordering in the whole file; shapes of {names} fit both"
    return [clue("dim_ordering", told[0], because, "likely")] if names else []


def _rows_clues(model: Model, parts: list[Part], clues: list[Clue], told: Told, user: UserWord | None) -> list[Clue]:
    recorded = [c for c in clues if c.evidence.about == "dense_rows"]
    if model.graph is not None:
        return recorded or list(rows_by_graph(model.graph, told, user))
    return recorded or [rows_by_shapes(model, parts, told)]
