"""A meeting as planned (the draft) and as published, its room, trainers and seats."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from program.accounts.models import Organisation, Person
from program.cohorts.models import Cohort, Group
from program.core.db import Base, LongText, ShortText
from program.programmes.models import Module


class SeatReason(StrEnum):
    COHORT = "cohort"  # everybody comes
    GROUP = "group"  # a member of the group or table
    SWAP = "swap"
    CATCH_UP = "catch_up"
    WAITING = "waiting"


class Venue(Base):
    """A building, or an online place."""

    __tablename__ = "venue"
    __table_args__ = (UniqueConstraint("organisation_id", "name"),)

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))  # the bureau
    name: Mapped[ShortText]
    address: Mapped[ShortText] = mapped_column(default="")
    online: Mapped[bool] = mapped_column(default=False)
    join_url: Mapped[str] = mapped_column(String(500), default="")
    latitude: Mapped[float | None]  # degrees: calendars show a map
    longitude: Mapped[float | None]

    organisation: Mapped[Organisation] = relationship()
    rooms: Mapped[list["Room"]] = relationship(back_populates="venue", order_by="Room.name")


class VenueTravel(Base):
    """How long it takes from one venue to the other, either way."""

    __tablename__ = "venue_travel"
    __table_args__ = (
        UniqueConstraint("one_id", "other_id"),
        CheckConstraint("one_id < other_id", name="each_way_once"),
        CheckConstraint("minutes >= 0", name="takes_time"),
        Index(None, "other_id"),
    )

    one_id: Mapped[int] = mapped_column(ForeignKey("venue.id"))
    other_id: Mapped[int] = mapped_column(ForeignKey("venue.id"))
    minutes: Mapped[int]


class Room(Base):
    __tablename__ = "room"
    __table_args__ = (
        UniqueConstraint("venue_id", "name"),
        CheckConstraint("capacity > 0", name="holds_somebody"),
    )

    venue_id: Mapped[int] = mapped_column(ForeignKey("venue.id"))
    name: Mapped[ShortText]
    capacity: Mapped[int]
    price_cents: Mapped[int] = mapped_column(default=0)  # per day
    wheelchair: Mapped[bool] = mapped_column(default=True)

    venue: Mapped[Venue] = relationship(back_populates="rooms")


class RoomClosure(Base):
    """From when until when a room cannot be used: it burned, is rebuilt, is let to others."""

    __tablename__ = "room_closure"
    __table_args__ = (
        UniqueConstraint("room_id", "starts_at", "ends_at"),
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
    )

    room_id: Mapped[int] = mapped_column(ForeignKey("room.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]

    room: Mapped[Room] = relationship()


class Meeting(Base):
    """A module on a date, as the planners draft it. Others see `PublishedMeeting`."""

    __tablename__ = "meeting"
    __table_args__ = (
        UniqueConstraint("cohort_id", "module_id", "round", "group_id"),
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        Index(None, "cohort_id", "starts_at"),
        Index(None, "room_id", "starts_at"),
        Index(None, "group_id"),
    )

    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"))
    module_id: Mapped[int] = mapped_column(ForeignKey("module.id"))
    group_id: Mapped[int | None] = mapped_column(ForeignKey("group.id"))  # none: the whole cohort
    round: Mapped[int] = mapped_column(default=1)
    title: Mapped[ShortText]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    room_id: Mapped[int | None] = mapped_column(ForeignKey("room.id"))
    note: Mapped[LongText] = mapped_column(default="")  # goes with the invitation
    tentative: Mapped[bool] = mapped_column(default=False)  # an option: the date may still go
    locked_at: Mapped[datetime | None]  # the solver leaves it where it is
    cancelled_at: Mapped[datetime | None]

    cohort: Mapped[Cohort] = relationship()
    module: Mapped[Module] = relationship()
    group: Mapped[Group | None] = relationship()
    room: Mapped[Room | None] = relationship()
    trainers: Mapped[list[Person]] = relationship(
        secondary="meeting_trainer", order_by=Person.sort_key
    )
    seats: Mapped[list["Seat"]] = relationship(back_populates="meeting")
    published: Mapped["PublishedMeeting | None"] = relationship(back_populates="meeting")

    @property
    def is_full(self) -> bool:
        taken = sum(seat.released_at is None for seat in self.seats)
        return self.room is not None and taken >= self.room.capacity


class MeetingTrainer(Base):
    __tablename__ = "meeting_trainer"
    __table_args__ = (UniqueConstraint("meeting_id", "person_id"), Index(None, "person_id"))

    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))


class Seat(Base):
    """One person expected at one meeting, and why."""

    __tablename__ = "seat"
    __table_args__ = (UniqueConstraint("meeting_id", "person_id"), Index(None, "person_id"))

    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[SeatReason]
    given_at: Mapped[datetime]
    released_at: Mapped[datetime | None]  # given up: the place is free again

    meeting: Mapped[Meeting] = relationship(back_populates="seats")
    person: Mapped[Person] = relationship()


class PublishedMeeting(Base):
    """What the last release told the world about a meeting. Only a release writes it."""

    __tablename__ = "published_meeting"
    __table_args__ = (
        Index(None, "cohort_id", "starts_at"),
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
    )

    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"), unique=True)
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"))
    title: Mapped[ShortText]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    room_id: Mapped[int | None] = mapped_column(ForeignKey("room.id"))
    venue_name: Mapped[ShortText] = mapped_column(default="")
    room_name: Mapped[ShortText] = mapped_column(default="")
    address: Mapped[ShortText] = mapped_column(default="")
    join_url: Mapped[str] = mapped_column(String(500), default="")
    trainer_names: Mapped[ShortText] = mapped_column(default="")
    group_name: Mapped[ShortText] = mapped_column(default="")
    note: Mapped[LongText] = mapped_column(default="")
    tentative: Mapped[bool] = mapped_column(default=False)
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    cancelled_at: Mapped[datetime | None]
    revision: Mapped[int] = mapped_column(default=1)  # rises with every change that was published
    released_at: Mapped[datetime]

    meeting: Mapped[Meeting] = relationship(back_populates="published")
    room: Mapped[Room | None] = relationship()
