"""Who leads is settled by a lock that outlives no connection, and survives losing one."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError

from program.core.db import db
from program.jobs.leader import AdvisoryLock


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

    assert lock.acquire()
    assert lock.is_held()
    lock.release()


def test_one_leads_until_it_lets_go(postgres_app: Flask) -> None:
    first, second = AdvisoryLock(db.engine), AdvisoryLock(db.engine)

    assert first.acquire()
    assert not second.acquire()
    first.release()

    assert second.acquire()
    second.release()
