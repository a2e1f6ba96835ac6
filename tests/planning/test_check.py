"""The checker sees every kind of mistake: each test plants one in a plan without any."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

import pytest

from program.planning.check import check, rule_of
from program.planning.problem import (
    Limits,
    Pair,
    Plan,
    Problem,
    Span,
    SpecialDay,
    Tables,
    Trainer,
    Travel,
)
from program.planning.rules import BY_KEY, HARD, OFF, WISH, Rule
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


def special(rule: str, module: int, parts: int = 7) -> Change:
    """Make the day of a meeting a special one, or some parts of it."""

    def changed(problem: Problem, plan: Plan) -> tuple[Problem, Plan]:
        day = next(m for m in plan.meetings if m.module == module).begins.date()
        return replace(problem, special=(SpecialDay(day, rule, "Feast", parts),)), plan

    return changed


def on_council_evening(problem: Problem, plan: Plan) -> tuple[Problem, Plan]:
    monday = datetime(2030, 2, 4, 19, 30)  # noqa: DTZ001  (wall time)
    return meeting(WEBINAR, starts_at=monday)(problem, plan)


def same_day(problem: Problem, plan: Plan) -> tuple[Problem, Plan]:
    day = next(m for m in plan.meetings if m.module == DAY).begins
    return meeting(WEBINAR, starts_at=day.replace(hour=19))(problem, plan)


def two_places(problem: Problem, plan: Plan) -> tuple[Problem, Plan]:
    """Tess gives a group day in one town and the kick-off in another on the same day."""
    rooms = tuple(replace(r, venue=n) for n, r in enumerate(problem.rooms))
    changed = replace(problem, rooms=rooms, travel=(Travel(0, 1, 90),))
    day = meeting(DAY, 0, starts_at=at(START, 15), room=202, trainers=(101,))
    return meeting(KICK_OFF, trainers=(101,), room=201)(*day(changed, plan))


def on_one_weekday(problem: Problem, plan: Plan) -> tuple[Problem, Plan]:
    one, other = (m for m in plan.meetings if m.module == DAY)
    later = one.begins + timedelta(days=7)
    return hard("parallel.weekday")(*meeting(DAY, other.group, starts_at=later)(problem, plan))


def far_apart(problem: Problem, plan: Plan) -> tuple[Problem, Plan]:
    return hard("parallel.window")(*meeting(DAY, 1, starts_at=at(START, 9))(*sound_with_late_day()))


def sound_with_late_day() -> tuple[Problem, Plan]:
    return meeting(DAY, 0, starts_at=at(START + timedelta(days=60)))(*sound())


def hard(key: str) -> Change:
    return set_to(Rule(key, HARD))


def set_to(*rules: Rule) -> Change:
    return lambda problem, plan: (replace(problem, rules=(*problem.rules, *rules)), plan)


def kept_apart(problem: Problem, plan: Plan) -> tuple[Problem, Plan]:
    one, other, *_rest = plan.groups[0]
    return replace(problem, pairs=(Pair(one, other),)), plan


def kept_together(problem: Problem, plan: Plan) -> tuple[Problem, Plan]:
    pair = Pair(plan.groups[0][0], plan.groups[1][0], together=True)
    return replace(problem, pairs=(pair,)), plan


def apart_at_table(problem: Problem, plan: Plan) -> tuple[Problem, Plan]:
    one, other, *_rest = plan.tables[0].tables[0]
    return replace(problem, pairs=(Pair(one, other),)), plan


def pinned_elsewhere(problem: Problem, plan: Plan) -> tuple[Problem, Plan]:
    return replace(problem, pinned=((plan.groups[0][0], 1),)), plan


def in_need_of_a_lift(problem: Problem, plan: Plan) -> tuple[Problem, Plan]:
    return person(step_free=True)(*room(step_free=False)(problem, plan))


SATURDAY = at(START + timedelta(days=33))
CLOSED = at(START + timedelta(days=14))
LATE = at(START + timedelta(days=140))
EARLY = at(START - timedelta(days=1))
NEVER = (away(START - timedelta(days=10), 300),)


SWITCHABLE: list[tuple[str, Change]] = [
    ("day.public", special("day.public", WEBINAR)),
    ("day.school", special("day.school", DAY)),
    ("day.own", special("day.own", DAY, parts=2)),
    ("day.council", special("day.council", DAY)),
    ("day.council", on_council_evening),
    ("room.step_free", in_need_of_a_lift),
    ("trainer.senior", trainer(senior=False)),
    ("travel.trainer", two_places),
    ("trainer.domain", trainer(domains=frozenset({"samenleving"}))),
    ("trainer.week", trainer(max_per_week=0)),
    ("parallel.weekday", on_one_weekday),
    ("parallel.window", far_apart),
    ("gap", meeting(TALK, 0, starts_at=at(START + timedelta(days=119)))),
    ("person.away", person(busy=NEVER)),
    ("table.manager", managed_at_table),
    ("table.day", person(working_days=0)),
]


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
        ("person.once", same_day),
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
        ("group.apart", kept_apart),
        ("group.together", kept_together),
        ("group.pinned", pinned_elsewhere),
        ("table.apart", apart_at_table),
        *SWITCHABLE,
    ],
)
def test_a_planted_mistake_is_found(rule: str, plant: Change) -> None:
    assert check(*sound()).broken == ()

    assert rule in {broken.rule for broken in check(*plant(*sound())).broken}


@pytest.mark.parametrize(("rule", "plant"), SWITCHABLE)
@pytest.mark.parametrize("state", [WISH, OFF])
def test_a_rule_that_is_a_wish_or_off_is_not_broken(rule: str, plant: Change, state: Any) -> None:
    kind = BY_KEY[rule_of(rule)]
    lighter = Rule(kind.key, state if state in kind.states else WISH, 10)

    problem, plan = set_to(lighter)(*plant(*sound()))

    assert rule not in {broken.rule for broken in check(problem, plan).broken}


def test_a_rule_can_be_lighter_for_one_module_only() -> None:
    problem, plan = special("day.public", DAY)(*sound())
    for_day = set_to(Rule("day.public", OFF, module=DAY))
    for_other = set_to(Rule("day.public", OFF, module=TALK))

    assert "day.public" not in {b.rule for b in check(*for_day(problem, plan)).broken}
    assert "day.public" in {b.rule for b in check(*for_other(problem, plan)).broken}


def test_a_morning_is_not_hindered_by_a_closed_evening() -> None:
    report = check(*special("day.own", DAY, parts=4)(*sound()))

    assert report.broken == ()


def test_what_is_over_is_not_judged_any_more() -> None:
    problem, plan = meeting(DAY, 0, kept=True)(*special("day.public", DAY)(*sound()))
    over = replace(problem, from_on=problem.ends_on)

    assert "day.public" not in {b.rule for b in check(over, plan).broken}


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
