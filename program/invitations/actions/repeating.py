"""Sending somebody the invitation that stands once more, because they ask for it or we do."""

from datetime import datetime, timedelta

from flask import current_app
from flask_babel import gettext as _

from program.accounts.models import Person
from program.cohorts.models import Cohort
from program.core.audit import record
from program.core.db import bump, db, locked
from program.core.errors import Refusal
from program.invitations.actions.releasing import UNANSWERED, stamp_after
from program.invitations.changes import Due, Kind
from program.invitations.letters import Told, Writer
from program.invitations.models import Invitation, InvitationState
from program.invitations.queries import world_of
from program.mail.actions import post_all

BY_ITSELF = timedelta(days=1)  # between two that somebody's calendar asks for


def came_lately(invitation: Invitation, at: datetime) -> bool:
    """Whether the last message is so young that another does not go out by itself."""
    return at - invitation.stamped_at < BY_ITSELF


def tell_again(
    invitation: Invitation, *, at: datetime, by: int | None, anew: bool = False, origin: str = "web"
) -> None:
    """As it was last published. `anew`: as a new question, so the answer that was here is gone."""
    meeting = invitation.meeting
    cohort = locked(Cohort, meeting.cohort_id)
    world = world_of(cohort.id, organizer=current_app.config["MAIL_ADDRESS"])
    facts, reader = world.told.get(meeting.id), world.readers.get(invitation.person_id)
    invitation = locked(Invitation, invitation.id)
    gone = invitation.state is InvitationState.CANCELLED
    if facts is None or reader is None or gone or facts.starts_at <= at:
        raise Refusal(_("There is no invitation to send any more."))
    if not reader.reachable or reader.email.lower() != invitation.address.lower():
        raise Refusal(  # the old address may be somebody else's by now
            _("The address that was invited is not theirs any more: publish to invite the new one.")
        )
    _count_up(invitation, at, anew=anew)
    due = Due(Kind.NEW, meeting.id, invitation.person_id, invitation.as_trainer)
    writer = Writer(programme=cohort.programme.title, timezone=cohort.timezone, note="", at=at)
    post_all([writer.letter(due, reader, _told(invitation), now=facts, before=None)])
    bump(Cohort, [cohort.id])
    bump(Person, [invitation.person_id])
    record("invitation.repeated", f"invitation:{invitation.id}", by=by, origin=origin)


def _count_up(invitation: Invitation, at: datetime, *, anew: bool) -> None:
    invitation.revision += 1
    invitation.stamped_at = stamp_after(invitation.stamped_at, at)
    if anew:  # calendars ask again for a higher number only
        invitation.sequence += 1
        for name, value in UNANSWERED.items():
            setattr(invitation, name, value)
    db.session.flush()


def _told(invitation: Invitation) -> Told:
    return Told(
        uid=invitation.uid,
        address=invitation.address,
        sequence=invitation.sequence,
        revision=invitation.revision,
        stamped_at=invitation.stamped_at,
        partstat=invitation.partstat,
    )
