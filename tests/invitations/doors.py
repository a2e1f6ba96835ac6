"""The three doors by which a message comes in, each for real."""

import smtplib
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from uuid import uuid4

from flask import Flask
from sqlalchemy import select

from program.core.db import db
from program.invitations.jobs import read_arrived
from program.jobs.doors import Poller, keeping
from program.mail.imap import Mailbox, account_of
from program.mail.lmtp import Door, Place
from program.mail.models import IncomingMail
from tests.jobs.test_serve import free_port
from tests.mail.dovecot import Dovecot

Bring = Callable[[bytes], IncomingMail]


def by_command(app: Flask, folder: Path) -> Bring:
    """`flask mail receive FILE`."""

    def bring(raw: bytes) -> IncomingMail:
        file = folder / "message.eml"
        file.write_bytes(raw)
        done = app.test_cli_runner().invoke(args=["mail", "receive", str(file), "--json"])
        assert done.exit_code == 0, done.output
        return _last()

    return bring


@contextmanager
def by_lmtp(app: Flask) -> Generator[Bring]:
    """As postfix hands it over; then the runner reads it."""
    place = Place(port=free_port())
    door = Door(place, keeping(app))
    door.open()

    def bring(raw: bytes) -> IncomingMail:
        db.session.rollback()
        with smtplib.LMTP(place.host, place.port, timeout=20) as server:
            server.sendmail("a@enschede.example", ["afspraken@leergang.example"], _crlf(raw))
        read_arrived()
        return _last()

    try:
        yield bring
    finally:
        door.close()


def by_imap(server: Dovecot) -> Bring:
    """From a mailbox on a real server; then the runner reads it."""
    user = f"u{uuid4().hex}"
    mailbox = Mailbox(account_of(server.url(user)))
    poller = Poller(mailbox, 0)

    def bring(raw: bytes) -> IncomingMail:
        db.session.rollback()
        server.deliver(_crlf(raw), user=user)
        poller.turn(Event())
        mailbox.close()
        read_arrived()
        return _last()

    return bring


def _crlf(raw: bytes) -> bytes:
    return raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def _last() -> IncomingMail:
    db.session.rollback()
    return db.session.scalars(select(IncomingMail).order_by(IncomingMail.id.desc())).all()[0]
