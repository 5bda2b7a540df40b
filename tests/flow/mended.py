"""A repository's code mended without a process of its own, and what is left to mend then."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import IO

from dimorder.flow.bundle import Piece
from dimorder.flow.fixing import Fixes
from dimorder.flow.lint import lint
from dimorder.flow.lint_report import Ask, Linted
from dimorder.flow.mending import mend
from dimorder.flow.wish import Wish
from dimorder.lint.fixing.stretches import spliced
from dimorder.sandbox.outside import Outside

Files = Mapping[str, bytes]
_NOBODY = Outside(lambda *_: None)


@dataclass(frozen=True)
class Mended:
    """after: the files' bytes. fixes: what was said of them."""

    after: dict[str, bytes]
    fixes: Fixes

    @property
    def reasons(self) -> list[str]:
        return [one.because for one in self.fixes.refused]


def linted(files: Files) -> Linted:
    with tempfile.TemporaryFile() as bundle:
        return lint({"source": bundle}, {}, _asked(bundle, files), _NOBODY)


def mended(files: Files) -> Mended:
    """With unsafe fixes of everything."""
    only = tuple(one.fingerprint for one in linted(files).mendings)
    with tempfile.TemporaryFile() as bundle:
        wish = Wish(_asked(bundle, files), only, unsafe=True)
        found = mend({"source": bundle}, {}, wish, _NOBODY)
    edits = {one.path: one.stretches for one in found.changes}
    return Mended({path: spliced(content, edits.get(path, ())) for path, content in files.items()}, found)


def _asked(bundle: IO[bytes], files: Files) -> Ask:
    pieces = []
    for path, content in files.items():
        start = bundle.tell()
        bundle.write(content)
        pieces.append(Piece(path, start, len(content)))
    bundle.flush()
    return Ask(tuple(pieces), tuple(files), tuple(files), ())
