"""How a repository wants its pull requests, by its configuration, and how the operator does where it does not say."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from dimorder.flow.stated import Bot
from dimorder.hub.proposal.content import Manners
from dimorder.report.escape import unlinked

Value = TypeVar("Value")


def asked(bot: Bot | None, operator: Manners) -> Manners:
    """What the repository says counts more."""
    if bot is None:
        return operator
    return replace(
        operator,
        labels=_first(bot.labels, operator.labels),
        reviewers=_first(bot.reviewers, operator.reviewers),
        assignees=_first(bot.assignees, operator.assignees),
        prefix=operator.prefix if bot.prefix is None else unlinked(bot.prefix),
        sign_off=_first(bot.sign_off, operator.sign_off),
        draft=_first(bot.draft, operator.draft),
    )


def _first(said: Value | None, otherwise: Value) -> Value:
    return otherwise if said is None else said
