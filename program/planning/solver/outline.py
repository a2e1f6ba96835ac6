"""Which meetings the programme asks for, who comes to each, in which order, and about when."""

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import pairwise

from program.planning.problem import (
    BY_GROUP,
    ORDER_GAP_DAYS,
    PLANNED,
    ROUND_GAP_DAYS,
    WHOLE,
    Module,
    Placed,
    Problem,
    Tables,
)
from program.planning.solver.days import Days

Key = tuple[int, int, int | None]  # module, round, group
Groups = tuple[tuple[int, ...], ...]


@dataclass(slots=True)
class Wanted:
    """A meeting that must get a place."""

    key: Key
    module: Module
    people: tuple[int, ...]  # their places in the problem's list
    target: int = 0  # the day that would suit an even pace
    before: list["Gap"] = field(default_factory=list)
    after: list["Gap"] = field(default_factory=list)
    kept: Placed | None = None


@dataclass(frozen=True, slots=True)
class Gap:
    """The other meeting, and how many days must lie between."""

    other: int  # its place in the outline
    least: int
    most: int | None


Turn = tuple[int, int]  # a module and its round


def outline(
    problem: Problem, groups: Groups, tables: tuple[Tables, ...], days: Days
) -> list[Wanted]:
    """In the order of their targets, without those that are kept on a day outside the period."""
    targets = _targets(problem, days)
    wanted = [
        m for m in asked(problem, groups, tables) if m.kept is None or is_inside(days, m.kept)
    ]
    for meeting in wanted:
        meeting.target = targets[meeting.key[:2]]
    wanted.sort(key=lambda m: (m.target, m.key[0], m.key[1], m.key[2] or 0))
    _order(problem, wanted)
    return wanted


def is_inside(days: Days, kept: Placed) -> bool:
    return 0 <= days.number(kept.begins.date()) < days.count


def asked(problem: Problem, groups: Groups, tables: tuple[Tables, ...]) -> list[Wanted]:
    """All meetings of the programme, in its order."""
    kept = {(k.module, k.round, k.group): k for k in problem.kept if k.starts_at is not None}
    wanted = list(_wanted(problem, groups, tables))
    for meeting in wanted:
        meeting.kept = kept.get(meeting.key)
    return wanted


def turns(problem: Problem) -> list[tuple[Module, int]]:
    return [
        (module, number)
        for module in problem.modules
        if module.kind in PLANNED
        for number in range(1, module.rounds + 1)
    ]


def _wanted(problem: Problem, groups: Groups, tables: tuple[Tables, ...]) -> list[Wanted]:
    index = {person.id: i for i, person in enumerate(problem.people)}
    mixed = {(t.module, t.round): t.tables for t in tables}
    found = []
    for module, number in turns(problem):
        if module.kind in WHOLE:
            everybody = tuple(range(len(problem.people)))
            found.append(Wanted((module.id, number, None), module, everybody))
            continue
        sets = groups if module.kind in BY_GROUP else mixed.get((module.id, number), ())
        for g, people in enumerate(sets):
            if people:
                members = tuple(index[person] for person in people if person in index)
                found.append(Wanted((module.id, number, g), module, members))
    return found


def before(problem: Problem) -> dict[Turn, tuple[Turn, int, int | None]]:
    """For each turn the one that it follows, with the least and the most days between."""
    modules = {module.id: module for module in problem.modules if module.kind in PLANNED}
    order: dict[Turn, tuple[Turn, int, int | None]] = {}
    for module, number in turns(problem):
        if number > 1:
            order[module.id, number] = ((module.id, number - 1), ROUND_GAP_DAYS, None)
        elif module.after in modules:
            earlier = modules[module.after]
            least = ORDER_GAP_DAYS if module.min_gap_days is None else module.min_gap_days
            order[module.id, 1] = ((earlier.id, earlier.rounds), least, module.max_gap_days)
    return order


def _order(problem: Problem, wanted: list[Wanted]) -> None:
    """Link meetings that share a person and follow one another."""
    order = before(problem)
    of_turn: dict[Turn, list[int]] = defaultdict(list)
    for place, meeting in enumerate(wanted):
        of_turn[meeting.key[:2]].append(place)
    for place, meeting in enumerate(wanted):
        if meeting.key[:2] not in order:
            continue
        earlier, least, most = order[meeting.key[:2]]
        for other in of_turn[earlier]:
            if not set(wanted[other].people).isdisjoint(meeting.people):
                meeting.before.append(Gap(other, least, most))
                wanted[other].after.append(Gap(place, least, most))


def _targets(problem: Problem, days: Days) -> dict[Turn, int]:
    """Spread the turns evenly over the open days, along the longest chain through each."""
    order = before(problem)
    every = [(module.id, number) for module, number in turns(problem)]
    head = {turn: _steps(turn, order) for turn in every}
    tail = dict.fromkeys(every, 0)
    for turn in sorted(every, key=lambda t: -head[t]):
        if turn in order:
            earlier = order[turn][0]
            tail[earlier] = max(tail[earlier], tail[turn] + 1)
    longest = max(head.values(), default=0)
    open_days = [day for day in range(days.count) if days.open >> day & 1] or [0]
    last = len(open_days) - 1
    targets = {}
    for turn in every:
        slack = longest - head[turn] - tail[turn]
        share = (head[turn] + slack / 4) / longest if longest else 0
        targets[turn] = open_days[round(share * last)]
    return _anchored(problem, days, targets)


def _steps(turn: Turn, order: dict[Turn, tuple[Turn, int, int | None]]) -> int:
    steps, seen = 0, {turn}
    while turn in order and order[turn][0] not in seen:  # a ring is the checker's to name
        turn = order[turn][0]
        seen.add(turn)
        steps += 1
    return steps


def _anchored(problem: Problem, days: Days, targets: dict[Turn, int]) -> dict[Turn, int]:
    """Bend the pace through the dates that are fixed already."""
    fixed = {
        (module.id, number): days.number(module.fixed_on)
        for module, number in turns(problem)
        if module.fixed_on is not None
    }
    points = [(0, 0)]
    for target, day in sorted({(targets[turn], day) for turn, day in fixed.items()}):
        if points[-1][1] <= day < days.count:  # else the dates contradict the order
            points.append((target, day))
    points.append((days.count - 1, days.count - 1))
    return {
        turn: fixed[turn] if turn in fixed else _between(points, target)
        for turn, target in targets.items()
    }


def _between(points: list[tuple[int, int]], target: int) -> int:
    for (left, low), (right, high) in pairwise(points):
        if left <= target <= right and right > left:
            return low + (high - low) * (target - left) // (right - left)
    return target
