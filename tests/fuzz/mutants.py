"""A mutant is told by its seed's name, the run and its number: the same bytes whenever it is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from random import Random

from fuzz.in_bytes import DAMAGES, Damage
from fuzz.in_containers import in_hdf5, in_zip
from fuzz.in_documents import OF_JSON, OF_YAML
from fuzz.seeds import Seed

OF_KIND: Mapping[str, tuple[Damage, ...]] = {
    "h5": (in_hdf5,), "keras": (in_zip,), "npz": (in_zip,), "json": OF_JSON, "ipynb": OF_JSON, "yaml": OF_YAML,
}  # fmt: skip
"""By suffix: damage that knows the format, which half of a text's and a quarter of a binary file's mutants take."""
_TEXTS = frozenset({"json", "ipynb", "yaml"})


@dataclass(frozen=True)
class Mutant:
    """One damaged file among the honest ones of its seed. damages: by name, in the order they were done."""

    seed: Seed
    run: int
    number: int
    content: bytes
    damages: tuple[str, ...]

    @property
    def name(self) -> str:
        return f"{self.run}/{self.seed.name.replace(' ', '-')}/{self.number}"


def mutant(seed: Seed, run: int, number: int) -> Mutant:
    """The mutant of this number; never the seed itself."""
    random = Random(f"{run} {seed.name} {number}")
    content = seed.content
    done: list[str] = []
    while content == seed.content or random.random() < 0.1:
        damage = random.choice(_choice(random, seed, first=not done))
        content = damage(random, content) or b"\0"
        done.append(damage.__name__)
    return Mutant(seed, run, number, content, tuple(done))


def _choice(random: Random, seed: Seed, *, first: bool) -> tuple[Damage, ...]:
    """Damage that knows the format needs a file that is still whole."""
    kind = seed.damaged.rpartition(".")[2]
    own = OF_KIND.get(kind, ())
    share = 0.5 if kind in _TEXTS else 0.25
    return own if own and first and random.random() < share else DAMAGES


def mutants(seeds: tuple[Seed, ...], run: int, start: int, stop: int) -> Iterator[Mutant]:
    """Those with these numbers; each seed comes as often as its share says."""
    turns = [seed for seed in seeds for _ in range(seed.share)]
    for number in range(start, stop):
        yield mutant(turns[number % len(turns)], run, number)
