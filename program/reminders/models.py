"""When a cohort reminds, in which words, and what was sent."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from program.core.db import Base, LongText, ShortText


class ReminderKind(StrEnum):
    UNANSWERED = "unanswered"  # to who has not answered
    PRACTICAL = "practical"  # what to know before one comes
    DIGEST = "digest"  # to trainers: the sessions of a week, and who comes


class ReminderRule(Base):
    """So many days before a session (of a week: before its Monday), at that time on the wall."""

    __tablename__ = "reminder_rule"
    __table_args__ = (
        UniqueConstraint("cohort_id", "kind", "days_before"),
        CheckConstraint("days_before >= 0", name="not_after"),
    )

    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"))
    kind: Mapped[ReminderKind]
    days_before: Mapped[int]
    clock: Mapped[str] = mapped_column(String(5), default="08:00")
    created_at: Mapped[datetime]  # what was due before is never sent: nobody saw it coming


class ReminderText(Base):
    """A cohort's own words; without a row the standard ones hold."""

    __tablename__ = "reminder_text"
    __table_args__ = (UniqueConstraint("cohort_id", "kind", "language"),)

    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"))
    kind: Mapped[ReminderKind]
    language: Mapped[str] = mapped_column(String(5))
    subject: Mapped[ShortText]
    body: Mapped[LongText]


class SentReminder(Base):
    """One reminder that went out; its key lets it go out only once, whoever asks."""

    __tablename__ = "sent_reminder"
    __table_args__ = (Index(None, "cohort_id", "posted_at"), Index(None, "person_id"))

    key: Mapped[ShortText] = mapped_column(unique=True)
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[ReminderKind]
    posted_at: Mapped[datetime]
