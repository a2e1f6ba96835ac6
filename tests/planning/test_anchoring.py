"""A schedule that was held once, on the days of another period."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from program.planning.anchoring import anchored, lost, weeks_between
from program.planning.check import check
from program.planning.check.meetings import key_of
from program.planning.problem import Limits, Problem, SpecialDay
from program.planning.solver import solve
from tests.planning.cases import START, away, small

YEAR = timedelta(days=364)
FEW = Limits(steps=3_000)


@pytest.fixture(scope="module")
def moved() -> Problem:
    """What was planned in one year, with its targets in the next."""
    old = small()
    plan = solve(old, FEW).plan
    targets = tuple(replace(m, starts_at=m.begins + YEAR) for m in plan.meetings)
    free = replace(old, closed={}, starts_on=old.starts_on + YEAR, ends_on=old.ends_on + YEAR)
    return replace(free, groups=plan.groups, tables=plan.tables, standing=targets)


@pytest.mark.parametrize(("new", "days"), [
    (date(2031, 1, 6), 364), (date(2031, 1, 7), 371), (date(2030, 1, 7), 0),
    (date(2029, 12, 31), -7),
])  # fmt: skip
def test_a_period_moves_by_whole_weeks_and_never_before_its_first_day(new: date, days: int) -> None:
    assert weeks_between(START, new) == timedelta(days=days)


def test_where_nothing_is_in_the_way_everything_is_kept(moved: Problem) -> None:
    plan = anchored(moved, FEW).plan
    assert lost(moved, plan) == ()
    assert {key_of(m): m.begins for m in plan.meetings} == {
        key_of(m): m.begins for m in moved.standing
    }


def test_a_session_on_a_holiday_goes_to_the_same_weekday_and_says_why(moved: Problem) -> None:
    target = moved.standing[-1]
    free_day = SpecialDay(target.begins.date(), "day.public", "Feestdag")
    asked = replace(moved, special=(free_day,))
    plan = anchored(asked, FEW).plan
    found = {one.key: one for one in lost(asked, plan)}
    one = found[key_of(target)]
    assert one.reasons[0] == ("day", {"name": "Feestdag"})
    assert one.new is not None
    assert one.new.begins.weekday() == target.begins.weekday()
    assert [f for f in check(asked, plan).broken if f.rule != "day.fixed"] == []


def test_a_room_that_is_taken_and_a_trainer_who_left_are_replaced(moved: Problem) -> None:
    target = next(m for m in moved.standing if m.module == 1)
    day = target.begins.date()
    big = replace(moved.rooms[0], id=299)
    taken = replace(moved.rooms[0], busy=(away(day),))
    trainers = tuple(t for t in moved.trainers if t.id not in target.trainers)
    trainers += (replace(moved.trainers[0], id=199, domains=frozenset({"zelf", "opgave"})),)
    asked = replace(moved, rooms=(taken, *moved.rooms[1:], big), trainers=trainers)
    plan = anchored(asked, FEW).plan
    one = next(one for one in lost(asked, plan) if one.key == key_of(target))
    assert ("room", {"room": 201, "why": "busy"}) in one.reasons
    assert ("trainer", {"trainer": target.trainers[0], "why": "gone"}) in one.reasons
    assert one.new is not None
    assert one.new.begins.date() == day


def test_the_order_of_the_programme_holds_when_a_session_must_move(moved: Problem) -> None:
    first = min((m for m in moved.standing if m.module == 3), key=lambda m: m.begins)
    weeks = tuple(
        SpecialDay(first.begins.date() + timedelta(days=n), "day.school", "Vakantie")
        for n in range(-10, 15)
    )
    asked = replace(moved, special=weeks)
    plan = anchored(asked, FEW).plan
    assert [f.rule for f in check(asked, plan).broken if f.rule in ("order", "gap")] == []
    codes = {code for one in lost(asked, plan) for code, _facts in one.reasons}
    assert "day" in codes
