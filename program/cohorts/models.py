"""One run of a programme, the people in it and their groups."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, false, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from program.accounts.models import Organisation, Person
from program.core.db import Base, ShortText
from program.programmes.models import Module, Programme


class GroupKind(StrEnum):
    LEARNING = "learning"  # stays together for the whole programme
    TABLE = "table"  # one round of a module that mixes


class TableTask(StrEnum):
    """What somebody does at an intervision table; each takes their turn."""

    CASE = "case"  # brings the case
    CHAIR = "chair"
    OBSERVER = "observer"


class AbsenceSource(StrEnum):
    LIST = "list"  # HR's or the trainers' list
    CALENDAR = "calendar"  # the person's own calendar


class Cohort(Base):
    __tablename__ = "cohort"
    __table_args__ = (CheckConstraint("ends_on >= starts_on", name="ends_after_start"),)

    name: Mapped[ShortText] = mapped_column(unique=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))  # the bureau
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    timezone: Mapped[str] = mapped_column(String(60), default="Europe/Amsterdam")
    school_region: Mapped[str] = mapped_column(String(20), default="")  # noord, midden, zuid
    group_count: Mapped[int] = mapped_column(default=6)
    table_size: Mapped[int] = mapped_column(default=6)
    version: Mapped[int] = mapped_column(default=1)  # rises with all that the cohort's pages show

    programme: Mapped[Programme] = relationship()
    organisation: Mapped[Organisation] = relationship()
    clients: Mapped[list[Organisation]] = relationship(secondary="cohort_client")
    enrolments: Mapped[list["Enrolment"]] = relationship(back_populates="cohort")
    groups: Mapped[list["Group"]] = relationship(back_populates="cohort")

    def day(self, today: date) -> date:
        """The day to look at who is in which group: today, or the nearest day of the period."""
        return min(max(today, self.starts_on), self.ends_on)


class CohortClient(Base):
    __tablename__ = "cohort_client"
    __table_args__ = (UniqueConstraint("cohort_id", "organisation_id"),)

    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))


class Enrolment(Base):
    """A person in a cohort, for the organisation that sent them, from a date until a date."""

    __tablename__ = "enrolment"
    __table_args__ = (
        UniqueConstraint("cohort_id", "person_id"),
        Index(None, "person_id"),
        Index(None, "organisation_id", "cohort_id"),
    )

    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    since_on: Mapped[date]
    until_on: Mapped[date | None]
    step_free: Mapped[bool] = mapped_column(default=False, server_default=false())
    home_venue_id: Mapped[int | None] = mapped_column(ForeignKey("venue.id"))  # travels from there

    cohort: Mapped[Cohort] = relationship(back_populates="enrolments")
    person: Mapped[Person] = relationship()
    organisation: Mapped[Organisation] = relationship()


class Group(Base):
    """A learning group, or one table of one round of a module that mixes."""

    __tablename__ = "group"
    __table_args__ = (UniqueConstraint("cohort_id", "kind", "module_id", "round", "name"),)

    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"))
    kind: Mapped[GroupKind]
    name: Mapped[ShortText]
    module_id: Mapped[int | None] = mapped_column(ForeignKey("module.id"))
    round: Mapped[int | None]  # from 1, for a table

    cohort: Mapped[Cohort] = relationship(back_populates="groups")
    module: Mapped[Module | None] = relationship()
    memberships: Mapped[list["GroupMembership"]] = relationship(back_populates="group")


class GroupMembership(Base):
    """Who is in a group, and when: moving somebody never changes the past."""

    __tablename__ = "group_membership"
    __table_args__ = (Index(None, "group_id"), Index(None, "enrolment_id"))

    group_id: Mapped[int] = mapped_column(ForeignKey("group.id"))
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"))
    since_on: Mapped[date]
    until_on: Mapped[date | None]  # the first day that they are no longer in it
    task: Mapped[TableTask | None]  # at a table: what they do in this round

    group: Mapped[Group] = relationship(back_populates="memberships")
    enrolment: Mapped[Enrolment] = relationship()


class TrainerProfile(Base):
    """What a trainer can do and when they work."""

    __tablename__ = "trainer_profile"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), unique=True)
    working_days: Mapped[int] = mapped_column(default=31)  # bit 0 is Monday
    max_per_week: Mapped[int] = mapped_column(default=5)
    domain_keys: Mapped[str] = mapped_column(String(400), default="")  # "opgave zelf"
    senior: Mapped[bool] = mapped_column(default=True, server_default=true())

    person: Mapped[Person] = relationship()


class Absence(Base):
    """When a participant or trainer cannot come. Never why."""

    __tablename__ = "absence"
    __table_args__ = (
        UniqueConstraint("person_id", "source", "starts_at", "ends_at"),
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    source: Mapped[AbsenceSource]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    all_day: Mapped[bool] = mapped_column(default=True)

    person: Mapped[Person] = relationship()


class Pair(Base):
    """Two people who stay together in one learning group, or are kept apart everywhere."""

    __tablename__ = "pair"
    __table_args__ = (
        UniqueConstraint("cohort_id", "one_id", "other_id"),
        CheckConstraint("one_id < other_id", name="each_pair_once"),
        Index(None, "one_id"),
        Index(None, "other_id"),
    )

    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"))
    one_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"))
    other_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"))
    together: Mapped[bool]


class ClosedPart(Base):
    """A day, or part of one, on which this cohort does not meet: a council evening, an own day."""

    __tablename__ = "closed_part"
    __table_args__ = (
        UniqueConstraint("cohort_id", "day"),
        CheckConstraint("parts BETWEEN 1 AND 7", name="some_part"),
    )

    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"))
    day: Mapped[date]
    parts: Mapped[int] = mapped_column(default=7)  # bits: morning, afternoon, evening
    name: Mapped[ShortText]
