"""From what somebody was told to the events of their feed."""

from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from flask_babel import gettext as _

from program.core.db import db
from program.feeds.ics import FeedEvent, FeedHead, feed
from program.feeds.queries import published, told
from program.invitations.elsewhere import instead_of
from program.invitations.itip.names import domain_of
from program.invitations.models import InvitationState, PartStat


def calendar_of(person_id: int, *, source: str, public_url: str, at: datetime) -> bytes:
    """The whole feed, in the language that is in force."""
    head = FeedHead(
        name=_("Leergang: my sessions"),
        description=_("Your sessions, refreshed by your calendar every few hours."),
        source=source,
    )
    asked = {"person": person_id, "since": at - timedelta(days=1)}
    rows = db.session.execute(told(), asked).all()
    cancelled, base = _("Cancelled"), f"{public_url}/schedule/"
    moved = instead_of(row for row in rows if not row.as_trainer)  # the other one is in it
    shown = (row for row in rows if row.meeting_id not in moved)
    return feed(head, (event(row, cancelled, base) for row in shown))


def event(row: Any, cancelled_word: str, base: str) -> FeedEvent:
    cancelled = row.state is InvitationState.CANCELLED or row.cancelled_at is not None
    place = (row.venue_name, row.room_name, row.address)
    texts = (row.group_name, row.trainer_names, row.note)
    return FeedEvent(
        uid=row.uid,
        sequence=row.sequence,
        changed_at=max(row.stamped_at, row.released_at),
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        summary=f"{cancelled_word}: {row.title}" if cancelled else row.title,
        location=", ".join(part for part in place if part),
        # who does not come any more need not know what becomes of it
        description="" if cancelled else "\n".join(part for part in texts if part),
        url="" if row.as_trainer else f"{base}{row.meeting_id}",
        join_url="" if cancelled else row.join_url,
        cancelled=cancelled,
        declined=row.partstat is PartStat.DECLINED,
        tentative=row.tentative,
    )


def calendar_for_planner(row: Any, *, source: str, public_url: str, at: datetime) -> bytes:
    """All that was published of the cohort or group of this `opened_by_planner` row."""
    head = FeedHead(
        name=f"{row.name}: {row.group_name}" if row.group_name else row.name,
        description=_("What was published, refreshed by your calendar every few hours."),
        source=source,
    )
    asked = published(row.id, row.group_id, row.person_id, at - timedelta(days=1))
    cancelled, domain = _("Cancelled"), domain_of(current_app.config["MAIL_ADDRESS"])
    base = f"{public_url}/cohorts/{row.id}/meetings/"
    told = db.session.execute(asked).all()
    return feed(head, (_planned(one, cancelled, base, domain) for one in told))


def _planned(row: Any, cancelled_word: str, base: str, domain: str) -> FeedEvent:
    """One event a session; who trains it knows it by the UID of their invitation."""
    cancelled = row.cancelled_at is not None
    title = f"{row.title} – {row.group_name}" if row.group_name else row.title
    place = (row.venue_name, row.room_name, row.address)
    texts = (row.trainer_names, row.note)
    return FeedEvent(
        uid=row.uid or f"session-{row.meeting_id}@{domain}",
        sequence=row.revision if row.sequence is None else row.sequence,
        changed_at=row.released_at,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        summary=f"{cancelled_word}: {title}" if cancelled else title,
        location=", ".join(part for part in place if part),
        description="\n".join(part for part in texts if part),
        url=f"{base}{row.meeting_id}",
        join_url="" if cancelled else row.join_url,
        cancelled=cancelled,
        tentative=row.tentative,
    )
