from datetime import UTC, datetime, timedelta

import pytest

from program.accounts.models import Person
from program.attendance.models import Presence, PresenceState
from program.cohorts.models import Cohort, GroupKind
from program.core.db import db
from program.encounters.ledger import Gathering, ledger, others
from program.encounters.queries import gatherings
from program.meetings.models import Meeting, SeatReason
from program.planning.encountered import met_before
from tests.counting import counted_queries
from tests.factories import (
    make_cohort,
    make_enrolment,
    make_group,
    make_meeting,
    make_person,
    make_seat,
    stored,
)

PAST = datetime(2030, 2, 4, 9, tzinfo=UTC)
NOW = datetime(2030, 3, 4, 9, tzinfo=UTC)
LATER = datetime(2030, 4, 1, 9, tzinfo=UTC)


def gathering(*people: int, at_table: bool = True, is_over: bool = True) -> Gathering:
    return Gathering(frozenset(people), at_table, is_over)


def test_everybody_at_a_table_met_everybody_else_there() -> None:
    found = ledger([gathering(3, 1, 2)])

    assert found.tables == {(1, 2): 1, (1, 3): 1, (2, 3): 1}
    assert found.met() == {(1, 2), (1, 3), (2, 3)}
    assert others(found.met()) == {1: {2, 3}, 2: {1, 3}, 3: {1, 2}}


def test_tables_and_groups_past_and_to_come_are_counted_apart() -> None:
    found = ledger(
        [
            gathering(1, 2),
            gathering(1, 2, is_over=False),
            gathering(1, 3, at_table=False),
            gathering(2, 3, at_table=False, is_over=False),
        ]
    )

    assert found.met() == {(1, 2), (1, 3)}
    assert found.met(to_come=True) == {(1, 2), (1, 3), (2, 3)}
    assert found.again() == [(1, 2)]
    assert (found.groups, found.groups_to_come) == ({(1, 3): 1}, {(2, 3): 1})


def held(cohort: Cohort, people: list[int], at: datetime, kind: GroupKind) -> Meeting:
    group = make_group(cohort, kind=kind)
    meeting = make_meeting(cohort, group_id=group.id, starts_at=at, ends_at=at + timedelta(hours=3))
    for person in people:
        stored_seat(meeting, person)
    return meeting


def stored_seat(meeting: Meeting, person: int, **given: object) -> None:
    make_seat(meeting, db.session.get_one(Person, person), **given)


def mark(meeting: Meeting, person: int, state: PresenceState, **given: object) -> None:
    row = {"minutes": 180, "marked_at": NOW, "superseded_at": None} | given
    stored(Presence(meeting_id=meeting.id, person_id=person, state=state, **row))


def four(cohort: Cohort) -> list[int]:
    return [make_enrolment(cohort, make_person()).person_id for _ in range(4)]


@pytest.mark.usefixtures("app")
def test_who_was_marked_there_met_whoever_else_was_and_the_absent_met_nobody() -> None:
    cohort = make_cohort()
    a, b, c, d = four(cohort)
    meeting = held(cohort, [a, b, c, d], PAST, GroupKind.TABLE)
    mark(meeting, a, PresenceState.PRESENT)
    mark(meeting, b, PresenceState.LATE)
    mark(meeting, c, PresenceState.LEFT_EARLY)
    mark(meeting, d, PresenceState.ABSENT)

    assert ledger(gatherings(cohort.id, NOW)).tables == {(a, b): 1, (a, c): 1, (b, c): 1}


@pytest.mark.usefixtures("app")
def test_a_correction_counts_and_what_it_superseded_does_not() -> None:
    cohort = make_cohort()
    a, b, _c, _d = four(cohort)
    meeting = held(cohort, [a, b], PAST, GroupKind.TABLE)
    mark(meeting, a, PresenceState.PRESENT)
    mark(meeting, b, PresenceState.PRESENT, superseded_at=NOW)
    mark(meeting, b, PresenceState.EXCUSED)

    assert ledger(gatherings(cohort.id, NOW)).met() == set()


@pytest.mark.usefixtures("app")
def test_before_the_roll_is_called_the_seats_say_who_is_expected() -> None:
    cohort = make_cohort()
    a, b, c, d = four(cohort)
    held(cohort, [a, b], PAST, GroupKind.LEARNING)
    coming = held(cohort, [c], LATER, GroupKind.TABLE)
    stored_seat(coming, d, reason=SeatReason.SWAP)
    stored_seat(coming, a, reason=SeatReason.WAITING)
    stored_seat(coming, b, released_at=NOW)

    found = ledger(gatherings(cohort.id, NOW))

    assert (found.groups, found.tables_to_come) == ({(a, b): 1}, {(c, d): 1})


@pytest.mark.usefixtures("app")
def test_meetings_for_everybody_and_cancelled_ones_are_no_encounters() -> None:
    cohort = make_cohort()
    a, b, _c, _d = four(cohort)
    plenary = make_meeting(cohort, starts_at=PAST, ends_at=PAST + timedelta(hours=3))
    cancelled = held(cohort, [a, b], PAST, GroupKind.TABLE)
    cancelled.cancelled_at = NOW
    db.session.commit()
    for person in (a, b):
        stored_seat(plenary, person)

    assert gatherings(cohort.id, NOW) == []


@pytest.mark.usefixtures("app")
def test_the_ledger_takes_one_statement_however_many_meetings_there_are() -> None:
    cohort = make_cohort()
    people = four(cohort)
    for week in range(5):
        held(cohort, people, PAST + timedelta(days=7 * week), GroupKind.TABLE)

    number = cohort.id
    with counted_queries() as asked:
        found = ledger(gatherings(number, NOW))

    assert len(asked) == 1
    assert found.tables[people[0], people[1]] == 4


@pytest.mark.usefixtures("app")
def test_the_planner_is_told_who_met_at_tables_and_who_in_groups() -> None:
    cohort = make_cohort()
    a, b, c, _d = four(cohort)
    held(cohort, [a, b], PAST, GroupKind.TABLE)
    held(cohort, [a, b, c], PAST, GroupKind.LEARNING)

    met = met_before(cohort, NOW.date())

    assert [(m.one, m.other, m.times, m.in_group) for m in met] == [
        (a, b, 1, 1), (a, c, 0, 1), (b, c, 0, 1),
    ]  # fmt: skip
    assert met_before(cohort, None) == ()
