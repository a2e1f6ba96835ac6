"""Assignments of a programme, versions handed in by participants, and feedback."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, deferred, mapped_column, relationship

from program.accounts.models import Person
from program.cohorts.models import Enrolment
from program.core.db import Base, LongText, ShortText
from program.programmes.models import Domain, Module, Programme


class Assignment(Base):
    __tablename__ = "assignment"
    __table_args__ = (UniqueConstraint("programme_id", "key"), Index(None, "domain_id"))

    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"))
    key: Mapped[str] = mapped_column(String(60))
    title: Mapped[ShortText]
    instructions: Mapped[LongText] = mapped_column(default="")
    domain_id: Mapped[int] = mapped_column(ForeignKey("domain.id"))
    due_after_id: Mapped[int | None] = mapped_column(ForeignKey("module.id"))
    due_days: Mapped[int] = mapped_column(default=28)  # after the person's meeting of that module

    programme: Mapped[Programme] = relationship()
    domain: Mapped[Domain] = relationship()
    due_after: Mapped[Module | None] = relationship()


class Submission(Base):
    """One version of somebody's work; a newer one leaves the older in place."""

    __tablename__ = "submission"
    __table_args__ = (UniqueConstraint("assignment_id", "enrolment_id", "number"),)

    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"))
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"), index=True)
    number: Mapped[int]  # from 1
    text: Mapped[LongText] = mapped_column(default="")
    file_name: Mapped[ShortText] = mapped_column(default="")
    media_type: Mapped[ShortText] = mapped_column(default="")
    file: Mapped[bytes | None] = deferred(mapped_column(LargeBinary))
    submitted_at: Mapped[datetime]

    assignment: Mapped[Assignment] = relationship()
    enrolment: Mapped[Enrolment] = relationship()
    feedback: Mapped[list["Feedback"]] = relationship(
        back_populates="submission", order_by="Feedback.given_at"
    )


class Feedback(Base):
    __tablename__ = "feedback"
    __table_args__ = (Index(None, "submission_id"),)

    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    text: Mapped[LongText]
    given_at: Mapped[datetime]

    submission: Mapped[Submission] = relationship(back_populates="feedback")
    author: Mapped[Person] = relationship()
