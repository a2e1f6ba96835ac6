"""Who met whom before the first day to plan, so that the rounds to come bring others together."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from program.cohorts.models import Cohort
from program.encounters.ledger import ledger
from program.encounters.queries import gatherings
from program.planning.problem import Met


def met_before(cohort: Cohort, first: date | None) -> tuple[Met, ...]:
    """From presence, where the roll was called; else from the seats of the meetings since then.

    Without a first day nothing lies behind us.
    """
    if first is None:
        return ()
    moment = datetime.combine(first, datetime.min.time(), ZoneInfo(cohort.timezone))
    found = ledger(gatherings(cohort.id, moment))
    return tuple(
        Met(one, other, found.tables.get((one, other), 0), found.groups.get((one, other), 0))
        for one, other in sorted(found.met())
    )
