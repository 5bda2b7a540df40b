"""Architectures in JSON and in the YAML of old Keras; what only an attack contains is refused."""

from __future__ import annotations

import contextlib
import functools
import io
import json
import random

import pytest

from dimorder.errors import DimorderError, UnreadableFile, UnsafeContent
from dimorder.formats.document import parse
from dimorder.formats.reader import read_architecture
from dimorder.formats.texts import MAX_BYTES, MAX_DEPTH, MAX_LAYERS
from dimorder.formats.texts.yaml_events import MAX_YAML
from support.hostile_texts import refused
from support.places import PART_OF_ZOO

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
    with pytest.raises(UnsafeContent, match="aliases for more than"):
        parse("\n".join(lines).encode(), "m.yaml")


@pytest.mark.parametrize("text", [b"", b"[1, 2]", b"{}", b"<html>", b"just words", b"\xff\xfe\x00"])
def test_other_texts_are_told_to_be_no_architecture(text):
    with pytest.raises(UnreadableFile):
        parse(text, "m.json")


def deep(opening: str, closing: str) -> str:
    return opening * (MAX_DEPTH + 5) + closing * (MAX_DEPTH + 5)


TEXTS: dict[str, tuple[str | bytes, str]] = {
    "JSON nested without end": ("[" * 200_000, "config.depth"),
    "JSON nested too deep": ('{"class_name": ' + deep("[", "]") + "}", "config.depth"),
    "NaN": ('{"class_name": "Sequential", "config": [NaN]}', "config.number"),
    "infinity": ('{"class_name": "Sequential", "config": [-Infinity]}', "config.number"),
    "a fraction that is infinite": ('{"class_name": "Sequential", "config": [1e999]}', "config.number"),
    "a number without end": ('{"config": ' + "9" * 100_000 + "}", "config.number"),
    "a key twice": ('{"class_name": "Sequential", "class_name": "Model"}', "config.duplicate-key"),
    "a key twice in a text inside": ('{"model": "{\\"a\\": 1, \\"a\\": 2}"}', "config.duplicate-key"),
    "bytes that are no UTF-8": (b'{"class_name": "\xe9"}', "config.encoding"),
    "half a UTF-16": (b"\xff\xfe{\0}", "config.encoding"),
    "half a character": ('{"class_name": "\\ud800"}', "config.encoding"),
    "half a character in YAML": ('class_name: "\\ud800"', "config.encoding"),
    "JSON cut off": ('{"class_name": "Sequential", "config": [{"cl', "config.syntax"),
    "JSON with more behind": ('{"class_name": "Sequential"} {}', "config.syntax"),
    "many layers": (json.dumps({"class_name": "Sequential", "config": [MODEL] * (MAX_LAYERS + 1)}), "limits.objects"),
    "a call": ("!!python/object/apply:os.getpid []", "yaml.tag"),
    "a name": ("class_name: !!python/name:os.system", "yaml.tag"),
    "an object": ("class_name: !!python/object:os.x {}", "yaml.tag"),
    "a tag by another handle": ("%TAG !x! tag:yaml.org,2002:python/\n---\na: !x!name:os.system", "yaml.tag"),
    "a list in itself": ("&a [*a, *a]", "yaml.alias"),
    "an alias of nothing": ("a: *b", "yaml.alias"),
    "merged keys": ("a: &a {k: v}\nb: {<<: *a}", "yaml.alias"),
    "YAML nested too deep": ("a: " + deep("[", "]"), "config.depth"),
    "YAML nested too deep by lists in lines": ("- " * (MAX_DEPTH + 5) + "x", "config.depth"),
    "two documents": ("class_name: Sequential\n---\nclass_name: Model\n", "yaml.documents"),
    "a key twice in YAML": ("class_name: Sequential\nclass_name: Model", "config.duplicate-key"),
    "a date": ("class_name: 2001-12-14", "config.type"),
    "a key that is no text": ("class_name: Sequential\n1: 2", "config.type"),
    "a class that is no text": ("class_name: no", "config.type"),
    "not a number in YAML": ("a: .nan", "config.number"),
    "a number without end in YAML": ("a: " + "9" * 5000, "config.number"),
    "YAML that is none": ("a: [b", "config.syntax"),
    "too many bytes of JSON": ('{"a": "' + "x" * MAX_BYTES + '"}', "input.too-large"),
    "too many bytes of YAML": ("a: " + "x" * MAX_YAML, "input.too-large"),
}


