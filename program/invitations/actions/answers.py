"""An answer to an invitation, by whichever way it came, in whichever order."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from program.accounts.models import Person
from program.cohorts.models import Cohort
from program.core.audit import record
from program.core.db import bump, db, locked
from program.core.errors import Refusal
from program.invitations.models import Answer, Invitation, InvitationState, PartStat
from program.meetings.models import Meeting

CHOICES = (PartStat.ACCEPTED, PartStat.TENTATIVE, PartStat.DECLINED)


@dataclass(frozen=True)
class Given:
    """What somebody answered, and when they did so."""

    partstat: PartStat
    via: str  # "page", "link", "mail"
    received_at: datetime
    sequence: int | None = None  # of the invitation they saw; the present one when they saw that
    stamp: datetime | None = None  # their clock
    comment: str = ""
    incoming_id: int | None = None
    origin: str = "web"


def answer(invitation_id: int, given: Given, *, by: int | None) -> Answer:
    """Keep an answer; it counts when it is the newest to what the person was last told.

    Newest is by the sender's clock, which is never believed to be ahead of the arrival, then by
    arrival. So any order and any repetition of the same answers ends in the same state.
    """
    if given.partstat not in CHOICES:
        raise Refusal(_("Choose accept, maybe or decline."), field="choice")
    invitation = _alone_with(invitation_id)
    kept = _kept(invitation, given)
    db.session.add(kept)
    db.session.flush()
    kept.applied, kept.why = _judged(invitation, kept)
    if kept.applied:
        _apply(invitation, kept)
    record(
        "invitation.answered",
        f"invitation:{invitation.id}",
        by=by,
        origin=given.origin,
        result="ok" if kept.applied else kept.why[:200],
    )
    return kept


def _alone_with(invitation_id: int) -> Invitation:
    """The cohort first, as a release does: the other way round each could wait for the other."""
    cohort_id = db.session.scalars(
        select(Meeting.cohort_id)
        .join(Invitation, Invitation.meeting_id == Meeting.id)
        .where(Invitation.id == invitation_id)
    ).one()
    locked(Cohort, cohort_id)
    return locked(Invitation, invitation_id)


def _kept(invitation: Invitation, given: Given) -> Answer:
    seen = invitation.sequence if given.sequence is None else given.sequence
    return Answer(
        invitation_id=invitation.id,
        incoming_id=given.incoming_id,
        received_at=given.received_at,
        via=given.via,
        partstat=given.partstat,
        # some clients count up in their reply; later that would count for a date they never saw
        sequence=min(seen, invitation.sequence),
        stamp=given.stamp or given.received_at,
        comment=given.comment,
        applied=False,
    )


def _judged(invitation: Invitation, kept: Answer) -> tuple[bool, str]:
    if invitation.state is InvitationState.CANCELLED:
        return False, "The session was cancelled for this person."
    if kept.sequence < invitation.sequence:
        return False, "It answers an earlier date; the session was moved since."
    newest = max(_current_answers(invitation), key=_age)
    if _age(newest) > _age(kept):
        return False, "A newer answer was here already."
    return True, "It counts."


def _current_answers(invitation: Invitation) -> list[Answer]:
    return list(
        db.session.scalars(
            select(Answer).where(
                Answer.invitation_id == invitation.id, Answer.sequence >= invitation.sequence
            )
        )
    )


def _age(given: Answer) -> tuple[datetime, datetime, str, str]:
    """Newest last, by one order for all. No clock is believed to be ahead of the arrival."""
    return min(given.stamp, given.received_at), given.received_at, given.partstat, given.via


def _apply(invitation: Invitation, newest: Answer) -> None:
    invitation.partstat = newest.partstat
    invitation.answered_at = newest.received_at
    invitation.answered_via = newest.via
    invitation.answered_sequence = newest.sequence
    invitation.answered_stamp = min(newest.stamp, newest.received_at)
    cohort_id = db.session.scalar(
        select(Meeting.cohort_id).where(Meeting.id == invitation.meeting_id)
    )
    assert cohort_id is not None  # noqa: S101 - the foreign key says so
    db.session.flush()
    bump(Cohort, [cohort_id])
    bump(Person, [invitation.person_id])
