from datetime import datetime, timedelta

import pytest
from flask import Flask

from program.core.clock import now
from program.core.db import db
from program.jobs.models import Heartbeat
from program.mail.actions import post
from tests.factories import stored


def beat(at: datetime) -> None:
    stored(Heartbeat(name="runner", owner="test", beat_at=at))


def health(app: Flask) -> tuple[int, dict[str, object]]:
    answer = app.test_client().get("/health")
    return answer.status_code, answer.get_json()


def test_all_is_well(app: Flask) -> None:
    beat(now())

    status, facts = health(app)

    assert (status, facts["status"], facts["late"]) == (200, "ok", [])
    assert facts["oldest_due_mail_seconds"] is None


def test_a_runner_that_is_silent_is_an_alarm(app: Flask) -> None:
    assert health(app)[1]["late"] == ["runner"]
    beat(now() - timedelta(seconds=31))

    status, facts = health(app)

    assert (status, facts["late"]) == (503, ["runner"])


@pytest.mark.parametrize(("minutes", "status"), [(5, 200), (45, 503)])
def test_mail_that_waits_too_long_is_an_alarm(app: Flask, minutes: int, status: int) -> None:
    beat(now())
    due = now() - timedelta(minutes=minutes)
    post(
        key="k", lane="k", recipient="a@example.nl", subject="s", content=b"x\r\n",
        message_id="k@example.nl", at=due,
    )  # fmt: skip
    db.session.commit()

    assert health(app)[0] == status


def test_a_database_that_is_gone_is_an_alarm(app: Flask) -> None:
    with db.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE heartbeat")

    assert health(app) == (503, {"status": "down", "database": "down"})
