"""The checker sees every kind of mistake: each test plants one in a plan without any."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

import pytest

from program.planning.check import check
from program.planning.problem import Limits, Plan, Problem, Span, Tables, Trainer
from program.planning.solver import solve
from tests.planning.cases import DAY, KICK_OFF, START, TALK, WEBINAR, away, small

Change = Callable[[Problem, Plan], tuple[Problem, Plan]]


@cache
def sound() -> tuple[Problem, Plan]:
    return small(), solve(small(), Limits(seed=1, steps=300)).plan


def meeting(module: int, group: int | None = None, turn: int = 1, **change: Any) -> Change:
    """Change one meeting of the plan."""

    def changed(problem: Problem, plan: Plan) -> tuple[Problem, Plan]:
        key = (module, turn, group)
        rows = [
            replace(m, **change) if (m.module, m.round, m.group) == key else m
            for m in plan.meetings
        ]
        return problem, replace(plan, meetings=tuple(rows))

    return changed


def at(day: date, hour: int = 9) -> datetime:
    return datetime(day.year, day.month, day.day, hour, 30)  # noqa: DTZ001  (wall time)


def trainer(**change: Any) -> Change:
    def changed(problem: Problem, plan: Plan) -> tuple[Problem, Plan]:
        return replace(
            problem, trainers=tuple(replace(t, **change) for t in problem.trainers)
        ), plan

    return changed


def room(**change: Any) -> Change:
    return lambda problem, plan: (
        replace(problem, rooms=tuple(replace(r, **change) for r in problem.rooms)),
        plan,
    )


def person(**change: Any) -> Change:
    """Change the first person of the first learning group."""

    def changed(problem: Problem, plan: Plan) -> tuple[Problem, Plan]:
        first = plan.groups[0][0]
        people = tuple(replace(p, **change) if p.id == first else p for p in problem.people)
        return replace(problem, people=people), plan

    return changed


def ask(**change: Any) -> Change:
    return lambda problem, plan: (replace(problem, **change), plan)


def managed(problem: Problem, plan: Plan) -> tuple[Problem, Plan]:
    return person(manager=plan.groups[0][1])(problem, plan)


def managed_at_table(problem: Problem, plan: Plan) -> tuple[Problem, Plan]:
    one, other, *_rest = plan.tables[0].tables[0]
    people = tuple(replace(p, manager=other) if p.id == one else p for p in problem.people)
    return replace(problem, people=people), plan


def regroup(*groups: tuple[int, ...]) -> Change:
    return lambda problem, plan: (problem, replace(plan, groups=groups))


def reseat(*tables: tuple[int, ...]) -> Change:
    def changed(problem: Problem, plan: Plan) -> tuple[Problem, Plan]:
        return problem, replace(plan, tables=(Tables(TALK, 1, tables), plan.tables[1]))

    return changed


def same_time(problem: Problem, plan: Plan) -> tuple[Problem, Plan]:
    """Both learning groups at once, in one room, with one trainer."""
    one, other = (m for m in plan.meetings if m.module == DAY)
    return meeting(DAY, other.group, starts_at=one.starts_at, room=one.room, trainers=one.trainers)(
        problem, plan
    )


def tables_during_the_day(problem: Problem, plan: Plan) -> tuple[Problem, Plan]:
    day = next(m for m in plan.meetings if m.module == DAY)
    return meeting(TALK, 0, starts_at=day.starts_at)(problem, plan)


def without_first(problem: Problem, plan: Plan) -> tuple[Problem, Plan]:
    return problem, replace(plan, meetings=plan.meetings[1:])


SATURDAY = at(START + timedelta(days=33))
CLOSED = at(START + timedelta(days=14))
LATE = at(START + timedelta(days=140))
EARLY = at(START - timedelta(days=1))
NEVER = (away(START - timedelta(days=10), 300),)


@pytest.mark.parametrize(
    ("rule", "plant"),
    [
        ("group.member", regroup((1, 2, 3, 4, 5, 6), (7, 8, 9, 10, 11))),
        ("group.member", regroup((1, 2, 3, 4, 5, 6), (6, 7, 8, 9, 10, 11, 12))),
        ("group.size", regroup((1, 2, 3, 4), (5, 6, 7, 8, 9, 10, 11, 12))),
        ("group.manager", managed),
        ("table.member", reseat((1, 2, 3, 4), (5, 6, 7, 8), (9, 10, 11))),
        ("table.size", reseat((1, 2, 3, 4, 5), (6, 7, 8), (9, 10, 11, 12))),
        ("table.manager", managed_at_table),
        ("table.round", lambda q, p: (q, replace(p, tables=p.tables[:1]))),
        ("meeting.once", without_first),
        ("meeting.once", lambda q, p: (q, replace(p, meetings=(*p.meetings, p.meetings[0])))),
        ("meeting.length", meeting(WEBINAR, minutes=60)),
        ("day.weekend", meeting(WEBINAR, starts_at=SATURDAY)),
        ("day.closed", meeting(WEBINAR, starts_at=CLOSED)),
        ("day.period", meeting(WEBINAR, starts_at=LATE)),
        ("day.fixed", meeting(KICK_OFF, starts_at=at(START + timedelta(days=1)))),
        ("day.past", ask(from_on=START + timedelta(days=119))),
        ("order", meeting(DAY, 0, starts_at=at(START))),
        ("order", meeting(WEBINAR, starts_at=EARLY)),
        ("gap", meeting(TALK, 0, starts_at=at(START + timedelta(days=119)))),
        ("person.clash", tables_during_the_day),
        ("person.away", person(working_days=0)),
        ("person.away", person(busy=NEVER)),
        ("room.none", meeting(WEBINAR, room=None)),
        ("room.size", room(capacity=3)),
        ("room.online", meeting(WEBINAR, room=201)),
        ("room.busy", room(busy=NEVER)),
        ("room.clash", same_time),
        ("trainer.none", meeting(WEBINAR, trainers=())),
        ("trainer.unknown", meeting(WEBINAR, trainers=(999,))),
        ("trainer.weekday", trainer(working_days=0)),
        ("trainer.busy", trainer(busy=NEVER)),
        ("trainer.busy", trainer(engaged=NEVER)),
        ("trainer.domain", trainer(domains=frozenset({"samenleving"}))),
        ("trainer.week", trainer(max_per_week=0)),
        ("trainer.clash", same_time),
    ],
)
def test_a_planted_mistake_is_found(rule: str, plant: Change) -> None:
    assert check(*sound()).broken == ()

    assert rule in {broken.rule for broken in check(*plant(*sound())).broken}


def test_who_misses_a_meeting_for_everybody_is_named_with_the_reason() -> None:
    problem, plan = person(working_days=0)(*sound())
    first = plan.groups[0][0]

    missed = [m for m in check(problem, plan).missed if m.meeting[0] == KICK_OFF]

    assert [(m.person, m.why) for m in missed] == [(first, "weekday")]


def test_a_meeting_without_a_moment_is_unplaced_and_breaks_nothing() -> None:
    report = check(*meeting(WEBINAR, starts_at=None, why="order")(*sound()))

    assert report.broken == ()
    assert [(item.meeting, item.why) for item in report.unplaced] == [((WEBINAR, 1, None), "order")]


def test_meetings_elsewhere_count_in_a_trainers_week() -> None:
    problem, plan = sound()
    given = next(m for m in plan.meetings if m.module == DAY)
    monday = given.begins.date() - timedelta(days=given.begins.weekday())
    sunday = Span(at(monday + timedelta(days=6)), at(monday + timedelta(days=6), 11))
    trainers: tuple[Trainer, ...] = tuple(
        replace(t, max_per_week=1, engaged=(sunday,)) if t.id in given.trainers else t
        for t in problem.trainers
    )

    report = check(replace(problem, trainers=trainers), plan)

    weeks = [b.facts["week"] for b in report.broken if b.rule == "trainer.week"]
    assert monday.isoformat() in weeks


def test_pairs_that_meet_again_are_counted() -> None:
    problem, plan = sound()
    again = replace(plan, tables=tuple(replace(mix, tables=plan.tables[0].tables)
                                       for mix in plan.tables))  # fmt: skip

    assert check(problem, again).met_again == 3 * 6
