"""Who is expected where, when somebody comes, changes groups or leaves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from flask_babel import gettext as _
from sqlalchemy import select

from program.accounts.models import Organisation, Person
from program.cohorts import actions as cohorts
from program.cohorts.models import Cohort, Enrolment, Group, GroupMembership
from program.cohorts.times import at_wall, local
from program.core.db import bump, db, locked
from program.core.errors import Refusal
from program.meetings.models import Meeting, Room, Seat, SeatReason
from program.meetings.queries import held_for, held_from, taken_seats

BY_MEMBERSHIP = {SeatReason.COHORT, SeatReason.GROUP}


@dataclass(frozen=True)
class Place:
    """Who, and from which day."""

    enrolment: Enrolment
    from_on: date
    at: datetime


def enrol(
    cohort: Cohort,
    spec: cohorts.PersonSpec,
    *,
    organisation_id: int,
    since_on: date,
    at: datetime,
    by: int | None,
) -> Enrolment:
    """Let somebody take part, with a seat at all that the whole cohort comes to."""
    locked(Organisation, cohort.organisation_id)
    enrolment = cohorts.enrol(
        cohort, spec, organisation_id=organisation_id, since_on=since_on, by=by
    )
    _seat(Place(enrolment, since_on, at))
    return enrolment


def transfer(
    enrolment: Enrolment, group: Group, *, from_on: date, at: datetime, by: int | None
) -> None:
    """Put somebody in another group from a day on; the seats from that day follow."""
    locked(Organisation, enrolment.cohort.organisation_id)
    cohorts.transfer(enrolment, group, from_on=from_on, today=at.date(), by=by)
    _seat(Place(enrolment, from_on, at))


def withdraw(enrolment: Enrolment, *, until_on: date, at: datetime, by: int | None) -> None:
    """Take part no longer from a day on; seats from that day are free again."""
    locked(Organisation, enrolment.cohort.organisation_id)
    cohorts.leave(enrolment, until_on=until_on, by=by)
    _seat(Place(enrolment, until_on, at))


def _seat(place: Place) -> None:
    """Make the seats from that day on agree with enrolment and groups."""
    enrolment = place.enrolment
    start = at_wall(place.from_on, time(), enrolment.cohort.timezone)
    meetings = db.session.scalars(held_from(enrolment.cohort_id, start)).all()
    seats = _seats(enrolment, meetings)
    due = {meeting.id for meeting in _due(enrolment, meetings)}
    for meeting in meetings:
        seat = seats.get(meeting.id)
        if seat is not None and meeting.id not in due and _goes(seat, meeting, enrolment):
            seat.released_at = seat.released_at or place.at
    db.session.flush()
    _give(place, [meeting for meeting in meetings if meeting.id in due], seats)
    bump(Cohort, [enrolment.cohort_id])
    bump(Person, [enrolment.person_id])


def _goes(seat: Seat, meeting: Meeting, enrolment: Enrolment) -> bool:
    """A place by group goes with the group; any other only with who takes part no longer."""
    day = local(meeting.starts_at, enrolment.cohort.timezone).date()
    left = not _within(day, enrolment.since_on, enrolment.until_on)
    return left or seat.reason in BY_MEMBERSHIP


def _seats(enrolment: Enrolment, meetings: Sequence[Meeting]) -> dict[int, Seat]:
    mine = select(Seat).where(
        Seat.person_id == enrolment.person_id,
        Seat.meeting_id.in_([meeting.id for meeting in meetings]),
    )
    return {seat.meeting_id: seat for seat in db.session.scalars(mine)}


def _due(enrolment: Enrolment, meetings: Sequence[Meeting]) -> list[Meeting]:
    """The meetings that this person belongs at, by enrolment or group on that day."""
    chosen = select(
        GroupMembership.group_id, GroupMembership.since_on, GroupMembership.until_on
    ).where(GroupMembership.enrolment_id == enrolment.id)
    spells = db.session.execute(chosen).all()
    zone = enrolment.cohort.timezone

    def belongs(meeting: Meeting) -> bool:
        day = local(meeting.starts_at, zone).date()
        if not _within(day, enrolment.since_on, enrolment.until_on):
            return False
        return meeting.group_id is None or any(
            group_id == meeting.group_id and _within(day, since, until)
            for group_id, since, until in spells
        )

    return [meeting for meeting in meetings if belongs(meeting)]


def _within(day: date, since: date, until: date | None) -> bool:
    return since <= day and (until is None or day < until)


def _give(place: Place, due: Sequence[Meeting], seats: dict[int, Seat]) -> None:
    """Seats at what they now belong at. Who gave up a seat at a plenary keeps that choice."""
    new = [
        meeting
        for meeting in due
        if meeting.id not in seats
        or (seats[meeting.id].released_at is not None and meeting.group_id is not None)
    ]
    held = [meeting for meeting in new if meeting.cancelled_at is None]
    refuse_full(held)
    _refuse_double(place.enrolment.person_id, held)
    for meeting in new:
        reason = SeatReason.COHORT if meeting.group_id is None else SeatReason.GROUP
        seat = seats.get(meeting.id) or Seat(
            meeting_id=meeting.id, person_id=place.enrolment.person_id, given_at=place.at
        )
        seat.reason, seat.released_at = reason, None
        db.session.add(seat)
    db.session.flush()


def refuse_full(meetings: Sequence[Meeting]) -> None:
    """Refuse when the room of any of these has no place left."""
    rows = db.session.execute(taken_seats([meeting.id for meeting in meetings]))
    taken = dict(rows.all())
    holds = _capacities(meetings)
    for meeting in meetings:
        room = holds.get(meeting.room_id or 0)
        if room is not None and taken.get(meeting.id, 0) >= room.capacity:
            raise Refusal(
                _(
                    "%(title)s: %(room)s holds %(n)s people and is full. "
                    "Choose a larger room first.",
                    title=meeting.title, room=room.name, n=room.capacity,
                ),
                field="group_id",
            )  # fmt: skip


def _refuse_double(person_id: int, meetings: Sequence[Meeting]) -> None:
    """Nobody is at two sessions at once, of whatever cohort."""
    if not meetings:
        return
    begin, end = min(m.starts_at for m in meetings), max(m.ends_at for m in meetings)
    for other in db.session.scalars(held_for(person_id, begin, end)):
        for meeting in meetings:
            if other.starts_at < meeting.ends_at and meeting.starts_at < other.ends_at:
                raise Refusal(
                    _(
                        "They are expected at %(other)s at the time of %(title)s. "
                        "Move one of these first.",
                        other=other.title, title=meeting.title,
                    ),
                    field="group_id",
                )  # fmt: skip


def _capacities(meetings: Sequence[Meeting]) -> dict[int, Room]:
    wanted = {meeting.room_id for meeting in meetings if meeting.room_id}
    rooms = db.session.scalars(select(Room).where(Room.id.in_(wanted)))
    return {room.id: room for room in rooms}
