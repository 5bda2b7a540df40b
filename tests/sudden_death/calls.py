"""System calls that change files, and what strace wrote down of them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

OPENING = ("open", "openat", "openat2", "creat")
WRITING = (
    "write", "pwrite64", "writev", "pwritev", "pwritev2", "ftruncate", "truncate", "fallocate", "copy_file_range",
    "sendfile", "splice", "sync_file_range", "fsync", "fdatasync", "msync",
)  # fmt: skip
NAMING = (
    "rename", "renameat", "renameat2", "link", "linkat", "symlink", "symlinkat", "unlink", "unlinkat", "mkdir",
    "mkdirat", "rmdir", "mknod", "mknodat",
)  # fmt: skip
OWNING = (
    "chmod", "fchmod", "fchmodat", "chown", "fchown", "lchown", "fchownat", "utimensat", "utime", "futimesat",
    "setxattr", "fsetxattr", "lsetxattr", "removexattr", "flock",
)  # fmt: skip
CHANGING = (*OPENING, *WRITING, *NAMING, *OWNING)
"""Opening counts whole: strace cannot tell an open that creates from one that does not."""

_LINE = re.compile(r"^(?:(\d+) +)?(\w+)\((.*)\) += (-?\d+)")


@dataclass(frozen=True)
class Call:
    """One call as it returned. process: its id, 0 where one alone is traced. given: arguments as strace shows them."""

    process: int
    name: str
    given: str
    answer: int


def tracing(names: Iterable[str], log: Path) -> list[str]:
    """Options of strace that write these calls down, of one process. Unknown on this machine are passed over."""
    return ["-qq", "-o", str(log), "-y", "-s", "0", "-e", f"trace={_set(names)}"]


def injecting(names: Iterable[str], what: str, log: Path) -> list[str]:
    """The same, and `what` happens: signal=KILL:when=3."""
    return [*tracing(names, log), "-e", f"inject={_set(names)}:{what}"]


def calls(log: Path) -> list[Call]:
    """In their order; those that never returned are left out."""
    found = map(_LINE.match, _joined(log.read_text(errors="replace").splitlines()))
    return [Call(int(m[1] or 0), m[2], m[3], int(m[4])) for m in found if m]


def busiest(found: Sequence[Call]) -> list[Call]:
    """The calls of the process that made the most."""
    process = Counter(call.process for call in found).most_common(1)[0][0]
    return [call for call in found if call.process == process]


def _joined(lines: Iterable[str]) -> list[str]:
    """Calls that others' calls interrupted, in one piece again, where they ended."""
    begun: dict[str, str] = {}
    whole = []
    for line in lines:
        process = line.split(maxsplit=1)[0]
        if line.endswith("<unfinished ...>"):
            begun[process] = line.removesuffix("<unfinished ...>").rstrip()
        elif " resumed>" in line and process in begun:
            whole.append(begun.pop(process) + line.split(" resumed>", 1)[1])
        else:
            whole.append(line)
    return whole


def _set(names: Iterable[str]) -> str:
    return ",".join(f"?{name}" for name in names)
