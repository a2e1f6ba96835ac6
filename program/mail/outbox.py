"""The outbox: which message leaves next, and what came of it. Its caller commits.

At least once: a message is leased, handed over, marked. Who dies in between leaves a lease behind;
the next one takes it back and sends the same bytes again.

One lane is one subject, an invitation say. A newer message replaces the older ones, so those are
superseded, and while one message of a lane is being sent the others wait: an older one never
leaves after a newer one.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import SystemRandom
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Executable,
    Result,
    Select,
    and_,
    bindparam,
    exists,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.orm import aliased

from program.core.clock import now as our_clock
from program.core.db import db
from program.mail.models import MailState, OutgoingMail
from program.mail.outcome import Kind, Outcome

LEASE = timedelta(minutes=10)  # longer than the most patient exchange with a server
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=1)
GIVE_UP_AFTER = timedelta(days=3)
CRASHES_AT_ONCE = (
    5  # after so many, a message that kills its runner gets the waits of a refused one
)
POLICY_WAIT = timedelta(minutes=5)

_dice = SystemRandom()


class Place(NamedTuple):
    """What the order within a lane depends on."""

    position: int
    state: MailState
    attempts: int
    due_at: datetime


class Claimed(NamedTuple):
    """A leased message, apart from the session: no transaction is open while it is sent."""

    mail_id: int
    lane: str
    position: int
    needless_if_unsent: bool
    sender: str
    recipient: str
    content: bytes


def shared_clock() -> datetime:
    """The one clock every runner reads: the database's; on SQLite all are on this machine."""
    if db.engine.dialect.name == "sqlite":
        return our_clock()
    moment: datetime = db.session.scalars(_DATABASE_CLOCK).one()
    return moment


def anything_due(*, me: str, at: datetime) -> bool:
    due = or_(_due(at), _lease_ran_out(at), _leased_by(me))
    return bool(db.session.scalar(select(exists().where(due))))


def claim(*, me: str, at: datetime) -> Claimed | None:
    """Lease the message that leaves next; drop what it and others have made needless."""
    while (found := db.session.execute(_NEXT, {"at": at}).first()) is not None:
        mail = Claimed(*found)
        if _may_leave(mail, at):
            _write(_LEASE_IT, mail_id=mail.mail_id, me=me, until=at + LEASE)
            return mail
    return None


