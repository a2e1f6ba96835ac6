from dataclasses import replace
from datetime import date, timedelta
from functools import reduce
from operator import and_

from hypothesis import HealthCheck, given, settings

from program.planning.check import check
from program.planning.problem import Limits, Module, Placed, Plan, Problem, Progress, Room, Tables
from program.planning.solver import solve
from tests.planning.cases import DAY, KICK_OFF, START, TALK, away, people, problems, small
from tests.planning.folder import enschede

FEW = Limits(seed=1, steps=300)

# What the solver rather leaves undone (and names) than breaks.
NEVER = {
    "group.member", "group.size", "table.member", "table.size", "table.round",
    "meeting.once", "meeting.length", "day.weekend", "day.period", "day.past",
    "person.clash", "room.busy", "room.clash", "room.size", "room.online",
    "trainer.unknown", "trainer.weekday", "trainer.busy", "trainer.clash",
}  # fmt: skip


def rules(problem: Problem, plan: Plan) -> set[str]:
    return {broken.rule for broken in check(problem, plan).broken}


def test_a_problem_with_enough_of_everything_is_planned_without_a_broken_rule() -> None:
    problem = small()

    report = check(problem, solve(problem, FEW).plan)

    assert (report.broken, report.unplaced, report.missed) == ((), (), ())


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(problems())
def test_whatever_is_asked_the_firmest_rules_hold_and_the_rest_is_named(problem: Problem) -> None:
    free = replace(problem, modules=tuple(replace(m, fixed_on=None) for m in problem.modules))

    proposal = solve(free, FEW)
    report = check(free, proposal.plan)

    assert {broken.rule for broken in report.broken} & (NEVER | {"day.closed", "order"}) == set()
    unplaced = [meeting for meeting in proposal.plan.meetings if meeting.starts_at is None]
    assert [meeting.why for meeting in unplaced] == [item.why for item in report.unplaced]
    assert "unknown" not in {item.why for item in report.unplaced}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(problems())
def test_a_fixed_date_stays_whatever_it_breaks(problem: Problem) -> None:
    plan = solve(problem, FEW).plan
    fixed = {module.id: module.fixed_on for module in problem.modules if module.fixed_on}

    for meeting in plan.meetings:
        if meeting.module in fixed and meeting.starts_at is not None:
            assert meeting.starts_at.date() == fixed[meeting.module]


def test_the_same_question_seed_and_steps_give_the_same_plan() -> None:
    assert solve(small(), FEW) == solve(small(), FEW)
    assert solve(small(), replace(FEW, seed=2)).plan != solve(small(), FEW).plan


def test_whoever_stops_the_work_gets_the_best_so_far() -> None:
    told: list[Progress] = []

    def stop_at_the_third(progress: Progress) -> bool:
        told.append(progress)
        return len(told) < 3

    proposal = solve(small(), Limits(steps=100_000), stop_at_the_third)

    assert proposal.stopped
    assert len(told) < 10
    assert len(proposal.plan.meetings) == 10
    assert rules(small(), proposal.plan) == set()


def test_the_clock_stops_the_work_too() -> None:
    assert solve(small(), Limits(steps=10_000_000, seconds=0.05)).stopped


def test_every_learning_group_has_a_weekday_on_which_all_work() -> None:
    part_time = [replace(p, working_days=31 & ~(1 << p.id % 5)) for p in people(20)]

    plan = solve(small(people=tuple(part_time), group_count=4), replace(FEW, steps=10_000)).plan

    works = {person.id: person.working_days for person in part_time}
    assert all(reduce(and_, (works[i] for i in group)) for group in plan.groups)


def test_nobody_is_in_a_group_or_at_a_table_with_the_own_manager() -> None:
    managed = tuple(replace(p, manager=1) if p.id in {2, 3, 4} else p for p in people(12))

    plan = solve(small(people=managed), replace(FEW, steps=3_000)).plan

    sets = [*plan.groups, *(table for mix in plan.tables for table in mix.tables)]
    assert not any(1 in them and {2, 3, 4} & set(them) for them in sets)


def test_groups_that_stand_are_kept_and_a_newcomer_joins_the_smallest() -> None:
    standing = ((1, 2, 3, 4, 5, 6), (7, 8, 9, 10, 11))

    plan = solve(small(groups=standing), FEW).plan

    assert plan.groups == ((1, 2, 3, 4, 5, 6), (7, 8, 9, 10, 11, 12))


