"""What came of a message: sent, later, never, or not its fault."""

from datetime import datetime, timedelta
from random import SystemRandom

from sqlalchemy import bindparam, exists, select, update

from program.core.db import db
from program.mail.models import MailState, OutgoingMail
from program.mail.outbox.leases import leased_by, write
from program.mail.outcome import Kind, Outcome

FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=1)
GIVE_UP_AFTER = timedelta(days=3)
POLICY_WAIT = timedelta(minutes=5)

_dice = SystemRandom()


def settle(mail_id: int, outcome: Outcome, *, me: str, at: datetime) -> MailState | None:
    """Write down what came of it; None when the lease was no longer ours."""
    if outcome.kind is Kind.SENT:
        done = write(_SEND_IT, mail_id=mail_id, me=me, at=at)
        return MailState.SENT if done.first() else None
    mail = db.session.scalars(
        select(OutgoingMail)
        .where(OutgoingMail.id == mail_id, leased_by(me))
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()
    if mail is None:
        return None
    mail.leased_by = mail.leased_until = None
    if outcome.reason:
        mail.error = outcome.reason
    _SETTLE[outcome.kind](mail, at)
    db.session.flush()
    return mail.state


def wait_after(attempts: int) -> timedelta:
    """Full jitter: anything up to a bound that doubles, so that many do not come back together."""
    doubled: int = 2 ** min(max(attempts - 1, 0), 10)
    bound = min(FIRST_WAIT * doubled, LONGEST_WAIT)
    return bound * _dice.random()


def later(mail: OutgoingMail, at: datetime) -> None:
    mail.first_tried_at = mail.first_tried_at or at
    gives_up = at - mail.first_tried_at >= GIVE_UP_AFTER
    mail.state = MailState.DEAD if gives_up else MailState.READY
    mail.due_at = max(at, mail.created_at) + wait_after(mail.attempts)


def _never(mail: OutgoingMail, _at: datetime) -> None:
    mail.state = MailState.DEAD


def _untried(mail: OutgoingMail, _at: datetime) -> None:
    """The way out is closed: that is not this message's fault, and it surely did not arrive."""
    mail.state = MailState.READY
    mail.attempts -= 1


def _refused_by_policy(mail: OutgoingMail, at: datetime) -> None:
    """Of all mail, or of this one only? It is this one when others left since it was refused."""
    if mail.first_tried_at is not None and _any_sent_since(mail.first_tried_at):
        _never(mail, at)
        return
    _untried(mail, at)
    mail.first_tried_at = at
    mail.due_at = max(at, mail.created_at) + POLICY_WAIT  # others first


def _any_sent_since(moment: datetime) -> bool:
    return bool(db.session.scalar(select(exists().where(OutgoingMail.sent_at > moment))))


# Made once: it runs for each message, between the server's yes and our commit.
_SEND_IT = (
    update(OutgoingMail)
    .where(OutgoingMail.id == bindparam("mail_id"), leased_by(bindparam("me")))
    .values(
        state=MailState.SENT,
        sent_at=bindparam("at"),
        leased_by=None,
        leased_until=None,
        error=None,
    )
    .returning(OutgoingMail.id)
)
_SETTLE = {
    Kind.LATER: later,
    Kind.NEVER: _never,
    Kind.POLICY: _refused_by_policy,
    Kind.TROUBLE: _untried,
    Kind.UNTRIED: _untried,
}
