"""Whoever stands by notices that the one that leads has fallen silent."""

from datetime import timedelta
from typing import NoReturn

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError

from program.core.clock import now
from program.core.db import db
from program.jobs import pulse
from program.jobs.models import Heartbeat
from program.jobs.pulse import Watch, beat, is_late
from tests.factories import stored
from tests.jobs.processes import Nest, wait_until


@pytest.fixture(autouse=True)
def three_looks(each_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pulse, "UNCHANGED_LOOKS", 2)


def looks(watch: Watch, number: int) -> list[str | None]:
    return [watch.silent() for _ in range(number)]


def away() -> NoReturn:
    raise OperationalError("select", {}, Exception("database is locked"))


def test_who_beats_is_not_silent_and_who_does_not_is() -> None:
    watch = Watch()
    beat("one")
    assert looks(watch, 2) == [None, None]
    beat("one")
    assert looks(watch, 2) == [None, None]
    assert watch.silent() == "one"

    beat("two")
    assert watch.silent() is None


def test_before_there_was_a_leader_nobody_is_silent() -> None:
    assert looks(Watch(), 4) == [None] * 4


def test_a_database_that_is_away_tells_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    watch = Watch()
    beat("one")
    looks(watch, 2)
    with monkeypatch.context() as while_away:
        while_away.setattr(pulse, "last_beat", away)
        with pytest.raises(OperationalError):
            watch.silent()

    assert looks(watch, 2) == [None, None]


def test_a_beat_of_a_time_to_come_is_of_nobody_who_lives() -> None:
    at = now()
    ahead = stored(Heartbeat(name="runner", owner="x", beat_at=at + timedelta(hours=1)))

    assert is_late(ahead, at)
    beat("me")
    db.session.refresh(ahead)
    assert not is_late(ahead, at)


def test_a_runner_that_stands_still_is_an_alarm(
    each_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A real one; its clock and each of its workers stop with it."""
    monkeypatch.setattr(pulse, "LATE", timedelta(seconds=2))
    monitor = each_app.test_client()
    nest = Nest(each_app)
    try:
        runner = nest()
        wait_until(lambda: monitor.get("/health").status_code == 200)

        runner.suspend()

        wait_until(lambda: monitor.get("/health").status_code == 503)
        runner.resume()
        wait_until(lambda: monitor.get("/health").status_code == 200)
    finally:
        nest.close()