def test_a_kept_meeting_stays_and_nothing_is_put_on_top_of_it() -> None:
    first = solve(small(), FEW).plan
    kept = replace(next(m for m in first.meetings if m.module == DAY), kept=True)
    problem = small(groups=first.groups, kept=(kept,))

    plan = solve(problem, replace(FEW, seed=5)).plan

    assert kept in plan.meetings
    assert rules(problem, plan) == set()


def test_a_kept_table_keeps_its_people() -> None:
    first = solve(small(), FEW).plan
    kept = replace(next(m for m in first.meetings if m.module == TALK and m.group == 1), kept=True)
    seated = next(t for t in first.tables if t.round == kept.round)
    only = Tables(TALK, kept.round, ((), seated.tables[1]))
    problem = small(groups=first.groups, kept=(kept,), tables=(only,))

    plan = solve(problem, replace(FEW, seed=5)).plan

    mixed = next(t for t in plan.tables if t.round == kept.round)
    assert mixed.tables[1] == seated.tables[1]
    assert rules(problem, plan) == set()


def test_nothing_new_is_planned_before_the_day_it_starts_from() -> None:
    from_on = START + timedelta(days=40)

    plan = solve(small(from_on=from_on), FEW).plan

    new = [m.begins.date() for m in plan.meetings if m.module != KICK_OFF]
    assert min(new) >= from_on


def test_what_cannot_be_kept_is_named() -> None:
    problem = small(rooms=(Room(201, "Hall", 40),))  # nothing online

    report = check(problem, solve(problem, FEW).plan)

    assert [(b.rule, b.meeting) for b in report.broken] == [("room.none", (4, 1, None))]


def test_a_period_that_is_too_short_leaves_meetings_without_a_place_and_says_why() -> None:
    problem = small(ends_on=START + timedelta(days=3))

    report = check(problem, solve(problem, FEW).plan)

    assert report.broken == ()
    assert {item.why for item in report.unplaced} == {"order"}


def test_people_without_a_common_day_are_named_when_their_meeting_is_placed_anyway() -> None:
    never = replace(people(12)[0], working_days=0)
    problem = small(people=(never, *people(12)[1:]))

    report = check(problem, solve(problem, FEW).plan)

    away = [b for b in report.broken if b.rule == "person.away"]
    assert {b.rule for b in report.broken} == {"person.away", "table.day"}
    assert {b.facts["person"] for b in away} == {1}
    assert {m.person for m in report.missed} == {1}


def test_a_plenary_is_on_the_day_that_suits_most_people() -> None:
    mondays = START + timedelta(days=7)
    busy = tuple(away(mondays + timedelta(days=n)) for n in range(3))
    person = replace(people(1)[0], busy=busy)
    talk = Module(1, "Talk", "plenary", 240, trainers=0)
    problem = small(
        people=(person,), modules=(talk,), starts_on=mondays, ends_on=mondays + timedelta(days=3)
    )

    (meeting,) = solve(problem, FEW).plan.meetings

    assert meeting.begins.date() == mondays + timedelta(days=3)


def test_the_enschede_cohort_is_planned_whole_with_no_broken_rule() -> None:
    problem = enschede()

    proposal = solve(problem, Limits(seed=2, steps=20_000, seconds=120))
    report = check(problem, proposal.plan)

    assert len(proposal.plan.meetings) == 48 + 90 + 3
    assert (report.broken, report.unplaced) == ((), ())
    assert [len(group) for group in proposal.plan.groups] == [15] * 6
    assert {len(table) for mix in proposal.plan.tables for table in mix.tables} == {6}
    assert proposal.plan.meetings[0].begins.date() == date(2019, 7, 3)
    assert proposal.cost["calendar"] < 1.1 * proposal.bound["calendar"]


def test_a_tenth_of_the_usual_steps_is_enough_for_a_whole_plan() -> None:
    problem = enschede()

    report = check(problem, solve(problem, Limits(steps=6_000)).plan)

    assert (report.broken, report.unplaced) == ((), ())


def test_the_bound_is_below_the_cost_of_every_phase() -> None:
    proposal = solve(small(), FEW)

    assert all(proposal.bound[phase] <= cost for phase, cost in proposal.cost.items())


def test_an_empty_cohort_gives_an_empty_plan() -> None:
    plan = solve(small(people=()), FEW).plan

    assert [m for m in plan.meetings if m.module in {DAY, TALK}] == []
    assert all(isinstance(m, Placed) for m in plan.meetings)
