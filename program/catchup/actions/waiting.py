"""Lines for a seat: a free one is held for the first, for a while, and then for the next."""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from program.accounts.models import Organisation, Person
from program.catchup import letters, queries
from program.catchup.actions.booking import Press, alone_with, give_seat, refuse_who_comes
from program.catchup.actions.helping import opened
from program.catchup.models import SeatOffer, SeatOfferState
from program.catchup.options import Option, held_until, options_of
from program.cohorts.models import Cohort
from program.core.audit import record
from program.core.db import bump, db, locked
from program.core.errors import Refusal
from program.invitations.models import Invitation, InvitationState, PartStat
from program.meetings.models import Meeting, Seat, SeatReason


def wait(invitation_id: int, meeting_id: int, press: Press) -> Seat:
    """At the end of the line for that session; who stands in it already keeps their place."""
    invitation = alone_with(invitation_id)
    refuse_who_comes(invitation, press.at)
    option = next((o for o in options_of(invitation, at=press.at) if o.id == meeting_id), None)
    if option is None:
        raise Refusal(_("This session does not suit any more. Choose another one."))
    if option.bookable:
        raise Refusal(_("There is a seat now: book it instead of waiting."))
    if option.waits:
        mine = queries.seats_of(invitation.person_id, [meeting_id])
        return db.session.scalars(mine).one()
    if invitation.partstat is PartStat.DECLINED:
        opened(invitation, press.at)
    _show(invitation.meeting.cohort_id, invitation.person_id)
    return give_seat(invitation.person_id, meeting_id, SeatReason.WAITING, press)


def leave_line(invitation_id: int, meeting_id: int, press: Press) -> None:
    """Wait no longer for that session."""
    invitation = alone_with(invitation_id)
    for offer in db.session.scalars(queries.offers_to(invitation.person_id, [meeting_id])):
        offer.state = SeatOfferState.WITHDRAWN
    for seat in db.session.scalars(queries.seats_of(invitation.person_id, [meeting_id])):
        if seat.reason is SeatReason.WAITING and seat.released_at is None:
            seat.released_at = press.at
            record("seat.line_left", f"seat:{seat.id}", by=press.by, origin=press.origin)
    _show(invitation.meeting.cohort_id, invitation.person_id)


def end_offers(*, at: datetime) -> int:
    """Who did not book in time is out of the line; says how many."""
    found = db.session.scalars(queries.ended(at)).all()
    for offer in found:
        locked(Organisation, offer.seat.meeting.cohort.organisation_id)
        db.session.refresh(offer)
        db.session.refresh(offer.seat)
        if offer.state is SeatOfferState.OPEN:  # else booked at the last moment
            _end(offer, at)
            _show(offer.seat.meeting.cohort_id, offer.seat.person_id)
    return len(found)


def _end(offer: SeatOffer, at: datetime) -> None:
    seat = offer.seat
    if seat.released_at is not None:
        offer.state = SeatOfferState.WITHDRAWN
    elif seat.reason is not SeatReason.WAITING:  # a planner or the roll gave them the seat
        offer.state = SeatOfferState.TAKEN
    else:
        offer.state, seat.released_at = SeatOfferState.LAPSED, at
        record("seat.offer_lapsed", f"seat:{offer.seat_id}", by=None, origin="runner")


def fill_line(meeting_id: int, *, at: datetime) -> list[SeatOffer]:
    """Hold each free seat of that session for who is first in line and can come."""
    meeting = db.session.get_one(Meeting, meeting_id)
    locked(Organisation, meeting.cohort.organisation_id)
    db.session.expire_all()
    until = held_until(meeting.starts_at, at)
    line = [row for row in db.session.execute(queries.lines(at)) if row.meeting_id == meeting_id]
    made: list[SeatOffer] = []
    for row in line if until else ():
        found = _missed(row.person_id, meeting_id, at)
        if found is None:
            continue
        invitation, option = found
        if option.held_until is not None:
            continue
        if not option.free:
            break
        offer = SeatOffer(seat_id=row.id, invitation_id=invitation.id, offered_at=at, ends_at=until)
        db.session.add(offer)
        db.session.flush()
        letters.post_seat(invitation, option, offer, at=at)
        record("seat.offered", f"seat:{row.id}", by=None, origin="runner")
        _show(meeting.cohort_id, row.person_id)
        made.append(offer)
    return made


def _missed(person_id: int, meeting_id: int, at: datetime) -> tuple[Invitation, Option] | None:
    """What they would come to this session for, and this session as it is for them."""
    turn = db.session.scalars(queries.same_turn(meeting_id)).all()
    invitations = db.session.scalars(
        select(Invitation).where(
            Invitation.person_id == person_id,
            Invitation.meeting_id.in_(turn),
            Invitation.meeting_id != meeting_id,
            Invitation.state == InvitationState.INVITED,
            Invitation.as_trainer.is_(False),
        )
    )
    for invitation in invitations:
        for option in options_of(invitation, at=at):
            if option.id == meeting_id:
                return invitation, option
    return None


def _show(cohort_id: int, person_id: int) -> None:
    bump(Cohort, [cohort_id])
    bump(Person, [person_id])
