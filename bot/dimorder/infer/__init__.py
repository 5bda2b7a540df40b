"""A file's layout told from evidence, and an architecture's open questions settled by it."""

from dimorder.infer.axes import stored_axes
from dimorder.infer.guess import Guess, guess_kind
from dimorder.infer.judge import infer, parts_of
from dimorder.infer.names import split
from dimorder.infer.policy import admit, what_matters
from dimorder.infer.settle import settle
from dimorder.infer.statistic import statistic_assumptions
from dimorder.infer.word import UserWord, parse_word

__all__ = [
    "Guess",
    "UserWord",
    "admit",
    "guess_kind",
    "infer",
    "parse_word",
    "parts_of",
    "settle",
    "split",
    "statistic_assumptions",
    "stored_axes",
    "what_matters",
]
