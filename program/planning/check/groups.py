"""Are the groups and tables whole, of the right size, and is nobody with whom they may not be?"""

from collections import Counter
from collections.abc import Iterator
from itertools import combinations

from program.planning.check.findings import Broken
from program.planning.problem import Plan, Problem
from program.planning.rules import Rules


def broken(problem: Problem, plan: Plan) -> Iterator[Broken]:
    everybody = {person.id for person in problem.people}
    for person, times in _times(everybody, plan.groups):
        yield Broken("group.member", None, {"person": person, "times": times})
    for number, group in enumerate(plan.groups):
        for person, manager in _under_manager(problem, group):
            yield Broken(
                "group.manager", None, {"person": person, "manager": manager, "group": number}
            )
    if not problem.groups and _uneven(plan.groups):
        yield Broken("group.size", None)
    yield from _pairs_and_pins(problem, plan)
    yield from _tables(problem, plan, everybody)


def _pairs_and_pins(problem: Problem, plan: Plan) -> Iterator[Broken]:
    """What was asked about people and groups; groups that stand already are left as they are."""
    if problem.groups:
        return
    group_of = {person: number for number, group in enumerate(plan.groups) for person in group}
    for pair in problem.pairs:
        one, other = group_of.get(pair.one, -1), group_of.get(pair.other, -2)
        if (one == other) != pair.together and min(one, other) >= 0:
            rule = "group.together" if pair.together else "group.apart"
            yield Broken(rule, None, {"person": pair.one, "manager": pair.other})
    for person, group in problem.pinned:
        if group_of.get(person, group) != group:
            yield Broken("group.pinned", None, {"person": person, "group": group})


def _tables(problem: Problem, plan: Plan, everybody: set[int]) -> Iterator[Broken]:
    wanted = {(m.id, n) for m in problem.modules if m.kind == "tables" for n in _numbers(m.rounds)}
    for module, number in sorted(wanted - {(t.module, t.round) for t in plan.tables}):
        yield Broken("table.round", (module, number, None))
    for mix in plan.tables:
        key = (mix.module, mix.round, None)
        there = everybody if not _is_over(problem, (mix.module, mix.round)) else set[int]()
        for person, times in _times(there, mix.tables) if there else ():
            yield Broken("table.member", key, {"person": person, "times": times})
        for number, table in enumerate(mix.tables):
            seat = (mix.module, mix.round, number)
            if not _stands(problem, seat):
                yield from _table(problem, seat, table)


def _table(
    problem: Problem, seat: tuple[int, int, int], table: tuple[int, ...]
) -> Iterator[Broken]:
    rules = Rules(problem.rules)
    if len(table) > problem.table_size and not _stood(problem, seat):
        yield Broken("table.size", seat, {"people": len(table)})
    if rules.is_hard("tables.manager", seat[0]):
        for person, manager in _under_manager(problem, table):
            yield Broken("table.manager", seat, {"person": person, "manager": manager})
        for pair in problem.pairs:
            if not pair.together and {pair.one, pair.other} <= set(table):
                yield Broken("table.apart", seat, {"person": pair.one, "manager": pair.other})
    if rules.is_hard("tables.day", seat[0]) and table and not _common_days(problem, table):
        yield Broken("table.day", seat)


def _common_days(problem: Problem, table: tuple[int, ...]) -> int:
    """The weekdays on which all of them work, as bits."""
    common = 31
    for person in problem.people:
        if person.id in table:
            common &= person.working_days
    return common


def _numbers(rounds: int) -> range:
    return range(1, rounds + 1)


def _stands(problem: Problem, key: tuple[int, int, int]) -> bool:
    return any((kept.module, kept.round, kept.group) == key for kept in problem.kept)


def _stood(problem: Problem, key: tuple[int, int, int]) -> bool:
    """It was made before: somebody who came later may sit there too."""
    return any((was.module, was.round, was.group) == key for was in problem.standing)


def _is_over(problem: Problem, turn: tuple[int, int]) -> bool:
    """The round lies behind: who came later was not there, who left was."""
    days = [
        meeting.begins.date()
        for meeting in (*problem.kept, *problem.standing)
        if (meeting.module, meeting.round) == turn and meeting.starts_at is not None
    ]
    first = problem.from_on
    return bool(days) and first is not None and all(day < first for day in days)


def _times(everybody: set[int], sets: tuple[tuple[int, ...], ...]) -> Iterator[tuple[int, int]]:
    """People who are not in exactly one of the sets."""
    times = Counter(person for people in sets for person in people)
    for person in sorted(everybody | set(times)):
        if times[person] != (1 if person in everybody else 0):
            yield person, times[person]


def _under_manager(problem: Problem, people: tuple[int, ...]) -> Iterator[tuple[int, int]]:
    for person in problem.people:
        manager = person.manager
        if manager not in (None, person.id) and {person.id, manager} <= set(people):
            yield person.id, int(manager or 0)


def _uneven(sets: tuple[tuple[int, ...], ...]) -> bool:
    sizes = [len(people) for people in sets]
    return bool(sizes) and max(sizes) - min(sizes) > 1


def met_again(problem: Problem, plan: Plan) -> int:
    return sum(times > 1 for times in _meetings(problem, plan).values())


def mates_met(problem: Problem, plan: Plan) -> int:
    mates = {pair for group in plan.groups for pair in combinations(sorted(group), 2)}
    return len(mates & set(_meetings(problem, plan)))


def _meetings(problem: Problem, plan: Plan) -> Counter[tuple[int, int]]:
    """How often two people share a table: as it was, where that is known, and as planned."""
    past = _over(problem) if problem.met else set()
    found = Counter(
        pair
        for mix in plan.tables
        for number, table in enumerate(mix.tables)
        if (mix.module, mix.round, number) not in past
        for pair in combinations(sorted(table), 2)
    )
    everybody = {person.id for person in problem.people}
    for met in problem.met:
        if met.times and {met.one, met.other} <= everybody:
            found[min(met.one, met.other), max(met.one, met.other)] += met.times
    return found


def _over(problem: Problem) -> set[tuple[int, int, int | None]]:
    first = problem.from_on
    return {
        (kept.module, kept.round, kept.group)
        for kept in problem.kept
        if first is not None and kept.starts_at is not None and kept.starts_at.date() < first
    }
