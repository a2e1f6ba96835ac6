"""What really happened: one line per mark; a correction supersedes, nothing is overwritten."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from program.accounts.models import Person
from program.core.db import Base
from program.meetings.models import Meeting


class PresenceState(StrEnum):
    PRESENT = "present"
    LATE = "late"
    LEFT_EARLY = "left_early"
    ABSENT = "absent"
    EXCUSED = "excused"


class Presence(Base):
    __tablename__ = "presence"
    __table_args__ = (
        Index(
            "uq_presence_current",
            "meeting_id",
            "person_id",
            unique=True,
            sqlite_where=text("superseded_at IS NULL"),
            postgresql_where=text("superseded_at IS NULL"),
        ),
        Index(None, "person_id", "meeting_id"),
        CheckConstraint("minutes >= 0", name="no_negative_time"),
    )

    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    state: Mapped[PresenceState]
    minutes: Mapped[int]  # attended
    marked_at: Mapped[datetime]
    marked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    device_stamp: Mapped[str] = mapped_column(String(80), default="")  # of an offline device
    superseded_at: Mapped[datetime | None]

    meeting: Mapped[Meeting] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    marked_by: Mapped[Person | None] = relationship(foreign_keys=[marked_by_id])
