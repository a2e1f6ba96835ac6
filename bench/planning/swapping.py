"""How many people miss a session of a calendar, before and after swaps to parallel sessions.

A question counts the absent of a group per day. Here those counts become people: who is absent on
every such weekday works part-time, the others are away for a few days on end. Whoever asks with
people of their own gets better answers; these are one set of people that the counts fit.
"""

from collections import deque
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from program.planning.problem import Person, Span
from program.planning.swaps import Follows, Held, Round, Swaps, absentees, swap

LONGEST = timedelta(days=14)  # that somebody is away on end
SPARE = 3  # seats at a session beyond its own group
ALL_DAYS = 127
STARTS = (time(9, 30), time(13, 30))
LENGTH = {True: timedelta(hours=7), False: timedelta(hours=3)}  # a full day or not


def swapped(instance: dict[str, Any], plan: Sequence[dict[str, int]]) -> Swaps:
    """For a question and plan in the format of `planning/calendar`.

    Of the group sessions: plenaries have no parallel session, so who is absent then stays so.
    """
    asked = round_of(instance, plan)
    return swap(asked, absentees(asked))


def round_of(instance: dict[str, Any], plan: Sequence[dict[str, int]]) -> Round:
    """The same as people with absences and sessions with seats."""
    days = [date.fromisoformat(day) for day in instance["days"]]
    first, people = 0, {}
    members: list[frozenset[int]] = []
    for group in instance["groups"]:
        found = _people(group, days, first)
        first += group["size"]
        people |= {person.id: person for person in found}
        members.append(frozenset(person.id for person in found))
    rules = instance["rules"]
    follows = tuple(
        Follows((number - 1, 1), (number, 1), rules["min_gap"], rules["max_gap"])
        for number in range(1, len(instance["modules"]))
    )
    held = [_held(instance, days, row, members) for row in plan]
    return Round(tuple(held), people, follows)


def _held(
    instance: dict[str, Any], days: list[date], row: dict[str, int], members: list[frozenset[int]]
) -> Held:
    full = instance["modules"][row["module"]]["full_day"]
    start = datetime.combine(days[row["day"]], STARTS[0 if full else row["half"]])
    people = members[row["group"]]
    number = row["group"] * len(instance["modules"]) + row["module"]
    when = Span(start, start + LENGTH[full])
    return Held(number, (row["module"], 1), when, len(people) + SPARE, people)


def _people(group: dict[str, Any], days: list[date], first: int) -> list[Person]:
    """So many people absent on each day as the question counts: no more, no fewer."""
    absent: dict[int, int] = {}
    for day, count in zip(days, group["absent"], strict=True):
        absent[day.weekday()] = min(count, absent.get(day.weekday(), count))
    works = _weeks([absent.get(weekday, 0) for weekday in range(5)], group["size"])
    away = _spells(group["absent"], days, works)
    return [
        Person(first + n, f"Person {first + n}", working_days=works[n], busy=tuple(away[n]))
        for n in range(group["size"])
    ]


def _weeks(part_time: list[int], size: int) -> list[int]:
    """The free weekdays are dealt round, so that nobody has two before everybody has one."""
    works, turn = [ALL_DAYS] * size, 0
    for weekday, count in enumerate(part_time):
        for _ in range(count):
            works[turn % size] &= ~(1 << weekday)
            turn += 1
    return works


def _spells(absent: list[int], days: list[date], works: list[int]) -> list[list[Span]]:
    """Who is away longest comes back first, after two weeks at last."""
    away: list[list[Span]] = [[] for _ in works]
    gone: deque[int] = deque()
    since: dict[int, date] = {}
    for day, count in zip(days, absent, strict=True):
        while gone and day - since[gone[0]] >= LONGEST:
            gone.popleft()
        for person in list(gone):
            if _absent(day, gone, works) <= count:
                break
            if works[person] >> day.weekday() & 1:
                gone.remove(person)
        while _absent(day, gone, works) < count:
            gone.append(_next(day, gone, works, away))
            since[gone[-1]] = day
        start = datetime.combine(day, time())
        for person in gone:
            away[person].append(Span(start, start + timedelta(days=1)))
    return away


def _absent(day: date, gone: Sequence[int], works: list[int]) -> int:
    free = {n for n, week in enumerate(works) if not week >> day.weekday() & 1}
    return len(free | set(gone))


def _next(day: date, gone: Sequence[int], works: list[int], away: list[list[Span]]) -> int:
    """Somebody who would be there, and was away least."""
    there = [n for n, week in enumerate(works) if n not in gone and week >> day.weekday() & 1]
    return min(there, key=lambda n: (len(away[n]), n))
