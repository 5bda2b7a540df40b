"""Errors and troubles that reading meets, told as findings of `check`. Loads nothing that reads files."""

from __future__ import annotations

import hashlib
import re

from dimorder.errors import CannotTell, DimorderError, UnsafeContent, WeightsDoNotFit
from dimorder.finding import LONGEST_SOURCE, RULES, Finding, Severity
from dimorder.source.trouble import Trouble
from dimorder.verdict import Confidence

TOO_LARGE = ("limits.", "input.too-large")
POINTER = "input.lfs-pointer"
DOUBT = "layout.ambiguous"
_LONGEST = 2000
"""Characters of a message: names in files may have 60,000."""
_NUMBER = re.compile(r"\d+(\.\d+)?")


def finding(
    rule: str,
    path: str,
    message: str,
    code: str,
    severity: Severity | None = None,
    confidence: Confidence = "certain",
    trouble: Trouble | None = None,
) -> Finding:
    """A finding of this rule. severity: the rule's own, unless another is given. trouble: where in the source it is."""
    stated = RULES[rule]
    return Finding(
        rule=rule,
        name=stated.name,
        severity=severity or stated.severity,
        confidence=confidence,
        path=path,
        message=message if len(message) <= _LONGEST else f"{message[: _LONGEST - 1]}…",
        code=code,
        fingerprint=_fingerprint(rule, path, message),
        line=trouble.line if trouble else None,
        column=trouble.column if trouble else None,
        cell=trouble.cell if trouble else None,
    )


def refusal(error: DimorderError, path: str, severity: Severity | None = None) -> Finding:
    """The finding that stands for an error. severity: the rule's own, unless another is given."""
    sentence = error.sentence.removeprefix(f"{path}: ").removeprefix(f"{path} ")
    message = f"{sentence} ({error.hint})" if error.hint else sentence
    code = error.code or (DOUBT if isinstance(error, CannotTell) else "")
    return finding(_rule(error), path, message, code, severity)


def troubled(trouble: Trouble, path: str, severity: Severity) -> Finding:
    """The finding that stands for a trouble with source code."""
    rule = "DIM403" if trouble.code == "names.unicode" else _by_code(trouble.code, "DIM402")
    return finding(rule, path, trouble.message, trouble.code, severity, trouble=trouble)


def source_line(text: str, line: int) -> str:
    """A line (1-based) of source as findings carry it; "" where the text has no such line."""
    lines = re.split(r"\r\n|\r|\n", text)
    return lines[line - 1][:LONGEST_SOURCE] if 0 < line <= len(lines) else ""


def _rule(error: DimorderError) -> str:
    if isinstance(error, CannotTell):
        return "DIM105"
    if isinstance(error, WeightsDoNotFit):
        return "DIM303"
    return _by_code(error.code, "DIM403" if isinstance(error, UnsafeContent) else "DIM402")


def _by_code(code: str, otherwise: str) -> str:
    if code == POINTER:
        return "DIM401"
    if code.startswith("model."):
        return "DIM403"
    return "DIM404" if code.startswith(TOO_LARGE) else otherwise


def _fingerprint(rule: str, path: str, message: str) -> str:
    """The same while rule, file and words are; numbers, which change with every retraining, count for nothing."""
    words = _NUMBER.sub("#", " ".join(message.split()))
    text = "\n".join((rule, path, words))
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:16]
