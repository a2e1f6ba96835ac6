"""The doors of a real runner: what it said yes to is stored and read, also when it is killed."""

import json
import smtplib
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Timer

import pytest
from flask import Flask
from sqlalchemy import select

from program.core.db import db, reading
from program.mail.models import IncomingMail
from tests.invitations.incoming import plain
from tests.jobs.processes import start_runner, wait_until
from tests.jobs.test_serve import free_port
from tests.mail.dovecot import INSTALLED, dovecot


@contextmanager
def running(app: Flask, **settings: str) -> Iterator[subprocess.Popen[bytes]]:
    runner = start_runner(app, **settings)
    try:
        yield runner
    finally:
        runner.kill()
        runner.wait()


def handed_over(port: int, raw: bytes) -> bool:
    """As a mail server does: it keeps the message unless it hears yes."""
    try:
        with smtplib.LMTP("127.0.0.1", port, timeout=20) as server:
            return server.sendmail("a@b.example", ["afspraken@leergang.example"], raw) == {}
    except (OSError, smtplib.SMTPException):
        return False


def outcomes() -> list[str | None]:
    with reading():
        found = list(db.session.scalars(select(IncomingMail.outcome)))
        db.session.rollback()
    return found


def test_a_killed_runner_loses_and_doubles_nothing(app: Flask) -> None:
    port = free_port()
    db.session.rollback()
    waiting = [plain(f"Bericht {number}") for number in range(60)]
    for seconds in (0.2, 0.6):
        with running(app, LMTP_LISTEN=f"127.0.0.1:{port}") as runner:
            wait_until(lambda: accepts(port))
            killer = Timer(seconds, runner.kill)
            killer.start()
            while waiting and handed_over(port, waiting[0]):
                del waiting[0]
            killer.join()
    with running(app, LMTP_LISTEN=f"127.0.0.1:{port}"):
        wait_until(lambda: accepts(port))
        assert all(handed_over(port, raw) for raw in waiting)
        wait_until(lambda: None not in outcomes())

    assert outcomes() == ["human"] * 60


def accepts(port: int) -> bool:
    try:
        with smtplib.LMTP("127.0.0.1", port, timeout=20):
            return True
    except (OSError, smtplib.SMTPException):
        return False


@pytest.mark.skipif(not INSTALLED, reason="Dovecot is not installed here.")
def test_the_runner_looks_into_the_mailbox(app: Flask) -> None:
    db.session.rollback()
    with dovecot() as server, running(app, IMAP_URL=server.url(), IMAP_POLL="1"):
        server.deliver(plain("Ik kom."))
        wait_until(lambda: outcomes() == ["human"])
        server.deliver(plain("Toch niet."))
        wait_until(lambda: outcomes() == ["human"] * 2)


def told(app: Flask, **settings: str) -> list[str]:
    app.config.update(settings)
    done = app.test_cli_runner().invoke(args=["doctor", "--json", "--language", "en"])
    db.session.rollback()
    found = json.loads(done.stdout)["findings"]
    return [f"{each['level']}: {each['sentence']}" for each in found if each["about"] == "doors"]


def test_the_doctor_knocks_at_the_doors(app: Flask) -> None:
    port = free_port()
    place = f"127.0.0.1:{port}"
    (closed,) = told(app, LMTP_LISTEN=place)
    assert closed.startswith("wrong: LMTP does not answer: ")

    with running(app, LMTP_LISTEN=place):
        wait_until(lambda: told(app) == ["good: LMTP answers."])


def test_the_doctor_tells_that_no_answers_come_in(app: Flask) -> None:
    assert told(app, MAIL_URL="smtp://mail.example") == [
        "note: No answers come in by mail. Set LMTP_LISTEN or IMAP_URL."
    ]


@pytest.mark.skipif(not INSTALLED, reason="Dovecot is not installed here.")
def test_the_doctor_looks_whether_the_mailbox_lets_us_in(app: Flask) -> None:
    with dovecot() as server:
        good = told(app, IMAP_URL=server.url())
        (bad,) = told(app, IMAP_URL=server.url(password="fout"))

    assert good == ["good: IMAP answers."]
    assert bad.startswith("wrong: IMAP does not answer: [AUTHENTICATIONFAILED]")
    assert "fout" not in bad
