"""Git for what the API cannot do: in an empty folder of our own, deaf to every setting but ours, with one place to go.

Nothing is ever checked out. Which settings, and against what: CVE-2024-32002, CVE-2024-32004, CVE-2025-48384
(submodules and hooks), CVE-2024-53263 (credentials sent elsewhere), https://git-scm.com/docs/git-config.
The secret goes by a variable that git and what it starts read, and by no argument and no file.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import IO
from urllib.parse import quote, urlsplit

from dimorder.errors import EnvironmentProblem
from dimorder.hub.client import Client
from dimorder.hub.comparing import owned
from dimorder.hub.problem import ApiProblem
from dimorder.hub.scratch import scratch

PATIENCE = 900.0
"""Seconds for one command: 100 MB at 1 Mbit/s."""
_LONGEST_WORD, _UNAUTHORIZED = 300, 401
_PASSED_ON = ("HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy", "SSL_CERT_FILE", "SSL_CERT_DIR", "GIT_SSL_CAINFO")
Settings = Mapping[str, str]
_OVERRULED: Settings = {
    "core.hooksPath": os.devnull, "core.fsmonitor": "false", "core.symlinks": "false", "core.askPass": "",
    "core.protectHFS": "true", "core.protectNTFS": "true", "credential.helper": "", "gc.auto": "0",
    "maintenance.auto": "false", "submodule.recurse": "false", "fetch.recurseSubmodules": "false",
    "push.recurseSubmodules": "no", "push.negotiate": "true", "push.gpgSign": "false", "commit.gpgSign": "false",
    "http.followRedirects": "false", "http.lowSpeedLimit": "1000", "http.lowSpeedTime": "60",
    "http.cookieFile": "", "protocol.allow": "never", "transfer.fsckObjects": "true",
    # Mistakes that were common once, and harm nobody: https://git-scm.com/docs/git-fsck.
    "fetch.fsck.zeroPaddedFilemode": "ignore", "fetch.fsck.badTimezone": "ignore",
    "fetch.fsck.missingSpaceBeforeDate": "ignore",
}  # fmt: skip
_PARTIAL: Settings = {"remote.origin.promisor": "true", "remote.origin.partialCloneFilter": "blob:none"}
_LFS: Settings = {
    "lfs.basictransfersonly": "true", "lfs.standalonetransferagent": "", "lfs.locksverify": "false",
    "lfs.activitytimeout": "60", "lfs.transfer.maxretries": "2",
}  # fmt: skip


@dataclass(frozen=True)
class Bare:
    """A bare repository in a folder; url: the one place that it knows, which speaks for its client's token."""

    folder: str
    url: str
    client: Client

    def ask(
        self, *arguments: str, given: bytes = b"", variables: Mapping[str, str] | None = None,
        into: IO[bytes] | None = None,
    ) -> bytes:  # fmt: skip
        """What a git command prints; the network is out of its reach. Raises ApiProblem where it fails."""
        return self._run(arguments, given, self._environment(_OVERRULED) | dict(variables or {}), into)

    def call(self, *arguments: str, given: bytes = b"") -> bytes:
        """What a git command prints that talks to GitHub. Raises ApiProblem, in doubt where GitHub did not refuse.

        What is answered 401 was not done: it is signed anew where the token has ended.
        """
        used = self.client.token.header() if self.client.token else ""
        try:
            return self._run(arguments, given, self._environment(self._settings()), None)
        except ApiProblem as met:
            if met.status != _UNAUTHORIZED or not self.client.token.renewed(used):
                raise
        return self._run(arguments, given, self._environment(self._settings()), None)

    def _settings(self) -> Settings:
        """Those that open the way to the one place; the token's among them, for its host alone."""
        scheme, host = urlsplit(self.url)[:2]
        place = {f"protocol.{scheme}.allow": "always", "remote.origin.url": self.url, "lfs.url": f"{self.url}/info/lfs"}
        signature = {f"http.{scheme}://{host}/.extraHeader": f"Authorization: {self.client.token.basic()}"}
        return {**_OVERRULED, **_LFS, **_PARTIAL, **place, **(signature if self.client.token else {})}

    def _run(
        self, arguments: tuple[str, ...], given: bytes, environment: Mapping[str, str], into: IO[bytes] | None
    ) -> bytes:
        what = f"git {' '.join(arguments[:2])}"
        program = subprocess.Popen(
            [require("git"), *arguments], cwd=self.folder, env=environment, start_new_session=True,
            stdin=subprocess.PIPE, stdout=into or subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        try:
            printed, told = program.communicate(given, timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            raise ApiProblem(f"{what}: no end within {PATIENCE:.0f} s", 0) from None
        finally:
            _ended(program)
        if program.returncode:
            raise self._problem(what, told.decode("utf-8", "replace"))
        return printed or b""

    def _problem(self, what: str, told: str) -> ApiProblem:
        words = self.client.token.hidden_in(" ".join(told.split()))
        return ApiProblem(f"{what}: {words[-_LONGEST_WORD:] or 'failed'}", _status(words), told=words[-_LONGEST_WORD:])

    def _environment(self, settings: Settings) -> dict[str, str]:
        passed_on = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
        own = {
            "PATH": _path(), "LC_ALL": "C", "HOME": self.folder, "GIT_DIR": self.folder,
            "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_ATTR_NOSYSTEM": "1", "GIT_TERMINAL_PROMPT": "0", "GIT_ASKPASS": "", "SSH_ASKPASS": "",
            "GIT_LFS_SKIP_SMUDGE": "1", "GIT_NO_REPLACE_OBJECTS": "1", "GIT_CONFIG_COUNT": str(len(settings)),
        }  # fmt: skip
        keys = {f"GIT_CONFIG_KEY_{number}": key for number, key in enumerate(settings)}
        values = {f"GIT_CONFIG_VALUE_{number}": value for number, value in enumerate(settings.values())}
        return {**passed_on, **own, **keys, **values}


@contextmanager
def bare(client: Client, repository: str) -> Iterator[Bare]:
    """An empty one, for a while."""
    owner, name = owned(repository)
    with scratch() as folder:
        made = Bare(folder, f"{client.web}/{quote(owner)}/{quote(name)}.git", client)
        made.ask("init", "--quiet", "--bare", "--template=", ".")
        yield made


def _status(told: str) -> int:
    """Of the answer that git met, as far as its words say; 0 where nobody knows what was done."""
    for words, status in (
        ("stale info", 409), ("non-fast-forward", 409), ("fetch first", 409), ("already exists", 409),
        ("Authentication failed", 401), ("could not read Username", 401), ("error: 401", 401),
        ("error: 403", 403), ("Permission to", 403), ("public fork", 403), ("Write access", 403),
        ("protected branch", 403), ("GH006", 403), ("GH013", 403), ("GH001", 413), ("remote rejected", 422),
        ("not our ref", 404), ("not found", 404), ("error: 404", 404), ("error: 429", 429),
    ):  # fmt: skip
        if words in told:
            return status
    return 0


def _ended(program: subprocess.Popen[bytes]) -> None:
    """If it still runs, with all that it has started: what talks to GitHub is a program of its own."""
    if program.poll() is None:
        with suppress(ProcessLookupError):
            os.killpg(program.pid, signal.SIGKILL)
        program.communicate()


def require(program: str) -> str:
    """Where it is. Raises EnvironmentProblem where it is not installed."""
    found = shutil.which(program, path=_path())
    if found is None:
        raise EnvironmentProblem(f"{program} is not installed", hint=f"apt-get install {program}")
    return found


def _path() -> str:
    """Without folders that are relative, which could be anything."""
    places = os.environ.get("PATH", os.defpath).split(os.pathsep)
    return os.pathsep.join(place for place in places if os.path.isabs(place))
