import json

import pytest
from click.testing import Result
from flask import Flask

from program.core.clock import now
from program.core.db import db
from program.mail.jobs import deliver_due
from program.mail.models import MailState, OutgoingMail
from tests.factories import MONDAY_9H
from tests.mail.letters import posted


def run(app: Flask, *args: str) -> Result:
    db.session.commit()
    return app.test_cli_runner().invoke(args=["mail", *args])


@pytest.fixture
def refused(app: Flask) -> OutgoingMail:
    mail = posted(at=MONDAY_9H.replace(year=2020))
    mail.state, mail.error = MailState.DEAD, "550 unknown"
    return mail


def test_the_queue_tells_what_waits_and_why(app: Flask, refused: OutgoingMail) -> None:
    posted(at=now())

    told = json.loads(run(app, "queue", "--json").stdout)

    assert [each["state"] for each in told["messages"]] == ["dead", "ready"]
    assert told["messages"][0]["error"] == "550 unknown"
    assert (told["counts"]["ready"], told["paused"]) == (1, None)
    assert told["ready_at"]
    assert refused.recipient in run(app, "queue").stdout


def test_an_empty_queue_says_so(app: Flask) -> None:
    assert json.loads(run(app, "queue", "--json").stdout)["messages"] == []


def test_a_refused_message_is_tried_again_when_asked(app: Flask, refused: OutgoingMail) -> None:
    assert run(app, "retry", str(refused.id)).exit_code == 0
    assert refused.state is MailState.READY

    again = run(app, "retry", str(refused.id))
    assert (again.exit_code, "niet geweigerd" in again.output) == (1, True)
    assert run(app, "retry", "999").exit_code == 1


def test_mail_is_paused_and_resumed(app: Flask) -> None:
    posted()
    app.config["MAIL_URL"] = "smtp+insecure://127.0.0.1:1"
    assert run(app, "pause", "--reason", "Eerst kijken").exit_code == 0
    assert deliver_due(MONDAY_9H) == {}
    assert json.loads(run(app, "queue", "--json").stdout)["paused"] == "Eerst kijken"

    assert run(app, "resume").exit_code == 0
    assert sum(deliver_due(MONDAY_9H).values()) == 1


def test_held_mail_is_released(app: Flask, refused: OutgoingMail) -> None:
    refused.state = MailState.HELD

    assert json.loads(run(app, "release-held", "--json").stdout) == {"released": 1}
    assert refused.state is MailState.READY
