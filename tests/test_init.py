"""`dimorder init`: what it writes, and what it leaves as it is."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
import yaml

from dimorder import cli
from dimorder.flow.configured import configuration
from dimorder.flow.stated import Bot

FILES = (".pre-commit-config.yaml", ".github/workflows/dimorder.yml", ".dimorder.yml")
Told = pytest.CaptureFixture[str]


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    subprocess.run(["git", "init", "-q", str(tmp_path / "nets")], check=True)
    monkeypatch.chdir(tmp_path / "nets")
    return tmp_path / "nets"


def held(repository: Path) -> dict[str, bytes]:
    return {str(one.relative_to(repository)): one.read_bytes() for one in repository.rglob("*")
            if one.is_file() and ".git" not in one.relative_to(repository).parts}  # fmt: skip


def test_nothing_that_is_there_is_replaced(repository: Path, capsys: Told) -> None:
    (repository / ".pre-commit-config.yaml").write_text("repos: []\n")
    (repository / "pyproject.toml").write_text("[tool.dimorder]\nstrict = true\n")
    assert cli.main(["init"]) == 1
    assert held(repository).keys() == {".pre-commit-config.yaml", "pyproject.toml", ".github/workflows/dimorder.yml"}
    assert (repository / ".pre-commit-config.yaml").read_text() == "repos: []\n"
    told = capsys.readouterr().out
    assert "id: dimorder-check" in told, "the lines to add"
    assert "pyproject.toml: it configures dimorder already" in told


def test_a_link_out_of_the_repository_is_not_followed(repository: Path, tmp_path: Path, capsys: Told) -> None:
    (tmp_path / "elsewhere").mkdir()
    (repository / ".github").symlink_to(tmp_path / "elsewhere")
    assert cli.main(["init"]) == 2
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_all_three_are_written_and_a_second_time_none(repository: Path, capsys: Told) -> None:
    assert cli.main(["init"]) == 0
    told = capsys.readouterr().out.splitlines()
    assert [line.partition(":")[0] for line in told] == [f"written  {name}" for name in FILES]
    assert [line.partition(": fill in ")[2] for line in told] == ["OWNER there", "OWNER and the commit there", ""]
    before = held(repository)
    assert before.keys() == set(FILES)
    assert cli.main(["init"]) == 0
    assert held(repository) == before
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == ["kept"] * 3


def test_it_writes_at_the_top(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (repository / "src").mkdir()
    monkeypatch.chdir(repository / "src")
    assert cli.main(["init"]) == 0
    assert held(repository).keys() == set(FILES)


def test_force_replaces(repository: Path) -> None:
    for name in FILES:
        (repository / name).parent.mkdir(parents=True, exist_ok=True)
        (repository / name).write_text("bot: {enabled: false}\n")
    assert cli.main(["init", "--force"]) == 0
    assert configuration([str(repository)], None).stated.bot == Bot(enabled=True)


def test_force_makes_no_second_configuration(repository: Path) -> None:
    (repository / "pyproject.toml").write_text("[tool.dimorder]\nstrict = true\n")
    assert cli.main(["init", "--force"]) == 0
    assert not (repository / ".dimorder.yml").exists()
    assert cli.main(["check"]) == 0


def test_what_is_written_is_sound(repository: Path) -> None:
    assert cli.main(["init"]) == 0
    assert cli.main(["check"]) == 0
    (hooks,) = yaml.safe_load((repository / FILES[0]).read_text())["repos"]
    assert hooks["hooks"] == [{"id": "dimorder-check"}]
    workflow = yaml.safe_load((repository / FILES[1]).read_text())
    assert workflow["jobs"]["judge"]["permissions"] == {"contents": "read"}
