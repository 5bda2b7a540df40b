"""What GitHub makes of Markdown: its own parser (cmark-gfm), then what it looks for in the text that comes out."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

import pytest

MENTION = re.compile(r"(?<![\w/.`-])@(?=[A-Za-z0-9])")
"""GitHub's users and teams."""
REFERENCE = re.compile(r"#(?=\d)|\bGH-(?=\d)")
"""Issues and pull requests."""
COMMIT = re.compile(r"\b[0-9a-f]{7,40}\b")
CLOSING = re.compile(r"\b(close[sd]?|fix(e[sd])?|resolve[sd]?):?\s+(\S*#\d|GH-\d|https?://\w)", re.IGNORECASE)
LINK = re.compile(r"\bwww\.|://\w|\bmailto:|\bxmpp:|\w@\w+\.\w")
EMOJI = re.compile(r":[A-Za-z0-9_+-]+:")
EFFECTS = (MENTION, REFERENCE, CLOSING, LINK, EMOJI)


@dataclass
class Seen:
    """A page as a reader's program takes it: elements in order, attributes, and the text in and outside of code."""

    tags: list[str] = field(default_factory=list)
    attributes: list[tuple[str, str, str | None]] = field(default_factory=list)
    text: str = ""
    running: str = ""
    other: list[str] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.seen, self.code = Seen(), 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.tags.append(tag)
        self.seen.attributes += [(tag, name, value) for name, value in attrs]
        self.code += tag == "code"

    def handle_endtag(self, tag: str) -> None:
        self.code -= tag == "code"

    def handle_data(self, data: str) -> None:
        self.seen.text += data
        self.seen.running += "\0" * len(data) if self.code else data

    def handle_comment(self, data: str) -> None:
        self.seen.other.append(data)

    def handle_decl(self, decl: str) -> None:
        self.seen.other.append(decl)

    def handle_pi(self, data: str) -> None:
        self.seen.other.append(data)

    def unknown_decl(self, data: str) -> None:
        self.seen.other.append(data)


def read(html: str) -> Seen:
    """The page as Python's parser has it."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.seen


def rendered(markdown: str) -> str:
    """As GitHub renders it, before it cleans: raw HTML stays, so that it can be found."""
    cmarkgfm = pytest.importorskip("cmarkgfm")
    html: str = cmarkgfm.github_flavored_markdown_to_html(markdown, options=1 << 17)  # CMARK_OPT_UNSAFE
    return html


def acts(text: str, running: str | None = None) -> list[str]:
    """What a program that looks for mentions, references, links and the like would act upon.

    text: all of it, for mails flatten code. running: without code, where alone commits are looked for.
    """
    commits = COMMIT.finditer(text if running is None else running)
    return [found[0] for effect in EFFECTS for found in effect.finditer(text)] + [found[0] for found in commits]
