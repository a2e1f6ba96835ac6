"""Personal calendars (.ics): when somebody is taken, and nothing of what for."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import recurring_ical_events
from icalendar import Calendar
from icalendar.error import BrokenCalendarProperty

from program.intake.reading.problems import Unreadable
from program.intake.reading.records import ReadAbsence

MAX_BYTES = 256 * 1024  # what the parser takes in about a second
MAX_EVENTS = 2_000
MAX_OCCURRENCES = 5_000
_TOO_OFTEN = frozenset({"SECONDLY", "MINUTELY", "HOURLY"})
_BROKEN = (
    ValueError, IndexError, KeyError, TypeError, AttributeError, AssertionError, RecursionError,
    OverflowError, BrokenCalendarProperty,
)  # fmt: skip
_BUSY = frozenset({"BUSY", "OOF", "TENTATIVE"})


def read_calendar(
    content: bytes, email: str, period: tuple[date, date], zone: ZoneInfo
) -> list[ReadAbsence]:
    """The occurrences within the period that take time.

    A time without a zone is of the cohort's zone. Windows' names of zones are known to icalendar,
    by Unicode's table. A repeating event in UTC stays at its UTC time, as RFC 5545 says, whatever
    zone the calendar is shown in.
    """
    if len(content) > MAX_BYTES:
        raise Unreadable("too large", f"{MAX_BYTES // 1024} KB")
    calendar = _parsed(content)
    calendar.pop("X-WR-TIMEZONE", None)
    events = list(calendar.walk("VEVENT"))
    if len(events) > MAX_EVENTS:
        raise Unreadable("too many events", str(MAX_EVENTS))
    _refuse_floods(events)
    return list(dict.fromkeys(_absences(_occurrences(calendar, period), email, period, zone)))


def _parsed(content: bytes) -> Calendar:
    try:
        return Calendar.from_ical(content.removeprefix(b"\xef\xbb\xbf"))
    except _BROKEN as error:
        raise Unreadable("no calendar") from error


def _refuse_floods(events: list[Any]) -> None:
    try:
        flood = any(_repeats_too_often(event) for event in events)
    except BrokenCalendarProperty:
        raise Unreadable("no calendar") from None
    if flood:
        raise Unreadable("repeats too often")


def _repeats_too_often(event: Any) -> bool:
    rules = event.get("RRULE") or []
    rules = rules if isinstance(rules, list) else [rules]
    return any(
        str(frequency).upper() in _TOO_OFTEN for rule in rules for frequency in rule.get("FREQ", [])
    ) or any(key in rule for rule in rules for key in ("BYSECOND", "BYMINUTE", "BYHOUR"))


def _occurrences(calendar: Calendar, period: tuple[date, date]) -> list[Any]:
    start, end = period
    found = []
    try:
        query = recurring_ical_events.of(calendar, skip_bad_series=True)
        for event in query.between(start, end + timedelta(days=1)):
            found.append(event)
            if len(found) > MAX_OCCURRENCES:
                raise Unreadable("too many events", str(MAX_OCCURRENCES))
    except _BROKEN as error:
        raise Unreadable("no calendar") from error
    return found


def _absences(
    events: Iterable[Any], email: str, period: tuple[date, date], zone: ZoneInfo
) -> Iterable[ReadAbsence]:
    earliest = _instant(period[0], zone)
    latest = _instant(period[1] + timedelta(days=1), zone)
    for event in events:
        if not _takes_time(event):
            continue
        all_day = not isinstance(event.start, datetime)
        starts_at, ends_at = _instant(event.start, zone), _instant(event.end, zone)
        if starts_at < ends_at and starts_at < latest and ends_at > earliest:
            yield ReadAbsence(email, starts_at, ends_at, all_day, from_calendar=True)


def _takes_time(event: Any) -> bool:
    """Outlook's own word goes before TRANSP: its whole days out of office may be transparent."""
    if str(event.get("STATUS", "")).upper() == "CANCELLED":
        return False
    outlook = str(event.get("X-MICROSOFT-CDO-BUSYSTATUS", "")).upper()
    if outlook:
        return outlook in _BUSY
    return str(event.get("TRANSP", "OPAQUE")).upper() != "TRANSPARENT"


def _instant(moment: date | datetime, zone: ZoneInfo) -> datetime:
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time(), tzinfo=zone)
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
