"""Whether a repository wants the bot, and how it wants its pull requests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import get_args

from dimorder.fleet import Word
from dimorder.flow.stated import Bot, Weekday
from dimorder.hub.proposal.asked import asked
from dimorder.hub.proposal.content import Manners, Person
from dimorder.hub.sweep.task import Wishes

_DAYS: tuple[Weekday, ...] = get_args(Weekday)


@dataclass(frozen=True, slots=True)
class No:
    """Why nothing is done there now."""

    word: Word
    because: str


def refusal(bot: Bot | None, wishes: Wishes, today: date, *, named: bool) -> No | None:
    """None where the bot may work. bot: what the default branch says. named: the operator named the repository."""
    enabled = bot.enabled if bot else None
    if enabled is False:
        return No("disabled", "its configuration says enabled: false")
    if enabled is None and not (named or wishes.uninvited):
        return No("uninvited", "it did not ask for the bot (bot.enabled in its configuration)")
    days = bot.schedule if bot else None
    if days and _DAYS[today.weekday()] not in days and wishes.apply:
        return No("later", f"its schedule says {', '.join(days)}")
    return None


def manners(bot: Bot | None, wishes: Wishes) -> Manners:
    """What the repository says counts more than what the operator says."""
    own = Manners(
        labels=wishes.labels,
        reviewers=wishes.reviewers,
        assignees=wishes.assignees,
        prefix=wishes.prefix,
        author=Person(*wishes.author) if wishes.author else None,
        sign_off=wishes.sign_off,
        draft=wishes.draft,
        fork=wishes.fork,
        home=wishes.home,
    )
    return asked(bot, own)
