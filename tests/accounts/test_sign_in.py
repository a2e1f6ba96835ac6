import re
from datetime import timedelta
from email import message_from_bytes
from email.policy import default

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from program.accounts import actions
from program.accounts.models import Person, SignInLink
from program.core.clock import now
from program.core.db import db
from program.mail.models import OutgoingMail
from tests.factories import make_person


def asked(app: Flask, email: str, onward: str = "") -> TestResponse:
    return app.test_client().post(f"/sign-in{onward}", data={"email": email})


def mailed() -> list[OutgoingMail]:
    return list(db.session.query(OutgoingMail).order_by(OutgoingMail.id))


def link_in(mail: OutgoingMail) -> str:
    body = message_from_bytes(mail.content, policy=default).get_body(("plain",))
    assert body is not None
    found = re.search(r"http://localhost:5000(\S+)", body.get_content())
    assert found
    return found[1]


def known(app: Flask) -> tuple[Person, str]:
    """Somebody who asked for a link, and the link."""
    person = make_person(email="noor@example.nl", given_name="Noor")
    asked(app, person.email)
    return person, link_in(mailed()[-1])


def test_the_mail_holds_a_link_that_signs_in(app: Flask) -> None:
    person, link = known(app)
    browser = app.test_client()

    entered = browser.post(link)

    assert (entered.status_code, entered.location) == (302, "/")
    with browser.session_transaction() as session:
        assert session["_user_id"] == str(person.id)


def test_opening_the_link_spends_nothing_for_mail_scanners_do_so_too(app: Flask) -> None:
    _person, link = known(app)

    for _ in range(3):
        assert app.test_client().get(link).status_code == 200
    assert app.test_client().post(link).status_code == 302


def test_a_link_works_once(app: Flask) -> None:
    _person, link = known(app)
    app.test_client().post(link)

    assert app.test_client().get(link).status_code == 410
    assert app.test_client().post(link).status_code == 410


def test_a_link_works_for_fifteen_minutes(app: Flask) -> None:
    with time_machine.travel("2030-01-07T09:00Z", tick=False) as clock:
        _person, link = known(app)
        clock.shift(timedelta(minutes=15))

        assert app.test_client().post(link).status_code == 410


def test_a_link_of_somebody_who_left_does_not_work(app: Flask) -> None:
    person, link = known(app)
    person = db.session.get_one(Person, person.id)
    person.deactivated_at = now()
    db.session.commit()

    assert app.test_client().post(link).status_code == 410


def test_an_unknown_address_gets_the_same_answer_and_no_mail(app: Flask) -> None:
    make_person(email="known@example.nl")

    answers = {
        re.sub(rb"\S+@example\.nl|[\w.-]{60,}", b"", asked(app, f"{name}@example.nl").data)
        for name in ("known", "stranger")
    }

    assert len(answers) == 1
    assert [mail.recipient for mail in mailed()] == ["known@example.nl"]


def test_an_address_is_found_however_it_is_typed(app: Flask) -> None:
    make_person(email="noor@example.nl")

    asked(app, "  Noor@Example.NL ")

    assert [mail.recipient for mail in mailed()] == ["noor@example.nl"]


def test_we_keep_the_hash_of_a_link_only(app: Flask) -> None:
    _person, link = known(app)
    token = link.rpartition("/")[2]

    assert len(token) >= 43  # 256 bits
    kept = db.session.query(SignInLink.token_hash).scalar()
    assert kept != token
    assert len(kept) == 64


def test_the_mail_goes_first_and_has_a_text_and_an_html_part(app: Flask) -> None:
    known(app)
    (mail,) = mailed()
    message = message_from_bytes(mail.content, policy=default)

    assert mail.priority == 1
    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/alternative", "text/plain", "text/html",
    ]  # fmt: skip
    assert message["Subject"] == "Uw link om in te loggen bij Leergang"
    assert message["Auto-Submitted"] == "auto-generated"
    assert mail.content.count(b"\n") == mail.content.count(b"\r\n")


def test_the_mail_is_in_the_language_of_its_reader(app: Flask) -> None:
    make_person(email="ann@example.nl", language="en")
    asked(app, "ann@example.nl")

    assert mailed()[0].subject == "Your link to sign in to Leergang"


