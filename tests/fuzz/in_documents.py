"""Damage to JSON and YAML that leaves them readable, or nearly: other types and names, keys twice, depth, aliases."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable
from random import Random
from typing import Any

from fuzz.in_bytes import Damage

ODD: tuple[Any, ...] = (
    None, True, False, 0, 1, -1, 2, 7, 1.5, 1e308, 10**30, -(2**63), float("nan"), float("inf"), "", "th", "tf",
    "channels_first", "channels_last", "valid", "same", "linear", "Lambda", "InputLayer", "conv_a", "\u202e", "\ud800",
    "x" * 300, [], [None], [1, 2], [None, 2, 6, 8], {}, {"class_name": "Dense", "config": {}}, {"a": {"b": {"c": []}}},
)  # fmt: skip
"""What a value may become."""


def in_tree(random: Random, content: bytes) -> bytes:
    """One to three values of a JSON document replaced, dropped, renamed, or put where another was."""
    document = json.loads(content)
    for _ in range(random.choice((1, 1, 1, 2, 3))):
        document = _changed(random, document)
    return json.dumps(document).encode()


def _changed(random: Random, document: Any) -> Any:
    document = copy.deepcopy(document)
    places = list(_places(document))
    if not places:
        return random.choice(ODD)
    holder, key = random.choice(places)
    random.choice(_CHANGES)(random, holder, key, random.choice(places))
    return document


def _places(value: Any) -> Any:
    """(container, key) of everything in a document."""
    for key in list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        yield value, key
        yield from _places(value[key])


def _replaced(random: Random, holder: Any, key: Any, other: Any) -> None:
    holder[key] = random.choice(ODD)


def _dropped(random: Random, holder: Any, key: Any, other: Any) -> None:
    del holder[key]


def _exchanged(random: Random, holder: Any, key: Any, other: Any) -> None:
    holder[key] = copy.deepcopy(other[0][other[1]])


def _nudged(random: Random, holder: Any, key: Any, other: Any) -> None:
    value = holder[key]
    if isinstance(value, bool) or not isinstance(value, int | float):
        holder[key] = [value]
    else:
        holder[key] = random.choice((value + 1, value - 1, -value, value * 10, str(value), float(value)))


def _renamed(random: Random, holder: Any, key: Any, other: Any) -> None:
    if isinstance(holder, dict):
        holder[key + random.choice(("", "s", "\0", "é"))] = holder.pop(key)
    else:
        holder.insert(key, copy.deepcopy(holder[key]))


_CHANGES: tuple[Callable[[Random, Any, Any, Any], None], ...] = (
    _replaced, _replaced, _dropped, _exchanged, _nudged, _renamed,
)  # fmt: skip


def in_text(random: Random, content: bytes) -> bytes:
    """JSON as text: a key twice, brackets too many, numbers no float holds, bytes that are no UTF-8."""
    text = content.decode()
    keys = list(re.finditer(r'"\w+": ', text))
    at = random.choice(keys).start() if keys else 0
    deep = random.choice((40, 200, 3000, 40_000))
    odd = random.choice((b"\xff\xfe", b"\xed\xa0\x80", b"\0", b"NaN", b"//"))
    return random.choice((
        lambda: text[:at].encode() + b'"name": "again", ' + text[at:].encode(),
        lambda: text[:at].encode() + b'"class_name": "Lambda", ' + text[at:].encode(),
        lambda: re.sub(r"\d+", lambda _: "9" * random.choice((20, 400, 5000)), text, count=1).encode(),
        lambda: (text[:at] + '"deep": ' + "[" * deep + "]" * deep + ", " + text[at:]).encode(),
        lambda: ("[" * deep + text).encode(),
        lambda: text[:at].encode() + odd + text[at:].encode(),
        lambda: random.choice((b"\xef\xbb\xbf", b"\xff\xfe", b" " * 70_000, b"\n\n")) + content,
        lambda: text.encode(random.choice(("utf-16", "utf-32", "utf-16-le", "cp037"))),
    ))()  # fmt: skip


def in_yaml(random: Random, content: bytes) -> bytes:
    """YAML's own: aliases, tags, further documents, merges, block scalars, tabs, and other words for its values."""
    lines = content.decode().splitlines()
    number = random.randrange(len(lines))
    line = lines[number]
    head, _, value = line.partition(": ")
    stem = f"{head}:" if value else line
    lines[number] = random.choice((
        f"{stem} &a {value}", f"{stem} *a", f"{stem} !!python/object/apply:os.system [true]", f"{stem} !!binary aGk=",
        f"{stem} !custom {value}", f"{stem} [[[[{value}]]]]", f"{stem} {{{value}: {value}}}", f"{stem} ~",
        f"{stem} |\n  {value}", f"{stem} .nan", f"{stem} 0x1F", f"{stem} 1:30", f"{stem} yes", f"{stem} '{value}",
        f"\t{line}", f" {line}", line[1:], "",
        f"---\n{line}", f"...\n{line}", f"<<: *a\n{line}", f"? {line}", f"{line}\n{line}", f"%YAML 9.9\n{line}",
        f"{stem} " + "[" * random.choice((50, 2000)), f"{stem} 2001-01-01", f"{stem} \x07",
        f"a: &a [x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a]\nc: [*b,*b,*b,*b,*b]\n{line}",
    ))  # fmt: skip
    return "\n".join(lines).encode()


OF_JSON: tuple[Damage, ...] = (in_tree, in_tree, in_tree, in_text)
OF_YAML: tuple[Damage, ...] = (in_yaml,)
