"""kill -9 at random moments: nothing lost, nothing out of order, one repeat per kill at most."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from program.core.db import db
from program.mail.actions import post_all
from tests.factories import MONDAY_9H
from tests.jobs.hasty import LEASE
from tests.jobs.processes import ended, kill, leader, runners, wait_until
from tests.jobs.storm import Storm, assert_order_and_nothing_lost, repeats
from tests.mail.letters import letter
from tests.mail.sink import Sink, smtp_sink

LONG = os.environ.get("LONG_TESTS") == "1"
KILLS = int(os.environ.get("KILLS", "500"))
DROP_EVERY_CONNECTION = text(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)
BEFORE = MONDAY_9H.replace(year=2020)


@pytest.fixture
def sink(each_app: Flask) -> Iterator[Sink]:
    with smtp_sink(timeout=LEASE * 0.7) as sink:
        each_app.config["MAIL_URL"] = sink.url
        yield sink


def test_runners_that_are_killed_and_frozen_lose_no_mail(
    each_app: Flask, sink: Sink, tmp_path: Path
) -> None:
    sink.seconds_per_message = 0.02
    on_postgresql = db.engine.dialect.name == "postgresql"
    storm = Storm(
        each_app, sink, lanes=112, hits=2 + on_postgresql, freezes=1, crashes=int(on_postgresql),
        moves=1, clock=tmp_path / "clock",
    )  # fmt: skip

    storm.rage()

    assert len(storm.after_freezes) == len(storm.after_kills) == 1
    assert storm.thawed == on_postgresql  # on SQLite only its end frees the lock
    assert_order_and_nothing_lost(storm)
    assert repeats(storm) <= storm.hits


def test_a_database_that_drops_every_connection_loses_no_mail(postgres_app: Flask) -> None:
    with smtp_sink() as sink:
        postgres_app.config["MAIL_URL"] = sink.url
        sink.seconds_per_message = 0.02
        storm = Storm(postgres_app, sink, lanes=150, hits=0)
        storm.post(range(150))
        with runners(postgres_app, 2) as alive:
            for moment in (20, 60, 100):
                wait_until(lambda moment=moment: len(sink.accepted) >= moment)  # type: ignore[misc]
                db.session.execute(DROP_EVERY_CONNECTION)
                db.session.rollback()
            wait_until(storm.nothing_due)
            assert ended(alive) == []

    assert_order_and_nothing_lost(storm)
    assert repeats(storm) <= 3


@pytest.mark.slow
@pytest.mark.timeout(7200)
@pytest.mark.skipif(not LONG, reason="takes ten minutes; LONG_TESTS=1 runs it, KILLS=100 fewer")
def test_killing_the_runner_five_hundred_times_loses_no_mail(
    each_app: Flask, sink: Sink, tmp_path: Path
) -> None:
    sink.seconds_per_message = sink.seconds_per_answer = 0.005  # a server near by
    crashes = KILLS // 25 if db.engine.dialect.name == "postgresql" else 0
    storm = Storm(
        each_app, sink, lanes=1260, hits=KILLS, freezes=KILLS // 25, crashes=crashes,
        moves=KILLS * 30 // 500, runners=3, clock=tmp_path / "clock",
    )  # fmt: skip

    storm.rage()
    print(storm.figures())  # noqa: T201 - read with pytest -s

    assert_order_and_nothing_lost(storm)
    assert repeats(storm) <= storm.hits * 0.3


def test_another_runner_takes_over_within_two_seconds(each_app: Flask, sink: Sink) -> None:
    sink.seconds_per_message = 0.05
    post_all([letter(at=BEFORE) for _ in range(200)])
    db.session.commit()
    with runners(each_app, 2) as alive:
        wait_until(lambda: len(sink.accepted) > 3 and leader(alive))

        kill(alive, leader(alive) or 0)
        accepted = len(sink.accepted) + 1  # one may have been on its way

        assert wait_until(lambda: len(sink.accepted) > accepted) < 2
