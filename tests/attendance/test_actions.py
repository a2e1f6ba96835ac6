from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from program.accounts.models import Person
from program.attendance.actions import (
    Mark,
    MarkedMeanwhile,
    NoSuchTime,
    NotExpected,
    add_guest,
    mark,
    mark_rest,
    receive,
    undo,
)
from program.attendance.models import Presence, PresenceState
from program.attendance.queries import CURRENT, known_at
from program.cohorts.models import Cohort
from program.core.audit import AuditEntry
from program.core.db import db
from program.core.errors import Refusal
from program.meetings.models import Meeting, SeatReason
from tests.factories import (
    MONDAY_9H,
    make_cohort,
    make_enrolment,
    make_meeting,
    make_room,
    make_seat,
    publish,
)

PRESENT, LATE, LEFT_EARLY, ABSENT, EXCUSED = PresenceState
AT = MONDAY_9H + timedelta(minutes=5)


def expected(n: int = 1) -> tuple[Meeting, list[int]]:
    """A meeting of four hours and the ids of the people expected there."""
    cohort = make_cohort()
    meeting = make_meeting(cohort)
    people = [make_enrolment(cohort).person for _ in range(n)]
    for person in people:
        make_seat(meeting, person)
    return meeting, [person.id for person in people]


def counting() -> list[tuple[PresenceState, int]]:
    rows = db.session.execute(
        select(Presence.state, Presence.minutes).where(CURRENT).order_by(Presence.person_id)
    )
    return [(state, minutes) for state, minutes in rows]


@pytest.mark.usefixtures("app")
class TestMinutes:
    @pytest.mark.parametrize(
        ("state", "minutes"),
        [(PRESENT, 240), (LATE, 225), (LEFT_EARLY, 225), (ABSENT, 0), (EXCUSED, 0)],
    )
    def test_each_state_has_its_usual_minutes(self, state: PresenceState, minutes: int) -> None:
        meeting, [person] = expected()

        assert mark(meeting.id, person, state, by=None, at=AT).minutes == minutes

    def test_who_is_late_gets_the_minutes_given(self) -> None:
        meeting, [person] = expected()

        assert mark(meeting.id, person, LATE, by=None, at=AT, minutes=90).minutes == 90

    @pytest.mark.parametrize("minutes", [-1, 241])
    def test_nobody_attends_longer_than_the_meeting(self, minutes: int) -> None:
        meeting, [person] = expected()

        with pytest.raises(NoSuchTime):
            mark(meeting.id, person, LATE, by=None, at=AT, minutes=minutes)

    def test_the_length_is_the_one_people_were_told(self) -> None:
        meeting, [person] = expected()
        publish(meeting, ends_at=meeting.starts_at + timedelta(minutes=100))

        assert mark(meeting.id, person, PRESENT, by=None, at=AT).minutes == 100


@pytest.mark.usefixtures("app")
class TestCorrecting:
    def test_a_correction_keeps_the_earlier_mark(self) -> None:
        meeting, [person] = expected()
        mark(meeting.id, person, ABSENT, by=None, at=AT)

        mark(meeting.id, person, LATE, by=person, at=AT + timedelta(hours=1))

        rows = db.session.scalars(select(Presence).order_by(Presence.id)).all()
        assert [(row.state, row.superseded_at) for row in rows] == [
            (ABSENT, AT + timedelta(hours=1)),
            (LATE, None),
        ]

    def test_marking_the_same_again_changes_nothing(self) -> None:
        meeting, [person] = expected()
        first = mark(meeting.id, person, ABSENT, by=None, at=AT)

        assert mark(meeting.id, person, ABSENT, by=None, at=AT + timedelta(1)) is first

    def test_one_can_ask_what_was_known_on_a_day(self) -> None:
        meeting, [person] = expected()
        mark(meeting.id, person, ABSENT, by=None, at=AT)
        mark(meeting.id, person, PRESENT, by=None, at=AT + timedelta(days=2))

        def known(days: int) -> list[PresenceState]:
            moment = known_at(AT + timedelta(days=days))
            return list(db.session.scalars(select(Presence.state).where(moment)))

        assert [known(-1), known(0), known(1), known(2)] == [[], [ABSENT], [ABSENT], [PRESENT]]

    def test_undo_brings_the_earlier_mark_back(self) -> None:
        meeting, [person] = expected()
        mark(meeting.id, person, LATE, by=None, at=AT, minutes=200)
        receive(
            meeting.id, person, Mark(ABSENT, stamp="a.1"), by=None, at=AT + timedelta(seconds=9)
        )

        assert undo(meeting.id, "a.1", by=None, at=AT + timedelta(seconds=20)) == 1
        assert counting() == [(LATE, 200)]

    def test_undo_of_a_first_mark_leaves_the_person_open(self) -> None:
        meeting, [person] = expected()
        receive(meeting.id, person, Mark(ABSENT, stamp="a.1"), by=None, at=AT)

        undo(meeting.id, "a.1", by=None, at=AT)

        assert counting() == []

    def test_undo_leaves_later_corrections_alone(self) -> None:
        meeting, [person] = expected()
        mark_rest(meeting.id, PRESENT, by=None, at=AT, stamp="a.1")
        mark(meeting.id, person, ABSENT, by=None, at=AT + timedelta(seconds=9))

        assert undo(meeting.id, "a.1", by=None, at=AT + timedelta(seconds=20)) == 0
        assert counting() == [(ABSENT, 0)]


