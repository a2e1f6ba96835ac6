"""Knocks at the doors by which mail comes in, and says what is wrong there, if anything is."""

import smtplib
from datetime import datetime, timedelta

from sqlalchemy import func, select

from program.core.db import db
from program.mail.imap import Account, ImapTrouble, Mailbox
from program.mail.lmtp import place_of
from program.mail.models import IncomingMail

PATIENCE = 10  # seconds
LATE = timedelta(minutes=2)


def at_lmtp(listen: str) -> str:
    place = place_of(listen)
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(place.host, place.host)  # noqa: S104
    try:
        with smtplib.LMTP(place.socket or host, place.port, timeout=PATIENCE) as server:
            code, said = server.ehlo()
    except (OSError, smtplib.SMTPException) as error:
        return str(error)
    return "" if code == 250 else said.decode(errors="replace")


def at_imap(account: Account) -> str:
    mailbox = Mailbox(account)
    try:
        mailbox.check()
    except ImapTrouble as error:
        return str(error)
    finally:
        mailbox.close()
    return ""


def waiting(at: datetime) -> int:
    """Messages that arrived a while ago and that nobody has read."""
    return (
        db.session.scalar(
            select(func.count()).where(
                IncomingMail.outcome.is_(None), IncomingMail.received_at < at - LATE
            )
        )
        or 0
    )
