"""The secret of a feed, personal or a planner's; we keep its hash only."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from program.accounts.models import Person
from program.core.db import Base


class FeedKey(Base):
    __tablename__ = "feed_key"
    __table_args__ = (Index(None, "person_id"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    cohort_id: Mapped[int | None] = mapped_column(ForeignKey("cohort.id"))  # a planner's: of all
    group_id: Mapped[int | None] = mapped_column(ForeignKey("group.id"))  # or of one group

    person: Mapped[Person] = relationship()
