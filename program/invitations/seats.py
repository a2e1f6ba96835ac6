"""What the people of each seat were told and said. The caller runs the select."""

from typing import Any

from sqlalchemy import Select, and_, select

from program.invitations.models import Invitation
from program.meetings.models import Seat, SeatReason

EXPECTED = and_(Seat.released_at.is_(None), Seat.reason != SeatReason.WAITING)


def said_by_seat(meeting_id: int) -> Select[*tuple[Any, ...]]:
    """A row per seat of a meeting: person, whether they are expected, invitation state, answer."""
    return (
        select(Seat.person_id, EXPECTED.label("expected"), Invitation.state, Invitation.partstat)
        .outerjoin(
            Invitation,
            and_(Invitation.meeting_id == Seat.meeting_id, Invitation.person_id == Seat.person_id),
        )
        .where(Seat.meeting_id == meeting_id)
        .order_by(Seat.person_id)
    )
