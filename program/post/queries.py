"""What a planner may know of the post: numbers and failures of the mail about their cohorts."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, select
from sqlalchemy.orm import aliased, defer

from program.accounts.models import Person
from program.core.db import db
from program.mail import channel, outbox
from program.mail.models import MailState, OutgoingMail
from program.mail.queries import ready_at
from program.mailbox.queries import Reader, readable_by

SHOWN = 50  # of each kind of trouble


@dataclass(frozen=True)
class Numbers:
    waiting: int  # may leave now
    later: int  # not due yet, or tried again later
    sent: int  # in the past 24 hours
    refused: int
    held: int


@dataclass(frozen=True)
class Way:
    """The way out, as it is for everybody."""

    closed_by_a_person: bool
    closed_until: datetime | None  # after trouble, by itself
    reason: str
    last_minute: int
    ready_at: datetime | None


def numbers(reader: Reader, at: datetime) -> Numbers:
    mine = readable_by(reader)
    ready = OutgoingMail.state == MailState.READY
    leaving = OutgoingMail.state == MailState.LEASED
    a_day = at - timedelta(days=1)
    row = db.session.execute(
        select(
            _number(leaving | outbox.is_due(at)),
            _number(and_(ready, ~outbox.is_due(at))),
            _number(and_(OutgoingMail.state == MailState.SENT, OutgoingMail.sent_at > a_day)),
            _number(_refused()),
            _number(OutgoingMail.state == MailState.HELD),
        ).where(mine)
    ).one()
    return Numbers(*row)


def way_out(at: datetime) -> Way:
    way = channel.as_it_is()
    closed = channel.is_closed(way, at)
    by_a_person = closed and way.paused_until == channel.UNTIL_RESUMED
    minute_ago = OutgoingMail.sent_at > at - timedelta(minutes=1)
    return Way(
        closed_by_a_person=by_a_person,
        closed_until=way.paused_until if closed and not by_a_person else None,
        reason=way.pause_reason if closed else "",
        last_minute=db.session.scalar(select(func.count()).where(minute_ago)) or 0,
        ready_at=ready_at(at),
    )


def refused(reader: Reader) -> Select[OutgoingMail, str | None, str | None, str | None]:
    """Refused for good, and no newer message has taken its place; with whom it was for."""
    return _with_names(reader, _refused()).order_by(OutgoingMail.id.desc())


def tried_again(reader: Reader) -> Select[OutgoingMail, str | None, str | None, str | None]:
    """Refused for now; it is tried again by itself."""
    again = and_(
        OutgoingMail.state == MailState.READY,
        OutgoingMail.attempts > 0,
        OutgoingMail.error.is_not(None),
    )
    return _with_names(reader, again).order_by(OutgoingMail.due_at, OutgoingMail.id)


def may_try_again(reader: Reader) -> ColumnElement[bool]:
    return and_(readable_by(reader), _refused())


def _with_names(
    reader: Reader, which: ColumnElement[bool]
) -> Select[OutgoingMail, str | None, str | None, str | None]:
    return (
        select(OutgoingMail, Person.given_name, Person.infix, Person.surname)
        .outerjoin(Person, Person.email == OutgoingMail.recipient)
        .where(readable_by(reader), which)
        .options(defer(OutgoingMail.content))
        .limit(SHOWN)
    )


def _number(which: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((which, 1), else_=0)), 0)


def _refused() -> ColumnElement[bool]:
    newer = aliased(OutgoingMail)
    replaced = exists().where(
        newer.lane == OutgoingMail.lane, newer.position > OutgoingMail.position
    )
    return and_(OutgoingMail.state == MailState.DEAD, ~replaced)
