"""Who is expected, who was there, and as it was known on any moment. The caller runs the select."""

from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    Select,
    and_,
    bindparam,
    func,
    or_,
    select,
)

from program.accounts.models import Membership, Person
from program.attendance.models import Presence
from program.cohorts.models import Cohort, Enrolment, Group
from program.cohorts.queries import cohorts_run_by, enrolled
from program.meetings.models import Meeting, PublishedMeeting, Room, Seat, SeatReason, Venue
from program.programmes.models import ModuleDomain

EXPECTED = and_(Seat.released_at.is_(None), Seat.reason != SeatReason.WAITING)
CURRENT = Presence.superseded_at.is_(None)


def known_at(moment: datetime) -> ColumnElement[bool]:
    """The marks that counted at that moment, whatever was corrected since."""
    return and_(
        Presence.marked_at <= moment,
        or_(Presence.superseded_at.is_(None), Presence.superseded_at > moment),
    )


def meetings_run_by(person_id: int, on: date) -> Select[Meeting]:
    """Meetings whose roll this person may keep."""
    mine = cohorts_run_by(person_id, on).order_by(None).with_only_columns(Cohort.id)
    return select(Meeting).where(Meeting.cohort_id.in_(mine))


_MEETING = bindparam("meeting_id", type_=Integer)


class Head(NamedTuple):
    """What stands above a roll, and the version of what is on it."""

    id: int
    version: int
    cohort_id: int
    title: str
    starts_at: datetime
    ends_at: datetime
    cancelled_at: datetime | None
    cohort_name: str
    group_name: str | None
    room_name: str | None
    venue_name: str | None


@cache
def roll_head() -> Select[*tuple[Any, ...]]:
    """A `Head` for the roll of `meeting_id`; none when `person` may not keep it on `day`.

    This and `roll` are built once: building them cost more than running them.
    """
    person: Any = bindparam("person", type_=Integer)
    day: Any = bindparam("day", type_=Date)
    return (
        meetings_run_by(person, day)
        .where(Meeting.id == _MEETING)
        .join(Cohort, Cohort.id == Meeting.cohort_id)
        .outerjoin(Group, Group.id == Meeting.group_id)
        .outerjoin(Room, Room.id == Meeting.room_id)
        .outerjoin(Venue, Venue.id == Room.venue_id)
        .with_only_columns(
            Meeting.id,
            Cohort.version,
            Meeting.cohort_id,
            Meeting.title,
            Meeting.starts_at,
            Meeting.ends_at,
            Meeting.cancelled_at,
            Cohort.name.label("cohort_name"),
            Group.name.label("group_name"),
            Room.name.label("room_name"),
            Venue.name.label("venue_name"),
        )
    )


@cache
def roll() -> Select[*tuple[Any, ...]]:
    """Everyone expected at `meeting`, by name, with the mark that counts now."""
    return (
        select(
            Person.id,
            Person.given_name,
            Person.infix,
            Person.surname,
            Person.sort_key,
            Membership.department,
            Presence.id.label("presence_id"),
            Presence.state,
            Presence.minutes,
        )
        .select_from(Seat)
        .join(Meeting, Meeting.id == Seat.meeting_id)
        .join(Person, Person.id == Seat.person_id)
        .outerjoin(
            Enrolment,
            and_(Enrolment.person_id == Person.id, Enrolment.cohort_id == Meeting.cohort_id),
        )
        .outerjoin(
            Membership,
            and_(
                Membership.organisation_id == Enrolment.organisation_id,
                Membership.person_id == Person.id,
            ),
        )
        .outerjoin(
            Presence,
            and_(Presence.meeting_id == Meeting.id, Presence.person_id == Person.id, CURRENT),
        )
        .where(Seat.meeting_id == _MEETING, EXPECTED)
        .order_by(Person.sort_key, Person.id)
    )


