"""Looks, for each cohort that reminds, what is due."""

from threading import Event

from program.core.clock import now
from program.core.db import db, reading
from program.reminders import actions
from program.reminders.queries import cohorts_that_remind


def remind_due(*, stop: Event) -> int:
    """Commit cohort by cohort, so that trouble with one keeps no other waiting."""
    sent = 0
    for cohort_id in _cohorts():
        if stop.is_set():
            break
        sent += actions.send_due(cohort_id, at=now())
        db.session.commit()
    return sent


def _cohorts() -> list[int]:
    with reading():
        found = list(db.session.scalars(cohorts_that_remind()))
        db.session.rollback()
    return found
