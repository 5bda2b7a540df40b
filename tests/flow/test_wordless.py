"""Texts that are passed over unread: none of them may be anything that a reader would have found something in."""

from __future__ import annotations

import io
import json
import random
import re
from collections.abc import Callable, Iterator

import pytest
import yaml

from dimorder.flow.ask import NOT_OURS, Ask
from dimorder.flow.check import check_one
from dimorder.flow.wordless import LARGEST, is_wordless
from support.check_files import architecture
from support.places import PART_OF_ZOO

KERAS0 = {"name": "Sequential", "layers": [{"name": "Dense", "input_dim": 3, "output_dim": 2}]}
GRAPH0 = {"name": "Graph", "node_config": [], "input_config": [], "output_config": []}
MODEL = architecture("th")
KEPT = {
    "an architecture": MODEL,
    "an architecture of Keras 0": KERAS0,
    "a graph of Keras 0": GRAPH0,
    "one inside settings": {"model_config": MODEL},
    "one as text inside settings": {"model": json.dumps(MODEL)},
    "settings of a machine": {"image_dim_ordering": "th", "floatx": "float32"},
    "settings of a machine, too": {"image_data_format": "channels_first", "backend": "theano"},
    "an index of cut weights": {"metadata": {}, "weight_map": {"a": "model_00001.weights.h5"}},
}
OTHERS = {
    "a package": b'{"name": "site", "version": "1.0.0", "scripts": {"build": "tsc \\"src\\" && x\\/y"}}\n',
    "a workflow": b'on: push\njobs:\n  test:\n    runs-on: "ubuntu-latest"\n    steps:\n    - run: make\n',
    "nothing": b"",
    "no text": b"\xff\x01\x02",
}


def is_passed_over(content: bytes, path: str) -> bool:
    """What the reader says that looks at everything."""
    found = check_one({"source": io.BytesIO(content)}, {"source": path}, Ask(False), lambda *_: None)  # type: ignore[arg-type]
    skipped = found.report.skipped
    return skipped is not None and skipped.code == NOT_OURS


def escaped(text: str) -> str:
    """Every letter inside quotes spelled by its number."""
    return re.sub(r'"([^"\\]*)"', lambda found: '"' + "".join(f"\\u{ord(one):04x}" for one in found[1]) + '"', text)


def in_hex(text: str) -> str:
    return re.sub(r'"([^"\\]*)"', lambda found: '"' + "".join(f"\\x{ord(one):02x}" for one in found[1]) + '"', text)


SPELLINGS: dict[str, tuple[Callable[[str], bytes], str]] = {
    "plain": (lambda text: text.encode(), "m.json"),
    "with a mark": (lambda text: text.encode("utf-8-sig"), "m.json"),
    "in UTF-16": (lambda text: text.encode("utf-16"), "m.json"),
    "in UTF-16, the other way": (lambda text: b"\xfe\xff" + text.encode("utf-16-be"), "m.json"),
    "escaped": (lambda text: escaped(text).encode(), "m.json"),
    "told twice": (lambda text: json.dumps(text).encode(), "m.json"),
    "escaped and told twice": (lambda text: json.dumps(escaped(text)).encode(), "m.json"),
    "told twice and escaped": (lambda text: b'"' + b"".join(b"\\u%04x" % ord(one) for one in text) + b'"', "m.json"),
    "in YAML": (lambda text: yaml.safe_dump(json.loads(text)).encode(), "m.yml"),
    "in YAML, in quotes": (lambda text: b"# x\n" + text.encode(), "m.yml"),
    "in YAML, in hex": (lambda text: b"# x\n" + in_hex(text).encode(), "m.yml"),
}


@pytest.mark.parametrize("what", OTHERS)
def test_what_has_nothing_to_do_with_keras_is_not_read(what: str) -> None:
    assert is_wordless(OTHERS[what])


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("what", KEPT)
def test_what_a_reader_understands_is_read_however_it_is_spelled(what: str, spelling: str) -> None:
    spelled, path = SPELLINGS[spelling]
    content = spelled(json.dumps(KEPT[what]))
    assert not is_wordless(content)
    if "machine" not in what and "index" not in what:  # these two are read in JSON alone, and told once
        assert not is_passed_over(content, path)


def architectures() -> Iterator[bytes]:
    for path in sorted(PART_OF_ZOO.glob("*/*/*.json")):
        yield path.read_bytes()


def test_no_architecture_of_the_zoo_is_passed_over() -> None:
    read = [content for content in architectures() if not is_passed_over(content, "m.json")]
    assert len(read) > 20
    assert [content[:80] for content in read if is_wordless(content)] == []


def test_what_is_wordless_is_passed_over_by_the_reader_as_well() -> None:
    """Pieces of architectures in any order: wherever the bytes say that nothing is there, nothing is found."""
    pieces = [
        json.dumps(MODEL), json.dumps(KERAS0), '{"name": "Sequential"}', '{"config": {}}', "{", "}", "[1]", '"x"', ": ",
        "class_", "name", '"floatx"', "\\u0063", '{"image_dim_ordering": "th"}', "a: b\n", "- ", "\n",
    ]  # fmt: skip
    weights = [1, 1] + [3] * (len(pieces) - 2)
    chance = random.Random(5)
    wordless = 0
    for _ in range(400):
        content = "".join(chance.choices(pieces, weights, k=chance.randint(1, 6))).encode()
        path = chance.choice(("m.json", "m.yml"))
        if is_wordless(content):
            wordless += 1
            assert is_passed_over(content, path), content
    assert wordless > 100


def test_what_is_too_large_to_be_searched_is_read() -> None:
    assert not is_wordless(b" " * (LARGEST + 1))
