"""Questions to race on: synthetic people on a real Dutch calendar, the same for the same seed.

The shape is that of a municipal programme: 15 people a group, sixteen modules in four domains, days
off and part-time weeks as in Dutch offices, trainers who work two days in three, rooms for half of
the groups.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from program.cohorts.closed_days import closed_days

FIRST, LAST = date(2023, 7, 3), date(2024, 12, 20)
MODULES = 16
DOMAINS = 4
SIZE = 15
RULES = {"min_gap": 10, "max_gap": 60, "window": 28}
WEIGHTS = {"trainer_change": 3, "load": 2}
PART_TIME = 0.55
WORKS, ROOM_FREE = 0.65, 0.85  # shares of the days
DEPARTMENTS, SITES = 12, 4


@dataclass(frozen=True)
class Someone:
    """One participant: what may be balanced, and when they work."""

    department: int
    gender: str
    seniority: int
    site: int
    age: int
    off: frozenset[int]  # weekdays, 0 is Monday


def people(count: int, rng: Random) -> list[Someone]:
    return [
        Someone(
            department=min(rng.randrange(DEPARTMENTS), rng.randrange(DEPARTMENTS)),
            gender="VM"[rng.random() < 0.48],
            seniority=rng.choice((0, 0, 0, 1, 1, 2)),
            site=rng.randrange(SITES),
            age=rng.randrange(4),
            off=_days_off(rng),
        )
        for _ in range(count)
    ]


def _days_off(rng: Random) -> frozenset[int]:
    """Wednesday and Friday are the usual ones."""
    if rng.random() >= PART_TIME:
        return frozenset()
    return frozenset({rng.choice((0, 1, 2, 2, 2, 3, 4, 4, 4))})


def calendar(groups: int, seed: int) -> dict[str, Any]:
    """A question in the format of `python -m program.planning solve`."""
    rng = Random(seed)  # noqa: S311  (repeatable)
    days = _working_days()
    plenaries = [0, len(days) // 2 - rng.randrange(10), len(days) - 5]
    return {
        "days": [day.isoformat() for day in days],
        "plenaries": plenaries,
        "modules": [_module(number) for number in range(MODULES)],
        "groups": [_group(days, rng) for _ in range(groups)],
        "trainers": [_trainer(days, rng, number) for number in range(groups)],
        "rooms": [_free(groups // 2, rng) for _ in days],
        "rules": {**RULES, "weekday_cap": max(4, groups * 3 // 5)},
        "weights": WEIGHTS,
        "days_of_module": [_days_of(number, days, plenaries) for number in range(MODULES)],
    }


def _working_days() -> list[date]:
    closed = closed_days(FIRST, LAST, "noord")
    every = (FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1))
    return [day for day in every if day.weekday() < 5 and day not in closed]


def _module(number: int) -> dict[str, Any]:
    domain, step = divmod(number, MODULES // DOMAINS)
    return {"key": f"D{domain + 1}.{step + 1}", "domain": domain, "full_day": step % 2 == 0}


def _group(days: list[date], rng: Random) -> dict[str, Any]:
    """Most of a group works on one and the same weekday, for groups were made so."""
    kept = rng.randrange(5)
    members = [someone.off - {kept} for someone in people(SIZE, rng)]
    away = [[_block(days, rng) for _ in range(3)] for _ in members]
    absent = [
        sum(
            day.weekday() in off or any(first <= day <= last for first, last in blocks)
            for off, blocks in zip(members, away, strict=True)
        )
        for day in days
    ]
    return {"size": SIZE, "absent": absent}


def _block(days: list[date], rng: Random) -> tuple[date, date]:
    first = rng.choice(days)
    return first, first + timedelta(days=rng.choice((1, 2, 4, 6, 13)))


def _trainer(days: list[date], rng: Random, number: int) -> dict[str, Any]:
    off = rng.randrange(5)
    domains = [int(rng.random() < 0.6 or d == number % DOMAINS) for d in range(DOMAINS)]
    works = [int(day.weekday() != off and rng.random() < WORKS) for day in days]
    return {"days": works, "domains": domains}


def _free(rooms: int, rng: Random) -> int:
    return sum(rng.random() < ROOM_FREE for _ in range(rooms))


def _days_of(number: int, days: list[date], plenaries: list[int]) -> list[int]:
    """Four weeks around the even pace."""
    span = (days[-1] - days[0]).days
    middle = days[0] + timedelta(days=round(span * (number + 0.7) / (MODULES + 0.6)))
    near = timedelta(days=30)
    return [n for n, day in enumerate(days) if abs(day - middle) <= near and n not in plenaries]