@pytest.mark.usefixtures("app")
class TestDevices:
    def test_a_mark_that_arrives_twice_is_one_mark(self) -> None:
        meeting, [person] = expected()
        late = Mark(LATE, stamp="phone.1", seen=0)
        receive(meeting.id, person, late, by=None, at=AT)
        mark(meeting.id, person, PRESENT, by=None, at=AT + timedelta(seconds=1))

        receive(meeting.id, person, late, by=None, at=AT + timedelta(seconds=2))

        assert counting() == [(PRESENT, 240)]

    def test_an_outdated_device_hears_both_versions(self) -> None:
        meeting, [person] = expected()
        theirs = receive(meeting.id, person, Mark(LATE, stamp="desk.1", seen=0), by=None, at=AT)

        with pytest.raises(MarkedMeanwhile) as refusal:
            receive(meeting.id, person, Mark(ABSENT, stamp="phone.1", seen=0), by=None, at=AT)

        assert (refusal.value.theirs, refusal.value.mine.state) == (theirs, ABSENT)
        assert counting() == [(LATE, 225)]

    def test_a_device_never_clashes_with_itself(self) -> None:
        meeting, [person] = expected()
        receive(meeting.id, person, Mark(LATE, stamp="phone.1", seen=0), by=None, at=AT)

        receive(meeting.id, person, Mark(ABSENT, stamp="phone.2", seen=0), by=None, at=AT)

        assert counting() == [(ABSENT, 0)]


@pytest.mark.usefixtures("app")
class TestTheRest:
    def test_the_rest_is_who_was_not_marked(self) -> None:
        meeting, people = expected(3)
        mark(meeting.id, people[0], ABSENT, by=None, at=AT)

        assert mark_rest(meeting.id, PRESENT, by=None, at=AT) == 2
        assert counting() == [(ABSENT, 0), (PRESENT, 240), (PRESENT, 240)]

    def test_who_gave_up_the_place_is_not_of_the_rest(self) -> None:
        meeting, _people = expected(1)
        gone = make_enrolment(meeting.cohort).person
        make_seat(meeting, gone, released_at=MONDAY_9H)

        assert mark_rest(meeting.id, PRESENT, by=None, at=AT) == 1


@pytest.mark.usefixtures("app")
class TestWhoMayBeMarked:
    def test_only_who_is_expected_is_marked(self) -> None:
        meeting, _people = expected()
        stranger = make_enrolment(meeting.cohort).person

        with pytest.raises(NotExpected):
            mark(meeting.id, stranger.id, PRESENT, by=None, at=AT)

    def test_a_guest_of_the_cohort_gets_a_place(self) -> None:
        meeting, _people = expected()
        guest = make_enrolment(meeting.cohort).person

        assert add_guest(meeting.id, guest.id, by=None, at=AT).reason is SeatReason.CATCH_UP
        assert mark(meeting.id, guest.id, PRESENT, by=None, at=AT).minutes == 240

    def test_a_guest_of_another_cohort_is_refused(self) -> None:
        meeting, _people = expected()

        with pytest.raises(NotExpected):
            add_guest(meeting.id, make_enrolment(make_cohort()).person_id, by=None, at=AT)

    def test_a_full_room_takes_no_guest(self) -> None:
        cohort = make_cohort()
        meeting = make_meeting(cohort, room=make_room(name="Kast", capacity=1))
        make_seat(meeting, make_enrolment(cohort).person)

        with pytest.raises(Refusal, match="Kast"):
            add_guest(meeting.id, make_enrolment(cohort).person_id, by=None, at=AT)

    def test_a_guest_leaves_the_place_at_the_other_table(self) -> None:
        here, _people = expected()
        there = make_meeting(here.cohort)
        guest = make_enrolment(here.cohort).person
        left = make_seat(there, guest)

        assert add_guest(here.id, guest.id, by=None, at=AT).reason is SeatReason.SWAP
        assert left.released_at == AT

    def test_who_was_marked_at_the_other_table_is_no_guest_here(self) -> None:
        here, _people = expected()
        there = make_meeting(here.cohort)
        guest = make_enrolment(here.cohort).person
        make_seat(there, guest)
        mark(there.id, guest.id, PRESENT, by=None, at=AT)

        with pytest.raises(NotExpected):
            add_guest(here.id, guest.id, by=None, at=AT)

    def test_a_cancelled_meeting_has_no_roll(self) -> None:
        cohort = make_cohort()
        meeting = make_meeting(cohort, cancelled_at=AT)

        with pytest.raises(Refusal, match="vervallen"):
            mark_rest(meeting.id, PRESENT, by=None, at=AT)


@pytest.mark.usefixtures("app")
def test_a_mark_is_audited_and_shows_on_pages() -> None:
    meeting, [person] = expected()
    db.session.commit()

    mark(meeting.id, person, PRESENT, by=person, at=AT)
    db.session.commit()

    assert db.session.scalars(select(AuditEntry.action)).all() == ["presence.marked"]
    assert db.session.get_one(Cohort, meeting.cohort_id).version == 2
    assert db.session.get_one(Person, person).version == 2


def test_many_trainers_at_once_leave_one_mark_and_lose_none(each_app: Flask) -> None:
    meeting, people = expected(2)
    meeting_id = meeting.id
    db.session.commit()

    def press(n: int) -> None:
        with each_app.app_context():
            mark(meeting_id, people[n % 2], PRESENT if n % 4 < 2 else ABSENT, by=None, at=AT)
            db.session.commit()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(press, range(24)))

    db.session.rollback()
    assert len(counting()) == 2
    stored = db.session.scalars(select(Presence)).all()
    assert {row.person_id for row in stored} == set(people)
    audited = db.session.scalars(select(AuditEntry.id)).all()
    assert len(stored) == len(audited)  # each acknowledged change is there
