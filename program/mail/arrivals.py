"""Keeps what arrives, before anything else is done with it. It is read later, from the row."""

from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256

from sqlalchemy import Select, select
from sqlalchemy.exc import IntegrityError

from program.core.audit import record
from program.core.db import db
from program.mail.models import IncomingMail

MAX_MESSAGE = 2 * 1024 * 1024  # octets; of a longer one the beginning is kept, and is not read


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
    addresses = dict.fromkeys([*mail.sent_to.split(), *map(_plain, sent_to)])
    mail.sent_to = " ".join(addresses)
    return mail


def unread() -> Select[int]:
    """The messages that nobody has read yet, in the order of their arrival."""
    return select(IncomingMail.id).where(IncomingMail.outcome.is_(None)).order_by(IncomingMail.id)


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
