"""What real Keras 2.3.1 on TensorFlow 1.15, tf-keras and Keras 3 answered with the keras2 files of the zoo.

opened.json is made by them as convert_zoo.py says; here it is only held against itself.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from keras2.collect import LIMIT, is_right, table

OPENED: dict[str, Any] = json.loads((Path(__file__).parent / "opened.json").read_text())
ENTRIES: dict[str, Any] = OPENED["entries"]
CONVERTED = {name: entry for name, entry in ENTRIES.items() if entry["verdict"] == "equivalent"}
REFUSED = {"bn_mode1": "BatchNormalization of mode 1", "lambda_net": "Lambda code is never run"}
every_who = pytest.mark.parametrize("who", ["keras-2.3.1", "tf-keras", "keras-3"])


def test_every_model_is_converted_or_refused_for_a_reason_that_stands() -> None:
    for name in ENTRIES.keys() - CONVERTED.keys():
        assert ENTRIES[name]["verdict"] == "refused"
        assert REFUSED[name.split("__")[1]] in ENTRIES[name]["because"]


def test_keras_2_opens_and_answers_every_one_of_them() -> None:
    wrong = {name: e.get("opened", {}).get("keras-2.3.1") for name, e in CONVERTED.items()}
    assert {name: said for name, said in wrong.items() if said is None or not is_right(said)} == {}


@every_who
def test_nothing_is_wrong_that_was_not_noted(who: str) -> None:
    """Within 1e-5 of what the old Keras predicted, or said beforehand to be not for Keras 3."""
    asked = {name: entry["opened"][who] for name, entry in CONVERTED.items() if who in entry.get("opened", {})}
    assert len(asked) > 50
    for name, said in asked.items():
        noted = who == "keras-3" and CONVERTED[name]["notes"] > 0
        assert noted or is_right(said), (name, said)


@every_who
def test_a_sample_opens_with_the_way_it_was_trained(who: str) -> None:
    """Each eighth file was opened compiled too, with the optimizer's state."""
    found = {name: entry["opened"][who] for name, entry in CONVERTED.items() if who in entry.get("opened", {})}
    said = {name: one["compiled"] for name, one in found.items() if "compiled" in one}
    assert len(said) > 5
    for name, word in said.items():
        noted = who == "keras-3" and CONVERTED[name]["notes"] > 0
        assert noted or word == "yes", (name, word)


def test_the_table_counts_what_the_file_says() -> None:
    assert LIMIT == 1e-5
    shown = table(ENTRIES, OPENED["versions"])
    assert "keras-2.3.1 2.3.1" in shown
    assert shown.count(" 0 wrong") == shown.count(" wrong")
