"""The files of a commit, without a clone, and which of them a job needs."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from dimorder.errors import Refused
from dimorder.flow import journal
from dimorder.flow.configured import OWN, PROJECT
from dimorder.flow.kinds import by_name
from dimorder.hub.client import Client
from dimorder.hub.comparing import owned
from dimorder.hub.problem import ApiProblem

_REGULAR = frozenset(("100644", "100755"))
"""Modes of git's trees; links and submodules are nothing to fetch."""
_SMALL = frozenset(("text", "python", "notebook"))
_LARGEST_TEXT = 16 << 20
"""Bytes; what is larger is no architecture, and no code that anybody wrote."""
_MOST_LISTINGS = 200
"""Requests for one tree; GitHub gives 100,000 entries in one: https://docs.github.com/en/rest/git/trees."""
_OID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_SETTINGS = frozenset((PROJECT, OWN, ".gitattributes", ".gitignore"))
_JOURNAL = f".{journal.NAME}"
"""What says how to end a fix that was cut off. Among fetched files, outside of any work tree, it would be believed."""


@dataclass(frozen=True, slots=True)
class Blob:
    """A regular file. path: from the repository's top. oid: git's name for its bytes. size: of them."""

    path: str
    oid: str
    size: int

    @property
    def is_model(self) -> bool:
        """Whether its name says that it holds weights."""
        return by_name(self.path) == "model"


def blobs(client: Client, repository: str, commit: str) -> tuple[Blob, ...]:
    """Every regular file of the commit. A tree too large for one answer is read folder by folder.

    Raises ApiProblem, and Refused for a folder too large for one: what is judged by a part may be judged wrongly.
    """
    place = ("repos", *owned(repository), "git", "trees")
    found, waiting = list[Blob](), [(commit, "")]
    for _ in range(_MOST_LISTINGS):
        if not waiting:
            return tuple(found)
        oid, above = waiting.pop()
        entries, is_whole = _listed(client.get(*place, oid, query={"recursive": "1"}))
        if not is_whole:
            entries, is_whole = _listed(client.get(*place, oid))
            if not is_whole:
                raise Refused(f"{above or 'its top'} holds more than GitHub lists", hint="nothing of it was fetched")
            waiting += [(str(one.get("sha")), f"{above}{one['path']}/") for one in entries if one.get("type") == "tree"]
        _check_settings(entries, above)
        found += [blob for one in entries if (blob := _blob(one, above))]
    raise ApiProblem("the repository has too many folders to be listed", 413)


def needed(all_of_them: tuple[Blob, ...]) -> tuple[Blob, ...]:
    """What judging and converting takes: weights, and beside them architectures, code and settings.

    Nothing where nothing is called like weights: code alone is proposed to by nobody.
    """
    if not any(one.is_model for one in all_of_them):
        return ()
    return tuple(one for one in all_of_them if _is_needed(one))


def check_room(made: Collection[str], seen: Collection[Blob], all_of_them: Iterable[Blob]) -> None:
    """Raises Refused where a new file would take the place of one that nobody has looked at.

    That is one that was not fetched, or one of the same name but for capitals: most people's disks hold one of the two.
    made: paths of what is to be committed. seen: what was fetched.
    """
    known, names = {one.path for one in seen}, {path.casefold(): path for path in made}
    for one in all_of_them:
        path = names.get(one.path.casefold())
        if path is not None and not (one.path == path and path in known):
            raise Refused(f"{path} would take the place of {one.path}, which is there", hint="rename that file")


def settings(all_of_them: tuple[Blob, ...]) -> tuple[Blob, ...]:
    """The files at the top that may hold the configuration."""
    return tuple(one for one in all_of_them if one.path in (PROJECT, OWN))


def _is_needed(one: Blob) -> bool:
    name = PurePosixPath(one.path).name
    if name == _JOURNAL:
        return False
    if name in _SETTINGS or one.is_model:
        return True
    return by_name(one.path) in _SMALL and one.size <= _LARGEST_TEXT


def _listed(answer: Any) -> tuple[list[dict[str, Any]], bool]:
    """The entries, and whether these are all."""
    found = answer.get("tree") if isinstance(answer, dict) else None
    if not isinstance(found, list):
        raise ApiProblem("GitHub's answer holds no tree", 0)
    entries = [one for one in found if isinstance(one, dict) and isinstance(one.get("path"), str)]
    return entries, answer.get("truncated") is not True


def _check_settings(entries: list[dict[str, Any]], above: str) -> None:
    """A configuration that is no file of its own is not read, and might hold a no."""
    odd = [one["path"] for one in entries if one["path"] in (PROJECT, OWN) and one.get("mode") not in _REGULAR]
    if odd and not above:
        raise Refused(f"{odd[0]} is a link or a folder", hint="only a file is read as the configuration")


def _blob(entry: Mapping[str, Any], above: str) -> Blob | None:
    oid, size = entry.get("sha"), entry.get("size")
    if entry.get("type") != "blob" or entry.get("mode") not in _REGULAR:
        return None
    if not (isinstance(oid, str) and _OID.fullmatch(oid) and isinstance(size, int) and size >= 0):
        raise ApiProblem("GitHub's tree names a file without its hash or its size", 0)
    return Blob(f"{above}{entry['path']}", oid, size)
