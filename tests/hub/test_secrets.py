"""Secrets stay where they belong: in one header, and nowhere else that anybody could look."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from dimorder.cli_show import show_bug
from dimorder.hub.answer import Room
from dimorder.hub.app import AppAccess
from dimorder.hub.gate import LocalGate
from dimorder.hub.key import Key
from dimorder.hub.problem import ApiProblem
from dimorder.hub.redaction import redacted, redacting
from dimorder.hub.transport import Question
from github_com.apps import key_pair
from github_com.faults import Kind
from github_com.hub import Hub

PEM, _ = key_pair()
_KINDS: tuple[Kind, ...] = (
    "500", "secondary", "primary", "429", "expired", "not found", "cut", "html", "reset", "slow",
)  # fmt: skip
JWT = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiIxMjM0NSJ9.c2lnbmF0dXJl-_x"
SECRETS = [
    "ghp_" + "a1B2" * 9, "gho_" + "a1B2" * 9, "ghu_" + "a1B2" * 9, "ghs_" + "a1B2" * 9, "ghr_" + "a1B2" * 9,
    "ghs_" + JWT, "github_pat_11ABCDEFG0" + "a1B2_" * 12, JWT,
]  # fmt: skip


@pytest.fixture(autouse=True)
def _as_python_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    """An error that ended a sweep in this very process has left it redacting, as it should."""
    monkeypatch.setattr(sys, "excepthook", sys.__excepthook__)
    monkeypatch.setattr(sys, "unraisablehook", sys.__unraisablehook__)
    monkeypatch.setattr(threading, "excepthook", threading.__excepthook__)
    logging.setLogRecordFactory(logging.LogRecord)


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize(
    "around", ["{}", "token {}.", "Authorization: token {}", "https://x:{}@host/a", "'{}'", "a={}&b"]
)
def test_a_secret_is_known_by_its_looks(secret: str, around: str) -> None:
    assert secret[8:] not in redacted(around.format(secret))


@pytest.mark.parametrize(
    "text",
    [PEM, PEM[:200], f"key: {PEM!r}", "Authorization: Basic eC1hY2Nlc3MtdG9rZW46Z2hz", "postgresql://me:word@host/db"],
)
def test_so_are_keys_and_passwords(text: str) -> None:
    told = redacted(text)
    assert all(word not in told for word in ("MII", "eC1hY2Nlc3", ":word@")), told


@pytest.mark.parametrize(
    "text",
    ["a ghost, a highway, ghx_1", "basic understanding of Bearer shares", "see https://host/a@b and c@d.org",
     "0123abcd" * 8, "nets/block5_conv3.h5: th -> tf", "-----BEGIN PUBLIC KEY-----"],
)  # fmt: skip
def test_what_is_no_secret_is_told(text: str) -> None:
    assert redacted(text) == text


def test_no_handler_sees_a_secret(caplog: pytest.LogCaptureFixture) -> None:
    log = logging.getLogger("somebody.elses")
    with caplog.at_level(logging.DEBUG), redacting():
        log.warning("sent %s with %d", SECRETS[0], 3)
        log.error(SECRETS[1])
        log.error("%d of %d", SECRETS[2])  # what does not fit is told all the same
        try:
            raise ValueError(SECRETS[3])
        except ValueError:
            log.exception("it broke")
    assert "sent *** with 3" in caplog.text
    assert "ValueError: ***" in caplog.text
    assert [one.exc_info for one in caplog.records] == [None] * 4, "handlers of other forms tell errors themselves"
    assert not any(secret in caplog.text for secret in SECRETS)
    assert logging.getLogRecordFactory() is logging.LogRecord


_LAST_WORDS = """
import sys, threading
from dimorder.hub.answer import Room
from dimorder.hub.redaction import redacting
secret = sys.stdin.read()
def fails():
    raise ValueError("in a thread " + secret)
class Odd:
    def __del__(self):
        raise ValueError("unraisable " + secret)
with redacting():
    thread = threading.Thread(target=fails)
    thread.start()
    thread.join()
    Odd()
    raise ValueError("at last " + secret)
"""


def test_nobodys_last_words_are_a_secret() -> None:
    words = [sys.executable, "-c", _LAST_WORDS]
    done = subprocess.run(words, input=SECRETS[0], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    for said in ("in a thread ***", "unraisable ***", "at last ***"):
        assert said in done.stderr
    assert SECRETS[0] not in done.stderr


def test_a_whole_visit_leaves_no_secret_behind(github: Hub, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Through every fault: what was logged, raised, and shown by values; the fake looks at what was sent."""
    github.repository("acme/nets", {"net.py": b"x = 1\n"})
    app = github.app("dimorder", contents="write", pull_requests="write")
    github.install(app, "acme")
    gate = LocalGate()
    access = AppAccess(github.address, str(app.id), Key(app.key), gate_of=lambda key: gate, sleep=lambda seconds: None)
    seen = [repr(access)]
    with caplog.at_level(logging.DEBUG):
        for kind in _KINDS:
            github.faults.state("", *[kind] * 6)
            for where in ("acme", "acme/nets"):
                client = access.reading(where)
                try:
                    seen.append(str(client.get("repos", "acme", "nets")))
                except ApiProblem as problem:
                    seen += [str(problem), repr(problem), problem.told]
                seen.append(repr(client))
            github.faults.stated.clear()
    secrets = [*github.world.credentials, "eyJ", "MII"]
    assert len(secrets) > 3, "tokens were minted"
    assert not [secret for secret in secrets if any(secret in text for text in (*seen, caplog.text))]


def test_a_request_that_a_traceback_shows_holds_none() -> None:
    question = Question("GET", f"https://host/a?key={SECRETS[0]}", {"Authorization": SECRETS[1]}, SECRETS[2], Room(1))
    assert repr(question) == "Question(method='GET', room=Room(largest=1, put=None))"


def test_threads_have_their_hooks_back() -> None:
    before = threading.excepthook, sys.excepthook, sys.unraisablehook
    with redacting():
        assert sys.excepthook is not before[1]
    assert (threading.excepthook, sys.excepthook, sys.unraisablehook) == before


def test_a_report_of_a_bug_holds_none(capsys: pytest.CaptureFixture[str]) -> None:
    show_bug(ValueError(SECRETS[0]), ["sweep", "--database-url", "postgresql://me:word@host/db"])
    told = capsys.readouterr().err
    assert "ValueError: ***" in told
    assert "word" not in told
