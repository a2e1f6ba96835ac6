"""The runner's sign of life: a row that says who runs and when it last did."""

from datetime import datetime, timedelta
from time import monotonic

from sqlalchemy import Select, select

from program.core.db import db, reading
from program.jobs.models import Heartbeat
from program.mail.outbox import shared_clock

NAME = "runner"
LATE = timedelta(seconds=30)
BETWEEN_LOOKS, UNCHANGED_LOOKS = 4.0, 8  # seconds; half a minute together


def beat(me: str) -> None:
    at = shared_clock()
    found = db.session.scalars(_pulse().with_for_update()).first()
    if found is None:
        found = Heartbeat(name=NAME)
        db.session.add(found)
    found.owner, found.beat_at = me, at
    db.session.commit()


def last_beat() -> Heartbeat | None:
    return db.session.scalars(_pulse()).first()


def is_late(pulse: Heartbeat | None, at: datetime) -> bool:
    """Also when it is of a time to come: then the clock was set back, and nobody has beaten since.

    `at`: by the shared clock.
    """
    return pulse is None or abs(at - pulse.beat_at) > LATE


class Watch:
    """Over the one that leads, by who stands by or started it.

    Counts looks at which nothing had changed, and reads no clock: those of two machines differ, and
    whoever looks may have been asleep itself.
    """

    def __init__(self) -> None:
        self._looked_at = monotonic()
        self._seen: tuple[str, datetime] | None = None
        self._unchanged = 0

    def is_time(self) -> bool:
        return monotonic() - self._looked_at >= BETWEEN_LOOKS

    def silent(self) -> str | None:
        """Look once more: who leads and has fallen silent.

        Raises DBAPIError: a database that fails tells nothing.
        """
        seen, self._seen = self._seen, None
        try:
            self._seen = _who_and_when()
        finally:
            self._looked_at = monotonic()
        self._unchanged = self._unchanged + 1 if self._seen == seen else 0
        return self._seen[0] if self._seen and self._unchanged >= UNCHANGED_LOOKS else None


def _who_and_when() -> tuple[str, datetime] | None:
    with reading():
        pulse = last_beat()
        found = (pulse.owner, pulse.beat_at) if pulse else None
        db.session.rollback()
    return found


def _pulse() -> Select[Heartbeat]:
    return select(Heartbeat).where(Heartbeat.name == NAME)
