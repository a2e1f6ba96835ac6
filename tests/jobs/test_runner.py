import signal
from collections.abc import Iterator
from threading import Event
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy import select

from program.core.db import db
from program.jobs import runner as runner_module
from program.jobs.runner import Clock, Worker
from program.jobs.schedule import Every
from program.mail.actions import post_all
from program.mail.models import MailState, OutgoingMail
from tests.factories import MONDAY_9H
from tests.jobs.processes import ended, leader, runners, start_runner, wait_until
from tests.mail.letters import letter
from tests.mail.sink import Sink, smtp_sink

BEFORE = MONDAY_9H.replace(year=2020)


@pytest.fixture
def sink(each_app: Flask) -> Iterator[Sink]:
    with smtp_sink() as sink:
        each_app.config["MAIL_URL"] = sink.url
        yield sink


def post_some(number: int) -> None:
    post_all([letter(at=BEFORE) for _ in range(number)])
    db.session.commit()


def states() -> dict[str, int]:
    rows = db.session.execute(
        select(OutgoingMail.state, sa.func.count()).group_by(OutgoingMail.state)
    ).all()
    db.session.rollback()
    return {state.value: number for state, number in rows}


def test_asked_to_stop_the_runner_ends_its_message_and_no_other(
    each_app: Flask, sink: Sink
) -> None:
    sink.seconds_per_message = 0.5
    post_some(5)
    runner = start_runner(each_app)
    assert sink.is_busy.wait(20)

    runner.send_signal(signal.SIGTERM)

    assert runner.wait(10) == 0
    assert states() == {MailState.SENT: len(sink.accepted), MailState.READY: 5 - len(sink.accepted)}
    assert len(sink.accepted) <= 2


def test_of_two_runners_one_works(each_app: Flask, sink: Sink) -> None:
    sink.seconds_per_message = 0.01
    post_some(60)
    with runners(each_app, 2) as alive:
        wait_until(lambda: states() == {MailState.SENT: 60})
        assert leader(alive)

    assert len(set(sink.recipients)) == len(sink.recipients) == 60
    assert sink.connections == 1


def test_a_runner_that_loses_its_database_finds_it_again(postgres_app: Flask) -> None:
    with smtp_sink() as sink:
        postgres_app.config["MAIL_URL"] = sink.url
        with runners(postgres_app, 1) as alive:
            wait_until(lambda: leader(alive))
            others = "pid <> pg_backend_pid() AND datname = current_database()"
            db.session.execute(
                sa.text(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}")  # noqa: S608
            )
            post_some(3)

            wait_until(lambda: len(sink.accepted) == 3)
            assert ended(alive) == []


class Heard:
    """A job that notes each turn, and fails in the first ones."""

    def __init__(self, *failures: BaseException) -> None:
        self.failures = list(failures)
        self.turns = 0
        self.went_well = Event()

    def __call__(self, _turn: object) -> None:
        self.turns += 1
        if self.failures:
            raise self.failures.pop(0)
        self.went_well.set()


def worker_of(app: Flask, job: Heard) -> Worker:
    return Worker(app, Every(1, "test", job), "me")


def test_a_job_that_fails_has_its_turn_again(app: Flask) -> None:
    job = Heard(ValueError("no"))
    worker = worker_of(app, job)
    worker.woken.set()
    wait_until(lambda: job.turns == 1)
    worker.woken.set()

    assert job.went_well.wait(5)
    worker.stop()
    worker.thread.join(5)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_worker_that_died_is_replaced(app: Flask) -> None:
    job = Heard(KeyboardInterrupt())
    worker = worker_of(app, job)
    worker.woken.set()
    wait_until(lambda: not worker.thread.is_alive())

    worker.see_to_it()
    worker.woken.set()

    assert job.went_well.wait(5)
    worker.stop()
    worker.thread.join(5)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_clock_whose_thread_died_is_replaced(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> None:
        raise OSError("as a job store does when its database is locked")

    job = Heard()
    worker = worker_of(app, job)
    clock = Clock([worker])
    scheduler = clock._scheduler  # noqa: SLF001
    wait_until(lambda: job.turns == 1)
    monkeypatch.setattr(scheduler._jobstores["default"], "update_job", fail)  # noqa: SLF001
    wait_until(lambda: not scheduler._thread.is_alive())  # noqa: SLF001
    assert scheduler.running  # or so it says

    monkeypatch.setattr(runner_module, "SILENCE", 0)
    clock.see_to_it()

    turns = job.turns
    wait_until(lambda: job.turns > turns)
    clock.stop()
    worker.stop()
    worker.thread.join(5)
