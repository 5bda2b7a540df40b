"""HTML made of elements. Markup is a type of its own, so that no text becomes markup: the one sink is `escape`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from dimorder.report.escape import hypertext

LONGEST = 4000
_VOID = frozenset({"meta", "link", "br", "hr"})
_LINES = frozenset(
    {"section", "header", "main", "footer", "nav", "article", "figure", "table", "tr", "ul", "li", "p", "h1", "h2"}
    | {"h3", "div", "dl", "details", "pre", "svg", "style", "title", "meta", "link", "head", "body", "thead", "tbody"}
)
"""What begins on a line of its own, so that the file can be read too; no line begins with foreign text."""


@dataclass(frozen=True, slots=True)
class Html:
    """Markup that is whole and well-formed."""

    text: str


Child = Html | str
Attribute = str | int | float | bool | None


def element(name: str, /, *children: Child, **attributes: Attribute) -> Html:
    """An element. Strings are text; attributes spell `-` as `_`, and those that are None or False are left out."""
    given = [(key, value) for key, value in attributes.items() if value is not None and value is not False]
    told = "".join(f" {_attribute(key, value)}" for key, value in given)
    start = "\n" if name in _LINES else ""
    if name in _VOID:
        return Html(f"{start}<{name}{told}>")
    return Html(f"{start}<{name}{told}>{joined(children).text}</{name}>")


def joined(parts: Iterable[Child]) -> Html:
    """Elements and texts one behind the other."""
    return Html("".join(part.text if isinstance(part, Html) else hypertext(part, LONGEST) for part in parts))


def separated(parts: Iterable[Child], by: Child) -> Html:
    """The same with something between them."""
    found: list[Child] = []
    for part in parts:
        found += [by, part] if found else [part]
    return joined(found)


NOTHING = Html("")


def _attribute(key: str, value: Attribute) -> str:
    name = key.strip("_").replace("_", "-")
    return name if value is True else f'{name}="{hypertext(str(value), LONGEST)}"'
