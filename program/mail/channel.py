"""The way out: whether it is closed for a while, why, and how fast messages may follow each other.

The bucket holds one token and its level is stored, so however often a runner starts anew, never
more than MAIL_PER_MINUTE messages leave in any minute.
"""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from program.core.db import db
from program.mail.models import Channel

NAME = "smtp"
UNTIL_RESUMED = datetime(9000, 1, 1, tzinfo=UTC)
SHORTEST_PAUSE, LONGEST_PAUSE = timedelta(seconds=5), timedelta(minutes=5)
NOTHING = timedelta(0)
_IT = select(Channel).where(Channel.name == NAME)


def channel() -> Channel:
    """Locked until the end of the transaction."""
    found = db.session.scalars(_IT.with_for_update()).first()
    if found is None:
        found = Channel(name=NAME)  # the columns' defaults come with the flush
        db.session.add(found)
        db.session.flush()
    return found


def as_it_is() -> Channel:
    """To look at only; one that was never used is open."""
    return db.session.scalars(_IT).first() or Channel(
        name=NAME, pause_reason="", troubles=0, tokens=0.0
    )


def is_closed(way: Channel, at: datetime) -> bool:
    """By a person, or after trouble: then not for longer than we ever close it ourselves, for
    the clock may have been set back."""
    if way.paused_until is None or way.paused_until <= at:
        return False
    return way.paused_until == UNTIL_RESUMED or way.paused_until - at <= LONGEST_PAUSE


def wait_for(way: Channel, at: datetime, per_minute: float) -> timedelta:
    """How long nothing may leave."""
    if is_closed(way, at):
        return (way.paused_until or at) - at
    if not per_minute:
        return NOTHING
    missing = 1 - _level(way, at, per_minute)
    return timedelta(minutes=missing / per_minute) if missing > 1e-6 else NOTHING


def spend(way: Channel, at: datetime, per_minute: float) -> None:
    """One message leaves."""
    if per_minute:
        way.tokens, way.filled_at = max(_level(way, at, per_minute) - 1, 0.0), at


def close(way: Channel, *, until: datetime, reason: str) -> None:
    way.paused_until, way.pause_reason = until, reason[:200]


def close_for_trouble(way: Channel, at: datetime, reason: str) -> None:
    """Each trouble in a row doubles the pause."""
    pause = min(SHORTEST_PAUSE * 2 ** min(way.troubles, 10), LONGEST_PAUSE)
    way.troubles += 1
    close(way, until=at + pause, reason=reason)


def reopen(way: Channel) -> None:
    way.paused_until, way.pause_reason, way.troubles = None, "", 0


def reopen_after_trouble(way: Channel) -> None:
    """A message left. What a person closed stays closed."""
    if way.paused_until == UNTIL_RESUMED:
        way.troubles = 0
    else:
        reopen(way)


def _level(way: Channel, at: datetime, per_minute: float) -> float:
    if way.filled_at is None:
        return 1.0
    passed = (at - way.filled_at).total_seconds()
    if passed < 0:  # the clock went back; waiting for it to catch up could take an hour
        return 0.0 if passed > -60 else 1.0
    return min(1.0, way.tokens + passed * per_minute / 60)
