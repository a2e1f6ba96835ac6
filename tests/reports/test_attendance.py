from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import chain
from typing import Any, NamedTuple

import pytest
from flask import Flask
from flask_babel import force_locale

from program.accounts.models import Membership, Person
from program.assignments.models import Feedback, Submission
from program.attendance.models import Presence, PresenceState
from program.cohorts.models import Cohort, Enrolment
from program.core.db import db
from program.invitations.models import Answer, Invitation, PartStat
from program.meetings.models import Meeting, SeatReason
from program.reports.attendance import Scope, attendance_rows, summary_rows
from program.reports.exports.tables import Row
from tests.counting import counted_queries
from tests.factories import (
    MONDAY_9H,
    make_assignment,
    make_cohort,
    make_enrolment,
    make_meeting,
    make_module,
    make_organisation,
    make_person,
    make_seat,
    publish,
    stored,
)

MONDAY = MONDAY_9H.date()
LATER = MONDAY + timedelta(days=30)


class Mark(NamedTuple):
    state: PresenceState = PresenceState.PRESENT
    minutes: int = 240
    at: datetime = MONDAY_9H
    until: datetime | None = None


THERE = Mark()


def held(cohort: Cohort, *people: Person, **given: Any) -> Meeting:
    """A published meeting of four hours with these people on its list."""
    meeting = make_meeting(cohort, **given)
    publish(meeting)
    for person in people:
        make_seat(meeting, person)
    return meeting


def mark(meeting: Meeting, person: Person, given: Mark = THERE) -> None:
    stored(
        Presence(
            meeting_id=meeting.id, person_id=person.id, state=given.state, minutes=given.minutes,
            marked_at=given.at, superseded_at=given.until,
        )
    )  # fmt: skip


def of(cohort: Cohort, as_of: date = LATER) -> Scope:
    return Scope(cohort, [cohort.clients[0].id], as_of)


def flat(rows: Iterable[Row]) -> list[Any]:
    """Each row as it stands in the file."""
    return [tuple(chain.from_iterable(row)) for row in rows]


def rows(cohort: Cohort, as_of: date = LATER) -> list[Any]:
    return flat(attendance_rows(of(cohort, as_of)))


@pytest.fixture(autouse=True)
def in_english(each_app: Flask) -> Iterator[None]:
    with force_locale("en"):
        yield


@pytest.fixture
def cohort() -> Cohort:
    return make_cohort()


@pytest.fixture
def enrolment(cohort: Cohort) -> Enrolment:
    person = make_person(
        given_name="Jan", infix="van der", surname="Berg", email="jan@enschede.example"
    )
    found = make_enrolment(cohort, person)
    place = db.session.query(Membership).filter_by(person_id=person.id).one()
    place.employee_number, place.department = "00017", "Ruimte"
    db.session.commit()
    return found


def test_a_row_tells_who_was_where_and_how_long(cohort: Cohort, enrolment: Enrolment) -> None:
    module = make_module(cohort.programme, domains=("zelf", "opgave"), title="Kracht")
    meeting = held(cohort, enrolment.person, module=module)
    mark(meeting, enrolment.person, Mark(PresenceState.LATE, 225, MONDAY_9H + timedelta(days=2)))

    assert rows(cohort) == [
        (
            "00017", "jan@enschede.example", "Berg", "van der", "Jan", "Ruimte",
            cohort.programme.title, f"B{meeting.id}", "Kracht", "Zelf, Opgave",
            MONDAY, time(10), time(14), 4.0, "Late", 3.75, MONDAY + timedelta(days=2),
        )
    ]  # fmt: skip


def test_who_is_not_marked_yet_is_told_so(cohort: Cohort, enrolment: Enrolment) -> None:
    held(cohort, enrolment.person)

    assert [row[-3:] for row in rows(cohort)] == [("Not registered yet", None, None)]


def test_a_meeting_counts_from_the_day_it_was_held(cohort: Cohort, enrolment: Enrolment) -> None:
    held(cohort, enrolment.person)

    assert len(rows(cohort, MONDAY)) == 1
    assert rows(cohort, MONDAY - timedelta(days=1)) == []


