"""The page that tells how the post is doing."""

import re
from datetime import timedelta

import pytest
from flask import Flask, session
from flask.testing import FlaskClient
from sqlalchemy import select

from program.accounts.models import Role
from program.core.audit import AuditEntry
from program.core.clock import now
from program.core.db import db
from program.jobs.models import Heartbeat
from program.jobs.pulse import beat
from program.mail import channel
from program.mail.models import MailState, OutgoingMail
from program.post.words import about_channel, about_message
from tests.conftest import sign_in
from tests.factories import grant, make_bureau, make_person
from tests.invitations.cohort import Scene, last_mail, make_scene


@pytest.fixture
def scene(app: Flask) -> Scene:
    app.config["MAIL_URL"] = "smtp+insecure://127.0.0.1:1"
    found = make_scene()
    found.publish()
    db.session.execute(OutgoingMail.__table__.update().values(due_at=now(), created_at=now()))  # type: ignore[attr-defined]
    db.session.commit()
    beat("runner")
    return found


@pytest.fixture
def planner(app: Flask, scene: Scene) -> FlaskClient:
    bureau = scene.cohort.organisation
    return sign_in(app, grant(make_person(), Role.PLANNER, bureau))


def refuse(mail: OutgoingMail, error: str) -> OutgoingMail:
    mail.state, mail.error, mail.attempts = MailState.DEAD, error, 1
    db.session.commit()
    return mail


def numbers(browser: FlaskClient) -> dict[str, int]:
    page = browser.get("/post/").text
    found = re.findall(r"<b>(\d+)</b>\s*<span>([^<]+)</span>", page)
    return {label: int(number) for number, label in found}


def waiting() -> int:
    ready = select(OutgoingMail.id).where(OutgoingMail.state == MailState.READY)
    return len(db.session.scalars(ready).all())


def test_the_page_counts_what_waits_and_says_when_it_will_have_left(
    app: Flask, planner: FlaskClient
) -> None:
    app.config["MAIL_PER_MINUTE"] = 30

    assert numbers(planner)["wachten op verzending"] == waiting() > 0
    page = planner.get("/post/").text
    assert "Het laatste bericht gaat rond" in page
    assert "30 per minuut" in page


def test_a_planner_of_another_bureau_sees_none_of_it(app: Flask, scene: Scene) -> None:
    mail = refuse(last_mail(scene.people[0]), "550 5.1.1 unknown")
    stranger = sign_in(app, grant(make_person(), Role.PLANNER, make_bureau()))

    assert numbers(stranger)["wachten op verzending"] == 0
    assert mail.recipient not in stranger.get("/post/").text
    assert stranger.post("/post/retry").status_code == 302
    assert stranger.post("/post/release").status_code == 302
    db.session.refresh(mail)
    assert mail.state is MailState.DEAD


def test_a_refused_message_is_explained_and_tried_again(planner: FlaskClient, scene: Scene) -> None:
    mail = refuse(last_mail(scene.people[0]), "550 5.1.1 <x@example.nl>: user unknown")

    page = planner.get("/post/").text
    assert "Dit adres bestaat niet." in page
    assert "user unknown" in page
    told = planner.post(f"/post/{mail.id}/retry", follow_redirects=True).text

    assert f"Het bericht aan {mail.recipient} wordt opnieuw geprobeerd." in told
    db.session.refresh(mail)
    assert mail.state is MailState.READY
    assert "mail.retried" in db.session.scalars(select(AuditEntry.action)).all()


def test_all_refused_messages_are_tried_again_at_once(planner: FlaskClient, scene: Scene) -> None:
    mails = [refuse(last_mail(person), "550 5.7.1 blocked") for person in scene.people[:2]]

    told = planner.post("/post/retry", follow_redirects=True).text

    assert "2 berichten worden opnieuw geprobeerd." in told
    for mail in mails:
        db.session.refresh(mail)
    assert {mail.state for mail in mails} == {MailState.READY}


