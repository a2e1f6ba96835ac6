from datetime import date, timedelta

import pytest
from sqlalchemy import select

from program.cohorts.actions import PersonSpec
from program.cohorts.models import Cohort, Enrolment, GroupMembership
from program.core.db import db
from program.core.errors import Refusal
from program.meetings.actions import seats
from program.meetings.actions.moving import cancel_meeting, restore_meeting
from program.meetings.models import Meeting, Seat, SeatReason
from program.programmes.models import ModuleKind
from tests.factories import (
    MONDAY_9H,
    make_cohort,
    make_enrolment,
    make_group,
    make_meeting,
    make_module,
    make_room,
    make_seat,
)

pytestmark = pytest.mark.usefixtures("each_app")
SPRING = date(2030, 3, 1)


def held(cohort: Cohort, *, weeks: int, **given: object) -> Meeting:
    return make_meeting(cohort, starts_at=MONDAY_9H + timedelta(weeks=weeks), **given)


def seated(enrolment: Enrolment) -> set[int]:
    mine = select(Seat.meeting_id).where(
        Seat.person_id == enrolment.person_id, Seat.released_at.is_(None)
    )
    return set(db.session.scalars(mine))


def test_moving_somebody_moves_the_seats_to_come_and_leaves_the_past() -> None:
    cohort = make_cohort()
    dana = make_enrolment(cohort)
    a, b = make_group(cohort, dana), make_group(cohort)
    module = make_module(cohort.programme)
    past, left = held(cohort, weeks=0, group=a), held(cohort, weeks=20, group=a, module=module)
    joined = held(cohort, weeks=21, group=b, module=module)
    for meeting in (past, left):
        make_seat(meeting, dana.person)

    seats.transfer(dana, b, from_on=SPRING, at=MONDAY_9H, by=None)
    db.session.commit()

    assert seated(dana) == {past.id, joined.id}
    spells = select(GroupMembership.group_id, GroupMembership.since_on, GroupMembership.until_on)
    assert db.session.execute(spells.order_by(GroupMembership.since_on)).all() == [
        (a.id, cohort.starts_on, SPRING),
        (b.id, SPRING, None),
    ]


def test_moving_back_gives_the_seat_back() -> None:
    cohort = make_cohort()
    dana = make_enrolment(cohort)
    a, b = make_group(cohort, dana), make_group(cohort)
    meeting = held(cohort, weeks=20, group=a)
    make_seat(meeting, dana.person)

    for group in (b, a):
        seats.transfer(dana, group, from_on=SPRING, at=MONDAY_9H, by=None)

    assert seated(dana) == {meeting.id}


def test_nobody_moves_in_the_past_of_a_cohort_that_runs() -> None:
    cohort = make_cohort()
    dana = make_enrolment(cohort)
    group = make_group(cohort)

    with pytest.raises(Refusal) as refusal:
        seats.transfer(dana, group, from_on=date(2030, 1, 2), at=MONDAY_9H, by=None)

    assert refusal.value.field == "from_on"


def test_nobody_moves_into_a_full_room() -> None:
    cohort = make_cohort()
    dana, other = make_enrolment(cohort), make_enrolment(cohort)
    group = make_group(cohort, other)
    full = held(cohort, weeks=20, group=group, room=make_room(name="Zolder", capacity=1))
    make_seat(full, other.person)

    with pytest.raises(Refusal, match="Zolder"):
        seats.transfer(dana, group, from_on=SPRING, at=MONDAY_9H, by=None)


def test_a_newcomer_has_a_seat_at_what_everybody_comes_to() -> None:
    cohort = make_cohort()
    plenary = make_module(cohort.programme, kind=ModuleKind.PLENARY)
    before, later = (
        held(cohort, weeks=weeks, module=plenary, round=weeks + 1) for weeks in (0, 20)
    )

    dana = seats.enrol(
        cohort,
        PersonSpec(email="dana@example.nl", given_name="Dana", surname="Horst"),
        organisation_id=cohort.clients[0].id,
        since_on=SPRING,
        at=MONDAY_9H,
        by=None,
    )

    assert seated(dana) == {later.id}
    assert before.id not in seated(dana)


def test_who_leaves_frees_the_seats_to_come() -> None:
    cohort = make_cohort()
    dana = make_enrolment(cohort)
    group = make_group(cohort, dana)
    past, later = held(cohort, weeks=0, group=group), held(cohort, weeks=20, group=group)
    for meeting in (past, later):
        make_seat(meeting, dana.person)

    seats.withdraw(dana, until_on=SPRING, at=MONDAY_9H, by=None)
    db.session.commit()

    assert seated(dana) == {past.id}
    assert dana.until_on == SPRING


def test_a_seat_that_was_swapped_stays() -> None:
    cohort = make_cohort()
    dana = make_enrolment(cohort)
    a, b = make_group(cohort, dana), make_group(cohort)
    elsewhere = held(cohort, weeks=20, group=make_group(cohort))
    make_seat(elsewhere, dana.person, reason="swap")

    seats.transfer(dana, b, from_on=SPRING, at=MONDAY_9H, by=None)

    assert elsewhere.id in seated(dana)
    assert a.id != b.id


def test_nobody_is_enrolled_at_two_sessions_at_once() -> None:
    one, other = make_cohort(), make_cohort()
    dana = make_enrolment(one)
    make_seat(held(one, weeks=20, title="Aftrap"), dana.person)
    held(other, weeks=20)
    spec = PersonSpec(email=dana.person.email, given_name="Dana", surname="Berg")
    client, first = other.clients[0].id, other.starts_on

    with pytest.raises(Refusal, match="Aftrap"):
        seats.enrol(other, spec, organisation_id=client, since_on=first, at=MONDAY_9H, by=None)


def test_who_leaves_gives_up_a_place_to_catch_up_too() -> None:
    cohort = make_cohort()
    dana = make_enrolment(cohort)
    make_seat(held(cohort, weeks=20), dana.person, reason=SeatReason.CATCH_UP)

    seats.withdraw(dana, until_on=SPRING, at=MONDAY_9H, by=None)

    assert seated(dana) == set()


def test_a_cancelled_session_that_is_held_after_all_has_the_people_of_now() -> None:
    cohort = make_cohort()
    dana = make_enrolment(cohort)
    a, b = make_group(cohort, dana), make_group(cohort)
    meeting = held(cohort, weeks=20, group=a)
    make_seat(meeting, dana.person)
    cancel_meeting(meeting, at=MONDAY_9H, by=None)

    seats.transfer(dana, b, from_on=SPRING, at=MONDAY_9H, by=None)
    restore_meeting(meeting, by=None)

    assert seated(dana) == set()