def test_a_correction_leaves_what_was_known_before(cohort: Cohort, enrolment: Enrolment) -> None:
    meeting = held(cohort, enrolment.person)
    corrected = MONDAY_9H + timedelta(days=7)
    mark(meeting, enrolment.person, Mark(PresenceState.ABSENT, 0, until=corrected))
    mark(meeting, enrolment.person, Mark(at=corrected))

    assert [row[-3] for row in rows(cohort, MONDAY)] == ["Absent"]
    assert [row[-3] for row in rows(cohort, MONDAY + timedelta(days=6))] == ["Absent"]
    assert [row[-3] for row in rows(cohort, MONDAY + timedelta(days=7))] == ["Present"]


def test_a_mark_just_before_midnight_in_the_netherlands_belongs_to_that_day(
    cohort: Cohort, enrolment: Enrolment
) -> None:
    meeting = held(cohort, enrolment.person)
    mark(meeting, enrolment.person, Mark(at=datetime(2030, 1, 8, 22, 59, tzinfo=UTC)))

    assert rows(cohort, date(2030, 1, 7))[0][-1] is None
    assert rows(cohort, date(2030, 1, 8))[0][-1] == date(2030, 1, 8)


def test_a_place_given_up_does_not_count_but_a_mark_always_does(
    cohort: Cohort, enrolment: Enrolment
) -> None:
    moved = make_meeting(cohort)
    publish(moved)
    make_seat(moved, enrolment.person, released_at=MONDAY_9H - timedelta(days=1))
    been = make_meeting(cohort, starts_at=MONDAY_9H + timedelta(days=1))
    publish(been)
    make_seat(been, enrolment.person, released_at=MONDAY_9H + timedelta(days=9))
    mark(been, enrolment.person)

    assert [row[7] for row in rows(cohort)] == [f"B{been.id}"]


def test_drafts_cancelled_meetings_and_waiting_lists_do_not_count(
    cohort: Cohort, enrolment: Enrolment
) -> None:
    make_seat(make_meeting(cohort), enrolment.person)
    held(cohort, enrolment.person, cancelled_at=MONDAY_9H)
    full = held(cohort)
    make_seat(full, enrolment.person, reason=SeatReason.WAITING)

    assert rows(cohort) == []


def test_someone_who_left_keeps_the_past_and_has_no_future(
    cohort: Cohort, enrolment: Enrolment
) -> None:
    enrolment.until_on = MONDAY + timedelta(days=1)
    before = held(cohort, enrolment.person)
    held(cohort, enrolment.person, starts_at=MONDAY_9H + timedelta(days=1))

    assert [row[7] for row in rows(cohort)] == [f"B{before.id}"]


def test_only_people_of_the_organisation_are_told_of(cohort: Cohort, enrolment: Enrolment) -> None:
    other = make_organisation()
    theirs = make_enrolment(cohort, organisation=other)
    elsewhere = make_enrolment(make_cohort(client=cohort.clients[0]))
    held(cohort, enrolment.person, theirs.person)
    held(elsewhere.cohort, elsewhere.person)

    assert [row[1] for row in rows(cohort)] == ["jan@enschede.example"]
    assert {row[1] for row in flat(summary_rows(of(cohort)))} == {"jan@enschede.example"}
    assert {row[1] for row in flat(attendance_rows(Scope(cohort, [other.id], LATER)))} == {
        theirs.person.email
    }


def test_people_come_by_name_and_their_meetings_by_time(cohort: Cohort) -> None:
    late = make_enrolment(cohort, make_person(surname="Zuid", email="z@example.nl")).person
    early = make_enrolment(cohort, make_person(surname="Aa", email="a@example.nl")).person
    second = held(cohort, late, early, starts_at=MONDAY_9H + timedelta(days=2))
    first = held(cohort, late, early)

    assert [(row[1], row[7]) for row in rows(cohort)] == [
        ("a@example.nl", f"B{first.id}"),
        ("a@example.nl", f"B{second.id}"),
        ("z@example.nl", f"B{first.id}"),
        ("z@example.nl", f"B{second.id}"),
    ]


