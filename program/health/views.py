"""One page for machines: the database, the runner and the mail."""

from datetime import datetime

from flask import Blueprint, current_app
from flask.typing import ResponseReturnValue
from sqlalchemy import Select, func, select, text
from sqlalchemy.exc import SQLAlchemyError

from program.core.clock import now
from program.core.db import db
from program.jobs.pulse import is_late, last_beat
from program.mail.models import MailState, OutgoingMail
from program.mail.outbox import shared_clock

bp = Blueprint("health", __name__)

MAIL_LATE = 1800  # seconds


@bp.get("/health")
def show() -> ResponseReturnValue:
    """200 when all is well, 503 when somebody should look."""
    try:
        db.session.execute(text("SELECT 1"))
        at, pulse = shared_clock(), last_beat()
        mail = _age(
            select(func.min(OutgoingMail.due_at)).where(OutgoingMail.state == MailState.READY)
        )
    except SQLAlchemyError:
        current_app.logger.exception("database_unavailable")
        return {"status": "down", "database": "down"}, 503
    wrong = [
        name
        for name, late in (
            ("runner", is_late(pulse, at)),
            ("mail", mail is not None and mail > MAIL_LATE),
        )
        if late
    ]
    facts = {
        "status": "late" if wrong else "ok",
        "late": wrong,
        "database": "ok",
        "runner_seconds_ago": pulse and round((at - pulse.beat_at).total_seconds()),
        "oldest_due_mail_seconds": max(mail, 0) if mail is not None else None,
    }
    return facts, 503 if wrong else 200


def _age(moment: Select[datetime]) -> int | None:
    """Seconds since then; nothing when there is no such moment."""
    at = db.session.scalar(moment)
    return None if at is None else round((now() - at).total_seconds())
