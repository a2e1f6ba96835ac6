"""From the clock on the wall to UTC and back, in the zone of a cohort."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from program.core.errors import Refusal

HOME = "Europe/Amsterdam"


def at_wall(day: date, clock: time, zone: str = HOME) -> datetime:
    """That moment in UTC; refused when the clock skips it on the night that summer time begins."""
    there = ZoneInfo(zone)
    moment = datetime.combine(day, clock, there).astimezone(UTC)
    if moment.astimezone(there).time() != clock:
        raise Refusal(
            _(
                "On that night the clock skips %(time)s. Choose another time.",
                time=clock.strftime("%H:%M"),
            ),
            field="start",
        )
    return moment


def local(moment: datetime, zone: str = HOME) -> datetime:
    return moment.astimezone(ZoneInfo(zone))


def whole_days(first: date, last: date, zone: str = HOME) -> tuple[datetime, datetime]:
    """From midnight before the first day until midnight after the last."""
    there = ZoneInfo(zone)
    midnight = time()
    return (
        datetime.combine(first, midnight, there).astimezone(UTC),
        datetime.combine(last + timedelta(days=1), midnight, there).astimezone(UTC),
    )
