"""A real Postfix in front of our LMTP door."""

import smtplib
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from flask import Flask
from sqlalchemy import select

from program.core.db import db
from program.jobs.doors import keeping
from program.mail.lmtp import Door, Place
from program.mail.models import IncomingMail
from tests.invitations.incoming import undelivered
from tests.jobs.processes import wait_until
from tests.jobs.test_serve import free_port
from tests.mail.postfix import CAN_RUN, Postfix, postfix

pytestmark = pytest.mark.skipif(not CAN_RUN, reason="Postfix is not installed, or we are not root.")

TOKEN = "0123456789abcdef0123456789abcdef"
BOUNCE = f"bounce+{TOKEN}@leergang.example"
HELLO = b"From: n.ozturk@enschede.example\r\nSubject: \xc3\xa9\r\n\r\nHoi\r\n"


def stored() -> list[IncomingMail]:
    """Without keeping the database to ourselves."""
    db.session.rollback()
    found = list(db.session.scalars(select(IncomingMail).order_by(IncomingMail.id)))
    db.session.expunge_all()
    db.session.rollback()
    return found


def handed_over(server: Postfix, sender: str, to: Sequence[str], raw: bytes) -> None:
    with smtplib.SMTP("127.0.0.1", server.port, timeout=20) as client:
        client.sendmail(sender, to, raw)


def test_mail_for_any_of_our_addresses_arrives_with_its_envelope(app: Flask) -> None:
    place = Place(port=free_port())
    door = Door(place, keeping(app))
    db.session.rollback()
    door.open()
    try:
        with postfix(f"inet:127.0.0.1:{place.port}") as server:
            handed_over(server, "n.ozturk@enschede.example", ["afspraken@leergang.example"], HELLO)
            report = undelivered("x@enschede.example", to=BOUNCE)
            handed_over(server, "", [BOUNCE, "afspraken@leergang.example"], report)
            wait_until(lambda: len(stored()) == 2, seconds=20)
    finally:
        door.close()

    by_sender = {mail.content.split(b"\r\n")[0]: mail for mail in stored()}
    letter = by_sender[b"Return-Path: <n.ozturk@enschede.example>"]
    assert letter.sent_to == "afspraken@leergang.example"
    assert b"\r\nSubject: \xc3\xa9\r\n" in letter.content
    assert letter.content.endswith(b"\r\n\r\nHoi\r\n")
    assert set(by_sender[b"Return-Path: <>"].sent_to.split()) == {
        BOUNCE,
        "afspraken@leergang.example",
    }


def test_while_we_are_away_postfix_waits_and_brings_it_later(app: Flask) -> None:
    db.session.rollback()
    with TemporaryDirectory() as folder, postfix(f"unix:{folder}/lmtp") as server:
        Path(folder).chmod(0o755)  # Postfix's own user has to come near
        door = Door(Place(socket=f"{folder}/lmtp"), keeping(app))
        handed_over(server, "n.ozturk@enschede.example", ["afspraken@leergang.example"], HELLO)
        wait_until(lambda: "status=deferred" in server.log(), seconds=20)
        assert stored() == []
        door.open()
        try:
            wait_until(lambda: len(stored()) == 1, seconds=30)
        finally:
            door.close()


def test_a_message_beyond_our_limit_is_refused_to_its_sender(app: Flask) -> None:
    assert app.testing
    with postfix("inet:127.0.0.1:9") as server, pytest.raises(smtplib.SMTPSenderRefused) as said:
        handed_over(server, "a@b.example", ["x@leergang.example"], HELLO + b"x" * 26_100_000)
    assert said.value.smtp_code == 552
