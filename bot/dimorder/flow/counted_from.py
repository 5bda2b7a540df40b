"""Reports whose paths count from the top of a repository, wherever on this machine it lies."""

from __future__ import annotations

import os
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar, cast

Report = TypeVar("Report")


def counted_from(report: Report, folder: str) -> Report:
    """The same with every path below the folder counted from it, in sentences too: it tells nothing of the machine.

    folder: as the paths in the report spell it.
    """
    return cast(Report, _without(report, os.path.join(folder, "")))


def _without(value: Any, prefix: str) -> Any:
    if isinstance(value, str):
        return value.replace(prefix, "")
    if isinstance(value, tuple | list):
        return type(value)(_without(one, prefix) for one in value)
    if isinstance(value, dict):
        return {_without(key, prefix): _without(one, prefix) for key, one in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        stated = {one.name: _without(getattr(value, one.name), prefix) for one in fields(value) if one.init}
        return replace(value, **stated)
    return value
