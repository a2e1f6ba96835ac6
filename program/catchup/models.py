"""What was done about somebody's "no", and the free seats that are held for who waits."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from program.core.db import Base
from program.invitations.models import Invitation
from program.meetings.models import Seat


class CatchUpState(StrEnum):
    OPEN = "open"
    BOOKED = "booked"
    CLOSED = "closed"  # they come after all


class SeatOfferState(StrEnum):
    OPEN = "open"
    TAKEN = "taken"
    LAPSED = "lapsed"  # nobody answered in time
    WITHDRAWN = "withdrawn"  # needless, or the seat is gone


class CatchUp(Base):
    """One invitation that was declined, and how far we are with another session."""

    __tablename__ = "catch_up"
    __table_args__ = (
        UniqueConstraint("invitation_id"),
        Index(None, "state"),
    )

    invitation_id: Mapped[int] = mapped_column(ForeignKey("invitation.id"))
    sequence: Mapped[int]  # of the invitation that they said no to
    state: Mapped[CatchUpState] = mapped_column(default=CatchUpState.OPEN)
    looked_at: Mapped[datetime]  # for other sessions
    told_at: Mapped[datetime | None]  # by mail, of what there is; nothing: there was nothing yet

    invitation: Mapped[Invitation] = relationship()


class SeatOffer(Base):
    """A free seat that is held for the first in line, until a moment."""

    __tablename__ = "seat_offer"
    __table_args__ = (
        Index(
            "uq_seat_offer_open", "seat_id", unique=True,
            sqlite_where=text("state = 'open'"), postgresql_where=text("state = 'open'"),
        ),
        Index(None, "state", "ends_at"),
    )  # fmt: skip

    seat_id: Mapped[int] = mapped_column(ForeignKey("seat.id"))  # where they wait
    invitation_id: Mapped[int] = mapped_column(ForeignKey("invitation.id"))  # what they miss
    offered_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    state: Mapped[SeatOfferState] = mapped_column(default=SeatOfferState.OPEN)

    seat: Mapped[Seat] = relationship()
    invitation: Mapped[Invitation] = relationship()
