"""The whole file: head, verdict, contents, sections, foot."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from dimorder import __version__
from dimorder.report.html.element import NOTHING, Child, Html, element, joined
from dimorder.report.html.look import STYLE
from dimorder.report.html.parts import Mood, paragraph, sign

POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
"""Should markup ever slip through, it still runs nothing and fetches nothing."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a reader takes along in ten seconds. said: one sentence. of: the files that it is about."""

    mood: Mood
    word: str
    said: str
    of: Child = NOTHING


@dataclass(frozen=True, slots=True)
class Chapter:
    """A section and its entry in the contents."""

    key: str
    title: str
    body: Html


def page(verdict: Verdict, below: Iterable[Child], chapters: Iterable[Chapter], *, subject: str) -> str:
    """The file's text. subject: names it in tabs of a browser. below: what belongs to the verdict."""
    found = [chapter for chapter in chapters if chapter.body != NOTHING]
    brand = element("p", element("b", "dimorder"), " report", class_="brand")
    top = element("header", brand, _verdict(verdict), *below)
    main = element("main", top, _contents(found), *(chapter.body for chapter in found), id="verdict", tabindex=-1)
    skip = element("a", "Skip to the verdict", href="#verdict", class_="skip")
    body = element("body", skip, element("div", main, _foot(), class_="sheet"))
    document = element("html", _head(f"{verdict.word}: {subject}" if subject else verdict.word), body, lang="en")
    return f"<!doctype html>\n{document.text}\n"


def _head(title: str) -> Html:
    return element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", http_equiv="Content-Security-Policy", content=POLICY),
        element("meta", name="referrer", content="no-referrer"),
        element("meta", name="color-scheme", content="light dark"),
        element("link", rel="icon", href="data:,"),
        element("title", f"{title} · dimorder"),
        element("style", Html(STYLE)),
    )


def _verdict(verdict: Verdict) -> Html:
    of = element("p", verdict.of, class_="of") if verdict.of != NOTHING else NOTHING
    said = paragraph(verdict.said, kind="said")
    return element("div", sign(verdict.mood), element("h1", verdict.word), said, of, class_="verdict")


def _contents(chapters: list[Chapter]) -> Html:
    if len(chapters) < 3:
        return NOTHING
    links = [element("li", element("a", chapter.title, href=f"#{chapter.key}")) for chapter in chapters]
    return element("nav", element("ul", *links), aria_label="Contents")


def _foot() -> Html:
    return element("footer", joined([f"Made by dimorder {__version__}. This file loads nothing and runs nothing."]))
