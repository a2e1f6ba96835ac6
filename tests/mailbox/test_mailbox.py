"""The built-in mailbox: read as the receiver, answer as a calendar."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from program.accounts.models import Role
from program.core.clock import now
from program.core.db import db
from program.invitations.actions import receive
from program.invitations.models import Answer, PartStat
from program.invitations.replies import read
from program.mail import arrivals
from program.mail.models import IncomingMail, OutgoingMail
from program.mailbox.client import reply
from program.mailbox.opening import opened
from tests.conftest import sign_in
from tests.counting import counted_queries
from tests.factories import grant, make_bureau, make_enrolment, make_person
from tests.invitations.cohort import SOON, Scene, invitation, last_mail, make_scene
from tests.invitations.incoming import Reply, plain


@pytest.fixture
def scene(app: Flask) -> Scene:
    assert app.testing
    found = make_scene()
    found.publish()
    return found


def trainer_of(app: Flask, scene: Scene) -> FlaskClient:
    return sign_in(app, scene.trainer)


def path(scene: Scene, n: int = 0) -> str:
    return f"/mailbox/{last_mail(scene.people[n]).id}"


def test_a_trainer_sees_the_messages_of_the_cohort_by_person(app: Flask, scene: Scene) -> None:
    browser = trainer_of(app, scene)

    everything = browser.get("/mailbox/").text
    theirs = browser.get(f"/mailbox/?to={scene.people[0].email}").text

    assert everything.count("Uitnodiging: Intervisie") == 6
    assert theirs.count("Uitnodiging: Intervisie") == 2


def test_a_participant_sees_only_the_own_mailbox(app: Flask, scene: Scene) -> None:
    browser = sign_in(app, scene.people[0])

    assert browser.get("/mailbox/").text.count("Uitnodiging: Intervisie") == 2
    assert browser.get(path(scene, 0)).status_code == 200
    parts = ("", "/html", ".eml")
    codes = {browser.get(path(scene, 1) + part).status_code for part in parts}
    assert codes == {404}
    assert browser.post(path(scene, 1) + "/reply", data={"choice": "accepted"}).status_code == 404


def test_another_bureau_sees_nothing(app: Flask, scene: Scene) -> None:
    stranger = sign_in(app, grant(make_person(), Role.PLANNER, make_bureau()))

    assert "Intervisie" not in stranger.get("/mailbox/").text
    assert stranger.get(path(scene)).status_code == 404


@pytest.mark.parametrize("choice", ["accepted", "tentative", "declined"])
def test_pressing_a_button_sends_a_real_reply_through_the_reader(
    app: Flask, scene: Scene, choice: str
) -> None:
    browser = trainer_of(app, scene)

    page = browser.post(path(scene) + "/reply", data={"choice": choice}, follow_redirects=True)

    assert page.status_code == 200
    assert invitation(scene.meetings[1], scene.people[0]).partstat == choice.upper()
    mail = db.session.scalars(select(IncomingMail)).one()
    assert (mail.via, mail.outcome) == ("mailbox", "answer")
    assert (mail.applied, mail.flagged) == (True, False)
    assert b'method="REPLY"' in mail.content


def test_an_answer_to_a_message_from_before_a_move_does_not_count(app: Flask, scene: Scene) -> None:
    old = path(scene)
    scene.meetings[1].starts_at += timedelta(hours=1)
    scene.publish(at=SOON + timedelta(hours=1))

    trainer_of(app, scene).post(old + "/reply", data={"choice": "accepted"})

    assert invitation(scene.meetings[1], scene.people[0]).partstat == PartStat.NEEDS_ACTION
    assert db.session.scalars(select(Answer.applied)).all() == [False]


def test_the_reply_is_read_with_its_comment(scene: Scene) -> None:
    content = last_mail(scene.people[0]).content

    raw = reply(opened(content), "DECLINED", at=now(), comment="Raad; morgen,\nniet")

    (said,) = read(raw).said
    assert said.comment == "Raad; morgen,\nniet"
    assert said.organizer == "afspraken@leergang.example"


def test_with_a_mail_server_the_mailbox_only_shows(app: Flask, scene: Scene) -> None:
    app.config["MAIL_URL"] = "smtp://mail.example"
    browser = trainer_of(app, scene)

    page = browser.get(path(scene)).text
    browser.post(path(scene) + "/reply", data={"choice": "accepted"})

    assert 'name="choice"' not in page
    assert "/answer/…" in page  # the links that answer are the receiver's
    assert browser.get(path(scene) + ".eml").status_code == 403
    assert db.session.scalars(select(Answer)).all() == []


def test_the_html_part_can_run_and_fetch_nothing(app: Flask, scene: Scene) -> None:
    page = trainer_of(app, scene).get(path(scene) + "/html")

    policy = page.headers["Content-Security-Policy"]
    assert policy.startswith("sandbox allow-popups")
    assert "default-src 'none'" in policy
    assert "<script" not in page.text


def test_the_source_is_what_was_sent(app: Flask, scene: Scene) -> None:
    page = trainer_of(app, scene).get(path(scene) + ".eml")

    assert page.data == last_mail(scene.people[0]).content


def test_incoming_mail_is_listed_with_what_came_of_it(app: Flask, scene: Scene) -> None:
    invited = invitation(scene.meetings[0], scene.people[0])
    counter = Reply(invited.uid, invited.address, method="COUNTER", partstat="TENTATIVE")
    receive(counter.exchange(), via="command", at=SOON)
    receive(plain("<script>alert(1)</script>", subject="=HYPERLINK(1)"), via="command", at=SOON)
    db.session.commit()
    planner = sign_in(app, grant(make_person(), Role.PLANNER, scene.cohort.organisation))

    listed = planner.get("/mailbox/in").text
    shown = planner.get("/mailbox/in?outcome=counter").text
    mails = db.session.scalars(select(IncomingMail.id).order_by(IncomingMail.id)).all()

    assert listed.count("/mailbox/in/") == 2
    assert shown.count("/mailbox/in/") == 1
    assert "14 januari 2027" in planner.get(f"/mailbox/in/{mails[0]}").text
    assert "&lt;script&gt;" in planner.get(f"/mailbox/in/{mails[1]}").text


def test_mail_that_nobody_has_read_yet_is_listed_too(app: Flask, scene: Scene) -> None:
    mail = arrivals.keep(plain("Hallo"), via="lmtp", at=SOON)
    db.session.commit()
    planner = sign_in(app, grant(make_person(), Role.PLANNER, scene.cohort.organisation))

    assert "Nog niet gelezen" in planner.get("/mailbox/in").text
    assert "Nog niet gelezen" in planner.get(f"/mailbox/in/{mail.id}").text


def test_mail_from_strangers_is_for_planners_only(app: Flask, scene: Scene) -> None:
    receive(plain("Hallo"), via="command", at=SOON)
    known = scene.people[0].email.encode()
    letter = plain("Ik ben later").replace(b"n.ozturk@enschede.example", known)
    receive(letter, via="command", at=SOON)
    db.session.commit()

    assert trainer_of(app, scene).get("/mailbox/in").text.count("/mailbox/in/") == 1
    other = sign_in(app, make_enrolment(scene.cohort).person)
    assert other.get("/mailbox/in").text.count("/mailbox/in/") == 0


def test_the_list_costs_as_many_statements_for_many_as_for_few(app: Flask) -> None:
    counts = []
    for found in (make_scene(people=1, meetings=1), make_scene(people=4, meetings=3)):
        found.publish()
        browser = trainer_of(app, found)
        with counted_queries() as statements:
            browser.get("/mailbox/")
        counts.append(len(statements))

    assert counts[0] == counts[1]
    assert db.session.scalars(select(OutgoingMail.id)).all() != []
