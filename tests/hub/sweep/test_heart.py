"""Who is dead, who goes on with his work, and who has to hear that others did."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest
import sqlalchemy as sa

from dimorder.errors import EnvironmentProblem, UsageError
from dimorder.hub.sweep.heart import Heart
from dimorder.hub.sweep.scratch import scratch
from dimorder.hub.sweep.store import EXECUTORS, address, engine


@dataclass
class Ward:
    """Processes with one database."""

    base: sa.Engine
    busy: set[str] = field(default_factory=set)

    def heart(self, own: str) -> Heart:
        made = Heart(self.base, own, 60.0)
        made.begin()
        return made

    def silence(self, own: str, seconds: float) -> None:
        with self.base.begin() as connection:
            row = EXECUTORS.c.id == own
            connection.execute(sa.update(EXECUTORS).where(row).values(beat=EXECUTORS.c.beat - seconds))

    def look(self, heart: Heart) -> list[str]:
        """Whose jobs it takes over now."""
        found: list[str] = []

        def resume(executor: str) -> int:
            found.append(executor)
            return 1

        heart.take_over(resume, lambda: set(self.busy))
        return found


@pytest.fixture
def ward(tmp_path: Path) -> Ward:
    return Ward(engine(f"sqlite:///{tmp_path / 'sweep.db'}"))


def test_the_living_are_left_alone(ward: Ward) -> None:
    one, _ = ward.heart("one"), ward.heart("two")
    ward.silence("two", 59)
    assert ward.look(one) == []


def test_the_silent_are_taken_over_by_one(ward: Ward) -> None:
    one, two, _ = ward.heart("one"), ward.heart("two"), ward.heart("three")
    ward.silence("three", 61)
    assert [ward.look(one), ward.look(two), ward.look(one)] == [["three"], [], []]


def test_where_nobody_else_can_be_alive_no_clock_is_asked(ward: Ward) -> None:
    ward.heart("dead")
    ward.silence("dead", -3600)  # the clock has gone back by an hour since
    one = Heart(ward.base, "one", 0.0)
    one.begin()
    assert ward.look(one) == ["dead"]


def test_who_says_goodbye_is_taken_over_at_once(ward: Ward) -> None:
    one, two = ward.heart("one"), ward.heart("two")
    two.end()
    assert ward.look(one) == ["two"]


def test_who_slept_too_long_hears_of_it(ward: Ward) -> None:
    one, two = ward.heart("one"), ward.heart("two")
    one.beat()
    ward.silence("one", 61)
    ward.look(two)
    with pytest.raises(EnvironmentProblem, match="others took its work over"):
        one.beat()
    assert one.lost.is_set()


def test_who_wakes_while_he_is_taken_over_hears_of_it(ward: Ward) -> None:
    one, two = ward.heart("one"), ward.heart("two")
    ward.silence("one", 61)

    def meanwhile(executor: str) -> int:
        with pytest.raises(EnvironmentProblem):
            one.beat()
        return 1

    assert two.take_over(meanwhile, set) == 1


def test_what_he_began_before_he_heard_of_it_is_taken_over_too(ward: Ward) -> None:
    one, two = ward.heart("one"), ward.heart("two")
    ward.silence("one", 61)
    assert ward.look(two) == ["one"]
    one.end()
    assert ward.look(two) == ["one"]


def test_who_was_killed_before_he_heard_of_it_is_taken_over_too(ward: Ward) -> None:
    one = ward.heart("one")
    ward.heart("two")
    ward.silence("two", 61)
    assert ward.look(one) == ["two"]
    ward.busy = {"one", "two"}
    assert ward.look(one) == ["two"]


def test_who_slept_but_was_not_missed_goes_on(ward: Ward) -> None:
    one = ward.heart("one")
    ward.silence("one", 61)
    one.beat()
    assert ward.look(ward.heart("two")) == []


def test_what_a_dead_survivor_had_taken_is_taken_again(ward: Ward) -> None:
    one, two, _ = ward.heart("one"), ward.heart("two"), ward.heart("three")
    ward.silence("three", 61)

    def killed(executor: str) -> int:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        one.take_over(killed, set)
    assert ward.look(two) == [], "it may still be at it"
    ward.silence("one", 61)
    assert sorted(ward.look(two)) == ["one", "three"]


# Where the work is done


def test_what_a_killed_process_left_is_removed_and_a_living_ones_is_not(tmp_path: Path) -> None:
    above = tmp_path / "scratch"
    (above / "dead").mkdir(parents=True, mode=0o700)
    above.chmod(0o700)
    (above / "dead" / "weights.h5").write_bytes(b"1")
    with scratch(str(above), "one") as one:
        assert not (above / "dead").exists()
        with scratch(str(above), "two"):
            assert Path(one.path).exists()
        assert {path.name for path in above.iterdir()} == {"one"}
    assert list(above.iterdir()) == []


def test_a_folder_of_others_is_not_worked_in(tmp_path: Path) -> None:
    above = tmp_path / "scratch"
    above.mkdir()
    above.chmod(0o777)
    with pytest.raises(UsageError, match="open to others"), scratch(str(above), "one"):
        pass
    above.chmod(0o700)
    (above / ".git").mkdir()
    with pytest.raises(UsageError, match="git repository"), scratch(str(above), "one"):
        pass


@pytest.mark.parametrize("url", ["postgresql://host/name", "sqlite:////tmp/x.db"])
def test_databases_that_are_known(url: str) -> None:
    assert address(url) == url


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://bot:s3cret@host:port/name",
        "postgresql://bot:p@s3cret@host/name",
        "postgresql://host/name?password=s3cret",
        "sqlite:////tmp/x.db?password=s3cret",
    ],
)
def test_an_address_in_which_a_password_would_be_told_is_none(url: str) -> None:
    with pytest.raises(UsageError) as told:
        address(url)
    assert "s3cret" not in f"{told.value} {told.value.__cause__}"


@pytest.mark.parametrize("url", ["sqlite:///relative.db", "mysql://host/x", "postgresql:///socket", "x.db", ""])
def test_databases_that_are_not(url: str) -> None:
    with pytest.raises(UsageError):
        address(url)
