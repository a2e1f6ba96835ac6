"""Looks whether addresses refuse our mail for good, and sends them nothing more."""

from datetime import datetime

from program.core.clock import now
from program.core.db import db, reading
from program.invitations.replies import read
from program.mail.models import IncomingMail
from program.mail.suspension import suspend
from program.review import queries


def suspend_refusing(at: datetime | None = None) -> int:
    """Says how many addresses were suspended."""
    with reading():
        addresses = db.session.scalars(queries.bounced()).all()
        db.session.rollback()
    return sum(_suspended(address, at or now()) for address in addresses)


def _suspended(address: str, at: datetime) -> bool:
    hard = [mail for mail in db.session.scalars(queries.bounces_of(address)) if _for_good(mail)]
    done = len(hard) >= queries.HARD and suspend(address, at=at, by=None)
    db.session.commit()
    return done


def _for_good(mail: IncomingMail) -> bool:
    """By the status in it; an old server that writes a letter gives none, and means it."""
    return not read(mail.content).text.startswith("4")
