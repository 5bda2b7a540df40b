"""Who we are on GitHub, and how little each client may do."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path

import pytest

from dimorder.errors import DimorderError, EnvironmentProblem, UsageError
from dimorder.hub.access import Access, TokenAccess, granted, taken
from dimorder.hub.app import AppAccess
from dimorder.hub.gate import LocalGate
from dimorder.hub.key import Key
from dimorder.hub.problem import ApiProblem
from dimorder.hub.token import Token
from github_com.apps import App, key_pair
from github_com.hub import Hub

PEM, _ = key_pair()


def gate(key: str) -> LocalGate:
    return LocalGate()


@pytest.fixture
def app(github: Hub) -> App:
    """Installed for acme, which has two repositories."""
    github.repository("acme/nets", {"net.py": b"x = 1\n"}, private=True)
    github.repository("acme/other", private=True)
    made = github.app("dimorder", contents="write", pull_requests="write", issues="write")
    github.install(made, "acme")
    return made


@pytest.fixture
def access(github: Hub, app: App) -> AppAccess:
    return AppAccess(github.address, str(app.id), Key(app.key), gate_of=gate, sleep=lambda seconds: None)


def minted(github: Hub) -> list[str]:
    """What the tokens that were minted may do, in order."""
    rights = [one.permissions for one in github.world.credentials.values() if one.permissions is not None]
    return [", ".join(f"{name} {right}" for name, right in sorted(one.items())) for one in rights]


def forbidden(work: Callable[[], object]) -> None:
    with pytest.raises(ApiProblem) as told:
        work()
    assert told.value.is_refusal


# What an app's tokens may not.


def test_a_reading_client_cannot_write(github: Hub, access: AppAccess) -> None:
    client = access.reading("acme/nets")
    assert client.get("repos", "acme", "nets")["name"] == "nets"
    forbidden(lambda: client.write("POST", "repos", "acme", "nets", "git", "blobs", document={"content": "x"}))
    assert minted(github) == ["contents read, metadata read"]


def test_a_client_of_one_repository_sees_no_other(access: AppAccess) -> None:
    forbidden(lambda: access.reading("acme/nets").get("repos", "acme", "other"))
    forbidden(lambda: access.writing("acme/nets").get("repos", "acme", "other"))


def test_nothing_that_writes_is_minted_before_it_is_asked_for(github: Hub, access: AppAccess) -> None:
    access.reading("acme").get("repos", "acme", "nets")
    access.author()
    assert not any("write" in one for one in minted(github))
    access.writing("acme/nets")
    assert minted(github)[-1] == "contents write, metadata read, pull_requests write"
    access.writing("acme/nets", issues=True)
    assert minted(github)[-1] == "issues write, metadata read"


def test_where_the_app_is_not_installed_is_told_so(github: Hub, access: AppAccess) -> None:
    github.repository("stranger/nets")
    with pytest.raises(ApiProblem, match="not installed for 'stranger/nets'"):
        access.writing("stranger/nets")


def test_what_the_app_was_not_given_is_told_before_anything_is_written(github: Hub) -> None:
    github.repository("acme/nets")
    weak = github.app("weak", contents="read")
    github.install(weak, "acme")
    access = AppAccess(github.address, str(weak.id), Key(weak.key), gate_of=gate)
    with pytest.raises(ApiProblem, match="permissions requested are not granted"):
        access.writing("acme/nets")


# How they come and go.


def test_a_token_is_minted_once(github: Hub, access: AppAccess) -> None:
    for _ in range(3):
        access.reading("acme").get("repos", "acme", "nets")
        access.reading("acme").get("repos", "acme", "other")
    assert len(minted(github)) == 1


def test_a_token_is_minted_anew_before_it_ends(github: Hub, access: AppAccess) -> None:
    now = [access.clock()]
    access.clock = lambda: now[0]
    access.reading("acme").get("repos", "acme", "nets")
    now[0] += github.world.token_life - 200
    access.reading("acme").get("repos", "acme", "nets")
    assert len(minted(github)) == 2


def test_a_token_that_is_refused_is_minted_anew_once(github: Hub, access: AppAccess) -> None:
    client = access.writing("acme/nets")
    document = {"content": "x", "encoding": "utf-8"}
    for credential in list(github.world.credentials):
        del github.world.credentials[credential]
    assert client.write("POST", "repos", "acme", "nets", "git", "blobs", document=document)["sha"]
    github.faults.state("GET /repos/acme/nets", "expired", "expired")
    with pytest.raises(ApiProblem, match="401"):
        client.get("repos", "acme", "nets")


def test_minting_outlasts(github: Hub, access: AppAccess) -> None:
    github.faults.state("POST /app/installations", "502 after", "cut")
    assert access.reading("acme/nets").get("repos", "acme", "nets")["name"] == "nets"


def test_the_app_is_its_bot(github: Hub, app: App, access: AppAccess) -> None:
    author = access.author()
    assert (author.id, author.login) == (app.bot.id, "dimorder[bot]")
    assert author.email == f"{app.bot.id}+dimorder[bot]@users.noreply.127.0.0.1"
    assert access.owners() == ("acme",)


# Tokens.


def test_a_token_writes_as_its_user(github: Hub) -> None:
    access = TokenAccess(github.address, Token(github.token("bot")), gate_of=gate)
    author = access.author()
    assert (author.id, author.login) == (github.account("bot").id, "bot")
    asked = len(github.journal.asked)
    access.author()
    assert access.writing("acme/nets").gate is access.reading("acme").gate
    assert len(github.journal.asked) == asked


def test_what_reads_need_not_hold_the_token_that_writes(github: Hub) -> None:
    access = TokenAccess(github.address, Token(github.token("bot")), read=Token(github.token("reader")), gate_of=gate)
    github.repository("acme/nets")
    access.reading("acme/nets").get("repos", "acme", "nets")
    assert github.journal.asked[-1].by == "reader"


# What the operator gives.


def variables(**given: str) -> dict[str, str]:
    return {f"DIMORDER_{name}": value for name, value in given.items()}


@pytest.mark.parametrize(
    "given",
    [
        {}, {"APP_ID": "1"}, {"APP_KEY": PEM}, {"TOKEN": "a", "APP_ID": "1", "APP_KEY": PEM},
        {"APP_ID": "1", "APP_KEY": PEM, "APP_KEY_FILE": "key.pem"}, {"APP_ID": "1", "APP_KEY": "no key"},
        {"APP_ID": "1", "APP_KEY_FILE": "/dev/null"}, {"APP_ID": "1", "APP_KEY_FILE": "missing.pem"}, {"TOKEN": "a b"},
    ],
)  # fmt: skip
def test_half_of_what_it_takes_is_not_enough(given: dict[str, str]) -> None:
    with pytest.raises(UsageError):
        granted(taken(variables(**given)), "https://api.github.com", gate_of=gate)


def test_the_variables_hold_no_secret_afterwards() -> None:
    given = variables(TOKEN="a", READ_TOKEN="b", APP_KEY=PEM)
    taken(given)
    assert given == {}


def test_a_key_may_stand_in_a_line(github: Hub, app: App) -> None:
    secrets = taken(variables(APP_ID=str(app.id), APP_KEY=app.key.replace("\n", "\\n")))
    opened: Access = granted(secrets, github.address, gate_of=gate)
    assert opened.author().login == "dimorder[bot]"


def test_a_key_may_lie_in_a_file_that_nobody_else_reads(tmp_path: Path) -> None:
    file = tmp_path / "key.pem"
    file.write_text(PEM)
    file.chmod(0o644)
    with pytest.raises(EnvironmentProblem, match="others"):
        taken(variables(APP_ID="1", APP_KEY_FILE=str(file)))
    file.chmod(0o400)
    assert taken(variables(APP_ID="1", APP_KEY_FILE=str(file))).key is not None


def test_a_key_shows_itself_to_nobody(github: Hub) -> None:
    key = Key(PEM)
    assert "MII" not in repr(key) + repr(AppAccess(github.address, "1", key))
    with pytest.raises(TypeError):
        pickle.dumps(key)
    broken = Key(PEM.replace("\nMII", "\nMIJ", 1))
    with pytest.raises(DimorderError) as told:
        AppAccess(github.address, "1", broken, gate_of=gate).author()
    assert PEM.splitlines()[2] not in str(told.value)
