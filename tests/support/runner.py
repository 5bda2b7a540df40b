"""How GitHub's runner reads a log: which of its lines are commands (actions/runner ActionCommand.cs@v2.336.0)."""

from __future__ import annotations

import re
from dataclasses import dataclass

KNOWN = {
    "error", "warning", "notice", "debug", "group", "endgroup", "add-mask", "stop-commands", "set-output",
    "save-state", "set-env", "add-path", "echo", "add-matcher", "remove-matcher",
}  # fmt: skip


@dataclass(frozen=True)
class Obeyed:
    """One command as the runner understands it."""

    name: str
    properties: dict[str, str]
    data: str


def obeyed(log: str) -> list[Obeyed]:
    """The commands in a log, in both forms that the runner knows."""
    found = [_of_today(line) or _of_old(line) for line in re.split(r"\r\n|\r|\n", log)]
    return [one for one in found if one]


def _of_today(line: str) -> Obeyed | None:
    line = line.lstrip()
    end = line.find("::", 2)
    if not line.startswith("::") or end < 0:
        return None
    name, _, told = line[2:end].partition(" ")
    pairs = [part.split("=", 1) for part in told.strip().split(",") if part]
    properties = {pair[0]: _read(pair[1], ":,") for pair in pairs if len(pair) == 2}
    return Obeyed(name, properties, _read(line[end + 2 :])) if name in KNOWN else None


def _of_old(line: str) -> Obeyed | None:
    start = line.find("##[")
    end = line.find("]", start)
    if start < 0 or end < 0:
        return None
    name = line[start + 3 : end].partition(" ")[0]
    return Obeyed(name, {}, line[end + 1 :]) if name in KNOWN else None


def _read(text: str, more: str = "") -> str:
    for letter in f"\r\n{more}%":
        text = text.replace(f"%{ord(letter):02X}", letter)
    return text
