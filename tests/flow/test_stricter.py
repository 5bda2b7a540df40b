"""Two sides of a pull request: what the base's settings tell and fail, no other side can keep quiet."""

from __future__ import annotations

import itertools
import random
from typing import Any

import msgspec
import pytest

from dimorder.finding import RULES, Finding
from dimorder.flow.configured import Found, settings
from dimorder.flow.settings import Settings, is_failing
from dimorder.flow.stated import Stated
from dimorder.flow.stricter import STRICTER, tightened

SEVERITIES, SURENESS = ("info", "warning", "error"), ("unknown", "likely", "certain")
CODES = ("DIM1", "DIM101", "DIM102", "DIM2", "DIM204", "DIM3", "DIM")
PATTERNS = ("a/*.h5", "b.py", "vendored")
PATHS = ("a/x.h5", "b.py", "vendored/c.py", "d.h5")


def merged(base: dict[str, Any], head: dict[str, Any]) -> dict[str, Any]:
    """What is stated, without what is left out."""
    found = tightened(Stated(**base), Stated(**head)).stated
    return {key: value for key, value in msgspec.structs.asdict(found).items() if value is not None}


def held(base: dict[str, Any], head: dict[str, Any]) -> tuple[str, ...]:
    return tightened(Stated(**base), Stated(**head)).held


def test_every_key_has_a_direction() -> None:
    assert list(STRICTER) == [field.name for field in msgspec.structs.fields(Stated)]


def test_the_same_on_both_sides_stays_as_it_is() -> None:
    stated = {"ignore": ("DIM109",), "severity": {"DIM1": "info"}, "exclude": ("x",), "max_size": 7, "strict": False}
    assert merged(stated, stated) == stated
    assert held(stated, stated) == ()


STRICT = [
    ("fail_on", "error", "info", "info"), ("fail_on", None, "info", "info"), ("fail_on", "never", None, "warning"),
    ("min_severity", "warning", "info", "info"), ("min_severity", "error", None, "info"),
    ("min_confidence", "certain", "likely", "likely"),
    ("strict", None, True, True), ("skip_foreign", True, None, False),
    ("max_size", 5, 4096, 4096), ("max_size", 5, None, 2048),
    ("select", ("DIM1",), ("DIM2",), ("DIM1", "DIM2")), ("select", ("DIM1",), None, None),
    ("extend_select", None, ("DIM2",), ("DIM2",)),
    ("ignore", ("DIM109", "DIM2"), ("DIM2",), ("DIM2",)), ("ignore", ("DIM2",), ("dim204, DIM205",), None),
    ("ignore", ("DIM109",), None, None),
    ("exclude", ("a", "b"), ("b",), ("b",)), ("exclude", ("a",), None, None),
    ("per_file_ignores", {"a": ("DIM1", "DIM2"), "b": ("DIM1",)}, {"a": ("DIM1",)}, {"a": ("DIM1",)}),
    ("severity", {"DIM105": "warning"}, {"DIM105": "error"}, {"DIM105": "error"}),
    ("severity", None, {"DIM105": "error"}, {"DIM105": "error"}),
    ("baseline", "known.json", None, None),
]  # fmt: skip


@pytest.mark.parametrize(("key", "base", "head", "holds"), STRICT)
def test_the_head_may_be_stricter(key: str, base: Any, head: Any, holds: Any) -> None:
    if key == "ignore" and head and "," in head[0]:
        holds = ("DIM204", "DIM205")
    assert merged({key: base}, {key: head}).get(key) == holds


LAX = [
    ("fail_on", "info", "never"), ("fail_on", None, "error"), ("min_severity", None, "error"),
    ("min_confidence", "likely", "certain"), ("strict", True, False), ("skip_foreign", None, True),
    ("max_size", None, 1), ("select", None, ("DIM1",)), ("ignore", None, ("DIM1",)), ("ignore", ("DIM204",), ("DIM2",)),
    ("exclude", ("a",), ("a", "b")), ("per_file_ignores", None, {"a": ("DIM1",)}),
    ("severity", None, {"DIM101": "info"}), ("severity", {"DIM101": "error"}, {"DIM101": "warning"}),
    ("severity", None, {"DIM109": "warning"}), ("baseline", None, "known.json"), ("baseline", "a.json", "b.json"),
]  # fmt: skip


@pytest.mark.parametrize(("key", "base", "head"), LAX)
def test_the_head_cannot_be_laxer_and_it_is_said(key: str, base: Any, head: Any) -> None:
    kept = merged({key: base}, {key: head}).get(key)
    assert held({key: base}, {key: head}) == (key.replace("_", "-"),)
    if key == "severity" and base:
        assert kept == {"DIM101": "error"}
    elif base is None:
        assert kept in (None, False, "warning", "info", "unknown", 2048)
    else:
        assert kept == base


@pytest.mark.parametrize(("key", "base", "head"), [
    ("severity", None, {"DIM1": "error"}), ("severity", {"DIM101": "info"}, {"dim101, DIM102": "error"}),
    ("ignore", ("DIM101", "DIM102"), ("dim102,DIM101",)), ("select", ("DIM1",), ("dim1", "DIM2")),
    ("per_file_ignores", {"a": ("DIM1", "DIM2")}, {"a": ("dim2", "DIM1")}), ("exclude", ("a", "b"), ("b",)),
])  # fmt: skip
def test_what_is_no_laxer_is_not_said_to_be(key: str, base: Any, head: Any) -> None:
    assert held({key: base}, {key: head}) == ()


def a_side(dice: random.Random) -> dict[str, Any]:
    """Settings of any kind, each key left out half the time."""

    def some(things: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(dice.sample(things, dice.randint(0, 3)))

    drawn = {
        "select": some(CODES), "extend_select": some(CODES), "ignore": some(CODES), "exclude": some(PATTERNS),
        "per_file_ignores": {pattern: some(CODES) for pattern in some(PATTERNS)},
        "severity": {code: dice.choice(SEVERITIES) for code in some(CODES)},
        "min_severity": dice.choice(SEVERITIES), "min_confidence": dice.choice(SURENESS),
        "fail_on": dice.choice((*SEVERITIES, "never")), "strict": dice.random() < 0.5,
        "skip_foreign": dice.random() < 0.5, "max_size": dice.choice((1, 2048, 9999)),
    }  # fmt: skip
    return {key: value for key, value in drawn.items() if dice.random() < 0.5}


def run(stated: Stated) -> Settings:
    return settings(Stated(), Found(stated, "pyproject.toml"), Settings())


FINDINGS = [
    Finding(code, RULES[code].name, severity, sure, path, "m", "c", "f")  # type: ignore[arg-type]
    for code, severity, sure, path in itertools.product(
        ("DIM101", "DIM102", "DIM109", "DIM204", "DIM301"), SEVERITIES, SURENESS, PATHS
    )
]


def test_what_the_base_tells_and_fails_is_told_and_fails_whatever_the_head_says() -> None:
    dice = random.Random(0)
    for _ in range(150):
        base, head = a_side(dice), a_side(dice)
        before, after = run(Stated(**base)), run(tightened(Stated(**base), Stated(**head)).stated)
        for one in FINDINGS:
            then, now = before.weighed(one), after.weighed(one)
            if before.tells(then) and not before.excludes(one.path):
                assert after.tells(now), (base, head, one)
                assert not after.excludes(one.path), (base, head, one)
                if is_failing(then.severity, before.fail_on):
                    assert is_failing(now.severity, after.fail_on), (base, head, one)
        assert after.strict >= before.strict
        assert after.max_size >= before.max_size
        assert after.skip_foreign <= before.skip_foreign
