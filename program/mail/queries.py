"""Which messages there are, and when they will have left."""

from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import Select, Update, func, or_, select, update
from sqlalchemy.orm import defer

from program.core.db import db
from program.mail import channel, outbox
from program.mail.models import MailState, OutgoingMail

WAITING = (MailState.READY, MailState.LEASED)
NEED_A_PERSON = (MailState.DEAD, MailState.HELD)
_A_SECOND_BY_SMTP, _A_SECOND_INTO_THE_MAILBOX = 20, 200  # until we have seen better


def delivered_to(address: str) -> Select[OutgoingMail]:
    """What lies in someone's built-in mailbox, the newest first; the text is loaded when asked."""
    return (
        select(OutgoingMail)
        .where(OutgoingMail.recipient == address, OutgoingMail.state == MailState.SENT)
        .options(defer(OutgoingMail.content))
        .order_by(OutgoingMail.sent_at.desc(), OutgoingMail.id.desc())
    )


def mailboxes() -> Select[str, int, datetime | None]:
    """Everyone who got mail: the address, how many messages, when the last one came."""
    return (
        select(
            OutgoingMail.recipient,
            func.count().label("messages"),
            func.max(OutgoingMail.sent_at).label("latest_at"),
        )
        .where(OutgoingMail.state == MailState.SENT)
        .group_by(OutgoingMail.recipient)
        .order_by(OutgoingMail.recipient)
    )


def in_state(*states: MailState) -> Select[OutgoingMail]:
    return (
        select(OutgoingMail)
        .where(OutgoingMail.state.in_(states))
        .options(defer(OutgoingMail.content))
        .order_by(OutgoingMail.priority, OutgoingMail.due_at, OutgoingMail.id)
    )


def unsent_held() -> Update:
    """After a restore: what had not left when the backup was made waits for a person.

    It may have left since then, so from now on each counts as tried: its cancellation is sent.
    """
    return (
        update(OutgoingMail)
        .where(OutgoingMail.state.in_(WAITING))
        .values(
            state=MailState.HELD,
            attempts=OutgoingMail.attempts + 1,
            leased_by=None,
            leased_until=None,
        )
    )


def counts() -> dict[MailState, int]:
    """How many messages are in each state."""
    rows = db.session.execute(
        select(OutgoingMail.state, func.count().label("number")).group_by(OutgoingMail.state)
    )
    found = {row.state: row.number for row in rows}
    return {state: found.get(state, 0) for state in MailState}


def waiting_before(now: datetime) -> Select[int]:
    """How many messages are due and have not left."""
    return select(func.count()).where(
        or_(outbox.is_due(now), OutgoingMail.state == MailState.LEASED)
    )


def ready_at(now: datetime, *, more: int = 0) -> datetime | None:
    """When what waits now will have left, and so many more; None when a person has to resume the
    channel first."""
    waiting = (db.session.scalar(waiting_before(now)) or 0) + more
    if not waiting:
        return now
    way = channel.as_it_is()
    if way.paused_until == channel.UNTIL_RESUMED:
        return None
    opens_at = (way.paused_until or now) if channel.is_closed(way, now) else now
    return opens_at + timedelta(seconds=waiting / _a_second(now))


def _a_second(now: datetime) -> float:
    """As agreed with the provider, else as it went in the past minute, else a guess."""
    if not current_app.config["MAIL_URL"]:
        return _A_SECOND_INTO_THE_MAILBOX
    agreed: float = current_app.config["MAIL_PER_MINUTE"]
    if agreed:
        return agreed / 60
    minute_ago = now - timedelta(minutes=1)
    first, number = db.session.execute(
        select(func.min(OutgoingMail.sent_at), func.count()).where(
            OutgoingMail.sent_at > minute_ago
        )
    ).one()
    if number < 20 or first is None or first >= now:
        return _A_SECOND_BY_SMTP
    return float(number / (now - first).total_seconds())