def test_one_address_cannot_be_flooded_known_or_not(app: Flask) -> None:
    for email in ("noor@example.nl", "stranger@example.nl"):
        make_person(email=email) if email.startswith("noor") else None
        answers = [asked(app, email).status_code for _ in range(actions.PER_ADDRESS + 1)]

        assert answers == [200] * actions.PER_ADDRESS + [429]
    assert len(mailed()) == actions.PER_ADDRESS


def test_after_an_hour_one_may_ask_again(app: Flask) -> None:
    with time_machine.travel("2030-01-07T09:00Z", tick=False) as clock:
        for _ in range(actions.PER_ADDRESS):
            asked(app, "noor@example.nl")
        clock.shift(actions.PERIOD + timedelta(seconds=1))

        assert asked(app, "noor@example.nl").status_code == 200


def test_one_client_cannot_ask_for_everybody(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "PER_CLIENT", 3)

    answers = [asked(app, f"person{n}@example.nl").status_code for n in range(4)]

    assert answers == [200, 200, 200, 429]


def test_what_is_no_address_is_refused_at_the_field(app: Flask) -> None:
    answer = asked(app, "noor")

    assert answer.status_code == 422
    assert "Dit is geen mailadres" in answer.text


def test_the_way_on_survives_the_mail(app: Flask) -> None:
    make_person(email="noor@example.nl")
    asked(app, "noor@example.nl", "?next=/cohorts/3?tab=1")

    assert app.test_client().post(link_in(mailed()[0])).location == "/cohorts/3?tab=1"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "/\tevil",
        "evil",
        "/a\nb",
        "\\\\e",
    ],
)
def test_the_way_on_never_leaves_the_site(app: Flask, elsewhere: str) -> None:
    _person, link = known(app)

    assert app.test_client().post(link, query_string={"next": elsewhere}).location == "/"


def test_entering_starts_a_new_session(app: Flask) -> None:
    _person, link = known(app)
    browser = app.test_client()
    with browser.session_transaction() as session:
        session["csrf_token"] = session["planted"] = "by somebody else"

    browser.post(link)

    with browser.session_transaction() as session:
        assert "planted" not in session
        assert session.get("csrf_token") != "by somebody else"


def test_signing_out_ends_the_session(app: Flask) -> None:
    _person, link = known(app)
    browser = app.test_client()
    browser.post(link)

    assert browser.post("/sign-out").location == "/sign-in"
    with browser.session_transaction() as session:
        assert "_user_id" not in session


def test_nobody_is_signed_out_by_following_a_link(trainer: FlaskClient) -> None:
    assert trainer.get("/sign-out").status_code == 405


def test_a_script_is_told_that_the_session_ended(app: Flask) -> None:
    answer = app.test_client().post("/sign-out", headers={"HX-Request": "true"})

    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"] == "/sign-in"


def test_who_is_in_is_sent_on_from_the_sign_in_page(trainer: FlaskClient) -> None:
    assert trainer.get("/sign-in?next=/cohorts").location == "/cohorts"


def test_the_choice_of_language_stays(app: Flask) -> None:
    person, link = known(app)
    browser = app.test_client()
    browser.post(link)

    answer = browser.post("/language", data={"language": "en", "next": "/privacy"})

    assert answer.location == "/privacy"
    assert '<html lang="en">' in browser.get("/privacy").text
    assert db.session.get_one(Person, person.id).language == "en"


def test_a_stranger_may_choose_a_language_of_ours_only(app: Flask) -> None:
    browser = app.test_client()

    assert browser.post("/language", data={"language": "en"}).status_code == 302
    assert '<html lang="en">' in browser.get("/sign-in").text
    assert browser.post("/language", data={"language": "xx"}).status_code == 400


def test_there_is_no_way_around_the_mail_outside_the_demonstration(app: Flask) -> None:
    person = make_person()

    assert app.test_client().get("/demo").status_code == 404
    assert app.test_client().post("/demo", data={"person": person.id}).status_code == 404


def test_nobody_has_a_password() -> None:
    columns = {column.name for column in Person.__table__.columns}

    assert not {name for name in columns if "password" in name or "secret" in name}
