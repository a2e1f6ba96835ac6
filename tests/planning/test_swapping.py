"""Swaps as planners offer and accept them."""

import json
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from program.accounts.models import Person, Role
from program.cohorts.models import Absence, AbsenceSource, Cohort
from program.core.db import db
from program.invitations.models import Invitation, PartStat
from program.meetings.models import Meeting, Room, Seat, SeatReason
from program.planning.actions import accept
from program.planning.actions.swapping import OfferOutdated, accept_swaps, offer
from tests.conftest import sign_in
from tests.factories import grant, make_person, stored
from tests.planning.stored import AT, plannable, solved
from tests.planning.test_command import flask


@pytest.fixture
def cohort(app: Flask) -> Cohort:
    cohort = plannable()
    accept(solved(cohort), at=AT, by=None)
    db.session.commit()
    return cohort


def days() -> tuple[Meeting, Meeting]:
    """The group day of the one group, and the earlier one of the other, which always suits."""
    return parallel("Dag")


def parallel(title: str) -> tuple[Meeting, Meeting]:
    found = select(Meeting).where(Meeting.title == title).order_by(Meeting.starts_at.desc())
    one, other = db.session.scalars(found).all()
    return one, other


def seated(meeting: Meeting) -> list[Person]:
    rows = select(Person).join(Seat).where(
        Seat.meeting_id == meeting.id, Seat.released_at.is_(None),
        Seat.reason != SeatReason.WAITING,
    ).order_by(Person.id)  # fmt: skip
    return list(db.session.scalars(rows))


def ill(person: Person, meeting: Meeting) -> None:
    stored(
        Absence(
            person_id=person.id, source=AbsenceSource.LIST, starts_at=meeting.starts_at,
            ends_at=meeting.ends_at,
        )
    )  # fmt: skip


def declined(person: Person, meeting: Meeting, minutes: int) -> None:
    stored(
        Invitation(
            meeting_id=meeting.id, person_id=person.id, uid=f"{person.id}-{meeting.id}@example.nl",
            address=person.email, stamped_at=AT, starts_at=meeting.starts_at,
            partstat=PartStat.DECLINED, answered_at=AT - timedelta(minutes=minutes),
        )
    )  # fmt: skip


def reasons(person: Person) -> dict[int, tuple[SeatReason, bool]]:
    rows = db.session.scalars(select(Seat).where(Seat.person_id == person.id))
    return {seat.meeting_id: (seat.reason, seat.released_at is None) for seat in rows}


def test_who_is_ill_gets_a_seat_in_the_other_group(cohort: Cohort) -> None:
    one, other = days()
    person = seated(one)[0]
    ill(person, one)
    accept_swaps(cohort, offer(cohort, at=AT).hash, at=AT, by=None)
    db.session.commit()
    assert reasons(person)[one.id] == (SeatReason.GROUP, False)
    assert reasons(person)[other.id] == (SeatReason.SWAP, True)
    assert offer(cohort, at=AT).swaps.absent_before == 0


def test_who_said_no_is_asked_too_and_the_first_goes_first(cohort: Cohort) -> None:
    one, other = days()
    last, first, *_rest = seated(one)
    declined(last, one, 10)
    declined(first, one, 20)
    room = db.session.get_one(Room, other.room_id)
    room.capacity = len(seated(other)) + 1 + 1  # a trainer, and one seat
    db.session.commit()
    found = offer(cohort, at=AT).swaps
    assert [swap.person for swap in found.swaps] == [first.id]
    assert [(w.person, w.to, w.number) for w in found.waiting] == [(last.id, other.id, 1)]
    sooner = offer(cohort, at=AT, first=[last.id]).swaps
    assert [swap.person for swap in sooner.swaps] == [last.id]


def test_who_waits_keeps_the_own_seat_and_their_turn(cohort: Cohort) -> None:
    one, other = days()
    person = seated(one)[0]
    ill(person, one)
    room = db.session.get_one(Room, other.room_id)
    room.capacity = len(seated(other)) + 1
    db.session.commit()
    accept_swaps(cohort, offer(cohort, at=AT).hash, at=AT, by=None)
    db.session.commit()
    assert reasons(person)[one.id] == (SeatReason.GROUP, True)
    assert reasons(person)[other.id] == (SeatReason.WAITING, True)
    assert person not in seated(other)
    room.capacity += 1
    db.session.commit()
    later = AT + timedelta(days=1)
    accept_swaps(cohort, offer(cohort, at=later).hash, at=later, by=None)
    db.session.commit()
    assert reasons(person)[other.id] == (SeatReason.SWAP, True)


