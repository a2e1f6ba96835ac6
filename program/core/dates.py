"""Dates and times in words, Dutch and English. By table, not Babel: pages show hundreds."""

from datetime import date, datetime
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

Style = Literal["short", "medium", "long", "date", "numeric"]

_WEEKDAYS = {
    "nl": ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
_SHORT_WEEKDAYS = {
    "nl": ("ma", "di", "wo", "do", "vr", "za", "zo"),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}
_MONTHS = {
    "nl": (
        "januari", "februari", "maart", "april", "mei", "juni",
        "juli", "augustus", "september", "oktober", "november", "december",
    ),
    "en": (
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ),
}  # fmt: skip
_SHORT_MONTHS = {
    "nl": ("jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec"),
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
}


def local(at: date | datetime, zone: ZoneInfo) -> date | datetime:
    """The same moment on the wall clock there; a date without a time stays what it is."""
    return at.astimezone(zone) if isinstance(at, datetime) else at


@lru_cache(maxsize=4096)
def day(at: date | datetime, locale: str, zone: ZoneInfo, style: Style = "short") -> str:
    """short: do 10 okt; medium: do 10 okt 2030; long: donderdag 10 oktober 2030;
    date: 10 oktober 2030; numeric: 10-10-2030."""
    at = local(at, zone)
    if style == "numeric":
        return f"{at.day:02}-{at.month:02}-{at.year}"
    months = (_MONTHS if style in {"long", "date"} else _SHORT_MONTHS)[locale]
    text = f"{at.day} {months[at.month - 1]}"
    if style != "date":
        text = f"{weekday(at, locale, zone, 'long' if style == 'long' else 'short')} {text}"
    return text if style == "short" else f"{text} {at.year}"


def weekday(at: date | datetime, locale: str, zone: ZoneInfo, style: str = "long") -> str:
    names = _SHORT_WEEKDAYS if style == "short" else _WEEKDAYS
    return names[locale][local(at, zone).weekday()]


def month(at: date | datetime, locale: str, zone: ZoneInfo) -> str:
    """oktober 2030"""
    return f"{month_name(at, locale, zone)} {local(at, zone).year}"


def month_name(at: date | datetime, locale: str, zone: ZoneInfo) -> str:
    return _MONTHS[locale][local(at, zone).month - 1]


@lru_cache(maxsize=4096)
def clock(at: datetime, zone: ZoneInfo) -> str:
    """09:00"""
    here = at.astimezone(zone)
    return f"{here.hour:02}:{here.minute:02}"


def span(start: datetime, end: datetime, locale: str, zone: ZoneInfo) -> str:
    """09:00–12:30, or with both days when it ends on another."""
    if local(start, zone).toordinal() == local(end, zone).toordinal():
        return f"{clock(start, zone)}–{clock(end, zone)}"
    return f"{moment(start, locale, zone, 'short')} – {moment(end, locale, zone, 'short')}"


def moment(at: datetime, locale: str, zone: ZoneInfo, style: Style = "medium") -> str:
    """do 10 okt 2030, 09:00"""
    return f"{day(at, locale, zone, style)}, {clock(at, zone)}"
