"""Keeps what arrives, before anything else is done with it. It is read later, from the row."""

from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256

from sqlalchemy import Select, select
from sqlalchemy.exc import IntegrityError

from program.core.audit import record
from program.core.db import db, locked
from program.mail.imap import Position
from program.mail.models import IncomingMail, MailboxPosition
from program.mail.size import MAX_MESSAGE


def keep(
    raw: bytes, *, via: str, at: datetime, sent_to: Iterable[str] = (), origin: str = "mail"
) -> IncomingMail:
    """Store a raw message, once however often it comes; `sent_to` are its envelope recipients."""
    kept = raw[: MAX_MESSAGE + 1]
    digest = sha256(kept).hexdigest()
    mail = db.session.scalar(_known(digest))
    if mail is None:
        mail = _stored(IncomingMail(digest=digest, via=via, content=kept, received_at=at))
        record("mail.arrived", f"incoming:{mail.id}", by=None, origin=origin, result=via)
    mail = locked(IncomingMail, mail.id)  # it may come by another door for somebody else
    addresses = dict.fromkeys([*mail.sent_to.split(), *map(_plain, sent_to)])
    mail.sent_to = " ".join(addresses)
    return mail


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


def _stored(mail: IncomingMail) -> IncomingMail:
    try:
        with db.session.begin_nested():
            db.session.add(mail)
    except IntegrityError:  # by another door, this very moment
        return db.session.scalars(_known(mail.digest)).one()
    return mail


def _known(digest: str) -> Select[IncomingMail]:
    return select(IncomingMail).where(IncomingMail.digest == digest)


def _plain(address: str) -> str:
    """What databases can hold, on one line, without spaces."""
    return "".join(c for c in address if c.isprintable() and not c.isspace())[:254]
