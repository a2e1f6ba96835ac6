"""Keeps what arrives, before anything else is done with it. It is read later, from the row.

Of a large message the row holds what can be read of it, and the whole is kept in a table beside,
so no page and no query carries files along. A flood may fill so much an hour and no more: then the
other side is asked to come again later, which mail servers do for days.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256

from flask_babel import gettext as _
from sqlalchemy import Select, func, select
from sqlalchemy.exc import IntegrityError

from program.core.audit import record
from program.core.db import db, locked
from program.core.errors import Refusal
from program.mail.imap import Position
from program.mail.models import IncomingMail, IncomingOriginal, MailboxPosition
from program.mail.size import MAX_MESSAGE, MAX_READ
from program.mail.slimming import without_files

HOUR, MB = timedelta(hours=1), 1024 * 1024
PER_HOUR = 1000 * MB  # octets of all that arrives
LARGE_PER_HOUR = 400 * MB  # of messages with files, so that answers come in during a flood of those
LARGE_IN_ALL = 4000 * MB


class NoRoom(Refusal):
    """So much arrived that this message has to come again later."""


def readable(raw: bytes) -> bytes:
    """What is read of it; when that is beyond the limit all the same, the reader says so."""
    return raw if len(raw) <= MAX_READ else without_files(raw)[: MAX_READ + 1]


def keep(
    raw: bytes, *, via: str, at: datetime, sent_to: Iterable[str] = (), origin: str = "mail",
    size: int | None = None,
) -> IncomingMail:  # fmt: skip
    """Store a raw message, once however often it comes; `sent_to` are its envelope recipients.

    `size` in octets is given when `raw` is only the beginning of it. Raises Refusal when it is too
    large, NoRoom when too much arrived.
    """
    if len(raw) > MAX_MESSAGE:
        raise Refusal(_("The message is too large."))
    digest = sha256(raw).hexdigest()
    mail = db.session.scalar(_known(digest))
    if mail is None:
        _find_room(len(raw), at)
        mail = _stored(IncomingMail(
            digest=digest, via=via, content=readable(raw), size=size or len(raw), received_at=at
        ), raw)  # fmt: skip
        record("mail.arrived", f"incoming:{mail.id}", by=None, origin=origin, result=via)
    mail = locked(IncomingMail, mail.id)  # it may come by another door for somebody else
    addresses = dict.fromkeys([*mail.sent_to.split(), *map(_plain, sent_to)])
    mail.sent_to = " ".join(addresses)
    return mail


def original(mail: IncomingMail) -> bytes:
    """The message as it came; empty when it was thrown away."""
    whole = select(IncomingOriginal.content).where(IncomingOriginal.incoming_id == mail.id)
    return db.session.scalar(whole) or mail.content


def _find_room(octets: int, at: datetime) -> None:
    lately = IncomingMail.received_at > at - HOUR
    most = [(_octets().where(lately, IncomingMail.size <= MAX_MESSAGE), PER_HOUR)]
    if octets > MAX_READ:
        most += [(large_kept().where(lately), LARGE_PER_HOUR), (large_kept(), LARGE_IN_ALL)]
    if any((db.session.scalar(found) or 0) + octets > limit for found, limit in most):
        raise NoRoom(_("So much mail arrived that there is no room for it now. Try again later."))


def large_kept() -> Select[int]:
    """Octets of the large messages that are kept whole."""
    return _octets().join(IncomingOriginal, IncomingOriginal.incoming_id == IncomingMail.id)


def _octets() -> Select[int]:
    return select(func.coalesce(func.sum(IncomingMail.size), 0))


def unread() -> Select[int]:
    """The messages that nobody has read yet, in the order of their arrival."""
    return select(IncomingMail.id).where(IncomingMail.outcome.is_(None)).order_by(IncomingMail.id)


def position_in(mailbox: str) -> Position | None:
    """How far that mailbox was read, when it ever was."""
    row = db.session.scalar(_position(mailbox))
    return Position(row.uid_validity, row.last_uid) if row else None


def reached(mailbox: str, position: Position) -> None:
    """To be committed together with the message that was found there."""
    row = db.session.scalar(_position(mailbox))
    if row is None:
        row = MailboxPosition(mailbox=mailbox)
        db.session.add(row)
    row.uid_validity, row.last_uid = position


def _position(mailbox: str) -> Select[MailboxPosition]:
    return select(MailboxPosition).where(MailboxPosition.mailbox == mailbox)


def _stored(mail: IncomingMail, raw: bytes) -> IncomingMail:
    try:
        with db.session.begin_nested():
            db.session.add(mail)
            db.session.flush()
            if len(raw) > MAX_READ:
                db.session.add(IncomingOriginal(incoming_id=mail.id, content=raw))
    except IntegrityError:  # by another door, this very moment
        return db.session.scalars(_known(mail.digest)).one()
    return mail


def _known(digest: str) -> Select[IncomingMail]:
    return select(IncomingMail).where(IncomingMail.digest == digest)


def _plain(address: str) -> str:
    """What databases can hold, on one line, without spaces."""
    return "".join(c for c in address if c.isprintable() and not c.isspace())[:254]
