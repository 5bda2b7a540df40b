"""Secrets taken out of all that this program says: its log, its errors, its last words.

Nothing of ours writes a secret into any of them. This is for what others write: libraries, drivers, a server's answer
that repeats what it was sent.
"""

from __future__ import annotations

import logging
import re
import sys
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType

HIDDEN = "***"
# By how they begin: https://docs.github.com/en/authentication/keeping-your-account-and-data-secure (token formats),
# RFC 7519 (a JSON object in base64 begins with eyJ), RFC 7468 (PEM), RFC 9110 (Authorization), RFC 3986 (user:word@).
_SECRETS = re.compile(
    r"""
    \bgh[a-z]_[A-Za-z0-9_.~+/=-]{10,}
    | \bgithub_pat_[A-Za-z0-9_]{10,}
    | \beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]*)?
    | -----BEGIN\ [A-Z ]*PRIVATE\ KEY-----(?:.*?-----END\ [A-Z ]*PRIVATE\ KEY-----|.*)
    | (?<=://)[^\s/@'"]+(?=@)
    | (?<=\bBasic\ )[A-Za-z0-9+/=_-]{16,}
    | (?<=\bBearer\ )[A-Za-z0-9+/=_.~-]{16,}
    | (?<=\bAuthorization:\ token\ )\S+
    """,
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)


def redacted(text: str) -> str:
    """The text without what looks like a secret."""
    return _SECRETS.sub(HIDDEN, text)


@contextmanager
def redacting() -> Iterator[None]:
    """While it lasts no handler of any logger gets a secret to see, and no error is told with one.

    Nor is the error that ends it, so then it lasts on.
    """
    factory, told, in_thread, nowhere = (
        logging.getLogRecordFactory(), sys.excepthook, threading.excepthook, sys.unraisablehook,
    )  # fmt: skip

    def record(*arguments: object, **more: object) -> logging.LogRecord:
        return _clean(factory(*arguments, **more))

    logging.setLogRecordFactory(record)
    sys.excepthook = _tell
    threading.excepthook = lambda met: _tell(met.exc_type, met.exc_value, met.exc_traceback)
    sys.unraisablehook = lambda met: _tell(met.exc_type, met.exc_value, met.exc_traceback)
    yield
    logging.setLogRecordFactory(factory)
    sys.excepthook, threading.excepthook, sys.unraisablehook = told, in_thread, nowhere


def _clean(record: logging.LogRecord) -> logging.LogRecord:
    """Filled in now: what is filled in later nobody has looked at."""
    try:
        said = record.getMessage()
    except (TypeError, ValueError, KeyError):  # arguments that do not fit are logging's own affair
        said = f"{record.msg} {record.args!r}"
    record.msg, record.args = redacted(said), ()
    if record.exc_info and record.exc_info[0] is not None:
        record.exc_text = redacted("".join(traceback.format_exception(*record.exc_info)).rstrip())
        record.exc_info = None
    return record


def _tell(kind: type[BaseException], error: BaseException | None, where: TracebackType | None) -> None:
    if kind is not SystemExit and sys.stderr is not None:
        sys.stderr.write(redacted("".join(traceback.format_exception(kind, error, where))))
