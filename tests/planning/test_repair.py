"""The smallest change that mends a schedule."""

from dataclasses import replace
from datetime import timedelta

import pytest

from program.planning.changes import What, changes, standing_plan
from program.planning.check import check
from program.planning.check.meetings import expected, key_of
from program.planning.newcomers import seated
from program.planning.problem import Limits, Module, Pair, Person, Plan, Problem, Trainer
from program.planning.repair import needing, repair
from program.planning.solver import solve
from tests.planning.cases import DAY, KICK_OFF, START, TALK, away, people, small

FEW = Limits(steps=2_000)
TRAINERS = tuple(
    Trainer(100 + n, f"Trainer {n}", domains=frozenset({"zelf", "opgave"})) for n in range(1, 4)
)
FROM = START + timedelta(days=10)


def stands(problem: Problem) -> Problem:
    """The question how to repair what was planned for it, ten days later."""
    plan = solve(problem, FEW).plan
    over = tuple(replace(m, kept=True) for m in plan.meetings if m.begins.date() < FROM)
    ahead = tuple(m for m in plan.meetings if m.begins.date() >= FROM)
    stood = replace(problem, groups=plan.groups, tables=plan.tables)
    return replace(stood, kept=over, standing=ahead, from_on=FROM)


@pytest.fixture(scope="module")
def plain() -> Problem:
    return stands(small(trainers=TRAINERS, ends_on=START + timedelta(days=200)))


def changed(problem: Problem) -> list[tuple[What, ...]]:
    plan = repair(problem, FEW).plan
    assert [f for f in check(problem, plan).broken if not f.rule.startswith("table.")] == []
    return [change.what for change in changes(problem, standing_plan(problem), plan)]


def test_what_holds_stays_as_it_is(plain: Problem) -> None:
    assert needing(plain) == frozenset()
    assert changed(plain) == []


def test_only_the_meetings_of_a_trainer_who_is_away_get_another(plain: Problem) -> None:
    first = plain.standing[0]
    gone = away(first.begins.date(), 60)
    hit = {key_of(m) for m in plain.standing if first.trainers[0] in m.trainers
           and m.begins < gone.ends_at}  # fmt: skip
    trainers = tuple(
        replace(t, busy=(gone,)) if t.id == first.trainers[0] else t for t in plain.trainers
    )
    ill = replace(plain, trainers=trainers)
    assert needing(ill) == hit
    plan = repair(ill, FEW).plan
    assert check(ill, plan).broken == ()
    found = changes(ill, standing_plan(ill), plan)
    assert {change.key for change in found} == hit


def test_only_the_meetings_in_a_lost_room_change(plain: Problem) -> None:
    room = next(m.room for m in plain.standing if m.module == DAY)
    lost = away(FROM, 200)
    rooms = tuple(replace(r, busy=(lost,)) if r.id == room else r for r in plain.rooms)
    asked = replace(plain, rooms=rooms)
    hit = {key_of(m) for m in plain.standing if m.room == room}
    plan = repair(asked, FEW).plan
    assert check(asked, plan).broken == ()
    assert {c.key for c in changes(asked, standing_plan(asked), plan)} == hit


def test_what_is_over_or_locked_stays_even_when_its_trainer_left(plain: Problem) -> None:
    locked = replace(plain.standing[0], kept=True)
    asked = replace(plain, kept=(*plain.kept, locked), standing=plain.standing[1:])
    without = tuple(t for t in plain.trainers if t.id not in locked.trainers)
    plan = repair(replace(asked, trainers=without), FEW).plan
    assert set(asked.kept) <= set(plan.meetings)


def test_a_round_that_was_added_is_planned_and_the_rest_stays(plain: Problem) -> None:
    modules = (*plain.modules, Module(9, "Extra", "webinar", 90, after=DAY))
    plan = repair(replace(plain, modules=modules), FEW).plan
    found = changes(plain, standing_plan(plain), plan)
    assert [(change.key, change.what) for change in found] == [((9, 1, None), (What.NEW,))]


def test_a_session_of_another_length_keeps_its_day(plain: Problem) -> None:
    modules = tuple(replace(m, minutes=400) if m.id == DAY else m for m in plain.modules)
    asked = replace(plain, modules=modules)
    plan = repair(asked, FEW).plan
    assert {m.minutes for m in plan.meetings if m.module == DAY} == {400}
    assert check(asked, plan).broken == ()


def test_somebody_who_comes_later_gets_a_group_and_tables_to_come(plain: Problem) -> None:
    late = replace(plain, people=(*plain.people, Person(99, "Late")))
    plan = repair(late, FEW).plan
    found = changes(late, standing_plan(late), plan)
    assert {change.people for change in found if change.what == (What.PEOPLE,)} <= {
        (99,), tuple(p.id for p in late.people),
    }  # fmt: skip
    assert sum(99 in group for group in plan.groups) == 1
    talks = [m for m in plan.meetings if m.module == TALK and 99 in expected(late, plan, m)]
    assert {m.round for m in talks} == {1, 2}
    assert check(late, plan).broken == ()


def test_a_newcomer_is_not_put_with_the_own_manager_or_whom_they_avoid() -> None:
    groups = ((1, 2, 3), (4, 5, 6), (7, 8, 9))
    everybody = (*people(9), Person(10, "Late", manager=1))
    asked = small(people=everybody, groups=groups, pairs=(Pair(4, 10),))
    assert seated(asked).groups[2] == (7, 8, 9, 10)
    assert seated(replace(asked, pairs=(Pair(4, 10, together=True),))).groups[1] == (4, 5, 6, 10)
    assert seated(replace(asked, pinned=((10, 0),))).groups[0] == (1, 2, 3, 10)


def test_a_newcomer_gets_no_seat_at_tables_that_are_over() -> None:
    plain = stands(small(trainers=TRAINERS, ends_on=START + timedelta(days=200)))
    past = tuple(replace(m, kept=True) for m in plain.standing)
    last = max(m.begins.date() for m in past) + timedelta(days=1)
    over = replace(
        plain, kept=(*plain.kept, *past), standing=(), from_on=last,
        people=(*plain.people, Person(99, "Late")),
    )  # fmt: skip
    assert seated(over).tables == over.tables
    plan = Plan(seated(over).groups, over.tables, over.kept)
    assert [f.rule for f in check(over, plan).broken] == []


def test_a_meeting_at_odds_with_a_locked_one_is_the_one_that_moves(plain: Problem) -> None:
    one, other = (m for m in plain.standing if m.module == DAY)
    locked = replace(one, kept=True)
    clash = replace(other, starts_at=one.starts_at, room=one.room, trainers=one.trainers)
    standing = tuple(clash if m is other else m for m in plain.standing if m is not one)
    asked = replace(plain, kept=(*plain.kept, locked), standing=standing)
    assert key_of(other) in needing(asked)
    assert check(asked, repair(asked, FEW).plan).broken == ()


def test_too_many_sessions_of_a_trainer_in_a_week_are_parted(plain: Problem) -> None:
    lazy = tuple(replace(t, max_per_week=1) for t in plain.trainers)
    asked = replace(plain, trainers=lazy)
    assert check(asked, repair(asked, FEW).plan).broken == ()
    assert all(key[0] != KICK_OFF for key in needing(asked))
