"""A rotation by itself: so many equal tables, nobody known to anybody."""

from collections import Counter
from dataclasses import dataclass
from itertools import combinations
from random import Random

from program.planning.solver.mixing.find import Mixing, Rounds, find
from program.planning.solver.mixing.search import GoOn
from program.planning.solver.mixing.seating import Known


@dataclass(frozen=True, slots=True)
class Rotation:
    rounds: Rounds
    repeats: int  # meetings of two people beyond their first
    source: str


def rotate(tables: int, size: int, rounds: int, *, seed: int, steps: int, go_on: GoOn) -> Rotation:
    """People are 0 .. tables * size - 1. The same arguments give the same rounds."""
    rng = Random(seed)  # noqa: S311  (repeatable)
    start = [_dealt(tables, size, rng) for _ in range(rounds)]
    found = find(Mixing(Known.nothing(tables * size), start, seed=seed), steps, go_on)
    return Rotation(found.rounds, repeats(found.rounds), found.source)


def _dealt(tables: int, size: int, rng: Random) -> list[list[int]]:
    people = rng.sample(range(tables * size), tables * size)
    return [people[t * size : (t + 1) * size] for t in range(tables)]


def repeats(rounds: Rounds) -> int:
    met = Counter(
        pair for tables in rounds for table in tables for pair in combinations(sorted(table), 2)
    )
    return met.total() - len(met)
