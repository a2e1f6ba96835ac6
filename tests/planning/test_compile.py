"""A problem in numbers: every rule as it is set, each with a name that people can be told."""

from dataclasses import replace
from datetime import datetime, timedelta

from program.planning.check import check
from program.planning.problem import Limits, Module, Placed, Problem, SpecialDay, Travel
from program.planning.rules import HARD, OFF, WISH, Rule
from program.planning.solver import solve
from program.planning.solver.compile import Compiled, compiled
from program.planning.solver.model import EVENING, Meeting, Place
from tests.planning.cases import DAY, KICK_OFF, START, TALK, people, small

GROUPS = ((1, 2, 3, 4, 5, 6), (7, 8, 9, 10, 11, 12))
FEW = Limits(seed=1, steps=300)
MONDAY = datetime(2030, 1, 14, 9, 30)  # noqa: DTZ001  (wall time)
EVENING_TALK = Module(TALK, "Talk", "group", 120, evening=True, trainers=0)


def made(problem: Problem) -> Compiled:
    return compiled(problem, GROUPS, ())


def meeting(problem: Problem, module: int, group: int | None = None) -> Meeting:
    found = made(problem)
    place = next(n for n, w in enumerate(found.wanted) if w.key == (module, 1, group))
    return found.model.meetings[place]


def told(problem: Problem, of: Meeting, *, hard: bool, option: int = 0) -> dict[str, int]:
    """By rule what the eighth day costs or breaks."""
    model = made(problem).model
    rows = [model.rows[row] for row in of.options[option].rows]
    return {model.rules[r.rule].key: r.values[7] for r in rows if r.hard == hard and r.values[7]}


def test_an_evening_module_is_held_at_half_past_seven_and_not_on_the_evening_of_the_council() -> (
    None
):
    problem = small(modules=(EVENING_TALK,))

    found = meeting(problem, TALK, 0)

    assert [(option.minute, option.parts) for option in found.options] == [(1170, EVENING)]
    assert told(problem, found, hard=True) == {"day.council": 1}


def test_another_evening_can_be_the_one_of_the_council() -> None:
    thursdays = Rule("day.council", WISH, 30, {"weekdays": 0b1000})
    problem = small(modules=(EVENING_TALK,), rules=(thursdays,))

    plan = solve(problem, FEW).plan

    assert {m.begins.weekday() for m in plan.meetings} <= {0, 1, 2, 4}


def test_a_holiday_is_a_rule_a_wish_or_nothing_as_it_is_set() -> None:
    feast = SpecialDay(MONDAY.date(), "day.public", "Feast")
    problem = small(special=(feast,))
    wish = replace(problem, rules=(Rule("day.public", WISH, 70),))
    off = replace(problem, rules=(Rule("day.public", OFF),))

    assert told(problem, meeting(problem, DAY, 0), hard=True) == {"day.public": 1}
    assert told(wish, meeting(wish, DAY, 0), hard=False)["day.public"] == 70
    assert "day.public" not in told(off, meeting(off, DAY, 0), hard=False)


def test_the_days_of_each_member_are_a_rule_with_their_name() -> None:
    problem = small(people=people(12, working_days=0b11110))  # not on Mondays
    found = made(problem)

    rules = {dict(ref.facts).get("person") for ref in found.model.rules if ref.key == "person.away"}

    assert rules == set(range(1, 13))
    assert told(problem, meeting(problem, DAY, 0), hard=True) == {"person.away": 1}


def test_a_fixed_date_leaves_one_day() -> None:
    found = meeting(small(), KICK_OFF)

    assert {option.open for option in found.options} == {1}


def test_rooms_cost_rent_and_travel_and_steps_break_a_rule_for_who_needs_a_lift() -> None:
    lame = replace(people(1)[0], step_free=True, home=9)
    rooms = tuple(replace(r, step_free=False, venue=1) for r in small().rooms)
    problem = small(people=(lame, *people(12)[1:]), rooms=rooms, travel=(Travel(1, 9, 90),))

    room = next(r for r in meeting(problem, DAY, 0).rooms if r.number == 0)

    assert (room.cost, room.hard) == (900 // 5 + 90 // 30, 1)


def test_without_a_room_that_is_large_enough_every_day_breaks_that_rule() -> None:
    problem = small(rooms=())

    assert told(problem, meeting(problem, DAY, 0), hard=True) == {"room.size": 1}


def test_what_stands_is_where_a_repair_begins() -> None:
    was = Placed(DAY, 1, 0, MONDAY, 420, 202, (102,))
    problem = small(standing=(was,), accepted={0: 3})

    found = meeting(problem, DAY, 0)

    assert found.hint == Place(7, 0, 1, (1,))
    assert {u.number: u.cost for u in found.trainers} == {0: 60, 1: 0}
    elsewhere = {k: v for k, v in told(problem, found, hard=False).items() if "change" in k}
    assert elsewhere == {}


def test_what_is_over_keeps_its_room_and_trainer_whatever_their_days_are_now() -> None:
    over = Placed(DAY, 1, 0, MONDAY, 420, 202, (102,), kept=True)
    never = tuple(replace(t, working_days=0) for t in small().trainers)
    problem = small(
        groups=GROUPS, kept=(over,), trainers=never, from_on=MONDAY.date() + timedelta(days=1)
    )

    report = check(problem, solve(problem, FEW).plan)

    assert (DAY, 1, 0) not in {broken.meeting for broken in report.broken}


def test_a_kept_meeting_outside_the_period_stays_in_the_plan() -> None:
    early = Placed(DAY, 1, 0, MONDAY - timedelta(days=30), 420, 202, (102,), kept=True)
    problem = small(groups=GROUPS, kept=(early,), from_on=START)

    plan = solve(problem, FEW).plan

    assert early in plan.meetings


def test_parallel_meetings_can_be_bound_to_a_window() -> None:
    tight = Rule("parallel.window", HARD, value={"days": 3})
    problem = small(rules=(tight,))

    days = [m.begins.date() for m in solve(problem, FEW).plan.meetings if m.module == DAY]

    assert (max(days) - min(days)).days <= 3


def test_a_preferred_weekday_is_taken_where_nothing_else_speaks_against_it() -> None:
    wednesdays = Rule("weekday.preferred", WISH, 500, {"weekdays": 0b100})
    problem = small(rules=(wednesdays, Rule("parallel.weekday", OFF)))

    plan = solve(problem, FEW).plan

    free = [m.begins.weekday() for m in plan.meetings if m.module != KICK_OFF]
    assert set(free) == {2}