@pytest.mark.parametrize("what", TEXTS)
def test_a_text_is_refused_for(what):
    content, code = TEXTS[what]
    with refused(code, because=r"m\.txt"):
        parse(content.encode() if isinstance(content, str) else content, "m.txt")


def test_many_values_are_not_waited_for(monkeypatch):
    monkeypatch.setattr("dimorder.formats.texts.bounds.MAX_VALUES", 100)
    with refused("limits.objects"):
        parse(b'{"a": [' + b"1," * 100 + b"1]}", "m.json")


def test_many_values_in_yaml_are_not_waited_for(monkeypatch):
    monkeypatch.setattr("dimorder.formats.texts.yaml_events.MAX_VALUES", 100)
    with refused("limits.objects"):
        parse(b"a: [" + b"1," * 100 + b"1]", "m.yaml")


def test_a_damaged_text_is_told_with_its_place():
    with refused("config.syntax", because="line 2 column 3"):
        parse(b'{"a": 1,\n  b', "m.json")


WRONG_MODELS = {
    "layers that are no list": {
        "class_name": "Model", "config": {"layers": 3, "input_layers": [], "output_layers": []}
    },
    "references to nothing": {
        "class_name": "Model", "config": {"layers": [], "input_layers": [["a", 0, 0]], "output_layers": [["z", 9, 9]]}
    },
    "no layers": {"class_name": "Sequential", "config": []},
    "no settings": {"class_name": "Sequential", "config": [{"class_name": "Dense"}]},
    "a layer that is a number": {"class_name": "Sequential", "config": [42]},
    "calls of another shape": {
        "class_name": "Model",
        "config": {
            "layers": [{"class_name": "Dense", "name": "a", "config": {}, "inbound_nodes": [[[["a"]]]]}],
            "input_layers": [["a", 0, 0]], "output_layers": [["a", 0, 0]],
        },
    },
    "sizes that are none": {
        "class_name": "Sequential",
        "config": [{"class_name": "MaxPooling2D", "config": {
            "name": "p", "pool_size": [2, 2], "strides": [0, 0], "border_mode": "valid", "dim_ordering": "th",
            "batch_input_shape": [None, 3, 5, 7],
        }}],
    },
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG_MODELS)
@pytest.mark.parametrize("version", ["1.2.2", "2.2.4", "3.15.1"])
def test_a_document_of_the_wrong_shape_is_the_files_fault(what, version):
    content = json.dumps({**WRONG_MODELS[what], "keras_version": version}).encode()
    with refused("config.type", because=r"m\.json"):
        read_architecture(io.BytesIO(content), "m.json")


OTHERS = [None, True, -1, 0, 10**15, 1.5, "", "x", [], [[]], {}, [None], [["a", 0, 0]], {"class_name": "Dense"}]


def places(value, at=()):
    """The way to every value inside."""
    yield at
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, found in inner:
        yield from places(found, (*at, key))


@pytest.mark.parametrize("path", sorted((PART_OF_ZOO).rglob("model.json"))[:6], ids=lambda path: path.parent.name)
def test_no_value_of_another_type_is_more_than_a_refusal(path):
    text, chosen = path.read_text(), random.Random(5)
    ways = [way for way in places(json.loads(text)) if way]
    for _ in range(60):
        document = json.loads(text)
        way = chosen.choice(ways)
        holder = functools.reduce(lambda inner, key: inner[key], way[:-1], document)
        holder[way[-1]] = chosen.choice(OTHERS)
        with contextlib.suppress(DimorderError):
            read_architecture(io.BytesIO(json.dumps(document).encode()), "m.json")
