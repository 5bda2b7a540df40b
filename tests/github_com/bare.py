"""A bare git repository, read and written by git's own plumbing."""

from __future__ import annotations

import os
import re
import subprocess
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

_PERSON = "Ann Example <ann@example.org>"
_FORMAT = "%H%x00%T%x00%P%x00%an%x00%ae%x00%at%x00%cn%x00%ce%x00%ct%x00%B"
ZERO = "0" * 40
_SHAS = re.compile(r"[0-9a-f]{40}(\.\.[0-9a-f]{40})?")
EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"


@dataclass(frozen=True, slots=True)
class Person:
    """Who did it, and when (seconds since 1970)."""

    name: str
    email: str
    at: int


@dataclass(frozen=True, slots=True)
class Commit:
    """What git knows of one."""

    sha: str
    tree: str
    parents: tuple[str, ...]
    author: Person
    committer: Person
    message: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a tree. size: of a blob, else None."""

    mode: str
    kind: str
    sha: str
    size: int | None
    path: str


@dataclass(frozen=True, slots=True)
class Changed:
    """A file that differs between two commits. letter: A, M, D, R or T, as git says."""

    letter: str
    path: str
    before: str
    sha: str


class Missing(Exception):
    """No such object or reference."""


@lru_cache(maxsize=4096)
def _remembered(bare: Bare, words: tuple[str, ...]) -> bytes:
    return bare.git(*words)


def environment() -> dict[str, str]:
    """Nothing of the machine's or a user's settings."""
    return {
        "PATH": os.environ["PATH"], "HOME": "/nonexistent", "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": "/dev/null",
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Bare:
    """One at a path."""

    path: Path

    def git(self, *words: str, given: bytes = b"", also: Mapping[str, str] | None = None) -> bytes:
        """What git prints. Raises Missing where it fails: callers ask only for what may not be there."""
        called = ("git", "--git-dir", str(self.path), *words)
        ran = subprocess.run(
            called, input=given, capture_output=True, env={**environment(), **(also or {})}, check=False
        )
        if ran.returncode:
            raise Missing(f"{' '.join(words)}: {ran.stderr.decode(errors='replace').strip()}")
        return ran.stdout

    def word(self, *words: str, given: bytes = b"") -> str:
        return self.git(*words, given=given).decode().strip()

    def fact(self, *words: str) -> bytes:
        """What git prints, remembered where it is asked about full shas, of which it can never print anything else."""
        return _remembered(self, words) if any(map(_SHAS.fullmatch, words)) else self.git(*words)

    def create(self, branch: str) -> None:
        command = ("git", "init", "--quiet", "--bare", "--template=", f"--initial-branch={branch}", str(self.path))
        subprocess.run(command, check=True, env=environment())

    def commit_files(self, branch: str, files: Mapping[str, bytes | None], message: str, at: int) -> str:
        """A commit of a person on the branch, which is made where there is none. None deletes a file."""
        ref, said = f"refs/heads/{branch}", message.encode()
        before = self.resolved(ref)
        lines = [f"commit {ref}\ncommitter {_PERSON} {at} +0000\ndata {len(said)}\n".encode(), said, b"\n"]
        lines += [f"from {before}\n".encode()] if before else []
        for path, content in files.items():
            if content is None:
                lines.append(f"D {path}\n".encode())
                continue
            lines += [f"M 100644 inline {path}\ndata {len(content)}\n".encode(), content, b"\n"]
        self.git("fast-import", "--quiet", "--force", given=b"".join(lines))
        return self.resolved(ref) or ""

    def resolved(self, name: str) -> str | None:
        """The commit's full sha; None for what is not there."""
        if name.startswith("refs/"):
            return self.refs("refs/").get(name)
        try:
            if _SHAS.fullmatch(name) and self.kind(name) == "commit":
                return name
            return self.word("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
        except Missing:
            return None

    def refs(self, prefix: str = "refs/heads/") -> dict[str, str]:
        """By full name. Read from git's files, since it is asked all the time: refs, and packed-refs beneath them."""
        packed = self.path / "packed-refs"
        lines = packed.read_text().splitlines() if packed.exists() else []
        found = {name: sha for sha, _, name in (line.partition(" ") for line in lines) if not sha.startswith(("#",
        "^"))}
        for file in (self.path / "refs").rglob("*"):
            if file.is_file() and file.suffix != ".lock":
                found[file.relative_to(self.path).as_posix()] = file.read_text().strip()
        return {name: sha for name, sha in sorted(found.items()) if name.startswith(prefix)}

    def set_ref(self, ref: str, sha: str, before: str | None = None) -> None:
        self.git("update-ref", ref, sha, *([before] if before else []))

    def delete_ref(self, ref: str) -> None:
        self.git("update-ref", "-d", ref)

    def kind(self, sha: str) -> str:
        return self.fact("cat-file", "-t", sha).decode().strip()

    def has(self, sha: str) -> bool:
        try:
            return bool(self.kind(sha))
        except Missing:
            return False

    def blob(self, sha: str) -> bytes:
        return self.fact("cat-file", "blob", sha)

    def write_blob(self, content: bytes) -> str:
        return self.word("hash-object", "-w", "--stdin", given=content)

    def entries(self, treeish: str, path: str = "", *, recursive: bool = False) -> list[Entry]:
        where = [path] if path else []
        told = self.fact("ls-tree", "-z", "-l", *(["-r", "-t"] if recursive else []), "--full-tree", treeish, *where)
        return [_entry(line) for line in told.decode(errors="surrogateescape").split("\0") if line]

    def write_tree(self, base: str | None, lines: Iterable[tuple[str, str | None, str]]) -> str:
        """The tree with (mode, sha, path) put over those of `base`; sha None takes a path away."""
        also = {"GIT_INDEX_FILE": str(self.path / f"index.{uuid.uuid4().hex}")}
        try:
            if base:
                self.git("read-tree", base, also=also)
            told = "".join(f"{mode if sha else '0'} {sha or ZERO}\t{path}\0" for mode, sha, path in lines)
            self.git("update-index", "-z", "--add", "--index-info", given=told.encode(), also=also)
            return self.git("write-tree", also=also).decode().strip()
        finally:
            Path(also["GIT_INDEX_FILE"]).unlink(missing_ok=True)

    def write_commit(self, tree: str, parents: Iterable[str], message: str, author: Person, committer: Person) -> str:
        also: dict[str, str] = {}
        for role, person in (("AUTHOR", author), ("COMMITTER", committer)):
            also |= {
                f"GIT_{role}_NAME": person.name,
                f"GIT_{role}_EMAIL": person.email,
                f"GIT_{role}_DATE": f"{person.at} +0000",
            }
        words = [word for parent in parents for word in ("-p", parent)]
        return self.git("commit-tree", tree, *words, given=message.encode(), also=also).decode().strip()

    def commits(self, revision: str, most: int = 1) -> list[Commit]:
        """From the newest on."""
        told = self.fact("log", "-z", f"--max-count={most}", f"--format=tformat:{_FORMAT}%x00%x01", revision, "--")
        return [_commit(one) for one in told.decode(errors="replace").split("\0\x01") if one.strip("\0")]

    def is_ancestor(self, old: str, new: str) -> bool:
        try:
            self.fact("merge-base", "--is-ancestor", old, new)
        except Missing:
            return False
        return True

    def merges(self, one: str, other: str) -> bool:
        """Whether they go together without a conflict."""
        try:
            self.fact("merge-tree", "--write-tree", one, other)
        except Missing:
            return False
        return True

    def changed(self, old: str, new: str) -> list[Changed]:
        told = (
            self.fact("diff-tree", "-z", "-r", "-M", "--raw", "--no-abbrev", old, new)
            .decode(errors="replace")
            .split("\0")
        )
        return list(_changes(told))


def _entry(line: str) -> Entry:
    facts, _, path = line.partition("\t")
    mode, kind, sha, size = facts.split()
    return Entry(mode, kind, sha, None if size == "-" else int(size), path)


def _commit(told: str) -> Commit:
    sha, tree, parents, an, ae, at, cn, ce, ct, message = told.lstrip("\0").split("\0")[:10]
    return Commit(
        sha.strip(),
        tree,
        tuple(parents.split()),
        Person(an, ae, int(at)),
        Person(cn, ce, int(ct)),
        message.rstrip("\n"),
    )


def _changes(told: list[str]) -> Iterable[Changed]:
    words = iter(told)
    for facts in words:
        if not facts:
            return
        *_, sha, letter = facts.split()
        path = next(words)
        if letter[0] in "RC":
            yield Changed(letter[0], next(words), path, sha)
        else:
            yield Changed(letter[0], path, "", sha)
