"""A release of the schedule, the invitations it sent and the answers that came back."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from program.accounts.models import Person
from program.cohorts.models import Cohort
from program.core.db import Base, LongText
from program.meetings.models import Meeting


class PartStat(StrEnum):
    """RFC 5545, 3.2.12."""

    NEEDS_ACTION = "NEEDS-ACTION"
    ACCEPTED = "ACCEPTED"
    DECLINED = "DECLINED"
    TENTATIVE = "TENTATIVE"
    DELEGATED = "DELEGATED"


class InvitationState(StrEnum):
    INVITED = "invited"
    CANCELLED = "cancelled"


class Release(Base):
    """One publication of the schedule: everything that changed since the one before, once."""

    __tablename__ = "release"
    __table_args__ = (UniqueConstraint("cohort_id", "number"),)

    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"))
    number: Mapped[int]
    released_at: Mapped[datetime]
    released_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    note: Mapped[LongText] = mapped_column(default="")
    counts: Mapped[dict[str, Any]]  # {"new": …, "moved": …, "changed": …, "cancelled": …}
    before: Mapped[dict[str, Any]] = mapped_column(default=dict)  # for an undo; see `undoing`

    cohort: Mapped[Cohort] = relationship()
    released_by: Mapped[Person | None] = relationship()


class Invitation(Base):
    """What one person's calendar was last told about one meeting.

    One random UID for its life at one address. A corrected address is invited with a new one, for
    whoever reads the old address holds the links of the old one.
    """

    __tablename__ = "invitation"
    __table_args__ = (
        UniqueConstraint("meeting_id", "person_id"),
        Index(None, "person_id", "starts_at", "meeting_id"),
    )

    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    as_trainer: Mapped[bool] = mapped_column(default=False)
    uid: Mapped[str] = mapped_column(String(120), unique=True)
    address: Mapped[str] = mapped_column(String(254))  # the ATTENDEE, as invited
    state: Mapped[InvitationState] = mapped_column(default=InvitationState.INVITED)
    sequence: Mapped[int] = mapped_column(default=0)  # RFC 5546: rises when time or building change
    revision: Mapped[int] = mapped_column(default=1)  # rises with every message
    told_revision: Mapped[int] = mapped_column(default=1)  # of the published meeting
    stamped_at: Mapped[datetime]  # DTSTAMP of the last message, whole seconds, strictly rising
    starts_at: Mapped[datetime]  # copied from the meeting: "my schedule" reads one index
    partstat: Mapped[PartStat] = mapped_column(default=PartStat.NEEDS_ACTION)
    answered_at: Mapped[datetime | None]
    answered_via: Mapped[str] = mapped_column(String(20), default="")
    answered_sequence: Mapped[int | None]
    answered_stamp: Mapped[datetime | None]

    meeting: Mapped[Meeting] = relationship()
    person: Mapped[Person] = relationship()


class Answer(Base):
    """Every answer that arrived, counted or not, in the order of arrival."""

    __tablename__ = "answer"
    __table_args__ = (Index(None, "invitation_id", "received_at"),)

    invitation_id: Mapped[int] = mapped_column(ForeignKey("invitation.id"))
    incoming_id: Mapped[int | None] = mapped_column(ForeignKey("incoming_mail.id"))
    received_at: Mapped[datetime]
    via: Mapped[str] = mapped_column(String(20))  # "mail", "link", "page"
    partstat: Mapped[PartStat]
    sequence: Mapped[int]
    stamp: Mapped[datetime]
    comment: Mapped[LongText] = mapped_column(default="")  # for the trainer only, until the meeting
    applied: Mapped[bool]
    why: Mapped[LongText] = mapped_column(default="")
