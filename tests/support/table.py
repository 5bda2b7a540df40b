"""The table that ends a run over the zoo: stack × model, what was said without --from and what came of it with it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from typing import Any

FIGURE = "figure"
COUNTS = 1e-4
"""A wrong conversion that does less damage than this shows nothing about its rule."""
Recorder = Callable[[str, object], None]


def record(recorder: Recorder, row: str, column: str, value: object) -> None:
    """Remember a figure for the table; called with pytest's `record_property`."""
    recorder(FIGURE, (row, column, value))


def lines(figures: Iterable[tuple[str, str, Any]]) -> Iterable[str]:
    """The table, its totals, and what was noted beside it (under a row without a name)."""
    rows = _gathered(figures)
    notes = rows.pop("", {})
    if any("with" in row for row in rows.values()):
        yield _columns("stack / model", "without --from", "with --from", ("referee", "converted", "Keras 3"), "damage")
        yield from (_line(name, rows[name]) for name in sorted(rows))
    yield from _totals(rows)
    yield from (f"{name}: {value}" for name, value in sorted(notes.items()))


def _gathered(figures: Iterable[tuple[str, str, Any]]) -> dict[str, dict[str, Any]]:
    """Values by row and column; of numbers the largest."""
    rows: dict[str, dict[str, Any]] = defaultdict(dict)
    for row, column, value in figures:
        before = rows[row].get(column)
        rows[row][column] = max(value, before) if isinstance(before, float) else value
    return rows


def _columns(name: str, without: str, outcome: str, figures: tuple[str, ...], damage: str) -> str:
    return f"{name:42} {without:40} {outcome:24} {' '.join(f'{figure:9}' for figure in figures)} {damage}"


def _line(name: str, row: dict[str, Any]) -> str:
    figures = tuple(_number(row.get(column)) for column in ("original", "converted", "keras"))
    return _columns(name, row.get("without", ""), row.get("with", ""), figures, _damage(row))


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.0e}"


def _damage(row: dict[str, Any]) -> str:
    """The smallest, then each; those in brackets are too small to count for their rule."""
    found = row.get("damage") or {}
    finite = {rule: size for rule, size in found.items() if isinstance(size, float)}
    each = [f"{rule} {_size(size)}" for rule, size in found.items()]
    smallest = f"min {min(finite.values()):.0e}: " if finite else ""
    return smallest + ", ".join(each)


def _size(size: float | str) -> str:
    if isinstance(size, str):
        return size
    return f"{size:.0e}" if size >= COUNTS else f"({size:.0e})"


def _totals(rows: dict[str, dict[str, Any]]) -> Iterable[str]:
    for column, meaning in (("without", "without --from"), ("with", "with --from")):
        counts = Counter(row[column] for row in rows.values() if column in row)
        for value, count in sorted(counts.items()):
            yield f"{meaning}: {count:4} × {value}"
    for column, meaning in (
        ("original", "referee on the original against its own Keras"),
        ("converted", "referee on the converted file against the expected predictions"),
        ("keras", "real Keras 3 against the expected predictions"),
    ):
        found = {name: row[column] for name, row in rows.items() if column in row}
        if found:
            worst = max(found, key=lambda name: found[name])
            yield f"{meaning}: {len(found)} models, worst {found[worst]:.1e} ({worst})"
