"""Whoever replies with photos gets no bounce: the answer in it counts, and all of it is kept."""

import smtplib
from base64 import encodebytes
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from random import Random
from threading import Event

import pytest
from flask import Flask
from sqlalchemy import select

from program.accounts.models import Role
from program.core.db import db
from program.invitations.jobs import TOO_LARGE, read_arrived
from program.jobs.doors import Poller, keeping
from program.mail import arrivals
from program.mail.arrivals import NoRoom
from program.mail.imap import Found, Mailbox, Position, account_of
from program.mail.lmtp import LARGE_AT_ONCE, Door, Place
from program.mail.models import IncomingMail, IncomingOriginal
from program.mail.size import MAX_MESSAGE, MAX_READ
from program.mail.slimming import without_files
from tests.conftest import sign_in
from tests.factories import grant, make_bureau, make_person
from tests.invitations.cohort import SOON, Scene, invitation, make_scene
from tests.invitations.doors import by_command, by_imap, by_lmtp
from tests.invitations.incoming import Reply, plain
from tests.jobs.test_serve import free_port
from tests.mail.dovecot import INSTALLED, dovecot

LATER = SOON + timedelta(hours=1)
MB = 1024 * 1024
PHOTO = encodebytes(Random(4711).randbytes(3 * MB)).replace(b"\n", b"\r\n")  # noqa: S311


@pytest.fixture
def scene(each_app: Flask) -> Scene:
    assert each_app.testing
    found = make_scene(people=1, meetings=1)
    found.publish()
    return found


def with_photos(raw: bytes, number: int = 2) -> bytes:
    """As a mail program wraps a message to which photos are added."""
    head, _blank, body = raw.partition(b"\r\n\r\n")
    at = head.lower().index(b"content-type:")
    photo = (
        b"--photos\r\nContent-Type: image/jpeg; name=foto.jpg\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\n" + PHOTO
    )
    return b"".join(
        (
            head[:at] + b"Content-Type: multipart/mixed; boundary=photos\r\n\r\n--photos\r\n",
            head[at:] + b"\r\n\r\n" + body + b"\r\n",
            photo * number + b"--photos--\r\n",
        )
    )


def answer(scene: Scene) -> bytes:
    invited = invitation(scene.meetings[0], scene.people[0])
    stamp = LATER.strftime("%Y%m%dT%H%M%SZ")
    return with_photos(Reply(invited.uid, invited.address, stamp=stamp).exchange())


def counted(mail: IncomingMail, raw: bytes) -> None:
    assert (mail.outcome, mail.applied) == ("answer", True)
    assert arrivals.original(mail).endswith(raw)
    assert mail.size >= len(raw) > 8 * MB
    assert len(mail.content) < 10_000


def test_an_answer_with_photos_counts_by_command(
    each_app: Flask, scene: Scene, tmp_path: Path
) -> None:
    raw = answer(scene)

    counted(by_command(each_app, tmp_path)(raw), raw)


def test_an_answer_with_photos_counts_by_lmtp(each_app: Flask, scene: Scene) -> None:
    raw = answer(scene)
    with by_lmtp(each_app) as bring:
        counted(bring(raw), raw)


@pytest.mark.skipif(not INSTALLED, reason="Dovecot is not installed here.")
@pytest.mark.usefixtures("each_app")
def test_an_answer_with_photos_counts_by_imap(scene: Scene) -> None:
    raw = answer(scene)
    with dovecot() as server:
        counted(by_imap(server)(raw), raw)


@pytest.fixture
def postman(app: Flask) -> Iterator[smtplib.LMTP]:
    place = Place(port=free_port())
    door = Door(place, keeping(app))
    db.session.rollback()
    door.open()
    server = smtplib.LMTP(place.host, place.port, timeout=30)
    try:
        yield server
    finally:
        server.close()
        door.close()


def kept() -> list[IncomingMail]:
    db.session.rollback()
    return list(db.session.scalars(select(IncomingMail)))


def test_what_is_just_within_the_limit_is_taken_and_one_octet_more_is_not(
    postman: smtplib.LMTP,
) -> None:
    postman.ehlo()
    most = int(postman.esmtp_features["size"])
    within = b"From: a@b.example\r\n\r\n".ljust(most - 2, b"x") + b"\r\n"

    for raw, code in ((within, 250), (b"y" + within, 552), (b"From: a@b.example\r\n\r\nHoi", 250)):
        postman.mail("a@b.example")
        postman.rcpt("afspraken@leergang.example")
        assert postman.data(raw)[0] == code

    assert [mail.size > MAX_READ for mail in kept()] == [True, False]


def test_dots_and_pieces_arrive_as_they_were_sent(postman: smtplib.LMTP) -> None:
    texts = [
        b"\r\n.\r\n..\r\n. x\r\n",
        b".\r\n",
        b"X: " + b"\r\n." * 40_000 + b"\r\n",
        b"x" * (MB - 3) + b"\r\n.\r\n" + b"y" * MB + b"\r\n.\r\n",
    ]
    for raw in texts:
        postman.sendmail("", ["afspraken@leergang.example"], raw)

    top = b"Return-Path: <>\r\n"
    assert [arrivals.original(mail) for mail in kept()] == [top + raw for raw in texts]


def test_an_empty_text_is_a_message_too(postman: smtplib.LMTP) -> None:
    postman.ehlo()
    postman.mail("a@b.example")
    postman.rcpt("afspraken@leergang.example")
    assert postman.docmd("DATA")[0] == 354
    assert postman.docmd(".")[0] == 250


