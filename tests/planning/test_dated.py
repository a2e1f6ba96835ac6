"""Who cannot be at a table that has its date."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from program.planning.problem import TABLES, Limits, Person, Placed, Plan, Problem
from program.planning.solver import solve
from program.planning.solver.mixing.dated import Dated
from tests.planning.cases import DAY, START, TALK, away, people, small


def standing(count: int = 24) -> tuple[Problem, Plan]:
    """Planned; by now everybody has something else now and then, or other days."""
    asked = small(people=people(count), group_count=count // 6)
    plan = solve(asked, Limits(steps=300), lambda _progress: True).plan
    busier = tuple(_busier(person) for person in asked.people)
    standing = tuple(meeting for meeting in plan.meetings if meeting.starts_at is not None)
    kept = replace(asked, people=busier, groups=plan.groups, tables=plan.tables, standing=standing)
    return kept, plan


def _busier(person: Person) -> Person:
    days = 31 & ~(1 << person.id % 7)
    spells = tuple(away(START + timedelta(days=9 * n + person.id), 3) for n in range(1, 9))
    return replace(person, working_days=days, busy=spells)


def dated(problem: Problem) -> Dated:
    turns = [(mix.module, mix.round) for mix in problem.tables]
    return Dated(problem, problem.groups, turns, [len(mix.tables) for mix in problem.tables])


def test_it_is_who_has_other_days_something_else_or_their_group_out_of_order() -> None:
    problem, plan = standing()
    tables = [m for m in plan.meetings if m.module == TALK]
    tables.sort(key=lambda m: (m.round, m.group or 0))

    found = dated(problem).dates()

    assert found is not None
    expected = [_cannot(problem, person, table) for person in problem.people for table in tables]
    assert [bool(one) for one in found.away] == expected
    assert {True, False} == set(expected)


def _cannot(problem: Problem, person: Person, table: Placed) -> bool:
    group = next(g for g, members in enumerate(problem.groups) if person.id in members)
    day = next(m for m in problem.standing if (m.module, m.group) == (DAY, group))
    elsewhere = any(s.starts_at < table.ends and table.begins < s.ends_at for s in person.busy)
    others = [m for m in problem.standing if m.group is None]
    at_once = any(m.begins < table.ends and table.begins < m.ends for m in (day, *others))
    in_order = _days(day) < _days(table) <= _days(day) + 60 if table.round == 1 else True
    works = person.working_days >> table.begins.weekday() & 1
    return elsewhere or at_once or not works or not in_order


def _days(meeting: Placed) -> int:
    return (meeting.begins.date() - date(2029, 1, 1)).days


def test_people_of_one_group_are_looked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    problem, _plan = standing(48)
    looked = 0
    really = vars(Dated)["_goes_with"]

    def counted(self: Dated, meeting: Placed, own: Placed) -> bool:
        nonlocal looked
        looked += 1
        return bool(really(self, meeting, own))

    monkeypatch.setattr(Dated, "_goes_with", counted)
    dated(problem).dates()

    tables = sum(m.kind == TABLES and len(problem.tables[0].tables) * 2 for m in problem.modules)
    own = sum(m.group is None for m in problem.standing) + 1
    assert 0 < looked <= len(problem.groups) * tables * own < len(problem.people) * tables
