"""What a person decides about a message; each once, whoever else looks at it too."""

from collections.abc import Callable, Mapping
from datetime import datetime

from flask_babel import gettext as _

from program.accounts.models import Organisation
from program.core.audit import record
from program.core.db import db, locked
from program.core.errors import Refusal
from program.invitations.actions import Given, answer, tell_again, tell_seats
from program.invitations.models import Invitation, InvitationState, PartStat
from program.invitations.replies import Outcome
from program.mail.models import IncomingMail
from program.meetings.actions.moving import move_meeting
from program.meetings.actions.seats import refuse_full
from program.meetings.models import Seat, SeatReason
from program.meetings.queries import held_for
from program.review import letters, queries, remembering
from program.review.items import Item, item_of, move_of
from program.review.models import Decision, ReviewMark

CHOICES = {
    "accepted": PartStat.ACCEPTED,
    "tentative": PartStat.TENTATIVE,
    "declined": PartStat.DECLINED,
}
OF_ANSWERS = {"right", "ask-again"}  # what is decided about an answer that counts


def decide(incoming_id: int, press: str, *, by: int, at: datetime, remembers: bool = False) -> str:
    """Do what was pressed and note it; says what came of it.

    `remembers`: an answer that is counted makes its address one of theirs, so those that wait from
    there are judged again.
    """
    mail = locked(IncomingMail, incoming_id)
    answers = mail.outcome == Outcome.ANSWER  # also since its address was remembered
    settled = answers and press not in OF_ANSWERS
    if settled or db.session.scalars(queries.mark_of(incoming_id)).first():
        raise Refusal(_("Somebody has decided about this message already."))
    item = item_of(mail, at=at, weigh=False)
    learns = remembers and press in CHOICES and bool(item.stranger)
    others = remembering.hold_beside(item) if learns else []
    decision, said = _do(item, press, by, at)
    db.session.add(
        ReviewMark(incoming_id=mail.id, decision=decision, decided_at=at, decided_by_id=by)
    )
    record("mail.reviewed", f"incoming:{mail.id}", by=by, result=decision.value)
    return f"{said} {remembering.remember(item, others, by, at)}" if learns else said


Done = tuple[Decision, str]


def _do(item: Item, press: str, by: int, at: datetime) -> Done:
    if press in CHOICES:
        return _count(item, CHOICES[press], by)
    deeds: Mapping[str, Callable[[Item, int, datetime], Done]] = {
        "done": _done,
        "refuse": _refuse,
        "move": _move,
        "hand-over": _hand_over,
        "right": _right,
        "ask-again": _ask_again,
        "send-again": _send_again,
    }
    if press not in deeds:
        raise Refusal(_("Press one of the buttons."))
    return deeds[press](item, by, at)


def _done(item: Item, by: int, at: datetime) -> Done:
    return Decision.DONE, _("Put away.")


def _about(item: Item) -> Invitation:
    if item.invitation is None:
        raise Refusal(_("This message is about no invitation of ours."))
    return item.invitation


def _count(item: Item, partstat: PartStat, by: int) -> Done:
    """As the answer of who was invited, to the date that the message is about."""
    invitation = _about(item)
    if not item.answers:
        raise Refusal(_("This message is no answer."))
    given = Given(
        partstat=partstat,
        via="mail",
        received_at=item.mail.received_at,
        sequence=item.said.sequence if item.said else None,
        stamp=item.said.stamp if item.said else None,
        comment=item.said.comment if item.said else "",
        incoming_id=item.mail.id,
    )
    kept = answer(invitation.id, given, by=by)
    said = _("It counts as the answer of %(name)s.", name=invitation.person.name)
    return Decision.COUNTED, said if kept.applied else _("Noted. %(why)s", why=_(kept.why))


def _refuse(item: Item, by: int, at: datetime) -> Done:
    """A stranger's answer is put away; who proposed another time hears that it stays as it is."""
    if item.proposes is None:
        return Decision.REFUSED, _("Put away; nothing changes.")
    invitation = _about(item)
    told = invitation.meeting.published
    gone = invitation.state is InvitationState.CANCELLED or told is None or told.cancelled_at
    if gone or invitation.starts_at <= at:
        raise Refusal(_("The session is over or cancelled: there is nothing to refuse any more."))
    letters.post_decline(invitation, item.mail.id, at=at)
    return Decision.REFUSED, _("Refused. They get a message that the session stays as it is.")


def _right(item: Item, by: int, at: datetime) -> Done:
    if not item.counts:
        raise Refusal(_("This message is no answer."))
    return Decision.CONFIRMED, _("Noted: it is right.")


def _ask_again(item: Item, by: int, at: datetime) -> Done:
    """The answer is taken back, and who was invited gets the question once more."""
    invitation = _about(item)
    if not item.counts:
        raise Refusal(_("This message is no answer."))
    tell_again(invitation, at=at, by=by, anew=True)
    return Decision.ASKED_AGAIN, _("%(name)s is asked again.", name=invitation.person.name)


def _send_again(item: Item, by: int, at: datetime) -> Done:
    invitation = _about(item)
    if not item.asks_again:
        raise Refusal(_("Press one of the buttons."))
    tell_again(invitation, at=at, by=by)
    return Decision.SENT_AGAIN, _("The invitation goes to %(name)s.", name=invitation.person.name)


def _move(item: Item, by: int, at: datetime) -> Done:
    meeting = _about(item).meeting
    if item.proposes is None:
        raise Refusal(_("No other time is proposed."))
    move_meeting(meeting, move_of(item, meeting), force=True, by=by)
    return Decision.MOVED, _("The session is moved. People hear of it when you publish.")


def _hand_over(item: Item, by: int, at: datetime) -> Done:
    """The seat goes to the colleague; both calendars are told at once."""
    invitation, other = _about(item), item.colleague
    if other is None:
        raise Refusal(_("The person who would come takes no part in this cohort."))
    meeting = invitation.meeting
    locked(Organisation, meeting.cohort.organisation_id)
    own = db.session.scalars(queries.expected_at(meeting.id, invitation.person_id)).one_or_none()
    if own is None or meeting.cancelled_at is not None or meeting.starts_at <= at:
        raise Refusal(_("There is no seat to hand over any more."))
    if db.session.scalars(held_for(other.id, meeting.starts_at, meeting.ends_at)).first():
        raise Refusal(_("%(name)s is expected elsewhere at that time.", name=other.name))
    own.released_at = at
    record("seat.released", f"seat:{own.id}", by=by)
    db.session.flush()
    refuse_full([meeting])
    _seat(meeting.id, other.id, by, at)
    for person_id in (invitation.person_id, other.id):
        tell_seats(meeting.cohort_id, person_id, {meeting.id}, at=at)
    said = _("The seat is for %(name)s now. Both get a message.", name=other.name)
    return Decision.HANDED_OVER, said


def _seat(meeting_id: int, person_id: int, by: int, at: datetime) -> None:
    seat = db.session.scalars(queries.seat_at(meeting_id, person_id)).one_or_none() or Seat(
        meeting_id=meeting_id, person_id=person_id
    )
    seat.reason, seat.given_at, seat.released_at = SeatReason.SWAP, at, None
    db.session.add(seat)
    db.session.flush()
    record("seat.given", f"seat:{seat.id}", by=by)
