"""The runner's sign of life: a row that says who runs and when it last did."""

from datetime import datetime, timedelta

from sqlalchemy import Select, select

from program.core.clock import now
from program.core.db import db
from program.jobs.models import Heartbeat

NAME = "runner"
LATE = timedelta(seconds=30)


def beat(me: str) -> None:
    found = db.session.scalars(_pulse().with_for_update()).first()
    if found is None:
        found = Heartbeat(name=NAME)
        db.session.add(found)
    found.owner, found.beat_at = me, now()
    db.session.commit()


def last_beat() -> Heartbeat | None:
    return db.session.scalars(_pulse()).first()


def is_late(pulse: Heartbeat | None, at: datetime) -> bool:
    return pulse is None or at - pulse.beat_at > LATE


def _pulse() -> Select[Heartbeat]:
    return select(Heartbeat).where(Heartbeat.name == NAME)
