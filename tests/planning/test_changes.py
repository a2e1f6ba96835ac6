"""The differences between two plans of one cohort."""

from dataclasses import replace
from datetime import datetime, timedelta

from program.planning.changes import What, changes, standing_plan
from program.planning.problem import Placed, Plan
from tests.planning.cases import DAY, KICK_OFF, START, small

GROUPS = ((1, 2, 3, 4, 5, 6), (7, 8, 9, 10, 11, 12))
AT = datetime(START.year, START.month, START.day, 9, 30)  # noqa: DTZ001  (wall time)
KICK = Placed(KICK_OFF, 1, None, AT, 240, room=201, trainers=(101,))
FIRST = Placed(DAY, 1, 0, AT + timedelta(days=7), 420, room=202, trainers=(101,))
SECOND = Placed(DAY, 1, 1, AT + timedelta(days=8), 420, room=202, trainers=(102,))
PROBLEM = small(groups=GROUPS)
OLD = Plan(GROUPS, (), (KICK, FIRST, SECOND))


def test_a_plan_does_not_differ_from_itself() -> None:
    assert changes(PROBLEM, OLD, OLD) == ()


def test_all_that_changed_of_a_meeting_is_named_and_whom_it_touches() -> None:
    moved = replace(FIRST, starts_at=AT + timedelta(days=9), room=201, trainers=(102,))
    (change,) = changes(PROBLEM, OLD, replace(OLD, meetings=(KICK, moved, SECOND)))
    assert change.what == (What.MOVED, What.ROOM, What.TRAINERS)
    assert (change.old, change.new) == (FIRST, moved)
    assert change.people == GROUPS[0]


def test_the_order_of_two_trainers_is_no_change() -> None:
    two = replace(OLD, meetings=(replace(KICK, trainers=(101, 102)),))
    other = replace(OLD, meetings=(replace(KICK, trainers=(102, 101)),))
    assert changes(PROBLEM, two, other) == ()


def test_what_came_and_what_went_is_told_in_the_order_of_the_dates() -> None:
    new = replace(OLD, meetings=(KICK, replace(FIRST, round=2)))
    found = changes(PROBLEM, OLD, new)
    assert [(change.key, change.what) for change in found] == [
        ((DAY, 1, 0), (What.GONE,)),
        ((DAY, 2, 0), (What.NEW,)),
        ((DAY, 1, 1), (What.GONE,)),
    ]


def test_somebody_who_joins_a_group_is_the_only_one_touched() -> None:
    groups = (GROUPS[0], (7, 8, 9, 10, 11))
    (change,) = changes(PROBLEM, replace(OLD, groups=groups), OLD)
    assert (change.key, change.what) == ((DAY, 1, 1), (What.PEOPLE,))
    assert (change.people, change.joined, change.left) == ((12,), (12,), ())


def test_a_meeting_without_a_place_is_not_there() -> None:
    nowhere = replace(OLD, meetings=(KICK, FIRST, replace(SECOND, starts_at=None)))
    (change,) = changes(PROBLEM, OLD, nowhere)
    assert change.what == (What.GONE,)


def test_what_stands_is_the_plan_to_compare_with() -> None:
    problem = replace(PROBLEM, kept=(KICK,), standing=(FIRST, SECOND))
    assert changes(problem, standing_plan(problem), OLD) == ()
