from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from program.core.db import db
from program.jobs.models import RunMark
from program.jobs.runner import do_daily
from program.jobs.schedule import SCHEDULE, ZONE, Daily, Every, due_on, last_due

MINUTE = timedelta(minutes=1)


def clock_changes() -> list[date]:
    """The last Sundays of March and October, 2025 to 2037."""
    found = []
    for year in range(2025, 2038):
        for month in (3, 10):
            last = date(year, month, 31)
            found.append(last - timedelta(days=(last.weekday() + 1) % 7))
    return found


@pytest.mark.parametrize("at", [time(0, 0), time(2, 0), time(2, 30), time(3, 0), time(23, 59)])
def test_a_daily_job_is_due_once_on_each_local_date_whatever_the_clock_does(at: time) -> None:
    for sunday in clock_changes():
        start = datetime.combine(sunday - timedelta(days=1), time(12), tzinfo=UTC)
        dues = sorted({last_due(at, start + n * MINUTE) for n in range(3 * 24 * 60)})[1:]

        dates = [due.astimezone(ZONE).date() for due in dues]
        assert dates == [dates[0] + timedelta(days=n) for n in range(len(dates))]
        assert len(dates) == 3


def test_a_time_that_the_clock_skips_is_an_hour_later_and_one_that_comes_twice_the_first() -> None:
    assert due_on(date(2027, 3, 28), time(2, 30)).isoformat() == "2027-03-28T01:30:00+00:00"
    assert due_on(date(2027, 10, 31), time(2, 30)).isoformat() == "2027-10-31T00:30:00+00:00"


@pytest.mark.usefixtures("each_app")
def test_a_daily_job_is_done_once_however_often_we_look() -> None:
    done: list[datetime] = []
    job = Daily(time(3, 30), "count", done.append)

    with time_machine.travel(datetime(2030, 1, 7, 12, tzinfo=UTC), tick=False) as clock:
        assert [do_daily(job), do_daily(job)] == [True, False]
        clock.shift(timedelta(days=1))
        assert [do_daily(job), do_daily(job)] == [True, False]
    assert [at.day for at in done] == [7, 8]


@pytest.mark.usefixtures("each_app")
def test_a_daily_job_that_fails_is_due_still() -> None:
    def fail(_now: datetime) -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        do_daily(Daily(time(3, 30), "count", fail))
    db.session.rollback()

    assert do_daily(Daily(time(3, 30), "count", print))


def test_of_many_processes_one_does_the_daily_job(each_app: Flask) -> None:
    def attempt(_n: int) -> bool:
        with each_app.app_context():
            return do_daily(Daily(time(3, 30), "count", lambda _now: None))

    with ThreadPoolExecutor(4) as elsewhere:
        assert sum(elsewhere.map(attempt, range(8))) == 1
    assert len(db.session.scalars(select(RunMark)).all()) == 1


def test_every_job_of_the_schedule_has_a_name_of_its_own() -> None:
    names = [job.name for job in SCHEDULE]

    assert len(set(names)) == len(names)
    assert {type(job) for job in SCHEDULE} == {Every, Daily}
