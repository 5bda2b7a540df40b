"""The user's word: what `--from` states about a file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase

from dimorder.errors import UsageError
from dimorder.layout import Layout, parse_layout
from dimorder.verdict import About

FROM = "--from"
NAME = "the released name"
"""Whoever names a published architecture takes the name of the published file for a statement."""


@dataclass(frozen=True, slots=True)
class UserWord:
    """What the user states.

    layout:        of the whole file, None when only single layers are stated.
    overrides:     (glob of layer names, layout); the first match wins over `layout`.
    keras_version: where the file does not say it.
    by:            what says so.
    """

    layout: Layout | None = None
    overrides: tuple[tuple[str, Layout], ...] = ()
    keras_version: str = ""
    by: str = FROM

    def stated(self) -> frozenset[About]:
        """The facts stated for the whole file."""
        if self.layout is None:
            return frozenset()
        rows: tuple[About, ...] = ("dense_rows",) if self.layout.dense_rows != "unknown" else ()
        return frozenset(("dim_ordering", "kernels", *rows))

    def about(self, layer: str) -> Layout | None:
        """What is stated of one layer (its path), None if nothing is."""
        return override(self.overrides, layer) or self.layout


def override(overrides: tuple[tuple[str, Layout], ...], layer: str) -> Layout | None:
    """The layout that the first glob matching the layer's path, or its last component, states."""
    last = layer.rpartition("/")[2]
    hits = (s for glob, s in overrides if fnmatchcase(last, glob) or fnmatchcase(layer, glob))
    return next(hits, None)


def parse_word(texts: Iterable[str], *, keras_version: str = "") -> UserWord:
    """The values of repeated `--from`: `th/th` at most once, and any number of `GLOB=th/th`."""
    layout: Layout | None = None
    overrides: list[tuple[str, Layout]] = []
    for text in texts:
        glob, equals, spelled = text.rpartition("=")
        if equals:
            overrides.append((glob.strip(), parse_layout(spelled)))
        elif layout is None:
            layout = parse_layout(text)
        else:
            raise UsageError(
                f"--from says {layout} and {text} of the whole file",
                hint="say one of them for single layers: --from 'GLOB=LAYOUT'",
            )
    return UserWord(layout, tuple(overrides), keras_version)
