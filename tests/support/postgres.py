"""A PostgreSQL of the test's own: a cluster in a temporary folder, run by somebody who is not root."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PATIENCE = 30.0
_DEBIANS = os.pathsep.join(f"/usr/lib/postgresql/{version}/bin" for version in range(20, 11, -1))


def why_not() -> str:
    """Why there can be none here; "" where there can."""
    if not _program("initdb"):
        return "no PostgreSQL is installed (Debian's package postgresql)"
    return "" if os.geteuid() or _nobody() else "root cannot run PostgreSQL, and there is no user postgres"


def stopped(folder: Path) -> None:
    """It is gone, and does not come back."""
    own = _nobody() if not os.geteuid() else None
    _run(own, "pg_ctl", "-D", str(folder / "data"), "-m", "immediate", "-w", "stop")


@contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """Its address. folder: new."""
    folder.mkdir(parents=True)
    own = _nobody() if not os.geteuid() else None
    if own:
        for above in (folder, *folder.parents):
            if above.stat().st_uid == 0 and not above.stat().st_mode & 0o005 and above != Path("/"):
                above.chmod(above.stat().st_mode | 0o011)
        os.chown(folder, own.pw_uid, own.pw_gid)
    port = _free()
    _run(own, "initdb", "-D", str(folder / "data"), "-U", "tests", "-A", "trust", "-E", "UTF8", "--no-sync")
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=60"
    _run(own, "pg_ctl", "-D", str(folder / "data"), "-o", options, "-l", str(folder / "log"), "-w", "start")
    try:
        yield f"postgresql://tests@127.0.0.1:{port}/postgres"
    finally:
        if (folder / "data" / "postmaster.pid").exists():
            stopped(folder)


def _run(own: pwd.struct_passwd | None, name: str, *arguments: str) -> None:
    program = _program(name)
    assert program
    number, group = (own.pw_uid, own.pw_gid) if own else (None, None)
    done = subprocess.run(
        [program, *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        cwd="/", timeout=_PATIENCE, check=False, env={"PATH": os.environ["PATH"], "LC_ALL": "C"},
        user=number, group=group, extra_groups=[] if own else None,
    )  # fmt: skip
    assert done.returncode == 0, (name, done.stderr[-500:])


def _program(name: str) -> str | None:
    return shutil.which(name) or shutil.which(name, path=_DEBIANS)


def _nobody() -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return None


def _free() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
