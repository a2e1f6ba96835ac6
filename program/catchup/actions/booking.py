"""One press: the old seat is free, the new one is theirs, and their calendar is told both."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from program.accounts.models import Organisation
from program.catchup import queries
from program.catchup.models import CatchUp, CatchUpState, SeatOfferState
from program.catchup.options import Option, is_missed, options_of, own_seat, told_of
from program.core.audit import record
from program.core.db import db, locked
from program.core.errors import Refusal
from program.invitations.actions import Given, answer, tell_seats
from program.invitations.models import Invitation, InvitationState, PartStat
from program.meetings.models import Seat, SeatReason

FOR_THEM = "planner"  # a trainer or planner, on the page of that person


@dataclass(frozen=True)
class Press:
    """Who presses, when and by what."""

    at: datetime
    via: str  # "link", "page", or FOR_THEM
    by: int | None = None
    origin: str = "web"


def book(invitation_id: int, meeting_id: int, press: Press) -> Invitation:
    """Come to that session instead. Of many who press at once, as many as there are seats."""
    invitation = alone_with(invitation_id)
    refuse_who_comes(invitation, press.at)
    option = _free(invitation, meeting_id, press.at)
    meetings = {option.id, *_seated_elsewhere(invitation, option, press)}
    cohort_id = invitation.meeting.cohort_id
    tell_seats(cohort_id, invitation.person_id, meetings, at=press.at)
    _settle(invitation, press.at)
    return _answered(invitation.person_id, option.id, press)


def alone_with(invitation_id: int) -> Invitation:
    """The bureau first, as everybody does who gives places in its rooms."""
    bureau_id = (
        db.session.scalars(select(Invitation).where(Invitation.id == invitation_id))
        .one()
        .meeting.cohort.organisation_id
    )
    locked(Organisation, bureau_id)
    db.session.expire_all()  # what was read before we were alone may be of yesterday
    return db.session.get_one(Invitation, invitation_id)


def refuse_who_comes(invitation: Invitation, at: datetime) -> None:
    """Unless they said no, were absent, or wait for a seat, and still have their own place."""
    gone = invitation.state is not InvitationState.INVITED or own_seat(invitation) is None
    if gone:
        raise Refusal(_("You are not expected at this session any more. Look at your schedule."))
    if is_missed(invitation, at):
        return
    turn = db.session.scalars(queries.same_turn(invitation.meeting_id)).all()
    waits = any(
        seat.reason is SeatReason.WAITING and seat.released_at is None
        for seat in db.session.scalars(queries.seats_of(invitation.person_id, turn))
    )
    if invitation.partstat is not PartStat.DECLINED and not waits:
        raise Refusal(_("You told us that you come. Decline first, then choose another session."))


def _free(invitation: Invitation, meeting_id: int, at: datetime) -> Option:
    option = next((o for o in options_of(invitation, at=at) if o.id == meeting_id), None)
    if option is None:
        raise Refusal(_("This session does not suit any more. Choose another one."))
    if not option.bookable:
        raise Refusal(_("The last seat has just been taken. Choose another session, or wait."))
    return option


def _seated_elsewhere(invitation: Invitation, option: Option, press: Press) -> list[int]:
    """Their seat there; gives the session that they leave, if it is still to come.

    What is over stays as it was: its hours are asked for, and the other session adds to them.
    """
    own = own_seat(invitation)
    assert own is not None  # noqa: S101 - the caller saw to it
    over = told_of(invitation).starts_at <= press.at
    makes_up = over or own.reason is SeatReason.CATCH_UP
    if not over:
        own.released_at = press.at
        _record("seat.released", own, press)
    for offer in db.session.scalars(queries.offers_to(invitation.person_id, [option.id])):
        offer.state = SeatOfferState.TAKEN
    db.session.flush()
    stop_waiting(invitation, press.at)
    reason = SeatReason.CATCH_UP if makes_up else SeatReason.SWAP
    give_seat(invitation.person_id, option.id, reason, press)
    return [] if over else [invitation.meeting_id]


def give_seat(person_id: int, meeting_id: int, reason: SeatReason, press: Press) -> Seat:
    """The one seat that somebody can have there, for this reason now."""
    seat = db.session.scalars(queries.seats_of(person_id, [meeting_id])).one_or_none() or Seat(
        meeting_id=meeting_id, person_id=person_id
    )
    seat.reason, seat.given_at, seat.released_at = reason, press.at, None
    db.session.add(seat)
    db.session.flush()
    _record("seat.waiting" if reason is SeatReason.WAITING else "seat.given", seat, press)
    return seat


def _record(action: str, seat: Seat, press: Press) -> None:
    record(action, f"seat:{seat.id}", by=press.by, origin=press.origin)


def stop_waiting(invitation: Invitation, at: datetime) -> None:
    """Out of every line for this module and round; what was held is free for the next."""
    person = invitation.person_id
    turn = db.session.scalars(queries.same_turn(invitation.meeting_id)).all()
    for offer in db.session.scalars(queries.offers_to(person, turn)):
        offer.state = SeatOfferState.WITHDRAWN
    for seat in db.session.scalars(queries.seats_of(person, turn)):
        if seat.reason is SeatReason.WAITING and seat.released_at is None:
            seat.released_at = at


def _settle(invitation: Invitation, at: datetime) -> None:
    """Also when we had not looked yet what there was."""
    known = db.session.scalars(
        select(CatchUp).where(CatchUp.invitation_id == invitation.id)
    ).one_or_none() or CatchUp(invitation_id=invitation.id, looked_at=at)
    known.sequence, known.state = invitation.sequence, CatchUpState.BOOKED
    db.session.add(known)


def _answered(person_id: int, meeting_id: int, press: Press) -> Invitation:
    """Who books comes, and need not answer too. Only when another books for them, they do."""
    new = db.session.scalars(
        select(Invitation).where(
            Invitation.person_id == person_id, Invitation.meeting_id == meeting_id
        )
    ).one_or_none()
    if new is None:
        raise Refusal(_("Your e-mail address does not work. Please tell your trainer."))
    if press.via == FOR_THEM:
        return new
    given = Given(PartStat.ACCEPTED, press.via, press.at, origin=press.origin)
    answer(new.id, given, by=person_id)
    return new