def test_what_was_replaced_by_a_newer_message_is_nobody_s_trouble(
    planner: FlaskClient, scene: Scene
) -> None:
    mail = refuse(last_mail(scene.people[0]), "550 5.1.1 unknown")
    newer = {"key": "newer", "message_id": "newer", "position": mail.position + 1}
    copied = {
        column.name: getattr(mail, column.name)
        for column in OutgoingMail.__table__.columns
        if column.name not in {"id", "state", *newer}
    }
    db.session.add(OutgoingMail(**copied | newer, state=MailState.SENT))
    db.session.commit()

    assert numbers(planner)["geweigerd"] == 0
    assert "Dit adres bestaat niet." not in planner.get("/post/").text


def test_what_waits_since_a_restore_is_let_go(planner: FlaskClient, scene: Scene) -> None:
    mail = last_mail(scene.people[0])
    mail.state = MailState.HELD
    db.session.commit()

    assert "Eén bericht wordt tegengehouden" in planner.get("/post/").text
    assert "Eén bericht mag weg." in planner.post("/post/release", follow_redirects=True).text
    db.session.refresh(mail)
    assert mail.state is MailState.READY


def test_all_mail_is_paused_and_resumed_by_a_planner(planner: FlaskClient) -> None:
    page = planner.post("/post/pause", follow_redirects=True).text
    assert "Alle mail staat stil." in page
    assert "Pas als iemand de mail hervat." in page

    page = planner.post("/post/resume", follow_redirects=True).text
    assert "Alle mail staat stil." not in page
    actions = db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert actions[-2:] == ["mail.paused", "mail.resumed"]


def test_a_trainer_sees_the_post_but_does_not_stop_that_of_others(app: Flask, scene: Scene) -> None:
    browser = sign_in(app, scene.trainer)

    assert "/post/pause" not in browser.get("/post/").text
    assert browser.post("/post/pause").status_code == 403


def test_trouble_with_the_server_is_told_in_plain_words(planner: FlaskClient) -> None:
    reason = "The login was refused: 535 5.7.8 authentication failed"
    channel.close_for_trouble(channel.channel(), now(), reason)
    db.session.commit()

    page = planner.get("/post/").text
    assert "accepteert onze gebruikersnaam en ons wachtwoord niet" in page
    assert "Nu proberen" in page


def test_without_a_runner_the_page_promises_no_time(app: Flask, planner: FlaskClient) -> None:
    db.session.scalars(select(Heartbeat)).one().beat_at = now() - timedelta(hours=1)
    db.session.commit()

    page = planner.get("/post/").text
    assert "Het achtergrondproces draait niet" in page
    assert "Het laatste bericht gaat rond" not in page


def test_a_fragment_is_enough_for_a_page_that_is_open(planner: FlaskClient) -> None:
    part = planner.get("/post/", headers={"HX-Request": "true"}).text

    assert part.lstrip().startswith('<div id="post"')


@pytest.mark.parametrize(
    ("said", "meaning"),
    [
        ("550 5.1.1 no such user", "does not exist"),
        ("452 4.2.2 mailbox full", "full"),
        ("451 4.7.1 greylisted", "later"),
        ("550 5.7.1 blocked", "refuses mail from us"),
        ("552 5.3.4 too big", "larger"),
        ("554 5.1.2 bad destination domain", "after the @"),
        ("550 5.2.1 account disabled", "no mail any more"),
        ("The connection broke: -1", "connection broke"),
        ("554 no", "refused the message"),
    ],
)
def test_an_answer_of_a_mail_server_has_a_meaning(app: Flask, said: str, meaning: str) -> None:
    with app.test_request_context():
        session["language"] = "en"
        assert meaning in str(about_message(said).what)


@pytest.mark.parametrize(
    ("said", "meaning"),
    [
        ("The server's certificate is not to be trusted: self-signed certificate.", "certificate"),
        ("The server offers no encryption, so the password was not given.", "encryption"),
        ("550 5.7.30 Basic authentication is not supported for Client Submission", "password"),
        ("No token from login.example: it answered 401", "token"),
        ("There is no connection with the server: refused", "cannot be reached"),
        ("550 5.7.1 sender blocked", "refuses mail from us"),
        ("421 busy", "takes no mail from us now"),
    ],
)
def test_trouble_with_a_mail_server_has_a_meaning(app: Flask, said: str, meaning: str) -> None:
    with app.test_request_context():
        session["language"] = "en"
        assert meaning in str(about_channel(said).what)
