"""Who leads is settled by a lock that outlives no connection, and survives losing one; of a leader
that is silent it is taken."""

import signal
import subprocess
import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError, OperationalError

from program.core.db import db
from program.jobs import owners
from program.jobs.leader import AdvisoryLock, FileLock
from program.jobs.pulse import beat
from program.jobs.runner import Runner
from tests.jobs.processes import wait_until

LEADS = """
import sqlite3, sys, time
from pathlib import Path
from program.jobs.leader import FileLock
from program.jobs.owners import our_name
me = our_name()
lock = FileLock(Path(sys.argv[1]), me)
assert lock.acquire()
connection = sqlite3.connect(sys.argv[2], isolation_level=None)
if sys.argv[3:]:
    connection.execute("BEGIN EXCLUSIVE")
print(me, flush=True)
time.sleep(60)
"""


class Other(NamedTuple):
    """Another process that leads on SQLite."""

    process: subprocess.Popen[str]
    name: str
    lock: FileLock  # ours, on the same file


@contextmanager
def other_that_leads(*how: str) -> Generator[Other]:
    database = db.engine.url.database or ""
    file = Path(f"{database}.runner")
    command = [sys.executable, "-c", LEADS, str(file), database, *how]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            yield Other(process, process.stdout.readline().strip(), FileLock(file))
        finally:
            process.kill()


@pytest.fixture
def other(app: Flask) -> Iterator[Other]:
    with other_that_leads() as other:
        yield other


def test_a_frozen_process_is_ended_and_its_lock_is_free(other: Other) -> None:
    assert not other.lock.acquire()
    assert not owners.is_frozen(other.name)
    assert other.lock.frozen() is None
    other.process.send_signal(signal.SIGSTOP)
    wait_until(lambda: other.lock.frozen() == other.name)

    other.lock.oust(other.name)

    assert other.process.wait(5) == -signal.SIGKILL
    assert other.lock.acquire()
    other.lock.release()


def test_a_leader_frozen_in_the_midst_of_a_commit_is_relieved(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody can read whether it beats; who starts only now has never seen it do so."""
    beat("earlier")
    db.session.remove()
    with other_that_leads("exclusive") as other:
        other.process.send_signal(signal.SIGSTOP)
        wait_until(lambda: owners.is_frozen(other.name))
        runner = Runner(app)
        monkeypatch.setattr(runner.watch, "silent", locked)

        runner._look_after(other.lock)  # noqa: SLF001

        assert other.process.wait(5) == -signal.SIGKILL
    beat("next")


def locked() -> NoReturn:
    raise OperationalError("BEGIN", {}, Exception("database is locked"))


def test_only_the_very_process_is_ended(other: Other) -> None:
    host, pid, started, word = other.name.split(":")
    elsewhere, earlier = f"elsewhere:{pid}:{started}:{word}", f"{host}:{pid}:1:{word}"
    for name in (elsewhere, earlier, f"{host}:{pid}", ""):
        other.lock.oust(name)
        assert not owners.is_frozen(name)

    assert other.process.poll() is None


def test_a_silent_leader_loses_the_lock_on_postgresql_and_all_it_kept_locked(
    postgres_app: Flask,
) -> None:
    beat("a:1:2:me")
    engine = sa.create_engine(db.engine.url)
    leads, stands_by = AdvisoryLock(engine, "a:1:2:me"), AdvisoryLock(db.engine)
    frozen = engine.connect()
    try:
        assert leads.acquire()
        assert not stands_by.acquire()
        assert (leads.is_held(), stands_by.is_held()) == (True, False)
        frozen.execute(text("SELECT * FROM heartbeat FOR UPDATE"))

        stands_by.oust("a:1:2:an earlier leader")
        assert not stands_by.acquire()
        stands_by.oust("a:1:2:me")

        wait_until(stands_by.acquire)
        wait_until(lambda: not leads.is_held())
        beat("b:1:2:you")
    finally:
        leads.release()
        stands_by.release()
        frozen.invalidate()
        engine.dispose()


def cut(connection: Any) -> None:
    """End the connection that is about to ask for the lock."""
    number = connection.connection.dbapi_connection.info.backend_pid
    with db.engine.connect() as other:
        other.execute(text("SELECT pg_terminate_backend(:number)"), {"number": number})


def test_a_connection_that_is_lost_while_it_asks_is_an_election_to_do_again(
    postgres_app: Flask,
) -> None:
    lock, cuts = AdvisoryLock(db.engine), [cut]

    def once(connection: Any, _cursor: object, statement: str, *_rest: object) -> None:
        if "advisory" in statement and cuts:
            cuts.pop()(connection)

    event.listen(db.engine, "before_cursor_execute", once)
    with pytest.raises(DBAPIError):
        lock.acquire()
    lock.release()

    wait_until(lock.acquire)
    assert lock.is_held()
    lock.release()


def test_one_leads_until_it_lets_go(postgres_app: Flask) -> None:
    first, second = AdvisoryLock(db.engine), AdvisoryLock(db.engine)

    assert first.acquire()
    assert not second.acquire()
    first.release()

    wait_until(second.acquire)  # the server takes a moment to see that it went
    second.release()
