"""Counts who met whom. Pure: meetings with the people who were there in, counts per pair out."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations

Pair = tuple[int, int]  # two people, the smaller number first


@dataclass(frozen=True, slots=True)
class Gathering:
    """One table or group meeting, and who was there; or, when it lies ahead, who is expected."""

    people: frozenset[int]
    at_table: bool  # else a learning group, or a visit with it
    is_over: bool


@dataclass(frozen=True, slots=True)
class Ledger:
    """How many times two people met at tables and with groups, and how many times they will."""

    tables: Mapping[Pair, int]
    groups: Mapping[Pair, int]
    tables_to_come: Mapping[Pair, int]
    groups_to_come: Mapping[Pair, int]

    def met(self, *, to_come: bool = False) -> set[Pair]:
        """Pairs that met at least once, in any way; with what is to come as well, if asked."""
        met = self.tables.keys() | self.groups.keys()
        return met | self.tables_to_come.keys() | self.groups_to_come.keys() if to_come else met

    def again(self) -> list[Pair]:
        """Pairs that share a table more than once, when all goes as it is drafted."""
        shared = Counter(self.tables) + Counter(self.tables_to_come)
        return sorted(pair for pair, times in shared.items() if times > 1)


def ledger(gatherings: Iterable[Gathering]) -> Ledger:
    counts: dict[tuple[bool, bool], Counter[Pair]] = defaultdict(Counter)
    for gathering in gatherings:
        pairs = combinations(sorted(gathering.people), 2)
        counts[gathering.at_table, gathering.is_over].update(pairs)
    return Ledger(
        tables=counts[True, True],
        groups=counts[False, True],
        tables_to_come=counts[True, False],
        groups_to_come=counts[False, False],
    )


def others(pairs: Iterable[Pair]) -> dict[int, set[int]]:
    """Of each person, whom these pairs join them to."""
    found: dict[int, set[int]] = defaultdict(set)
    for one, other in pairs:
        found[one].add(other)
        found[other].add(one)
    return found
