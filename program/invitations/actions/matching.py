"""Which invitation a message is about, and who it answers for."""

from dataclasses import dataclass

from sqlalchemy import select

from program.accounts.addresses import others_of
from program.core.db import db
from program.invitations.models import Invitation
from program.invitations.replies import Attendee, Reading, Said
from program.mail.models import OutgoingMail


@dataclass(frozen=True)
class Match:
    """The invitation that a message is about, and how the message speaks of it."""

    invitation: Invitation
    said: Said
    attendee: Attendee | None
    answers: frozenset[str]  # that it gives for the invitee; a sound message gives one
    by_other_address: bool = False  # of the invitee, that was remembered


def matched(said: tuple[Said, ...]) -> Match | None:
    """The event that is about an invitation of ours, one that names its invitee if there is."""
    uids = {each.uid[:120].lower() for each in said}
    found = {
        each.uid.lower(): each
        for each in db.session.scalars(select(Invitation).where(Invitation.uid.in_(uids)))
    }
    matches = [_match(found[e.uid.lower()], e, said) for e in said if e.uid.lower() in found]
    return max(
        matches, key=lambda m: (m.attendee is not None, not m.said.is_instance), default=None
    )


def _match(invitation: Invitation, event: Said, said: tuple[Said, ...]) -> Match:
    """Another address of theirs counts only where the one that was invited is not named."""
    alike = [e for e in said if (e.uid, e.is_instance) == (event.uid, event.is_instance)]
    mine = frozenset({invitation.address.lower()})
    other = not any(e.of(mine) for e in alike)
    if other:
        mine = others_of(invitation.person_id)
    answers = frozenset(each for e in alike for each in e.answers_of(mine))
    return Match(invitation, event, event.of(mine), answers, other)


def related(reading: Reading) -> Invitation | None:
    """The invitation that other mail is about: by our envelope sender or what it answers."""
    if reading.uid:
        found = db.session.scalar(select(Invitation).where(Invitation.uid == reading.uid))
        if found:
            return found
    if not reading.about:
        return None
    return db.session.scalar(
        select(Invitation)
        .join(OutgoingMail, OutgoingMail.lane == Invitation.uid)
        .where(OutgoingMail.message_id.in_(reading.about[-5:]))
        .limit(1)
    )