def settle(mail_id: int, outcome: Outcome, *, me: str, at: datetime) -> MailState | None:
    """Write down what came of it; None when the lease was no longer ours."""
    if outcome.kind is Kind.SENT:
        done = _write(_SEND_IT, mail_id=mail_id, me=me, at=at)
        return MailState.SENT if done.first() else None
    mail = db.session.scalars(
        select(OutgoingMail)
        .where(OutgoingMail.id == mail_id, _leased_by(me))
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()
    if mail is None:
        return None
    mail.leased_by = mail.leased_until = None
    mail.error = outcome.reason
    _SETTLE[outcome.kind](mail, at)
    db.session.flush()
    return mail.state


def take_back_stranded(me: str, *, at: datetime) -> None:
    """Leases that ran out, and my own of which I do not know: a commit whose answer got lost."""
    _take_back(or_(_lease_ran_out(at), _leased_by(me)), at)


def take_back_all(at: datetime) -> None:
    """For a newly elected runner: nobody else is sending now."""
    _take_back(OutgoingMail.state == MailState.LEASED, at)


def is_overtaken(position: int, lane: Sequence[Place], at: datetime) -> bool:
    """Is there a newer message that left, was tried, or may leave now?"""
    return any(
        other.position > position
        and not (other.state is MailState.READY and other.attempts == 0 and other.due_at > at)
        for other in lane
    )


def nothing_before_it_left(position: int, lane: Sequence[Place]) -> bool:
    older = [other for other in lane if other.position < position]
    return bool(older) and all(other.attempts == 0 for other in older)


def wait_after(attempts: int) -> timedelta:
    """Full jitter: anything up to a bound that doubles, so that many do not come back together."""
    doubled: int = 2 ** min(max(attempts - 1, 0), 10)
    bound = min(FIRST_WAIT * doubled, LONGEST_WAIT)
    return bound * _dice.random()


def _take_back(leased: ColumnElement[bool], at: datetime) -> None:
    """Make leased messages ready again; whoever sent them is gone."""
    stranded = select(OutgoingMail).where(leased).with_for_update(skip_locked=True)
    for mail in db.session.scalars(stranded.execution_options(populate_existing=True)):
        mail.state, mail.leased_by, mail.leased_until = MailState.READY, None, None
        if mail.attempts > CRASHES_AT_ONCE:
            _later(mail, at)
    db.session.flush()


def _due(at: datetime) -> ColumnElement[bool]:
    return and_(OutgoingMail.state == MailState.READY, OutgoingMail.due_at <= at)


def _lease_ran_out(at: datetime) -> ColumnElement[bool]:
    return and_(OutgoingMail.state == MailState.LEASED, OutgoingMail.leased_until < at)


def _leased_by(me: str) -> ColumnElement[bool]:
    return and_(OutgoingMail.state == MailState.LEASED, OutgoingMail.leased_by == me)


def _may_leave(mail: Claimed, at: datetime) -> bool:
    lane = _lane(mail)
    if len(lane) == 1:
        return True
    if is_overtaken(mail.position, lane, at):
        _write(_SUPERSEDE_IT, mail_id=mail.mail_id)
        return False
    _write(_SUPERSEDE_OLDER, of_lane=mail.lane, before=mail.position)
    lane = _lane(mail)  # once more, for that may have waited for who was sending one of them
    if mail.needless_if_unsent and nothing_before_it_left(mail.position, lane):
        _write(_SUPERSEDE_IT, mail_id=mail.mail_id)
        return False
    return all(place.state is not MailState.LEASED for place in lane)


def _lane(mail: Claimed) -> list[Place]:
    return [Place(*row) for row in db.session.execute(_LANE, {"lane": mail.lane})]


def _write(statement: Executable, **values: object) -> Result[Any]:
    return db.session.connection().execute(statement, values)


def _later(mail: OutgoingMail, at: datetime) -> None:
    mail.first_tried_at = mail.first_tried_at or at
    gives_up = at - mail.first_tried_at >= GIVE_UP_AFTER
    mail.state = MailState.DEAD if gives_up else MailState.READY
    mail.due_at = at + wait_after(mail.attempts)


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
    mail.due_at = at + POLICY_WAIT  # others first


def _any_sent_since(moment: datetime) -> bool:
    return bool(db.session.scalar(select(exists().where(OutgoingMail.sent_at > moment))))


def _next() -> Select[int, str, int, bool, str, str, bytes]:
    """The first due one of which no other of its lane is being sent."""
    other = aliased(OutgoingMail)
    being_sent = exists().where(other.lane == OutgoingMail.lane, other.state == MailState.LEASED)
    return (
        select(
            OutgoingMail.id,
            OutgoingMail.lane,
            OutgoingMail.position,
            OutgoingMail.needless_if_unsent,
            OutgoingMail.envelope_from,
            OutgoingMail.recipient,
            OutgoingMail.content,
        )
        .where(
            OutgoingMail.state == MailState.READY,
            OutgoingMail.due_at <= bindparam("at"),
            ~being_sent,
        )
        .order_by(OutgoingMail.priority, OutgoingMail.due_at, OutgoingMail.id)
        .limit(1)
        .with_for_update(skip_locked=True, of=OutgoingMail)
    )


# Made once: they run for each message.
_DATABASE_CLOCK = select(func.clock_timestamp())
_NEXT = _next()
_LANE = select(
    OutgoingMail.position, OutgoingMail.state, OutgoingMail.attempts, OutgoingMail.due_at
).where(OutgoingMail.lane == bindparam("lane"))
_THIS_ONE = update(OutgoingMail).where(OutgoingMail.id == bindparam("mail_id"))
_SUPERSEDE_IT = _THIS_ONE.values(state=MailState.SUPERSEDED)
_SUPERSEDE_OLDER = (
    update(OutgoingMail)
    .where(
        OutgoingMail.lane == bindparam("of_lane"),
        OutgoingMail.position < bindparam("before"),
        OutgoingMail.state.in_((MailState.READY, MailState.HELD)),
    )
    .values(state=MailState.SUPERSEDED)
)
_LEASE_IT = _THIS_ONE.values(
    state=MailState.LEASED,
    leased_by=bindparam("me"),
    leased_until=bindparam("until"),
    attempts=OutgoingMail.attempts + 1,
)
_SEND_IT = (
    _THIS_ONE.where(
        OutgoingMail.state == MailState.LEASED, OutgoingMail.leased_by == bindparam("me")
    )
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
    Kind.LATER: _later,
    Kind.NEVER: _never,
    Kind.POLICY: _refused_by_policy,
    Kind.TROUBLE: _untried,
}
