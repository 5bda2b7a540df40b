"""What a broken rule does to each entry: a test of a rule is worth something only where breaking it shows."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.conversions import Workshop
from support.damage import RULES, Damage, damages
from support.judging import written
from support.table import COUNTS, Recorder, record
from support.zoo import by_name

NOTHING_TO_BREAK = ("bn_mode1", "text_causal", "onebyone_only", "text_flatten", "locally1d", "separable")
"""Sequences lie alike everywhere; Keras 2 flips depthwise kernels itself, and from 2.2 on flattens channels last."""
CONVERTED = sorted({name for name, _, _ in written()})


def damages_of(workshop: Workshop, name: str) -> dict[str, Damage]:
    def make(place: Path) -> dict[str, Damage]:
        return damages(by_name()[name])

    return workshop.once(f"damage/{name}", make)


@pytest.mark.parametrize("name", CONVERTED)
def test_breaking_a_rule_is_measured(name: str, workshop: Workshop, record_property: Recorder) -> None:
    found = damages_of(workshop, name)
    record(record_property, name, "damage", found)
    theano = name.split("/")[0].endswith("theano-th")
    assert found or not theano or name.endswith(NOTHING_TO_BREAK)


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_has_an_entry_that_counts(rule: str, workshop: Workshop, record_property: Recorder) -> None:
    found = {name: damages_of(workshop, name)[rule] for name in CONVERTED if rule in damages_of(workshop, name)}
    sizes = {name: size for name, size in found.items() if isinstance(size, float)}
    counting = {name: size for name, size in sizes.items() if size >= COUNTS}
    best = max(counting, key=lambda name: counting[name], default="none")
    text = f"{len(found)} entries, {len(counting)} count, {len(found) - len(sizes)} would not load; most: {best}"
    record(record_property, "", f"rule {rule}", text)
    assert counting, found
