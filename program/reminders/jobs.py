"""Looks, for each cohort that reminds, what is due."""

from threading import Event

import structlog
from sqlalchemy.exc import InterfaceError, OperationalError

from program.core.clock import now
from program.core.db import db, reading
from program.reminders import actions
from program.reminders.queries import cohorts_that_remind

log = structlog.get_logger()


def remind_due(*, stop: Event) -> int:
    """Commit cohort by cohort, so that trouble with one keeps no other waiting."""
    sent = 0
    for cohort_id in _cohorts():
        if stop.is_set():
            break
        sent += _remind(cohort_id)
    return sent


def _remind(cohort_id: int) -> int:
    try:
        sent = actions.send_due(cohort_id, at=now())
        db.session.commit()
    except (InterfaceError, OperationalError):  # the database is away: so it is for all
        db.session.rollback()
        raise
    except Exception:
        db.session.rollback()
        log.exception("reminders_failed", cohort=cohort_id)
        return 0
    return sent


def _cohorts() -> list[int]:
    with reading():
        found = list(db.session.scalars(cohorts_that_remind()))
        db.session.rollback()
    return found
