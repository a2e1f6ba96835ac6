"""Are groups what was asked: sizes, pairs and pins? And what do they cost, counted plainly?

It shares no code with the solver, and is light enough for a page that is changed by hand. Pure.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from program.planning.grouping import WEEKDAYS, Attribute, GroupProblem, Groups


@dataclass(frozen=True, slots=True)
class Broken:
    """What is not as it was asked; `facts` says for whom, in which group."""

    rule: str  # "group.size"
    facts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Judged:
    """What is broken, what the groups cost, and who is off on their group's best weekday."""

    broken: tuple[Broken, ...]
    cost: int
    off: tuple[int, ...]  # people per group
    weekdays: tuple[tuple[int, ...], ...]  # per group: the days on which no more are off


def judge(problem: GroupProblem, groups: Groups) -> Judged:
    """Everything that is wrong with the groups, and their cost in points."""
    days_of = {person.id: person.working_days for person in problem.people}
    off = [[_off_on(day, [days_of.get(p, 31) for p in people]) for day in WEEKDAYS]
           for people in groups]  # fmt: skip
    best = tuple(min(days) for days in off)
    spread = sum(a.weight * _unevenness(problem, a, groups) for a in problem.attributes)
    return Judged(
        broken=tuple(_broken(problem, groups)),
        cost=spread + problem.off_weight * sum(best),
        off=best,
        weekdays=tuple(
            tuple(day for day in WEEKDAYS if days[day] == least)
            for days, least in zip(off, best, strict=True)
        ),
    )


def _off_on(day: int, working_days: list[int]) -> int:
    return sum(not days >> day & 1 for days in working_days)


def _unevenness(problem: GroupProblem, attribute: Attribute, groups: Groups) -> int:
    value_of = {person.id: person.values.get(attribute.key, "") for person in problem.people}
    return sum(
        times * times
        for people in groups
        for times in Counter(value_of.get(person) for person in people).values()
    )


def _broken(problem: GroupProblem, groups: Groups) -> Iterator[Broken]:
    yield from _members(problem, groups)
    yield from _sizes(problem, groups)
    sets = [set(people) for people in groups]
    for one, other in problem.apart:
        for number, people in enumerate(sets):
            if one in people and other in people:
                yield Broken("group.apart", {"one": one, "other": other, "group": number})
    for one, other in problem.together:
        if not any(one in people and other in people for people in sets):
            yield Broken("group.together", {"one": one, "other": other})
    for person, number in problem.pinned:
        if number >= len(sets) or person not in sets[number]:
            yield Broken("group.pinned", {"person": person, "group": number})


def _members(problem: GroupProblem, groups: Groups) -> Iterator[Broken]:
    times = Counter(person for people in groups for person in people)
    everybody = {person.id for person in problem.people}
    for person in sorted(everybody | set(times)):
        if times[person] != (person in everybody):
            yield Broken("group.member", {"person": person, "times": times[person]})


def _sizes(problem: GroupProblem, groups: Groups) -> Iterator[Broken]:
    if len(groups) != len(problem.sizes):
        yield Broken("group.count", {"groups": len(groups), "wanted": len(problem.sizes)})
    for number, (people, size) in enumerate(zip(groups, problem.sizes, strict=False)):
        if not size.least <= len(people) <= size.most:
            yield Broken("group.size", {"group": number, "people": len(people)})
