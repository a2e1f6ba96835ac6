"""Who said no and was not helped yet, who waits, and what is held for them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import aliased

from program.attendance.models import Presence, PresenceState
from program.attendance.queries import CURRENT, EXPECTED
from program.catchup.models import CatchUp, CatchUpState, SeatOffer, SeatOfferState
from program.cohorts.models import Cohort
from program.invitations.models import Invitation, InvitationState, PartStat
from program.meetings.models import Meeting, PublishedMeeting, Seat, SeatReason

WAITS = and_(Seat.reason == SeatReason.WAITING, Seat.released_at.is_(None))
ABSENT = (PresenceState.ABSENT, PresenceState.EXCUSED)
LOOKS_AGAIN = timedelta(minutes=30)  # when there was nothing to offer


def unhelped(at: datetime) -> Select[int]:
    """Invitations that somebody said no to, that nothing was offered for yet."""
    said_no = and_(
        Invitation.state == InvitationState.INVITED,
        Invitation.partstat == PartStat.DECLINED,
        Invitation.as_trainer.is_(False),
        Invitation.starts_at > at,
    )
    new = or_(
        CatchUp.id.is_(None),
        CatchUp.state != CatchUpState.OPEN,
        CatchUp.sequence < Invitation.sequence,
        and_(CatchUp.told_at.is_(None), CatchUp.looked_at <= at - LOOKS_AGAIN),
    )
    return (
        select(Invitation.id)
        .outerjoin(CatchUp, CatchUp.invitation_id == Invitation.id)
        .where(said_no, new)
        .order_by(Invitation.answered_at, Invitation.id)
    )


def needless() -> Select[CatchUp]:
    """What is open for people who come after all, or who are not expected any more."""
    return (
        select(CatchUp)
        .join(CatchUp.invitation)
        .where(
            CatchUp.state == CatchUpState.OPEN,
            or_(
                Invitation.partstat != PartStat.DECLINED,
                Invitation.state != InvitationState.INVITED,
            ),
        )
    )


def ended(at: datetime) -> Select[SeatOffer]:
    """Offers whose time is over, or whose person got the seat or left the line another way."""
    return (
        select(SeatOffer)
        .join(SeatOffer.seat)
        .where(SeatOffer.state == SeatOfferState.OPEN, or_(SeatOffer.ends_at <= at, ~WAITS))
    )


def lines(at: datetime) -> Select[*tuple[Any, ...]]:
    """Everybody who waits at a session to come, the first in line first: seat, meeting, person."""
    return (
        select(Seat.id, Seat.meeting_id, Seat.person_id, Meeting.cohort_id)
        .join(Meeting, Meeting.id == Seat.meeting_id)
        .join(PublishedMeeting, PublishedMeeting.meeting_id == Meeting.id)
        .where(
            WAITS,
            Meeting.starts_at > at,
            Meeting.cancelled_at.is_(None),
            PublishedMeeting.cancelled_at.is_(None),
        )
        .order_by(Seat.meeting_id, Seat.given_at, Seat.id)
    )


def lines_at(at: datetime) -> Select[int, int]:
    """The sessions that somebody waits for, with the version of their cohort."""
    waits = lines(at).order_by(None).with_only_columns(Seat.meeting_id)
    return (
        select(Meeting.id, Cohort.version)
        .join(Meeting.cohort)
        .where(Meeting.id.in_(waits))
        .order_by(Meeting.starts_at, Meeting.id)
    )


def open_offers(meeting_ids: Sequence[int]) -> Select[*tuple[Any, ...]]:
    """The seats that are held now: meeting, person, and until when."""
    return (
        select(Seat.meeting_id, Seat.person_id, SeatOffer.ends_at)
        .join(Seat, Seat.id == SeatOffer.seat_id)
        .where(SeatOffer.state == SeatOfferState.OPEN, Seat.meeting_id.in_(meeting_ids))
    )


def offers_to(person_id: int, meeting_ids: Sequence[int]) -> Select[SeatOffer]:
    return (
        select(SeatOffer)
        .join(SeatOffer.seat)
        .where(
            SeatOffer.state == SeatOfferState.OPEN,
            Seat.person_id == person_id,
            Seat.meeting_id.in_(meeting_ids),
        )
    )


def waiting_at(meeting_ids: Sequence[int]) -> Select[int, int]:
    """Who waits: meeting and person, the first in line first."""
    return (
        select(Seat.meeting_id, Seat.person_id)
        .where(WAITS, Seat.meeting_id.in_(meeting_ids))
        .order_by(Seat.meeting_id, Seat.given_at, Seat.id)
    )


def same_turn(meeting_id: int) -> Select[int]:
    """The meetings of the same module and round, this one too."""
    own = aliased(Meeting)
    return select(Meeting.id).join(own, _same(own, Meeting)).where(own.id == meeting_id)


def seats_of(person_id: int, meeting_ids: Sequence[int]) -> Select[Seat]:
    return select(Seat).where(Seat.person_id == person_id, Seat.meeting_id.in_(meeting_ids))


def told_of(meeting_ids: Sequence[int]) -> Select[PublishedMeeting]:
    """What the world knows of these, of those that go on as the world knows them."""
    return (
        select(PublishedMeeting)
        .join(Meeting, Meeting.id == PublishedMeeting.meeting_id)
        .where(
            PublishedMeeting.meeting_id.in_(meeting_ids),
            PublishedMeeting.cancelled_at.is_(None),
            Meeting.cancelled_at.is_(None),
            Meeting.starts_at == PublishedMeeting.starts_at,
            Meeting.ends_at == PublishedMeeting.ends_at,
        )
    )


def declined_by(person_id: int, at: datetime) -> Select[Invitation]:
    """Sessions to come that this person said no to, by time."""
    return (
        _of_participant(person_id)
        .where(Invitation.partstat == PartStat.DECLINED, PublishedMeeting.starts_at > at)
        .order_by(PublishedMeeting.starts_at)
    )


def missed_by(person_id: int, at: datetime) -> Select[Invitation]:
    """Sessions that are over and that this person was absent at, with no other in its place.

    While nobody kept the roll, who said no was absent.
    """
    said_no = and_(Presence.id.is_(None), Invitation.partstat == PartStat.DECLINED)
    return (
        _of_participant(person_id)
        .outerjoin(
            Presence,
            and_(
                Presence.meeting_id == Invitation.meeting_id,
                Presence.person_id == Invitation.person_id,
                CURRENT,
            ),
        )
        .where(
            PublishedMeeting.ends_at <= at,
            or_(Presence.state.in_(ABSENT), said_no),
            ~_made_good().exists(),
        )
        .order_by(PublishedMeeting.starts_at)
    )


def _of_participant(person_id: int) -> Select[Invitation]:
    return (
        select(Invitation)
        .join(PublishedMeeting, PublishedMeeting.meeting_id == Invitation.meeting_id)
        .where(
            Invitation.person_id == person_id,
            Invitation.state == InvitationState.INVITED,
            Invitation.as_trainer.is_(False),
            PublishedMeeting.cancelled_at.is_(None),
        )
    )


def _made_good() -> Select[int]:
    """A seat at another session of that module and round, unless they were absent there too."""
    own, other, mark = aliased(Meeting), aliased(Meeting), aliased(Presence)
    absent = select(mark.id).where(
        mark.meeting_id == Seat.meeting_id, mark.person_id == Seat.person_id,
        mark.superseded_at.is_(None), mark.state.in_(ABSENT),
    )  # fmt: skip
    return (
        select(Seat.id)
        .join(other, other.id == Seat.meeting_id)
        .join(own, _same(own, other))
        .where(
            own.id == Invitation.meeting_id,
            other.id != Invitation.meeting_id,
            other.cancelled_at.is_(None),
            Seat.person_id == Invitation.person_id,
            EXPECTED,
            ~absent.exists(),
        )
        .correlate(Invitation)
    )


def _same(one: type[Meeting], other: type[Meeting]) -> ColumnElement[bool]:
    return and_(
        one.cohort_id == other.cohort_id,
        one.module_id == other.module_id,
        one.round == other.round,
    )
