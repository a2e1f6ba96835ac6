from datetime import date, timedelta

import pytest

from program.demo.dates import FIRST_DAY, shift_for, shifted

WEEK = timedelta(weeks=1)


@pytest.mark.parametrize(
    ("written", "moved"),
    [
        ("van 09-11-2019 tot", "van 16-11-2019 tot"),
        ("on: 2019-12-28", "on: 2020-01-04"),
        ("DTSTART:20190903T190000", "DTSTART:20190910T190000"),
        ("UNTIL=20201215T230000Z", "UNTIL=20201222T230000Z"),
        ("DTSTART;VALUE=DATE:20191021", "DTSTART;VALUE=DATE:20191028"),
        ("number 20199999 stays", "number 20199999 stays"),
    ],
)
def test_a_date_moves_and_keeps_its_spelling(written: str, moved: str) -> None:
    assert shifted(written, WEEK) == moved


def test_the_programme_runs_whatever_today_is() -> None:
    for days in range(0, 2000, 97):
        today = date(2026, 1, 1) + timedelta(days=days)
        kick_off = FIRST_DAY + shift_for(today, set())
        assert kick_off.weekday() == FIRST_DAY.weekday()
        assert timedelta(weeks=18) < today - kick_off < timedelta(weeks=20)


def test_the_kick_off_avoids_a_closed_day() -> None:
    today = date(2026, 11, 23)
    usual = FIRST_DAY + shift_for(today, set())

    assert FIRST_DAY + shift_for(today, {usual}) == usual - WEEK
