import json
from datetime import timedelta

import pytest
from flask import Flask

from program.cli.doctor import Finding, Level, examine
from program.core.db import db
from program.jobs.models import Heartbeat
from program.jobs.pulse import beat
from program.mail.actions import pause
from program.mail.models import MailState, OutgoingMail
from tests.factories import MONDAY_9H, stored
from tests.mail.letters import posted


def worries() -> list[Finding]:
    return [each for each in examine(MONDAY_9H) if each.level is not Level.GOOD]


def about(part: str) -> list[tuple[Level, str]]:
    return [(each.level, each.sentence) for each in worries() if each.about == part]


@pytest.fixture(autouse=True)
def healthy(each_app: Flask) -> None:
    each_app.config.update(SECRET_KEY="long enough to be a secret")
    stored(Heartbeat(name="runner", owner="host:1:x", beat_at=MONDAY_9H))


def test_a_healthy_installation_has_nothing_to_mend() -> None:
    assert worries() == []


def test_a_runner_that_fell_silent_is_told(each_app: Flask) -> None:
    with each_app.test_request_context(headers={"Accept-Language": "nl"}):
        found = examine(MONDAY_9H + timedelta(minutes=1))
    sentences = [each.sentence for each in found if each.level is Level.WRONG]
    assert sentences == [
        "Geen runner sinds 2030-01-07 09:00:00+00:00, dus er gaat geen mail weg. Start er een."
    ]


def test_settings_that_do_not_go_together_are_told(each_app: Flask) -> None:
    each_app.config.update(SECRET_KEY="x", MAIL_URL="smtp://mail.example.nl")

    assert [level for level, _sentence in about("settings")] == ["note", "wrong", "wrong"]
    each_app.config["MAIL_URL"] = "mail.example.nl"
    assert ("wrong", "MAIL_URL") in [(level, s[:8]) for level, s in about("settings")]


def test_mail_that_does_not_leave_is_told() -> None:
    posted(lane="a")
    posted(lane="b")
    db.session.query(OutgoingMail).filter_by(lane="a").update({"state": MailState.DEAD})
    db.session.query(OutgoingMail).filter_by(lane="b").update({"state": MailState.HELD})
    pause(reason="first look", by=None)
    db.session.commit()

    assert [level for level, _sentence in about("mail")] == ["wrong", "note", "note"]


def test_tables_of_another_version_are_told() -> None:
    db.session.execute(db.text("UPDATE alembic_version SET version_num = '0001'"))
    db.session.commit()

    assert [level for level, _sentence in about("schema")] == ["wrong"]


def test_the_command_tells_all_and_ends_with_one_when_something_is_wrong(each_app: Flask) -> None:
    beat("host:1:x")  # now
    cli = each_app.test_cli_runner()

    well = cli.invoke(args=["doctor", "--json"])
    assert (well.exit_code, json.loads(well.stdout)["well"]) == (0, True)

    db.session.query(Heartbeat).update({"beat_at": MONDAY_9H.replace(year=2020)})
    db.session.commit()
    ill = cli.invoke(args=["doctor", "--language", "en"])
    assert ill.exit_code == 1
    assert "✗ No runner since 2020-01-07" in ill.stdout
