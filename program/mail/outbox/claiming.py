"""Which messages leave next, and whose leases are taken back."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import (
    ColumnElement,
    Select,
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
from program.mail.outbox import settling
from program.mail.outbox.lanes import Place, is_overtaken, nothing_before_it_left
from program.mail.outbox.leases import (
    CRASHES_AT_ONCE,
    LEASE,
    is_due,
    lease_ran_out,
    leased_by,
    write,
)


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
    due = or_(is_due(at), lease_ran_out(at), leased_by(me))
    return bool(db.session.scalar(select(exists().where(due))))


def claim(*, me: str, at: datetime) -> Claimed | None:
    """Lease the message that leaves next."""
    return next(iter(claim_some(me=me, at=at, limit=1)), None)


def claim_some(*, me: str, at: datetime, limit: int) -> list[Claimed]:
    """Lease the messages that leave next; drop what they and others have made needless."""
    while found := _found(at, limit):
        if leaving := _leaving(found, at):
            ids = [mail.mail_id for mail in leaving]
            write(_LEASE_THEM, mail_ids=ids, me=me, until=at + LEASE)
            return leaving
    return []


def keep(mail_ids: Sequence[int], *, me: str, at: datetime) -> set[int]:
    """Which of these leases are still mine; they last as long again from now on."""
    kept = write(_KEEP_THEM, mail_ids=list(mail_ids), me=me, until=at + LEASE)
    return set(kept.scalars())


def give_back(mail_ids: Sequence[int], *, me: str) -> None:
    """Of messages that I leased and did not try."""
    write(_GIVE_BACK, mail_ids=list(mail_ids), me=me)


def holders() -> set[str]:
    """Who holds leases."""
    held = select(OutgoingMail.leased_by).where(OutgoingMail.state == MailState.LEASED)
    return {holder for holder in db.session.scalars(held.distinct()) if holder}


def take_back_stranded(me: str, *, at: datetime) -> None:
    """Leases that ran out, and my own of which I do not know: a commit whose answer got lost."""
    _take_back(or_(lease_ran_out(at), leased_by(me)), at)


def take_back_from(dead: Collection[str], *, at: datetime) -> None:
    """From holders who will surely send nothing any more."""
    for holder in sorted(dead):
        _take_back(leased_by(holder), at)


def _take_back(leased: ColumnElement[bool], at: datetime) -> None:
    """Make leased messages ready again; whoever sent them is gone."""
    stranded = select(OutgoingMail).where(leased).with_for_update(skip_locked=True)
    for mail in db.session.scalars(stranded.execution_options(populate_existing=True)):
        mail.state, mail.leased_by, mail.leased_until = MailState.READY, None, None
        if mail.attempts > CRASHES_AT_ONCE:
            settling.later(mail, at)
    db.session.flush()


def _found(at: datetime, limit: int) -> list[Claimed]:
    rows = db.session.connection().execute(_NEXT, {"at": at, "limit": limit})
    return [Claimed(*row) for row in rows]


def _leaving(found: Sequence[Claimed], at: datetime) -> list[Claimed]:
    """Those that may leave now, one of each lane."""
    lanes = _lanes({mail.lane for mail in found})
    leaving: dict[str, Claimed] = {}
    for mail in found:
        if mail.lane not in leaving and _may_leave(mail, lanes[mail.lane], at):
            leaving[mail.lane] = mail
    return list(leaving.values())


def _may_leave(mail: Claimed, lane: Sequence[Place], at: datetime) -> bool:
    if len(lane) == 1:
        return True
    if is_overtaken(mail.position, lane, at):
        write(_SUPERSEDE_IT, mail_id=mail.mail_id)
        return False
    write(_SUPERSEDE_OLDER, of_lane=mail.lane, before=mail.position)
    # once more, for that may have waited for who was sending one of them
    lane = _lanes({mail.lane})[mail.lane]
    if mail.needless_if_unsent and nothing_before_it_left(mail.position, lane):
        write(_SUPERSEDE_IT, mail_id=mail.mail_id)
        return False
    return all(place.state is not MailState.LEASED for place in lane)


def _lanes(names: Collection[str]) -> dict[str, list[Place]]:
    lanes: dict[str, list[Place]] = defaultdict(list)
    rows = db.session.connection().execute(_LANES, {"lanes": list(names)})
    for row in rows:
        lanes[row[0]].append(Place(*row[1:]))
    return lanes


def _next() -> Select[int, str, int, bool, str, str, bytes]:
    """The first due ones of which no other of its lane is being sent."""
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
        .where(is_due(bindparam("at")), ~being_sent)
        .order_by(OutgoingMail.priority, OutgoingMail.due_at, OutgoingMail.id)
        .limit(bindparam("limit"))
        .with_for_update(skip_locked=True, of=OutgoingMail)
    )


# Made once: they run all the time.
_DATABASE_CLOCK = select(func.clock_timestamp())
_NEXT = _next()
_LANES = select(
    OutgoingMail.lane,
    OutgoingMail.position,
    OutgoingMail.state,
    OutgoingMail.attempts,
    OutgoingMail.due_at,
).where(OutgoingMail.lane.in_(bindparam("lanes", expanding=True)))
_THESE = OutgoingMail.id.in_(bindparam("mail_ids", expanding=True))
_MINE = leased_by(bindparam("me"))
_SUPERSEDE_IT = (
    update(OutgoingMail)
    .where(OutgoingMail.id == bindparam("mail_id"))
    .values(state=MailState.SUPERSEDED)
)
_SUPERSEDE_OLDER = (
    update(OutgoingMail)
    .where(
        OutgoingMail.lane == bindparam("of_lane"),
        OutgoingMail.position < bindparam("before"),
        OutgoingMail.state.in_((MailState.READY, MailState.HELD)),
    )
    .values(state=MailState.SUPERSEDED)
)
_LEASE_THEM = (
    update(OutgoingMail)
    .where(_THESE)
    .values(
        state=MailState.LEASED,
        leased_by=bindparam("me"),
        leased_until=bindparam("until"),
        attempts=OutgoingMail.attempts + 1,
    )
)
_KEEP_THEM = (
    update(OutgoingMail)
    .where(_THESE, _MINE)
    .values(leased_until=bindparam("until"))
    .returning(OutgoingMail.id)
)
_GIVE_BACK = (
    update(OutgoingMail)
    .where(_THESE, _MINE)
    .values(
        state=MailState.READY,
        leased_by=None,
        leased_until=None,
        attempts=OutgoingMail.attempts - 1,
    )
)
