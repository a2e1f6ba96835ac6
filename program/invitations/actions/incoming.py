"""What comes of one raw message.

Nothing is ever mailed to its sender. Who asks for an invitation again (REFRESH) gets it at the
address that was invited, once a day at most, and only when our mail server vouches for them.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from flask import current_app
from sqlalchemy import select

from program.accounts.addresses import others_of
from program.accounts.models import Person
from program.cohorts.models import Cohort
from program.core.audit import record
from program.core.db import bump, db, locked
from program.core.errors import Refusal
from program.invitations.actions.answers import CHOICES, Given, answer
from program.invitations.actions.matching import Match, matched, related
from program.invitations.actions.repeating import came_lately, tell_again
from program.invitations.itip.names import domain_of
from program.invitations.models import Invitation, PartStat
from program.invitations.replies import Outcome, Reading, Said, read
from program.invitations.replies.apart import read_apart
from program.mail import arrivals
from program.mail.models import IncomingMail
from program.meetings.models import Meeting

_REMEMBERED = "It names another address of theirs, which was remembered."
_PROPOSED = "Another time is proposed. The session stays as it is."


@dataclass(frozen=True)
class Received:
    """What a message was and what it did."""

    outcome: Outcome
    applied: bool = False
    flagged: bool = False
    uid: str = ""
    partstat: str = ""
    why: str = ""
    address: str = ""


def receive(raw: bytes, *, via: str, at: datetime, origin: str = "mail") -> Received:
    """Store a message with what came of it, and count the answer in it, if any."""
    reading = understood(arrivals.readable(raw))
    mail = arrivals.keep(raw, via=via, at=at, origin=origin)
    return settle(mail.id, reading, origin=origin)


def understood(raw: bytes, *, sent_to: str = "") -> Reading:
    """What a message says. Takes up to a second, so no transaction should wait for it."""
    return read_apart(raw, our_domain=_voucher(), sent_to=sent_to)


def _voucher() -> str:
    config = current_app.config
    return str(config["MAIL_AUTHSERV"] or domain_of(config["MAIL_ADDRESS"]))


def settle(mail_id: int, reading: Reading, *, origin: str = "mail") -> Received:
    """Do what a stored message asks and note what came of it; once, whoever else reads it too."""
    mail = locked(IncomingMail, mail_id)
    if mail.outcome is not None:
        return _again(mail)
    mail.sender, mail.subject = reading.sender[:254], reading.subject[:200]
    received = _judged(reading, mail, at=mail.received_at, origin=origin)
    _note(mail, received)
    record(
        "mail.received",
        f"incoming:{mail.id}",
        by=None,
        origin=origin,
        result=received.outcome.value,
    )
    return received


def settle_again(mail: IncomingMail, address: str, *, by: int) -> Received | None:
    """Judge an answer for this address, that waits for a person, by what is known now.

    Other messages stay as they are. The caller holds the message. It was read within limits before,
    so it is read right here.
    """
    reading = read(mail.content, our_domain=_voucher(), sent_to=mail.sent_to)
    answers = reading.outcome in {Outcome.ANSWER, Outcome.COUNTER}
    if not answers or not any(said.of({address}) for said in reading.said):
        return None
    received = _judged(reading, mail, at=mail.received_at, origin="web")
    _note(mail, received)
    record("mail.judged_again", f"incoming:{mail.id}", by=by, result=received.outcome.value)
    return received


def _again(before: IncomingMail) -> Received:
    return Received(
        outcome=Outcome(before.outcome or Outcome.REVIEW),
        flagged=before.flagged,
        uid=before.uid,
        address=before.address,
        why="This very message was here before.",
    )


def _note(mail: IncomingMail, received: Received) -> None:
    mail.outcome, mail.applied, mail.flagged = (
        received.outcome,
        received.applied,
        received.flagged,
    )
    mail.uid, mail.address = received.uid[:120], received.address[:254]
    mail.why = received.why


def _judged(reading: Reading, mail: IncomingMail, *, at: datetime, origin: str) -> Received:
    if reading.outcome in {Outcome.ANSWER, Outcome.COUNTER, Outcome.REFRESH}:
        return _calendar(reading, mail, at=at, origin=origin)
    invitation = related(reading)
    if invitation is not None:
        _show_on_pages(invitation)
    return Received(
        outcome=reading.outcome,
        uid=invitation.uid if invitation else reading.uid,
        address=reading.address or (invitation.address if invitation else reading.sender),
        why=reading.why,
    )


def _calendar(reading: Reading, mail: IncomingMail, *, at: datetime, origin: str) -> Received:
    match = matched(reading.said)
    if match is None:
        why = "It is about an appointment that is not ours."
        return Received(Outcome.IGNORED, address=reading.sender, why=why)
    if match.attendee is None:
        why = "It answers for somebody who was not invited with it."
        return _about(match, Outcome.REVIEW, why)
    if not _is_ours(match.said.organizer):
        return _about(match, Outcome.REVIEW, "It names another organizer.")
    if reading.outcome is Outcome.REFRESH:
        return _repeated(match, reading, at=at, origin=origin)
    return _said(match, reading, mail, at=at, origin=origin)


def _said(
    match: Match, reading: Reading, mail: IncomingMail, *, at: datetime, origin: str
) -> Received:
    """Of somebody who was invited."""
    assert match.attendee is not None  # noqa: S101 - the caller saw to it
    if len(match.answers) > 1:
        return _about(match, Outcome.REVIEW, "The message holds two answers that differ.")
    if no_answer := _no_answer(reading.outcome, match.attendee.partstat):
        return _about(match, *no_answer)
    return _answered(match, reading, mail, at=at, origin=origin)


def _repeated(match: Match, reading: Reading, *, at: datetime, origin: str) -> Received:
    """Applied when it was sent; otherwise a person may send it."""
    why = "Sent by a machine." if reading.by_machine else _doubt(match, reading)
    if not why and came_lately(match.invitation, at):
        why = "It was sent less than a day ago, so it does not go again by itself."
    if not why:
        try:
            tell_again(match.invitation, at=at, by=match.invitation.person_id, origin=origin)
        except Refusal:
            why = "The session is over or cancelled for this person, or the address is not theirs."
    asked = "The invitation is asked for again."
    received = _about(match, Outcome.REFRESH, f"{asked} {why}" if why else f"{asked} It was sent.")
    return replace(received, applied=not why)


def _no_answer(asked: Outcome, partstat: str) -> tuple[Outcome, str] | None:
    """What a person has to look at instead."""
    if asked is Outcome.COUNTER:
        return None
    if partstat == PartStat.DELEGATED:
        why = "Somebody else would come instead. The seat stays with the person who was invited."
        return Outcome.DELEGATION, why
    if partstat not in CHOICES:
        return Outcome.REVIEW, "The answer is none of accept, maybe or decline."
    return None


def _answered(
    match: Match, reading: Reading, mail: IncomingMail, *, at: datetime, origin: str
) -> Received:
    assert match.attendee is not None  # noqa: S101 - the caller saw to it
    proposes = reading.outcome is Outcome.COUNTER  # until somebody decided, they may come
    given = Given(
        partstat=PartStat.TENTATIVE if proposes else PartStat(match.attendee.partstat),
        via="mail",
        received_at=at,
        sequence=match.said.sequence,
        stamp=_answered_at(match.said, reading, at),
        comment=match.said.comment,
        incoming_id=mail.id,
        origin=origin,
    )
    kept = answer(match.invitation.id, given, by=match.invitation.person_id)
    doubt = _doubt(match, reading)
    came_of_it = _PROPOSED if proposes and kept.applied else kept.why
    whence = _REMEMBERED if match.by_other_address else ""
    return Received(
        outcome=reading.outcome,
        applied=kept.applied,
        flagged=bool(doubt),
        uid=match.invitation.uid,
        partstat=str(kept.partstat),
        why=" ".join(sentence for sentence in (came_of_it, whence, doubt) if sentence),
        address=match.invitation.address,
    )


def _answered_at(said: Said, reading: Reading, at: datetime) -> datetime | None:
    """By their clock. One that is ahead tells nothing: then it is when they sent the message."""
    if said.stamp is not None and said.stamp <= at:
        return said.stamp
    return reading.sent_at


def _is_ours(organizer: str) -> bool:
    """Also an address that we had before; Exchange names none at all."""
    ours = domain_of(current_app.config["MAIL_ADDRESS"])
    return not organizer or domain_of(organizer) == ours


def _doubt(match: Match, reading: Reading) -> str:
    """Why a person had better look. The answer counts: who knows the UID got the invitation."""
    organizer = match.said.organizer
    if organizer and organizer != current_app.config["MAIL_ADDRESS"].lower():
        return "It names another organizer."
    if not reading.vouched:
        return "Our mail server does not vouch for the sender."
    return "" if _theirs(reading.sender, match.invitation) else "Somebody else sent it."


def _theirs(sender: str, invitation: Invitation) -> bool:
    return sender == invitation.address.lower() or sender in others_of(invitation.person_id)


def _about(match: Match, outcome: Outcome, why: str) -> Received:
    _show_on_pages(match.invitation)
    return Received(
        outcome=outcome,
        uid=match.invitation.uid,
        partstat=match.attendee.partstat if match.attendee else "",
        why=why,
        address=match.invitation.address,
    )


def _show_on_pages(invitation: Invitation) -> None:
    cohort_id = db.session.scalar(
        select(Meeting.cohort_id).where(Meeting.id == invitation.meeting_id)
    )
    bump(Cohort, [cohort_id] if cohort_id else [])
    bump(Person, [invitation.person_id])
