from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from program.accounts.models import Role
from program.cohorts.models import Absence, AbsenceSource, Cohort
from program.core.audit import AuditEntry
from program.core.db import db
from program.core.errors import Refusal
from program.meetings.actions.moving import (
    Move,
    WouldClash,
    cancel_meeting,
    move_meeting,
    restore_meeting,
    set_lock,
)
from program.meetings.models import Meeting, Room
from tests.factories import (
    MONDAY_9H,
    grant,
    make_cohort,
    make_enrolment,
    make_meeting,
    make_module,
    make_person,
    make_room,
    make_seat,
    make_venue,
)


def our_room(cohort: Cohort, **given: object) -> Room:
    return make_room(venue=make_venue(organisation=cohort.organisation), **given)


def held(cohort: Cohort, **given: object) -> Meeting:
    """A meeting in a room of the bureau, that needs no trainer."""
    if "module" not in given:
        given["module"] = make_module(cohort.programme, trainers=0)
    if "room" not in given:
        given["room"] = our_room(cohort)
    return make_meeting(cohort, **given)


def move(meeting: Meeting, *, days: int = 0, force: bool = False, **given: object) -> None:
    by = timedelta(days=days)
    values: dict[str, object] = {
        "starts_at": meeting.starts_at + by,
        "ends_at": meeting.ends_at + by,
        "room_id": meeting.room_id,
        "trainer_ids": tuple(person.id for person in meeting.trainers),
    }
    move_meeting(meeting, Move(**values | given), force=force, by=None)  # type: ignore[arg-type]


@pytest.mark.usefixtures("each_app")
def test_a_meeting_moves_and_the_cohorts_pages_are_made_anew() -> None:
    cohort = make_cohort()
    meeting, before = held(cohort), cohort.version

    move(meeting, days=1)
    db.session.commit()

    assert meeting.starts_at == MONDAY_9H + timedelta(days=1)
    assert cohort.version == before + 1
    assert db.session.scalars(select(AuditEntry.action)).all() == ["meeting.moved"]


@pytest.mark.usefixtures("each_app")
def test_a_room_is_never_double_even_when_forced() -> None:
    cohort = make_cohort()
    room = our_room(cohort, name="Weverij")
    held(make_cohort(programme=cohort.programme), room=room)
    meeting = held(cohort)

    with pytest.raises(Refusal, match="Weverij") as refusal:
        move(meeting, room_id=room.id, force=True)

    assert refusal.value.field == "room_id"


@pytest.mark.usefixtures("app")
def test_a_trainer_is_never_double() -> None:
    cohort = make_cohort()
    amber = grant(make_person(given_name="Amber"), Role.TRAINER, cohort.organisation)
    held(cohort, trainers=[amber])
    meeting = held(cohort)

    with pytest.raises(Refusal, match="Amber") as refusal:
        move(meeting, trainer_ids=(amber.id,), force=True)

    assert refusal.value.field == "trainer_ids"


@pytest.mark.usefixtures("app")
def test_a_person_is_never_at_two_meetings() -> None:
    cohort = make_cohort()
    dana = make_enrolment(cohort, make_person(given_name="Dana")).person
    there = held(cohort)
    meeting = held(cohort, starts_at=MONDAY_9H + timedelta(days=1))
    make_seat(there, dana)
    make_seat(meeting, dana)

    with pytest.raises(Refusal, match="Dana"):
        move(meeting, days=-1, force=True)


@pytest.mark.usefixtures("app")
def test_a_room_that_is_too_small_is_refused() -> None:
    cohort = make_cohort()
    meeting = held(cohort)
    for _ in range(2):
        make_seat(meeting, make_enrolment(cohort).person)

    with pytest.raises(Refusal, match="2"):
        move(meeting, room_id=our_room(cohort, capacity=1).id)


@pytest.mark.usefixtures("each_app")
def test_an_absence_asks_first_and_names_who() -> None:
    cohort = make_cohort()
    dana = make_enrolment(cohort, make_person(given_name="Dana")).person
    tuesday = MONDAY_9H + timedelta(days=1)
    db.session.add(
        Absence(
            person_id=dana.id,
            source=AbsenceSource.LIST,
            starts_at=tuesday,
            ends_at=tuesday + timedelta(hours=8),
        )
    )
    meeting = held(cohort)
    make_seat(meeting, dana)

    with pytest.raises(WouldClash, match="Dana"):
        move(meeting, days=1)
    move(meeting, days=1, force=True)

    assert meeting.starts_at == tuesday


@pytest.mark.usefixtures("app")
def test_a_public_holiday_asks_first() -> None:
    meeting = held(make_cohort(starts_on=date(2030, 1, 1)))

    with pytest.raises(WouldClash):
        move(meeting, days=-6)


@pytest.mark.usefixtures("app")
def test_a_day_outside_the_period_is_refused() -> None:
    with pytest.raises(Refusal) as refusal:
        move(held(make_cohort()), days=-30, force=True)

    assert refusal.value.field == "day"


@pytest.mark.usefixtures("app")
def test_another_bureaus_room_does_not_exist() -> None:
    with pytest.raises(Refusal) as refusal:
        move(held(make_cohort()), room_id=make_room().id)

    assert refusal.value.field == "room_id"


@pytest.mark.usefixtures("app")
def test_another_note_asks_nothing_even_where_things_do_not_fit() -> None:
    cohort = make_cohort()
    room = our_room(cohort)
    held(cohort, room=room)
    meeting = held(cohort, room=room)

    move(meeting, note="Neem uw opgave mee")

    assert meeting.note == "Neem uw opgave mee"


def test_of_eight_planners_at_once_one_gets_the_room(each_app: Flask) -> None:
    cohort = make_cohort()
    room_id = our_room(cohort).id
    ids = [held(cohort).id for _ in range(8)]
    db.session.rollback()

    def planner(meeting_id: int) -> bool:
        with each_app.app_context():
            try:
                move(db.session.get_one(Meeting, meeting_id), room_id=room_id)
            except Refusal:
                return False
            db.session.commit()
            return True

    with ThreadPoolExecutor(8) as planners:
        got_it = list(planners.map(planner, ids))

    assert sorted(got_it) == [False] * 7 + [True]
    in_it = select(Meeting.id).where(Meeting.room_id == room_id)
    assert db.session.scalars(in_it).all() == [ids[got_it.index(True)]]


@pytest.mark.usefixtures("each_app")
def test_locks_count_what_they_changed() -> None:
    cohort = make_cohort()
    ids = [held(cohort, locked_at=at).id for at in (None, None, MONDAY_9H)]

    assert set_lock(cohort, ids, on=True, at=MONDAY_9H, by=None) == 2
    assert set_lock(cohort, ids[:1], on=False, at=MONDAY_9H, by=None) == 1


@pytest.mark.usefixtures("app")
def test_a_cancelled_meeting_frees_its_room_and_comes_back_only_if_that_is_free() -> None:
    cohort = make_cohort()
    first, second = held(cohort), held(cohort)
    cancel_meeting(first, at=MONDAY_9H, by=None)

    move(second, room_id=first.room_id)

    with pytest.raises(Refusal):
        restore_meeting(first, by=None)


@pytest.mark.usefixtures("app")
def test_a_cancelled_meeting_comes_back() -> None:
    meeting = held(make_cohort())
    cancel_meeting(meeting, at=MONDAY_9H, by=None)

    restore_meeting(meeting, by=None)

    assert meeting.cancelled_at is None
