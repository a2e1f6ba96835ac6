"""An upload that waits for its columns to be confirmed. Thrown away once loaded or after a week."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, deferred, mapped_column, relationship

from program.accounts.models import Organisation, Person
from program.core.db import Base, ShortText


class Intake(Base):
    __tablename__ = "intake"

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))  # the bureau
    cohort_id: Mapped[int | None] = mapped_column(ForeignKey("cohort.id"))
    cohort_name: Mapped[ShortText] = mapped_column(default="")
    mapping: Mapped[dict[str, Any]]  # per file: heading -> field, as the planner set it
    outcome: Mapped[dict[str, Any] | None]  # counts and the rows left out, once loaded
    created_at: Mapped[datetime]
    created_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    loaded_at: Mapped[datetime | None]

    organisation: Mapped[Organisation] = relationship()
    created_by: Mapped[Person] = relationship()
    files: Mapped[list["IntakeFile"]] = relationship(
        back_populates="intake", cascade="all, delete-orphan"
    )


class IntakeFile(Base):
    __tablename__ = "intake_file"
    __table_args__ = (UniqueConstraint("intake_id", "name"),)

    intake_id: Mapped[int] = mapped_column(ForeignKey("intake.id"))
    name: Mapped[ShortText]
    content: Mapped[bytes] = deferred(mapped_column(LargeBinary))

    intake: Mapped[Intake] = relationship(back_populates="files")
