"""Whether a converted model would be trained as the original would have been, and if not, why."""

from dimorder.formats.training.became import Became, Word, dropped, judged
from dimorder.formats.training.habits import changed_habits
from dimorder.formats.training.kept import Heeded, lost
from dimorder.formats.training.numbers import changed_axes, changed_numbers

__all__ = [
    "Became",
    "Heeded",
    "Word",
    "changed_axes",
    "changed_habits",
    "changed_numbers",
    "dropped",
    "judged",
    "lost",
]
