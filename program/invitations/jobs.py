"""Reads what arrived, in the order of arrival. What a crash interrupts is read the next time."""

from dataclasses import replace
from threading import Event

import structlog
from sqlalchemy.exc import InterfaceError, OperationalError

from program.core.db import db, reading
from program.invitations.actions import settle, understood
from program.invitations.replies import Outcome, Reading
from program.mail import arrivals
from program.mail.models import IncomingMail
from program.mail.size import MAX_MESSAGE

TOO_LARGE = "It is larger than we take, so it stayed in the mailbox where it came. Read it there."
_STUCK = Reading(Outcome.QUARANTINED, why="What it asks could not be done.")
log = structlog.get_logger()


def read_arrived(stop: Event | None = None) -> int:
    """Read the messages that nobody has read yet; says how many."""
    done = 0
    for mail_id in _unread():
        if stop is not None and stop.is_set():
            break
        _read(mail_id)
        done += 1
    return done


def _unread() -> list[int]:
    with reading():
        found = list(db.session.scalars(arrivals.unread()))
        db.session.rollback()
    return found


def _read(mail_id: int) -> None:
    """One message in one transaction; one that breaks us is put aside, or it would do so again."""
    said = _understood(mail_id)
    try:
        received = settle(mail_id, said)
        db.session.commit()
    except (InterfaceError, OperationalError):  # the database is away: later, all as it was
        db.session.rollback()
        raise
    except Exception:
        log.exception("mail_broke_us", mail=mail_id)
        db.session.rollback()
        received = settle(mail_id, _STUCK)
        db.session.commit()
    log.info("mail_read", mail=mail_id, outcome=received.outcome.value, applied=received.applied)


def _understood(mail_id: int) -> Reading:
    with reading():
        mail = db.session.get_one(IncomingMail, mail_id)
        raw, sent_to, size = mail.content, mail.sent_to, mail.size
        db.session.rollback()
    said = understood(raw, sent_to=sent_to)
    if size <= MAX_MESSAGE:
        return said
    return replace(said, outcome=Outcome.QUARANTINED, why=TOO_LARGE, said=())
