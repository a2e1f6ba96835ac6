"""Lists of people to make groups of, for us as a file and for CP-SAT as numbers."""

from collections import defaultdict
from dataclasses import dataclass
from random import Random
from typing import Any

from bench.planning.instances import SIZE, Someone, people

ATTRIBUTES = ("department", "gender", "seniority", "site", "age")
REPORTS = 12  # people to one manager
BY_OWN_MANAGER = 0.5  # share of the people whose manager takes part too
KEPT_TOGETHER = 150  # one pair to so many people, and two at least


@dataclass(frozen=True)
class Question:
    """`sizes` and `values` are what CP-SAT reads; the order of the people is their number."""

    people: list[Someone]
    sizes: list[int]
    pairs: list[tuple[int, int, bool]]  # two people, and whether they stay together

    @property
    def values(self) -> list[list[int]]:
        """Per attribute, each person's value as a number."""
        rows = []
        for attribute in ATTRIBUTES:
            told = [getattr(person, attribute) for person in self.people]
            number = {value: n for n, value in enumerate(sorted(set(told)))}
            rows.append([number[value] for value in told])
        return rows

    @property
    def as_json(self) -> dict[str, Any]:
        """The file of `python -m program.planning groups`."""
        return {
            "people": [
                {
                    "id": number,
                    "attributes": {key: str(getattr(person, key)) for key in ATTRIBUTES},
                    "working_days": sorted(set(range(5)) - person.off),
                }
                for number, person in enumerate(self.people)
            ],
            "sizes": [[size, size] for size in self.sizes],
            "together": [[one, other] for one, other, together in self.pairs if together],
            "apart": [[one, other] for one, other, together in self.pairs if not together],
        }


def question(count: int, seed: int) -> Question:
    """Groups of about fifteen; part of the people with their manager, a few who stay together."""
    rng = Random(seed)  # noqa: S311  (repeatable)
    everybody = people(count, rng)
    groups = count // SIZE
    low, more = divmod(count, groups)
    sizes = [low + 1] * more + [low] * (groups - more)
    pairs = dict.fromkeys(_managed(everybody, rng), False)
    for _ in range(max(2, count // KEPT_TOGETHER)):
        one, other = sorted(rng.sample(range(count), 2))
        pairs.setdefault((one, other), True)
    return Question(everybody, sizes, [(*pair, together) for pair, together in pairs.items()])


def _managed(everybody: list[Someone], rng: Random) -> list[tuple[int, int]]:
    """The first of each department manage the others."""
    of: dict[int, list[int]] = defaultdict(list)
    for number, person in enumerate(everybody):
        of[person.department].append(number)
    return [
        (rng.choice(members[: max(1, len(members) // REPORTS)]), person)
        for members in of.values()
        for person in members[max(1, len(members) // REPORTS) :]
        if rng.random() < BY_OWN_MANAGER
    ]
