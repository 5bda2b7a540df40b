"""Foreign text (names of layers, paths, messages that hold them) made harmless, one sink for each format.

Printable ASCII stays readable in all of them. What a terminal, a Markdown reader or GitHub would act upon does not
act: control characters, direction marks, tags, links, @mentions, #references, closing words, and in logs the commands
of GitHub's runner.
"""

from __future__ import annotations

import json
import math
import re
import unicodedata
from functools import lru_cache
from typing import Any

LONGEST = 300
"""Characters of one foreign text that are shown; a layer's name may have 60,000."""
BREAK = "\u200b"
"""Zero-width space: what follows is no longer a mention, a reference or a link."""

_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_MARKDOWN = re.compile(r"([\\`*_{}\[\]|~$])")
_OPENING = re.compile(r"^(\d*)([-+.)=])")
"""What would begin a list, a rule or a heading."""
_ACTING = re.compile(
    r"([@#]|GH-(?=\d)|www(?=\.)|:(?=[A-Za-z0-9_+-]+:)|mailto(?=:)|xmpp(?=:))",
    re.IGNORECASE,
)
_COMMIT = re.compile(r"(?<![0-9a-zA-Z])[0-9a-fA-F]{7,}(?![0-9a-zA-Z])")
"""What GitHub may take for a commit: seven digits or more."""
_COMMAND = re.compile(r"^([^\S\n]*):(?=:)", re.MULTILINE)
_OLD_COMMAND = "##["
"""Anywhere in a line, it begins a command of the runner's first form: actions/runner ActionCommand.cs@v2.336.0."""
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_HTML = {**_ENTITIES, '"': "&quot;", "'": "&#39;", "`": "&#96;"}


def plain(text: str, longest: int = LONGEST) -> str:
    """One line for a terminal: what cannot be seen is spelled out (`\\x1b`, `\\u202e`)."""
    shown = text[: longest + 1]
    if not (shown.isascii() and shown.isprintable()):
        shown = "".join(map(_seen, shown))
    return shown if len(text) <= longest else f"{shown[: longest - 1]}…"


def lines(text: str, longest: int = 100_000) -> str:
    """Several lines for a terminal: as `plain`, with the line ends kept."""
    return inert("\n".join(plain(line, longest) for line in text.split("\n")))


def inert(text: str) -> str:
    """Lines for a log: none of them is a command of GitHub's runner (`::error::`, `##[group]`)."""
    return _COMMAND.sub(r"\1\\x3a", text.replace(_OLD_COMMAND, "#\\x23["))


def unlinked(text: str, longest: int = 1000) -> str:
    """Running text that programs show as they like: no mention, no reference, no link, also none of SARIF's."""
    return _uncommitted(_broken(plain(text, longest))).replace("](", f"]{BREAK}(")


def prose(text: str, longest: int = 1000) -> str:
    """Markdown running text; `|` and line ends are harmless in tables too."""
    shown = "".join(_ENTITIES.get(letter, letter) for letter in plain(text, longest).strip())
    shown = _MARKDOWN.sub(r"\\\1", shown)
    return _uncommitted(_broken(_OPENING.sub(r"\1\\\2", shown)))


def code(text: str, longest: int = LONGEST) -> str:
    """A Markdown code span, fenced by more backticks than it holds.

    Mentions are broken in it as well: mails about a comment flatten the markup.
    """
    shown = _broken(plain(text, longest))
    if not shown.strip():
        return '""'
    fence = "`" * (max((len(run) for run in re.findall("`+", shown)), default=0) + 1)
    pad = " " if shown[0] in "` " or shown[-1] in "` " else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


def cell(text: str, longest: int = LONGEST) -> str:
    """A Markdown code span for a table, where only an escaped `|` is no border."""
    return code(text, longest).replace("\\|", f"\\{BREAK}|").replace("|", "\\|")


def verbatim(text: str) -> str:
    """A Markdown code block, for what is meant to be copied; nothing in it may end it."""
    shown = lines(text)
    fence = "`" * max(3, max((len(run) for run in re.findall("`+", shown)), default=0) + 1)
    return f"{fence}\n{shown}\n{fence}"


def hypertext(text: str, longest: int = LONGEST) -> str:
    """HTML, between tags and inside quoted attributes; no line begins in it."""
    shown = "".join(_HTML.get(letter, letter) for letter in plain(text, longest))
    return shown.replace(_OLD_COMMAND, "#&#35;[")


def as_json(document: Any, *, sort_keys: bool = False) -> str:
    """ASCII only, so that no terminal acts on it, and no log's reader; NaN and infinities become null."""
    text = json.dumps(finite(document), indent=2, sort_keys=sort_keys, allow_nan=False) + "\n"
    return text.replace(_OLD_COMMAND, "#\\u0023[")  # which can only stand in a string


def finite(value: Any) -> Any:
    """The value without NaN and infinities, which JSON does not have."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dict):
        return {key: finite(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [finite(inner) for inner in value]
    return value


def _broken(shown: str) -> str:
    """What GitHub, and programs that show mails, would link, with an invisible space in it."""
    return _ACTING.sub(rf"\1{BREAK}", shown.replace("://", f"{BREAK}://{BREAK}"))


def _uncommitted(shown: str) -> str:
    return _COMMIT.sub(lambda found: BREAK.join(re.findall(".{1,6}", found[0])), shown)


@lru_cache(maxsize=4096)
def _seen(letter: str) -> str:
    if " " <= letter <= "~":
        return letter
    if unicodedata.category(letter) not in _UNSEEN:
        return letter
    number = ord(letter)
    if number < 0x100:
        return f"\\x{number:02x}"
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"
