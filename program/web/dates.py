"""Dates and times as templates show them: in the reader's language and the place's time zone."""

from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from flask import Flask, current_app, g
from flask_babel import get_locale

from program.core import dates
from program.core.dates import Style


@lru_cache(maxsize=16)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def zone() -> ZoneInfo:
    """Where the pages of this request are: the cohort's zone if its view said so."""
    return _zone(g.get("zone") or current_app.config["BABEL_DEFAULT_TIMEZONE"])


def use_zone(name: str) -> None:
    """Show and read times of this request on the clocks of that zone."""
    g.zone = name


def language() -> str:
    return "en" if str(get_locale()) == "en" else "nl"


def day(at: date | datetime | None, style: Style = "short") -> str:
    return dates.day(at, language(), zone(), style) if at else ""


def clock(at: datetime | None) -> str:
    return dates.clock(at, zone()) if at else ""


def span(start: datetime, end: datetime) -> str:
    return dates.span(start, end, language(), zone())


def moment(at: datetime | None, style: Style = "medium") -> str:
    return dates.moment(at, language(), zone(), style) if at else ""


def period(start: datetime, end: datetime) -> str:
    """From then to then; of whole days the days only."""
    first, last = (at.astimezone(zone()) for at in (start, end))
    if first.time() != time() or last.time() != time():
        return f"{moment(start)} – {moment(end)}"
    first_day, last_day = first.date(), last.date() - timedelta(days=1)
    shown = day(first_day, "medium")
    return shown if first_day == last_day else f"{shown} – {day(last_day, 'medium')}"


def month(at: date | datetime) -> str:
    return dates.month(at, language(), zone())


def month_name(at: date | datetime) -> str:
    return dates.month_name(at, language(), zone())


def weekday(at: date | datetime, style: str = "long") -> str:
    return dates.weekday(at, language(), zone(), style)


def day_number(at: date | datetime) -> int:
    return dates.local(at, zone()).day


def week(at: date | datetime) -> int:
    return dates.local(at, zone()).isocalendar().week


def stamp(at: date | datetime) -> str:
    """For `<time datetime>`."""
    return dates.local(at, zone()).isoformat()


def init_app(app: Flask) -> None:
    filters = (
        day,
        clock,
        span,
        moment,
        period,
        month,
        month_name,
        weekday,
        day_number,
        week,
        stamp,
    )
    app.jinja_env.filters.update({each.__name__: each for each in filters})
