"""What the runner leaves behind: that it lives, and which ticks it has done."""

from datetime import datetime

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from program.core.db import Base, ShortText


class Heartbeat(Base):
    __tablename__ = "heartbeat"

    name: Mapped[ShortText] = mapped_column(unique=True)  # "runner"
    owner: Mapped[str] = mapped_column(String(80), default="")
    beat_at: Mapped[datetime]


class RunMark(Base):
    """A tick of a recurring job that was done; the unique key lets only one process do it."""

    __tablename__ = "run_mark"
    __table_args__ = (UniqueConstraint("job", "run_at"),)

    job: Mapped[ShortText]
    run_at: Mapped[datetime]