def test_no_more_than_three_large_messages_are_in_memory_at_once(app: Flask) -> None:
    place, go_on = Place(port=free_port()), Event()
    door = Door(place, lambda *_: go_on.wait(30))
    assert app.testing
    door.open()
    lines = [smtplib.LMTP(place.host, place.port, timeout=30) for _ in range(LARGE_AT_ONCE + 1)]
    try:
        for server in lines:
            server.ehlo()
            server.mail("a@b.example")
            server.rcpt("afspraken@leergang.example")
            server.putcmd("DATA")
            assert server.getreply()[0] == 354
            server.send(b"x" * (3 * MB) + b"\r\n.\r\n")
        assert lines[-1].getreply()[0] == 451
        go_on.set()
        assert [server.getreply()[0] for server in lines[:-1]] == [250] * LARGE_AT_ONCE
        assert lines[0].noop()[0] == 250
    finally:
        for server in lines:
            server.close()
        door.close()


def test_a_flood_of_files_has_to_wait_and_answers_come_in(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arrivals, "LARGE_PER_HOUR", 10 * MB)
    arrivals.keep(with_photos(plain("1")), via="lmtp", at=LATER)

    with pytest.raises(NoRoom):
        arrivals.keep(with_photos(plain("2")), via="lmtp", at=LATER)
    arrivals.keep(plain("klein"), via="lmtp", at=LATER)
    arrivals.keep(with_photos(plain("2")), via="lmtp", at=LATER + timedelta(minutes=61))
    assert scene.meetings


def test_all_that_is_kept_of_files_has_an_end(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arrivals, "LARGE_IN_ALL", 10 * MB)
    arrivals.keep(with_photos(plain("1")), via="lmtp", at=LATER)

    with pytest.raises(NoRoom):
        arrivals.keep(with_photos(plain("2")), via="lmtp", at=LATER + timedelta(days=9))
    assert scene.meetings


def test_when_there_is_no_room_files_stay_in_the_mailbox_and_the_answer_counts(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arrivals, "LARGE_PER_HOUR", 0)
    raw = answer(scene)
    poller = Poller(Mailbox(account_of("imaps://a:b@b.example")), 0)

    poller._keep(Found(raw, Position(1, 7), len(raw)))  # noqa: SLF001
    read_arrived()

    (mail,) = kept()
    assert (mail.outcome, mail.applied, mail.size) == ("answer", True, len(raw))
    assert db.session.scalars(select(IncomingOriginal.id)).all() == []


@pytest.mark.usefixtures("each_app")
def test_a_message_that_is_beyond_the_limit_is_set_aside_and_stands_on_the_page(
    app: Flask,
) -> None:
    arrivals.keep(plain("").split(b"\r\n\r\n")[0], via="imap", at=LATER, size=MAX_MESSAGE + 1)
    db.session.commit()
    planner = make_person()
    grant(planner, Role.PLANNER, make_bureau())
    read_arrived()

    (mail,) = kept()
    assert (mail.outcome, mail.why) == ("quarantined", TOO_LARGE)
    assert mail.sender == "n.ozturk@enschede.example"
    shown = sign_in(app, planner).get("/review").text
    assert "blijft in de mailbox" in shown
    assert "Het origineel" not in shown


def test_many_long_texts_are_set_aside_with_their_sender(scene: Scene) -> None:
    part = b"--aa\r\n\r\n" + b"abc def\r\n" * 15_000
    raw = b"From: a@b.example\r\nContent-Type: multipart/mixed; boundary=aa\r\n\r\n" + part * 40
    mail = arrivals.keep(raw, via="lmtp", at=LATER)
    db.session.commit()

    read_arrived()

    db.session.refresh(mail)
    assert (mail.outcome, mail.sender) == ("quarantined", "a@b.example")
    assert arrivals.original(mail) == raw
    assert scene.meetings


def test_a_message_that_is_too_large_for_a_command_is_refused(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "message.eml"
    file.write_bytes(plain("x" * MAX_MESSAGE))

    done = app.test_cli_runner().invoke(args=["mail", "receive", str(file)])

    assert done.exit_code == 1
    assert "te groot" in done.output or "too large" in done.output


def test_who_sends_files_without_a_word_is_not_ignored(scene: Scene) -> None:
    mail = arrivals.keep(with_photos(plain("")), via="lmtp", at=LATER)
    db.session.commit()

    read_arrived()

    db.session.refresh(mail)
    assert mail.outcome == "human"
    assert scene.meetings


def test_the_original_is_downloaded_whole(app: Flask) -> None:
    raw = with_photos(plain("Zie de foto's."))
    mail = arrivals.keep(raw, via="lmtp", at=LATER)
    planner = make_person()
    grant(planner, Role.PLANNER, make_bureau())
    db.session.commit()
    read_arrived()
    client = sign_in(app, planner)

    assert client.get(f"/review/{mail.id}/original").data == raw
    assert client.get(f"/mailbox/in/{mail.id}.eml").data == raw
    assert "Zie de foto" in client.get("/review").text
    assert "Het origineel (9 MB)" in " ".join(client.get("/review").text.split())


def test_an_answer_in_a_forwarded_message_stays_where_it_was() -> None:
    """What is enclosed keeps its head, for a delivery report is about the message in it."""
    inside = b"Message-ID: <abc@leergang.example>\r\n" + with_photos(plain("Hoi"))
    outer = (
        b"From: a@b.example\r\nContent-Type: multipart/report; boundary=zz\r\n\r\n"
        b"--zz\r\nContent-Type: message/rfc822\r\n\r\n" + inside + b"\r\n--zz--\r\n"
    )

    lean = without_files(outer)

    assert b"Message-ID: <abc@leergang.example>" in lean
    assert lean.endswith(b"--zz--\r\n")
    assert len(lean) < 2_000
