"""Looks every few seconds at what was declined and what came free, and does what is to be done.

Nobody calls this when somebody says no: it compares what is with what was done about it. So an
answer by any door, an import or a crash half-way all end the same.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from threading import Event

import structlog
from sqlalchemy.exc import IntegrityError

from program.catchup import actions, queries
from program.core.clock import now
from program.core.db import db, reading

log = structlog.get_logger()
ANYWAY = timedelta(minutes=1)  # a line is looked at again, also when nothing seems to have changed
AFTER_TROUBLE = timedelta(minutes=5)

Step = Callable[[], object]


class CatchUps:
    """One runner's memory of what it looked at: who can come to what costs a tenth of a second."""

    def __init__(self) -> None:
        self._lines: dict[int, tuple[int, datetime]] = {}  # meeting: version of its cohort, when
        self._trouble: dict[str, datetime] = {}

    def go(self, at: datetime, stop: Event | None = None) -> int:
        """Offer, close, hand on; says how much was done. Each step is stored by itself."""
        with reading():
            steps = list(self._steps(at))
            db.session.rollback()
        return sum(
            self._done(name, step, at)
            for name, step in steps
            if not (stop and stop.is_set()) and self._trouble.get(name, at) <= at
        )

    def _steps(self, at: datetime) -> Iterator[tuple[str, Step]]:
        if db.session.scalars(queries.needless().limit(1)).first():
            yield "close", partial(actions.close_needless, at=at)
        if db.session.scalars(queries.ended(at).limit(1)).first():
            yield "end", partial(actions.end_offers, at=at)
        for invitation in db.session.scalars(queries.unhelped(at)):
            yield f"help {invitation}", partial(actions.help_one, invitation, at=at)
        for meeting, version in db.session.execute(queries.lines_at(at)):
            seen, looked = self._lines.get(meeting, (0, at))
            if seen != version or looked + ANYWAY <= at:
                self._lines[meeting] = version, at
                yield f"fill {meeting}", partial(actions.fill_line, meeting, at=at)

    def _done(self, name: str, step: Step, at: datetime) -> bool:
        """One that fails keeps none of the others from being done."""
        try:
            found = step()
            db.session.commit()
        except IntegrityError:  # another runner was here first
            db.session.rollback()
            return False
        except Exception:
            db.session.rollback()
            self._trouble[name] = at + AFTER_TROUBLE
            log.exception("catch_up_failed", step=name)
            return False
        return bool(found)


_here = CatchUps()


def catch_up(at: datetime | None = None, *, stop: Event | None = None) -> int:
    """What this process does each time it is its turn."""
    return _here.go(at or now(), stop)