def marks(meeting_id: int, person_id: int) -> Select[Presence]:
    """All marks of one person at one meeting, newest first."""
    return (
        select(Presence)
        .where(Presence.meeting_id == meeting_id, Presence.person_id == person_id)
        .order_by(Presence.id.desc())
    )


def unmarked(meeting_id: int) -> Select[*tuple[int]]:
    """Ids of people who are expected and not marked."""
    marked = select(Presence.id).where(
        Presence.meeting_id == Seat.meeting_id, Presence.person_id == Seat.person_id, CURRENT
    )
    return (
        select(Seat.person_id)
        .where(Seat.meeting_id == meeting_id, EXPECTED, ~marked.exists())
        .order_by(Seat.person_id)
    )


def possible_guests(meeting_id: int, cohort_id: int, on: date) -> Select[Person]:
    """People of the cohort who are not expected at this meeting."""
    expected = select(Seat.person_id).where(Seat.meeting_id == meeting_id, EXPECTED)
    return (
        select(Person)
        .join(Enrolment, Enrolment.person_id == Person.id)
        .where(Enrolment.cohort_id == cohort_id, enrolled(on), Person.id.not_in(expected))
        .order_by(Person.sort_key, Person.id)
    )


def rolls(cohort_id: int, before: datetime) -> Select[*tuple[Any, ...]]:
    """Meetings that began before that moment, newest first, with how many are marked of whom."""
    return (
        select(
            Meeting.id,
            Meeting.title,
            Meeting.starts_at,
            Meeting.ends_at,
            Group.name.label("group_name"),
            func.count(Seat.id).label("expected"),
            func.count(Presence.id).label("marked"),
        )
        .select_from(Meeting)
        .outerjoin(Group, Group.id == Meeting.group_id)
        .outerjoin(Seat, and_(Seat.meeting_id == Meeting.id, EXPECTED))
        .outerjoin(
            Presence,
            and_(Presence.meeting_id == Meeting.id, Presence.person_id == Seat.person_id, CURRENT),
        )
        .where(
            Meeting.cohort_id == cohort_id,
            Meeting.starts_at < before,
            Meeting.cancelled_at.is_(None),
        )
        .group_by(Meeting.id, Group.name)
        .order_by(Meeting.starts_at.desc(), Meeting.id)
    )


def held(cohort_id: int) -> Select[*tuple[Any, ...]]:
    """The cohort's meetings with the times that people were told, or else those planned."""
    return (
        select(
            Meeting.id,
            Meeting.module_id,
            func.coalesce(PublishedMeeting.starts_at, Meeting.starts_at).label("starts_at"),
            func.coalesce(PublishedMeeting.ends_at, Meeting.ends_at).label("ends_at"),
            PublishedMeeting.id.is_not(None).label("published"),
            func.coalesce(PublishedMeeting.cancelled_at, Meeting.cancelled_at)
            .is_not(None)
            .label("cancelled"),
        )
        .outerjoin(PublishedMeeting, PublishedMeeting.meeting_id == Meeting.id)
        .where(Meeting.cohort_id == cohort_id)
    )


def weights(programme_id: int) -> Select[*tuple[int, int, float]]:
    return (
        select(ModuleDomain.module_id, ModuleDomain.domain_id, ModuleDomain.weight)
        .join(ModuleDomain.module)
        .where(ModuleDomain.module.has(programme_id=programme_id))
    )


def seats(cohort_id: int, known: ColumnElement[bool] = CURRENT) -> Select[*tuple[Any, ...]]:
    """Every place at the cohort's meetings, with the minutes attended as far as known."""
    return (
        select(
            Seat.person_id,
            Seat.meeting_id,
            Seat.reason,
            EXPECTED.label("expected"),
            Presence.minutes,
        )
        .join(Meeting, Meeting.id == Seat.meeting_id)
        .outerjoin(
            Presence,
            and_(
                Presence.meeting_id == Seat.meeting_id, Presence.person_id == Seat.person_id, known
            ),
        )
        .where(Meeting.cohort_id == cohort_id)
    )
