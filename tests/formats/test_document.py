"""Architectures in JSON and in the YAML of old Keras; what only an attack contains is refused."""

from __future__ import annotations

import json

import pytest

from dimorder.errors import UnreadableFile, UnsafeContent
from dimorder.formats.document import MAX_DEPTH, parse

MODEL = {"class_name": "Sequential", "config": [{"class_name": "Flatten", "config": {"name": "f"}}]}


def test_json_is_read():
    assert parse(json.dumps(MODEL).encode(), "m.json") == MODEL


def test_json_encoded_twice_is_read():
    assert parse(json.dumps(json.dumps(MODEL)).encode(), "m.json") == MODEL


def test_tuples_and_numpy_numbers_of_old_yaml_become_plain_values():
    text = b"""class_name: Sequential
config:
- class_name: Dense
  config:
    pool_size: &id001 !!python/tuple
    - 2
    - 3
    strides: *id001
    input_dim: !!python/object/apply:numpy.core.multiarray.scalar
    - !!python/object/apply:numpy.dtype
      args:
      - i8
      - 0
      - 1
      state: !!python/tuple
      - 3
      - <
    - !!binary |
      QAAAAAAAAAA=
"""
    (layer,) = parse(text, "m.yaml")["config"]
    assert layer["config"] == {"pool_size": [2, 3], "strides": [2, 3], "input_dim": 64}


@pytest.mark.parametrize(
    "tag",
    ["!!python/object/apply:os.system", "!!python/name:os.system", "!!python/module:os"],
)
def test_tags_that_run_code_are_refused(tag):
    with pytest.raises(UnreadableFile):
        parse(f"class_name: {tag} [echo]\nconfig: []\n".encode(), "m.yaml")


def test_nesting_without_end_is_refused():
    value: object = 0
    for _ in range(MAX_DEPTH + 1):
        value = [value]
    with pytest.raises(UnsafeContent, match="deep"):
        parse(json.dumps({"class_name": "Sequential", "config": value}).encode(), "m.json")


def test_aliases_that_unfold_without_end_are_refused():
    lines = ["class_name: Sequential", "a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    with pytest.raises(UnsafeContent, match="unfolds"):
        parse("\n".join(lines).encode(), "m.yaml")


@pytest.mark.parametrize("text", [b"", b"[1, 2]", b"{}", b"<html>", b"just words", b"\xff\xfe\x00"])
def test_other_texts_are_told_to_be_no_architecture(text):
    with pytest.raises(UnreadableFile):
        parse(text, "m.json")
