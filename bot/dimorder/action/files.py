"""Reports as files in a folder of their own in the checkout, and what the runner wants to be told by files."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from dimorder.action.inputs import Form
from dimorder.errors import DimorderError, EnvironmentProblem
from dimorder.sandbox.files import explaining, open_input

FOLDER = "dimorder-report"
NAMES: dict[Form, str] = {
    "html": "report.html", "sarif": "dimorder.sarif", "json": "report.json", "markdown": "report.md",
    "junit": "junit.xml", "gitlab": "gitlab.json",
}  # fmt: skip
_CERTIFICATES = "certificates"
_LARGEST = 8 << 20
_MOST = 100
_TRIES = 100
_ODD = re.compile(r"[^A-Za-z0-9._-]")


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder that was not there before. path: absolute; name: from the top of the checkout."""

    path: str
    name: str

    def file(self, form: Form) -> str:
        """Where the report in this format stands."""
        return os.path.join(self.path, NAMES[form])


def fresh(workspace: str) -> Folder:
    """A new folder: what a checkout holds under such a name, a link to elsewhere perhaps, is not written into."""
    for number in range(1, _TRIES):
        name = FOLDER if number == 1 else f"{FOLDER}-{number}"
        path = os.path.join(workspace, name)
        with suppress(FileExistsError), explaining(f"cannot make the folder {name!r}"):
            os.mkdir(path, 0o755)
            return Folder(path, name)
    raise EnvironmentProblem(f"{FOLDER} and {_TRIES} names like it are taken", hint="remove them")


def kept(folder: Folder, certificates: Iterable[str]) -> tuple[str, ...]:
    """Copies of certificates, by names that mean nothing to anybody; their paths from the top of the checkout."""
    found = []
    for number, path in enumerate(sorted(certificates)[:_MOST], 1):
        copied = f"{_CERTIFICATES}/{number:03}-{_ODD.sub('_', os.path.basename(path))[-100:]}"
        with suppress(DimorderError), open_input(path, follow=False) as opened:
            if opened.identity.size <= _LARGEST:
                write(os.path.join(folder.path, copied), opened.file.read(_LARGEST))
                found.append(f"{folder.name}/{copied}")
    return tuple(found)


def write(path: str, content: bytes) -> None:
    """A new file for everybody to read."""
    with explaining(f"cannot write {path!r}"):
        Path(path).parent.mkdir(mode=0o755, exist_ok=True)
        number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o644)
        with os.fdopen(number, "wb") as file:
            file.write(content)


def append(path: str, text: str) -> None:
    """More for one of the runner's own files; nothing where it named none."""
    if path:
        with explaining(f"cannot write {path!r}"), open(path, "a", encoding="utf-8", errors="backslashreplace") as file:
            file.write(text)


def outputs(values: Mapping[str, str]) -> str:
    """The step's outputs as the runner reads them: no value can end itself, or begin another."""
    parts = []
    for name, value in values.items():
        fence = secrets.token_hex(16)
        assert fence not in value, "nobody guesses 128 bits"
        parts.append(f"{name}<<{fence}\n{value}\n{fence}\n")
    return "".join(parts)