def test_the_summary_has_a_row_per_person_and_domain(cohort: Cohort, enrolment: Enrolment) -> None:
    module = make_module(cohort.programme, domains=("zelf", "opgave"))
    mark(held(cohort, enrolment.person, module=module), enrolment.person, Mark(minutes=120))
    future = make_module(cohort.programme, domains=("opgave",))
    held(cohort, enrolment.person, module=future, starts_at=MONDAY_9H + timedelta(days=90))
    make_assignment(cohort.programme)
    done = make_assignment(cohort.programme)
    for number in (1, 2):
        stored(
            Submission(
                assignment_id=done.id, enrolment_id=enrolment.id, number=number,
                submitted_at=MONDAY_9H,
            )
        )  # fmt: skip

    assert [row[7:] for row in flat(summary_rows(of(cohort)))] == [
        ("Zelf", 2.0, 1.0, 0.5, 2.0, 0.8, "No longer possible", 1, 2),
        ("Opgave", 2.0, 1.0, 0.5, 6.0, 0.8, "At risk", 0, 0),
        ("Organisatie", 0.0, 0.0, None, 0.0, 0.8, "Within reach", 0, 0),
        ("Samenleving", 0.0, 0.0, None, 0.0, 0.8, "Within reach", 0, 0),
    ]


def test_work_handed_in_later_was_not_in_by_then(cohort: Cohort, enrolment: Enrolment) -> None:
    task = make_assignment(cohort.programme)
    stored(
        Submission(
            assignment_id=task.id, enrolment_id=enrolment.id, number=1,
            submitted_at=MONDAY_9H + timedelta(days=1),
        )
    )  # fmt: skip

    def counts(as_of: date) -> Any:
        return next(row[-2:] for row in flat(summary_rows(of(cohort, as_of))))

    assert (counts(MONDAY), counts(MONDAY + timedelta(days=1))) == ((0, 1), (1, 1))


def test_no_reason_note_comment_or_text_is_ever_told(cohort: Cohort, enrolment: Enrolment) -> None:
    canary = "KANARIE"
    meeting = held(cohort, enrolment.person, note=canary)
    meeting.published.note = canary  # type: ignore[union-attr]
    mark(meeting, enrolment.person, Mark(PresenceState.EXCUSED, 0))
    task = make_assignment(cohort.programme, instructions=canary, title=canary)
    work = stored(
        Submission(
            assignment_id=task.id, enrolment_id=enrolment.id, number=1, text=canary,
            file_name=canary, media_type=canary, file=canary.encode(), submitted_at=MONDAY_9H,
        )
    )  # fmt: skip
    author = make_person(surname=canary)
    stored(Feedback(submission_id=work.id, author_id=author.id, text=canary, given_at=MONDAY_9H))
    invitation = stored(
        Invitation(
            meeting_id=meeting.id, person_id=enrolment.person_id, uid=canary, address=canary,
            stamped_at=MONDAY_9H, starts_at=MONDAY_9H, answered_via=canary,
        )
    )  # fmt: skip
    stored(
        Answer(
            invitation_id=invitation.id, received_at=MONDAY_9H, via=canary, sequence=0,
            partstat=PartStat.DECLINED, stamp=MONDAY_9H, comment=canary, applied=True, why=canary,
        )
    )  # fmt: skip

    told = [*rows(cohort), *summary_rows(of(cohort))]
    assert len(told) == 5
    assert canary not in str(told)


def make_many(cohort: Cohort, people: int) -> Iterator[Person]:
    for _ in range(people):
        yield make_enrolment(cohort).person


def test_a_report_asks_the_database_as_often_for_one_as_for_many(cohort: Cohort) -> None:
    counts = []
    for people in (1, 3):
        held(cohort, *make_many(cohort, people))
        scope = of(cohort)
        _ = cohort.programme.domains
        with counted_queries() as seen:
            list(attendance_rows(scope))
            list(summary_rows(scope))
        counts.append(len(seen))
    assert counts[0] == counts[1]
