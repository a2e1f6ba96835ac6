"""What a person decided about a message."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from program.core.db import Base


class Decision(StrEnum):
    DONE = "done"
    COUNTED = "counted"  # as the answer of who was invited
    REFUSED = "refused"
    MOVED = "moved"  # the draft, to the time that was proposed
    HANDED_OVER = "handed_over"  # the seat, to somebody else
    CONFIRMED = "confirmed"  # the answer that counted already
    ASKED_AGAIN = "asked_again"  # that answer is gone
    SENT_AGAIN = "sent_again"  # the invitation


class ReviewMark(Base):
    __tablename__ = "review_mark"
    __table_args__ = (UniqueConstraint("incoming_id"),)

    incoming_id: Mapped[int] = mapped_column(ForeignKey("incoming_mail.id"))
    decision: Mapped[Decision]
    decided_at: Mapped[datetime]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