def test_a_full_table_takes_one_more_where_the_room_allows(cohort: Cohort) -> None:
    one, other = parallel("Intervisie 1")
    other.starts_at = one.ends_at + timedelta(hours=1)  # on one day, so all gaps stay the same
    other.ends_at = one.ends_at + timedelta(hours=3)
    db.session.commit()
    person, second = seated(one)[:2]
    ill(person, one)
    ill(second, one)
    found = offer(cohort, at=AT).swaps
    assert [(swap.person, swap.to) for swap in found.swaps] == [(person.id, other.id)]
    assert [wait.person for wait in found.waiting] == [second.id]


def test_what_was_not_seen_is_not_done(cohort: Cohort) -> None:
    one, _other = days()
    seen = offer(cohort, at=AT).hash
    ill(seated(one)[0], one)
    with pytest.raises(OfferOutdated):
        accept_swaps(cohort, seen, at=AT, by=None)


def test_a_swap_survives_planning_again_without_a_second_seat(cohort: Cohort) -> None:
    one, other = days()
    person = seated(one)[0]
    ill(person, one)
    accept_swaps(cohort, offer(cohort, at=AT).hash, at=AT, by=None)
    db.session.commit()
    accept(solved(cohort), at=AT, by=None)
    db.session.commit()
    assert reasons(person)[one.id] == (SeatReason.GROUP, False)
    assert reasons(person)[other.id] == (SeatReason.SWAP, True)


def test_the_page_shows_and_gives_the_seats(app: Flask, cohort: Cohort) -> None:
    one, other = days()
    person = seated(one)[0]
    ill(person, one)
    planner = sign_in(app, grant(make_person(), Role.PLANNER, cohort.organisation))
    page = planner.get(f"/cohorts/{cohort.id}/plan/swaps")
    assert person.name in page.text
    seen = page.text.partition('name="seen" value="')[2].partition('"')[0]
    wrong = planner.post(f"/cohorts/{cohort.id}/plan/swaps", data={"seen": "old"})
    assert wrong.status_code == 422
    answer = planner.post(f"/cohorts/{cohort.id}/plan/swaps", data={"seen": seen})
    assert answer.status_code == 302
    db.session.expire_all()
    assert person in seated(other)


def test_the_planner_says_on_the_page_who_goes_first(app: Flask, cohort: Cohort) -> None:
    one, other = days()
    last, first, *_rest = seated(one)
    declined(last, one, 10)
    declined(first, one, 20)
    db.session.get_one(Room, other.room_id).capacity = len(seated(other)) + 1 + 1
    db.session.commit()
    planner = sign_in(app, grant(make_person(), Role.PLANNER, cohort.organisation))
    address = f"/cohorts/{cohort.id}/plan/swaps"
    tick = f'name="first"\n                     value="{last.id}"'
    assert tick in planner.get(address).text
    page = planner.get(f"{address}?first={last.id}").text
    seen = page.partition('name="seen" value="')[2].partition('"')[0]
    assert planner.post(address, data={"seen": seen}).status_code == 422
    assert planner.post(address, data={"seen": seen, "first": str(last.id)}).status_code == 302
    db.session.expire_all()
    assert last in seated(other)
    assert first not in seated(other)


def test_by_command_the_shares_are_told(app: Flask, cohort: Cohort) -> None:
    one, _other = days()
    ill(seated(one)[0], one)
    facts = json.loads(flask(app, "swaps", cohort.name, "--accept", "--json").stdout)
    assert (facts["expected"], facts["absent_before"], facts["absent_after"]) == (40, 1, 0)
    assert len(facts["swaps"]) == 1
    again = json.loads(flask(app, "swaps", cohort.name, "--json").stdout)
    assert again["absent_before"] == 0
