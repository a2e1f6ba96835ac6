"""A proposal of groups is asked for, moved by hand, improved, and made the draft."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from program.cohorts.actions import add_pair
from program.cohorts.models import Cohort, Enrolment, Group, GroupMembership
from program.core.audit import AuditEntry
from program.core.db import db
from program.core.errors import Refusal
from program.meetings.models import Meeting, Seat
from program.planning.actions import (
    ChangedMeanwhile,
    GroupWish,
    PlanOutdated,
    Wish,
    accept,
    accept_groups,
    improve,
    move_people,
    pin_people,
    pose_groups,
    swap_people,
)
from program.planning.models import PlanRun
from tests.planning.grouping.mixing import done, proposed
from tests.planning.stored import AT, make_participants, plannable, solved


@pytest.fixture
def cohort(app: Flask) -> Cohort:
    return plannable()


def groups_of(run: PlanRun) -> list[list[int]]:
    return [list(people) for people in (run.proposal or {})["groups"]]


def members(on: date = date(2030, 3, 1)) -> dict[str, set[int]]:
    rows = db.session.execute(
        select(Group.name, Enrolment.person_id)
        .join(GroupMembership, GroupMembership.group_id == Group.id)
        .join(Enrolment, Enrolment.id == GroupMembership.enrolment_id)
        .where(
            GroupMembership.since_on <= on,
            GroupMembership.until_on.is_(None) | (GroupMembership.until_on > on),
        )
    )
    found: dict[str, set[int]] = {}
    for name, person in rows:
        found.setdefault(name, set()).add(person)
    return found


def actions() -> list[str]:
    return list(db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


def enrolments(cohort: Cohort, people: Sequence[int]) -> list[Enrolment]:
    rows = db.session.scalars(select(Enrolment).where(Enrolment.cohort_id == cohort.id))
    by_person = {row.person_id: row for row in rows}
    return [by_person[person] for person in people]


def test_a_proposal_changes_nothing_until_it_is_accepted(cohort: Cohort) -> None:
    run = proposed(cohort)
    assert members() == {}

    accept_groups(run, at=AT, by=None)
    accept_groups(run, at=AT, by=None)  # a second time changes nothing
    db.session.commit()

    one, other = map(set, groups_of(run))
    assert members() == {"Groep 1": one, "Groep 2": other}
    assert actions()[-2:] == ["groups.asked", "groups.accepted"]


def test_groups_that_stand_keep_their_people_and_a_latecomer_gets_a_place(cohort: Cohort) -> None:
    accept_groups(proposed(cohort), at=AT, by=None)
    before = members()
    (late,) = make_participants(cohort, [{}])

    accept_groups(proposed(cohort, keep=True), at=AT, by=None)

    after = members()
    assert {name: people - {late.id} for name, people in after.items()} == before
    assert sum(late.id in people for people in after.values()) == 1


def test_moving_people_counts_versions_and_leaves_a_line(cohort: Cohort) -> None:
    run = proposed(cohort)
    person = groups_of(run)[0][0]

    move_people(run, [person], 1, version=0, by=None)

    assert person in groups_of(run)[1]
    assert [len(people) for people in groups_of(run)] == [3, 5]
    assert actions()[-1] == "groups.moved"
    with pytest.raises(ChangedMeanwhile):  # somebody else still sees the groups as they were
        move_people(run, [person], 0, version=0, by=None)
    assert person in groups_of(run)[1]


def test_two_people_change_places_so_that_the_sizes_stay(cohort: Cohort) -> None:
    run = proposed(cohort)
    one, other = groups_of(run)[0][0], groups_of(run)[1][0]

    swap_people(run, [one, other], version=0, by=None)

    assert other in groups_of(run)[0]
    assert one in groups_of(run)[1]
    assert [len(people) for people in groups_of(run)] == [4, 4]


def test_two_of_one_group_cannot_change_places(cohort: Cohort) -> None:
    run = proposed(cohort)

    with pytest.raises(Refusal):
        swap_people(run, groups_of(run)[0][:2], version=0, by=None)


@pytest.mark.parametrize(("people", "group"), [([], 0), ([999_999], 0), (None, 7), (None, -1)])
def test_who_or_what_is_not_there_is_refused(
    cohort: Cohort, people: list[int] | None, group: int
) -> None:
    run = proposed(cohort)
    before = groups_of(run)

    with pytest.raises(Refusal):
        move_people(run, before[0][:1] if people is None else people, group, version=0, by=None)

    assert groups_of(run) == before


def test_improving_keeps_who_is_pinned_where_they_were_put(cohort: Cohort) -> None:
    run = proposed(cohort)
    moved = groups_of(run)[0][:2]
    move_people(run, moved, 1, version=0, by=None)
    pin_people(run, moved, True, version=1, by=None)

    better = done(improve(run, at=AT, by=None))

    assert set(moved) <= set(groups_of(better)[1])
    assert [len(people) for people in groups_of(better)] == [4, 4]
    assert better.based_on_id == run.id


def test_improving_takes_the_pairs_as_they_are_now(cohort: Cohort) -> None:
    run = proposed(cohort)
    one, other = groups_of(run)[0][0], groups_of(run)[1][0]
    add_pair(cohort, *enrolments(cohort, [one, other]), together=True, by=None)

    better = done(improve(run, at=AT, by=None))

    assert any({one, other} <= set(people) for people in groups_of(better))


def test_when_somebody_joined_the_groups_are_not_accepted(cohort: Cohort) -> None:
    run = proposed(cohort)
    make_participants(cohort, [{}])

    with pytest.raises(PlanOutdated):
        accept_groups(run, at=AT, by=None)


def test_seats_at_meetings_to_come_follow_the_groups(cohort: Cohort) -> None:
    accept(solved(cohort, Wish(steps=200)), at=AT, by=None)
    run = proposed(cohort)
    one, other = groups_of(run)[0][0], groups_of(run)[1][0]
    swap_people(run, [one, other], version=0, by=None)

    accept_groups(run, at=AT, by=None)
    db.session.commit()

    for name, people in members().items():
        seated = db.session.scalars(
            select(Seat.person_id)
            .join(Meeting, Meeting.id == Seat.meeting_id)
            .join(Group, Group.id == Meeting.group_id)
            .where(Group.name == name, Seat.released_at.is_(None))
        )
        assert set(seated) == people


def test_only_who_goes_elsewhere_gets_a_new_membership(cohort: Cohort) -> None:
    accept_groups(proposed(cohort), at=AT, by=None)
    db.session.commit()
    before = {row.id for row in db.session.scalars(select(GroupMembership))}
    run = proposed(cohort, keep=True)
    one, other = groups_of(run)[0][0], groups_of(run)[1][0]
    swap_people(run, [one, other], version=0, by=None)

    accept_groups(run, at=AT, by=None)
    db.session.commit()

    after = {row.id for row in db.session.scalars(select(GroupMembership))}
    assert len(before & after) == 6


def test_the_planner_knows_one_question_at_a_time(cohort: Cohort) -> None:
    pose_groups(cohort, GroupWish(), at=AT, by=None)

    with pytest.raises(Refusal):
        pose_groups(cohort, GroupWish(), at=AT + timedelta(minutes=1), by=None)


@pytest.mark.parametrize(
    "wrong",
    [
        {"groups": 9},
        {"least": 5},
        {"most": 3},
        {"attributes": {"department": 0}},
        {"attributes": {"department": 99}},
        {"seconds": 0},
    ],
)
def test_a_wish_that_makes_no_sense_is_refused(cohort: Cohort, wrong: dict[str, object]) -> None:
    with pytest.raises(Refusal):
        pose_groups(cohort, replace(GroupWish(), **wrong), at=AT, by=None)  # type: ignore[arg-type]
