"""One page for machines: the database, the runner and the mail."""

from datetime import datetime

from flask import Blueprint, current_app
from flask.typing import ResponseReturnValue
from sqlalchemy import Select, func, select, text
from sqlalchemy.exc import SQLAlchemyError

from program.core.clock import now
from program.core.db import db
from program.jobs.models import Heartbeat
from program.mail.models import MailState, OutgoingMail

bp = Blueprint("health", __name__)

RUNNER_LATE = 120  # seconds
MAIL_LATE = 1800


@bp.get("/health")
def show() -> ResponseReturnValue:
    """200 when all is well, 503 when somebody should look."""
    try:
        db.session.execute(text("SELECT 1"))
        runner = _age(select(func.max(Heartbeat.beat_at)).where(Heartbeat.name == "runner"))
        mail = _age(
            select(func.min(OutgoingMail.due_at)).where(OutgoingMail.state == MailState.READY)
        )
    except SQLAlchemyError:
        current_app.logger.exception("database_unavailable")
        return {"status": "down", "database": "down"}, 503
    wrong = [
        name
        for name, late in (
            ("runner", runner is None or runner > RUNNER_LATE),
            ("mail", mail is not None and mail > MAIL_LATE),
        )
        if late
    ]
    facts = {
        "status": "late" if wrong else "ok",
        "late": wrong,
        "database": "ok",
        "runner_seconds_ago": runner,
        "oldest_due_mail_seconds": max(mail, 0) if mail is not None else None,
    }
    return facts, 503 if wrong else 200


def _age(moment: Select[datetime]) -> int | None:
    """Seconds since then; nothing when there is no such moment."""
    at = db.session.scalar(moment)
    return None if at is None else round((now() - at).total_seconds())
