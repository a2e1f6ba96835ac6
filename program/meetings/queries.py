"""Which meetings, rooms and seats there are. Functions return a select; the caller runs it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import selectinload

from program.accounts.models import Person
from program.cohorts.models import Cohort, Enrolment, Group, GroupMembership
from program.meetings.models import (
    Meeting,
    MeetingTrainer,
    Room,
    RoomClosure,
    Seat,
    SeatReason,
    Venue,
    VenueTravel,
)
from program.programmes.models import Module


def meetings_of(cohort_id: int) -> Select[Meeting]:
    return select(Meeting).where(Meeting.cohort_id == cohort_id)


def venues_of(organisation_ids: Sequence[int]) -> Select[Venue]:
    """Places of these bureaus, with their rooms."""
    return (
        select(Venue)
        .where(Venue.organisation_id.in_(organisation_ids))
        .options(selectinload(Venue.rooms))
        .order_by(Venue.online, Venue.name)
    )


def rooms_of(organisation_id: int) -> Select[int, str, str, int]:
    """A row per room: number, name, building, how many it holds."""
    return (
        select(Room.id, Room.name, Venue.name, Room.capacity)
        .join(Venue, Venue.id == Room.venue_id)
        .where(Venue.organisation_id == organisation_id)
        .order_by(Venue.online, Venue.name, Room.name)
    )


def closures_of(room_id: int, after: datetime) -> Select[RoomClosure]:
    """When a room cannot be used, as far as that is not over."""
    return (
        select(RoomClosure)
        .where(RoomClosure.room_id == room_id, RoomClosure.ends_at > after)
        .order_by(RoomClosure.starts_at)
    )


def seats_of(person_id: int, cohort_id: int) -> Select[*tuple[Any, ...]]:
    """A row per seat of somebody in a cohort, in the order of the dates as drafted."""
    return (
        select(
            Meeting.id, Meeting.title, Meeting.starts_at, Meeting.ends_at, Meeting.cancelled_at,
            Group.name.label("group_name"), Room.name.label("room_name"), Seat.reason,
            Seat.released_at,
        )
        .join(Seat, Seat.meeting_id == Meeting.id)
        .outerjoin(Group, Group.id == Meeting.group_id)
        .outerjoin(Room, Room.id == Meeting.room_id)
        .where(Meeting.cohort_id == cohort_id, Seat.person_id == person_id)
        .order_by(Meeting.starts_at, Meeting.id)
    )  # fmt: skip


def _agenda() -> Select[*tuple[Any, ...]]:
    taken = (
        select(func.count(Seat.id))
        .where(Seat.meeting_id == Meeting.id, Seat.released_at.is_(None))
        .scalar_subquery()
    )
    return (
        select(
            Meeting.id, Meeting.cohort_id, Cohort.name.label("cohort"), Meeting.title,
            Meeting.starts_at, Meeting.ends_at, Group.name.label("group_name"),
            Room.name.label("room_name"), Venue.name.label("venue_name"),
            Module.position.label("module"), taken.label("taken"),
        )
        .join(Cohort, Cohort.id == Meeting.cohort_id)
        .join(Module, Module.id == Meeting.module_id)
        .outerjoin(Group, Group.id == Meeting.group_id)
        .outerjoin(Room, Room.id == Meeting.room_id)
        .outerjoin(Venue, Venue.id == Room.venue_id)
        .where(Meeting.cancelled_at.is_(None))
        .order_by(Meeting.starts_at, Meeting.id)
    )  # fmt: skip


def agenda_of_trainer(person_id: int, organisation_ids: Sequence[int]) -> Select[*tuple[Any, ...]]:
    """What a trainer gives in the cohorts of these bureaus."""
    return (
        _agenda()
        .join(
            MeetingTrainer,
            and_(MeetingTrainer.meeting_id == Meeting.id, MeetingTrainer.person_id == person_id),
        )
        .where(Cohort.organisation_id.in_(organisation_ids))
    )


def agenda_of_room(room_id: int, organisation_ids: Sequence[int]) -> Select[*tuple[Any, ...]]:
    return _agenda().where(Meeting.room_id == room_id, Cohort.organisation_id.in_(organisation_ids))


def taken_seats(meeting_ids: Sequence[int]) -> Select[int, int]:
    """How many people are expected, per meeting that expects anybody. Who waits has no seat yet."""
    return (
        select(Seat.meeting_id, func.count(Seat.id))
        .where(
            Seat.meeting_id.in_(meeting_ids),
            Seat.released_at.is_(None),
            Seat.reason != SeatReason.WAITING,
        )
        .group_by(Seat.meeting_id)
    )


def taken_in(room_id: int, after: datetime) -> Select[int, int]:
    """How many people are expected, per meeting in that room that is not over."""
    here = select(Meeting.id).where(
        Meeting.room_id == room_id, Meeting.cancelled_at.is_(None), Meeting.ends_at > after
    )
    return (
        select(Seat.meeting_id, func.count(Seat.id))
        .where(
            Seat.meeting_id.in_(here),
            Seat.released_at.is_(None),
            Seat.reason != SeatReason.WAITING,
        )
        .group_by(Seat.meeting_id)
    )


def expected(meeting_id: int) -> Select[Person]:
    """Who has a seat, as a list sorts them."""
    return (
        select(Person)
        .join(Seat, Seat.person_id == Person.id)
        .where(Seat.meeting_id == meeting_id, Seat.released_at.is_(None))
        .order_by(Person.sort_key)
    )


def tasks_at(meeting_id: int) -> Select[*tuple[Any, ...]]:
    """A row per person with a task at the table of this meeting: person, task."""
    return (
        select(Enrolment.person_id, GroupMembership.task)
        .join(GroupMembership, GroupMembership.enrolment_id == Enrolment.id)
        .join(Meeting, Meeting.group_id == GroupMembership.group_id)
        .where(Meeting.id == meeting_id, GroupMembership.task.is_not(None))
    )


def held_from(cohort_id: int, moment: datetime) -> Select[Meeting]:
    """The meetings of a cohort that start at that moment or later, also those that are cancelled:
    who brings one back finds the people of now."""
    return meetings_of(cohort_id).where(Meeting.starts_at >= moment)


def held_for(person_id: int, begin: datetime, end: datetime) -> Select[Meeting]:
    """The meetings within that time at which somebody has a place, or that they give."""
    seated = select(Seat.meeting_id).where(
        Seat.person_id == person_id,
        Seat.released_at.is_(None),
        Seat.reason != SeatReason.WAITING,
    )
    given = select(MeetingTrainer.meeting_id).where(MeetingTrainer.person_id == person_id)
    return select(Meeting).where(
        Meeting.starts_at < end,
        Meeting.ends_at > begin,
        Meeting.cancelled_at.is_(None),
        or_(Meeting.id.in_(seated), Meeting.id.in_(given)),
    )


def travel_of(organisation_id: int) -> Select[*tuple[Any, ...]]:
    """A row per two venues of the bureau: the one, the other, minutes."""
    return (
        select(VenueTravel.one_id, VenueTravel.other_id, VenueTravel.minutes)
        .join(Venue, Venue.id == VenueTravel.one_id)
        .where(Venue.organisation_id == organisation_id)
        .order_by(VenueTravel.one_id, VenueTravel.other_id)
    )


def meetings_with_rooms(cohort_id: int) -> Select[*tuple[Any, ...]]:
    """A row per meeting that goes on, with how many its room holds and how many give it."""
    trainers = (
        select(func.count(MeetingTrainer.id))
        .where(MeetingTrainer.meeting_id == Meeting.id)
        .scalar_subquery()
    )
    return (
        select(
            Meeting.id, Meeting.module_id, Meeting.round, Meeting.title, Meeting.starts_at,
            Meeting.ends_at, Group.name.label("group_name"), Room.capacity,
            Room.name.label("room_name"), trainers.label("trainers"),
        )
        .outerjoin(Room, Room.id == Meeting.room_id)
        .outerjoin(Group, Group.id == Meeting.group_id)
        .where(Meeting.cohort_id == cohort_id, Meeting.cancelled_at.is_(None))
        .order_by(Meeting.starts_at, Meeting.id)
    )  # fmt: skip


def seats_in(cohort_id: int) -> Select[*tuple[Any, ...]]:
    """A row per seat that is not given up: meeting, person, why, since when."""
    return (
        select(Seat.meeting_id, Seat.person_id, Seat.reason, Seat.given_at)
        .join(Meeting, Meeting.id == Seat.meeting_id)
        .where(
            Meeting.cohort_id == cohort_id,
            Meeting.cancelled_at.is_(None),
            Seat.released_at.is_(None),
        )
        .order_by(Seat.id)
    )
