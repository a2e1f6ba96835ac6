from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from babel.dates import format_date
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from program.core import dates
from program.web.dates import period, use_zone

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
START = datetime(2030, 10, 10, 7, tzinfo=UTC)


@given(st.dates(min_value=date(1990, 1, 1), max_value=date(2080, 1, 1)))
def test_our_tables_say_what_babel_says(on: date) -> None:
    for locale in ("nl", "en_GB"):
        ours = locale[:2]
        long = "EEEE d MMMM y"
        assert dates.day(on, ours, AMSTERDAM, "long") == format_date(on, long, locale=locale)
        assert dates.month(on, ours, AMSTERDAM) == format_date(on, "MMMM y", locale=locale)


@pytest.mark.parametrize(
    ("style", "dutch", "english"),
    [
        ("short", "do 10 okt", "Thu 10 Oct"),
        ("medium", "do 10 okt 2030", "Thu 10 Oct 2030"),
        ("long", "donderdag 10 oktober 2030", "Thursday 10 October 2030"),
        ("date", "10 oktober 2030", "10 October 2030"),
        ("numeric", "10-10-2030", "10-10-2030"),
    ],
)
def test_a_day_in_five_lengths(style: dates.Style, dutch: str, english: str) -> None:
    assert dates.day(START, "nl", AMSTERDAM, style) == dutch
    assert dates.day(START, "en", AMSTERDAM, style) == english


def test_a_time_is_on_the_clock_of_the_place() -> None:
    assert dates.clock(START, AMSTERDAM) == "09:00"
    assert dates.clock(START + timedelta(days=30), AMSTERDAM) == "08:00"  # winter time
    assert dates.clock(START, ZoneInfo("America/Curacao")) == "03:00"


def test_a_day_begins_at_midnight_of_the_place() -> None:
    late = datetime(2030, 10, 9, 22, 30, tzinfo=UTC)

    assert dates.day(late, "nl", AMSTERDAM) == "do 10 okt"


def test_a_span_names_the_days_only_when_they_differ() -> None:
    assert dates.span(START, START + timedelta(hours=3.5), "nl", AMSTERDAM) == "09:00–12:30"
    assert (
        dates.span(START, START + timedelta(days=1), "nl", AMSTERDAM)
        == "do 10 okt, 09:00 – vr 11 okt, 09:00"
    )


@pytest.mark.parametrize(
    ("language", "zone", "shown"),
    [
        ("nl", "Europe/Amsterdam", "do 10 okt 09:00 oktober 2030 donderdag 41 "),
        ("en", "Europe/Amsterdam", "Thu 10 Oct 09:00 October 2030 Thursday 41 "),
        ("en", "America/Curacao", "Thu 10 Oct 03:00 October 2030 Thursday 41 "),
    ],
)
def test_templates_show_them_in_the_language_and_zone_of_the_page(
    app: Flask, language: str, zone: str, shown: str
) -> None:
    template = app.jinja_env.from_string(
        "{{ at|day }} {{ at|clock }} {{ at|month }} {{ at|weekday }} {{ at|week }} {{ none|day }}"
    )
    with app.test_request_context(headers={"Accept-Language": language}):
        use_zone(zone)
        assert template.render(at=START) == shown


def test_a_period_of_whole_days_names_the_days(app: Flask) -> None:
    midnight = datetime(2030, 10, 9, 22, tzinfo=UTC)  # in Enschede

    with app.test_request_context(headers={"Accept-Language": "nl"}):
        assert period(midnight, midnight + timedelta(days=1)) == "do 10 okt 2030"
        assert period(midnight, midnight + timedelta(days=2)) == "do 10 okt 2030 – vr 11 okt 2030"
        assert period(START, midnight + timedelta(days=1)).startswith("do 10 okt 2030, 09:00 – ")
