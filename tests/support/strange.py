"""Texts that somebody may choose so that a reader of them does something: names of layers, paths, messages."""

from __future__ import annotations

import random
import string
import unicodedata

HOSTILE = [
    "\x1b[31mred\x1b[0m", "a\x00b", "\x9b2J", "a\rb", "a\nb", "\u202eevil", "a\u2028b", "\ud800", "\u200b",
    "<script>alert(1)</script>", "<img src=x>", "&lt;b&gt;", "@octocat", "fixes #12", "closes GH-12",
    "Fixes https://github.com/o/r/issues/1", "www.evil.example", "a@b.example", "[x](http://evil.example)",
    "![x](y)", "`code`", "``", "`", "a`b``c", "|a|b|", "a\\|b", "a\\", "**bold**", "__x__", "~~x~~", "# heading",
    "- item", "1. item", "+ item", "---", "===", "> quote", "    block", "```\nfence", ":tada:", "$x$", "", " ",
    "<!-- dimorder -->", "javascript:x", "mailto:a@b.example", "[^1]", "- [ ] task", "<https://evil.example>",
]  # fmt: skip
COMMANDS = [
    "::error file=x::y", "::error::x", "::stop-commands::x", " ::add-mask::x", "\t::debug::x", "\u00a0::debug::x",
    "a\n::set-output name=x::y", "a\r::error::x", "a%0A::error::x", "%0D%0A::error::x", "##[error]x",
    "a ##[stop-commands]x", "x##[add-mask]y", "%", "%25", "%3A", "a,line=9,title=x::y", "a::b", ",file=/etc/passwd",
    "::error file=x::y\u0085::error::z", "]]>", "<!ENTITY x SYSTEM 'file:///etc/passwd'>", "\ufffe", "\uffff",
    "\U0010ffff", "\ufeff", "{0}", "[a](1)",
]  # fmt: skip
"""For logs, XML and SARIF."""


def strange_names(count: int, seed: int = 5374) -> list[str]:
    rng = random.Random(seed)
    letters = string.printable + "\x1b\x07\x9b\u202e\u2028\u200b\ud83d\U0001f389é漢`|<>@#[]()"
    return ["".join(rng.choices(letters, k=rng.randint(1, 30))) for _ in range(count)]


def strange_commands(count: int, seed: int = 11) -> list[str]:
    """Random texts made of what commands are made of."""
    rng = random.Random(seed)
    words = ["error", "stop-commands", "%0A", "0A", "\r", "\n", "\u2028", "\x85"]
    pieces = [*words, "::", ":", "#", "##[", "]", "%", ",", "=", " ", "x"]
    return ["".join(rng.choices(pieces, k=rng.randint(1, 9))) for _ in range(count)]


def is_shown(text: str) -> bool:
    """Whether each of its letters can be seen, or is a blank."""
    return all(letter.isprintable() or unicodedata.category(letter) == "Zs" for letter in text)


_MARKUP = [
    "@octocat", "@org/team", "a@b.example", "#12", "o/r#7", "GH-9", "fixes ", "Closes: ", "resolved ", "http://",
    "ftp://", "https://github.com/o/r/issues/1", "www.", "evil.example", "mailto:", "xmpp:", "javascript:",
    "0123456789abcdef", "deadbee", "`", "``", "```", "~~~", "~~", "**", "__", "*", "_", "|", "||", "\\", "\\|",
    "\\`", "<b>", "</b>", "<!--", "-->", "<![CDATA[", "]]>", "<?x", "</style>", "</title>", "</svg>", "</script>",
    "<svg onload=x>", "<details>", "</details>", "\" onclick=\"x", "' x='", "=", ">", "<", "&", "&lt;", "&#64;",
    "&commat;", "[", "](", ")", "![", "[a]: ", "[^1]", "[x]", "- [ ] ", "# ", "> ", "1. ", "+ ", "    ", "\t",
    "---", "===", "\n", "\r\n", "\r", "\n\n", "\u2028", "\x85", "\x00", "\x1b[31m", "\x1b]8;;http://e.example\x07",
    "\x9b2J", "\x08", "\u202e", "\u2066", "\u200b", "\ufeff", "\ud800", "\U0001f389", "\xe9", "\u6f22", "::error::",
    "::stop-commands::x", "##[group]", "%0A", "%", "{0}", "{{", "$x$", ":tada:", ":+1:", " ", " ", "a", "Z", "7",
    "conv", "-",
]  # fmt: skip


def strange_markup(count: int, seed: int = 6) -> list[str]:
    """Random texts made of what Markdown, HTML, terminals, runners and GitHub's readers act upon."""
    rng = random.Random(seed)
    return ["".join(rng.choices(_MARKUP, k=rng.randint(1, 8))) for _ in range(count)]
