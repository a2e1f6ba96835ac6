"""Somebody said no: look at once what else there is, and tell them, once per invitation."""

from datetime import datetime

from sqlalchemy import select

from program.accounts.models import Person
from program.catchup import letters, queries
from program.catchup.actions.booking import alone_with, stop_waiting
from program.catchup.models import CatchUp, CatchUpState
from program.catchup.options import options_of
from program.core.audit import record
from program.core.db import bump, db
from program.invitations.models import Invitation, InvitationState, PartStat


def help_one(invitation_id: int, *, at: datetime) -> CatchUp | None:
    """Offer what suits; nothing when they come after all, or another runner was here first."""
    invitation = alone_with(invitation_id)
    declined = invitation.partstat is PartStat.DECLINED
    if not declined or invitation.state is not InvitationState.INVITED:
        return None
    known = opened(invitation, at)
    options = options_of(invitation, at=at)
    if options and known.told_at is None:
        known.told_at = at
        letters.post_options(invitation, options, at=at)
        record("catch_up.offered", f"invitation:{invitation.id}", by=None, origin="runner")
        bump(Person, [invitation.person_id])
    return known


def opened(invitation: Invitation, at: datetime) -> CatchUp:
    """That they look for another session, so that it ends when they come after all."""
    known = db.session.scalars(
        select(CatchUp).where(CatchUp.invitation_id == invitation.id)
    ).one_or_none()
    if known is None or known.sequence < invitation.sequence:
        known = known or CatchUp(invitation_id=invitation.id)
        known.told_at = None
    known.sequence, known.state, known.looked_at = invitation.sequence, CatchUpState.OPEN, at
    db.session.add(known)
    db.session.flush()
    return known


def close_needless(*, at: datetime) -> int:
    """Who comes after all waits no longer; says how many."""
    found = db.session.scalars(queries.needless()).all()
    for catch_up in found:
        invitation = alone_with(catch_up.invitation_id)
        stop_waiting(invitation, at)
        catch_up.state = CatchUpState.CLOSED
        record("catch_up.closed", f"invitation:{invitation.id}", by=None, origin="runner")
    return len(found)
