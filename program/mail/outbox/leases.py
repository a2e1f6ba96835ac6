"""What holds for leases, wherever they are given, kept or ended."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Executable, Result, and_, or_

from program.core.db import db
from program.mail.models import MailState, OutgoingMail

LEASE = timedelta(minutes=10)  # longer than the most patient exchange with a server
CRASHES_AT_ONCE = (
    5  # after so many, a message that kills its runner gets the waits of a refused one
)


def is_due(at: Any) -> ColumnElement[bool]:
    """Its time has come. What was posted to leave at once does so whatever our clocks say."""
    return and_(
        OutgoingMail.state == MailState.READY,
        or_(OutgoingMail.due_at <= at, OutgoingMail.due_at <= OutgoingMail.created_at),
    )


def leased_by(me: Any) -> ColumnElement[bool]:
    return and_(OutgoingMail.state == MailState.LEASED, OutgoingMail.leased_by == me)


def lease_ran_out(at: datetime) -> ColumnElement[bool]:
    return and_(OutgoingMail.state == MailState.LEASED, OutgoingMail.leased_until < at)


def write(statement: Executable, **values: object) -> Result[Any]:
    """One of the statements that were made once."""
    return db.session.connection().execute(statement, values)
