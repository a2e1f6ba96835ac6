"""The door for our own mail server, over a real socket."""

import smtplib
import socket
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from program.core.db import db
from program.jobs.doors import LmtpKeeper, keeping
from program.mail.lmtp import Door, Place, place_of
from program.mail.models import IncomingMail
from program.mail.size import MAX_MESSAGE
from tests.jobs.processes import wait_until
from tests.jobs.test_serve import free_port

FROM, TO = "n.ozturk@enschede.example", "afspraken@leergang.example"
MESSAGE = b"From: n.ozturk@enschede.example\r\nSubject: x\r\n\r\nHoi\r\n..\r\n.eind\r\n"
TOO_LARGE = b"From: a@b.example\r\n\r\n" + (b"x" * 78 + b"\r\n") * (MAX_MESSAGE // 80)


@contextmanager
def door(keep: object) -> Generator[Place]:
    place = Place(port=free_port())
    opened = Door(place, keep)  # type: ignore[arg-type]
    opened.open()
    try:
        yield place
    finally:
        opened.close()


@contextmanager
def talk(place: Place) -> Generator[smtplib.LMTP]:
    server = smtplib.LMTP(place.socket or place.host, place.port, timeout=20)
    try:
        yield server
    finally:
        server.close()


def stored() -> list[IncomingMail]:
    """Without keeping the database to ourselves."""
    db.session.rollback()
    found = list(db.session.scalars(select(IncomingMail).order_by(IncomingMail.id)))
    db.session.expunge_all()
    db.session.rollback()
    return found


@pytest.mark.usefixtures("each_app")
def test_a_message_is_stored_with_its_envelope_when_the_server_hears_yes(each_app: Flask) -> None:
    db.session.rollback()
    with door(keeping(each_app)) as place, talk(place) as server:
        refused = server.sendmail(FROM, [TO, "bounce+ab@leergang.example"], MESSAGE)

    (mail,) = stored()
    assert refused == {}
    assert mail.content == b"Return-Path: <n.ozturk@enschede.example>\r\n" + MESSAGE
    assert (mail.via, mail.sent_to) == ("lmtp", f"{TO} bounce+ab@leergang.example")
    assert mail.outcome is None


def test_a_delivery_report_has_an_empty_sender(app: Flask) -> None:
    db.session.rollback()
    with door(keeping(app)) as place, talk(place) as server:
        server.sendmail("", [TO], MESSAGE)

    assert stored()[0].content.startswith(b"Return-Path: <>\r\n")


def test_each_recipient_gets_an_answer(app: Flask) -> None:
    db.session.rollback()
    with door(keeping(app)) as place, talk(place) as server:
        server.ehlo()
        server.mail(FROM)
        for number in range(3):
            server.rcpt(f"bounce+{number}@leergang.example")
        assert server.data(MESSAGE)[0] == 250
        assert [server.getreply()[0] for _rest in range(2)] == [250, 250]
        assert server.noop()[0] == 250


def test_the_same_message_twice_is_stored_once(app: Flask) -> None:
    db.session.rollback()
    with door(keeping(app)) as place, talk(place) as server:
        server.sendmail(FROM, [TO], MESSAGE)
        server.sendmail(FROM, [TO], MESSAGE)

    assert len(stored()) == 1


@pytest.mark.usefixtures("app")
def test_while_the_database_is_away_the_server_is_asked_to_come_again() -> None:
    def away(_raw: bytes, _recipients: Sequence[str]) -> None:
        raise OperationalError("INSERT", {}, Exception("gone"))

    with door(away) as place, talk(place) as server:
        with pytest.raises(smtplib.SMTPDataError) as said:
            server.sendmail(FROM, [TO], MESSAGE)
        assert said.value.smtp_code == 451
    assert stored() == []


def test_a_message_that_is_too_large_is_refused_for_good(app: Flask) -> None:
    with door(keeping(app)) as place, talk(place) as server:
        server.ehlo()
        assert int(server.esmtp_features["size"]) < MAX_MESSAGE
        server.mail(FROM)  # without saying how large it is
        for number in range(2):
            server.rcpt(f"{number}@leergang.example")
        assert (
            server.data(b"From: a@b.example\r\n\r\n" + (b"x" * 78 + b"\r\n") * (MAX_MESSAGE // 80))[
                0
            ]
            == 552
        )
        assert server.getreply()[0] == 552
        assert server.noop()[0] == 250
    assert stored() == []


def test_lines_may_be_long_and_octets_may_be_any(app: Flask) -> None:
    raw = b"Subject: \xff\xfe\r\n\r\n" + bytes(range(256)).replace(b"\r", b"").replace(b"\n", b"")
    raw += b"y" * 200_000 + b"\r\n"
    db.session.rollback()
    with door(keeping(app)) as place, talk(place) as server:
        server.sendmail(FROM, [TO], raw)

    assert stored()[0].content.endswith(raw)


def test_a_file_can_be_the_place(app: Flask, tmp_path: Path) -> None:
    place = place_of(str(tmp_path / "lmtp"))
    opened = Door(place, keeping(app))
    db.session.rollback()
    opened.open()
    try:
        with talk(place) as server:
            server.sendmail(FROM, [TO], MESSAGE)
    finally:
        opened.close()

    assert len(stored()) == 1


def test_a_door_opens_when_its_place_comes_free(app: Flask) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        place = place_of(f"127.0.0.1:{taken.getsockname()[1]}")
        keeper = LmtpKeeper(app, place)
    try:
        wait_until(lambda: answers(place))
    finally:
        keeper.stop()
    assert not answers(place)


def answers(place: Place) -> bool:
    try:
        with talk(place) as server:
            return bool(server.ehlo()[0] == 250)
    except OSError:
        return False


@pytest.mark.parametrize("wrong", ["", "2424", "localhost:", "localhost:99999", "here:there"])
def test_a_place_that_is_none_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        place_of(wrong)
