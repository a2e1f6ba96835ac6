"""The page to publish from, and the pages to answer on."""

import re
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeSerializer
from sqlalchemy import func, select, update

from program.accounts.models import Person
from program.core.db import db
from program.invitations.actions import receive
from program.invitations.links import token_of
from program.invitations.models import Answer, Invitation, PartStat, Release
from program.invitations.views import answering
from program.mail.models import OutgoingMail
from tests.conftest import sign_in
from tests.counting import counted_queries
from tests.invitations.cohort import SOON, Scene, invitation, last_mail, make_scene, sent_to
from tests.invitations.incoming import undelivered


@pytest.fixture
def scene(app: Flask) -> Scene:
    assert app.testing
    return make_scene()


def planner(app: Flask, scene: Scene) -> FlaskClient:
    return sign_in(app, scene.trainer)


def path(scene: Scene) -> str:
    return f"/cohorts/{scene.cohort.id}/release"


def seen(page: str) -> str:
    found = re.search(r'name="seen"[^>]*value="(\w+)"', page)
    assert found
    return found[1]


def publish(browser: FlaskClient, scene: Scene, **fields: str) -> str:
    where = path(scene)
    fields.setdefault("seen", seen(browser.get(where).text))
    return browser.post(where, data=fields, follow_redirects=True).text


def test_the_preview_says_who_gets_what_and_sends_nothing(app: Flask, scene: Scene) -> None:
    page = planner(app, scene).get(path(scene)).text

    assert page.partition("Wie krijgt wat")[2].count("Intervisie 1 – Groep 1") == 3
    assert scene.people[0].name in page
    assert db.session.scalar(select(func.count()).select_from(OutgoingMail)) == 0


def test_publishing_sends_and_shows_it_in_the_history(app: Flask, scene: Scene) -> None:
    browser = planner(app, scene)

    page = publish(browser, scene, note="Tot dan!")

    assert "Tot dan!" in page
    assert len(sent_to(scene.people[0])) == 2
    assert db.session.scalars(select(Release.released_by_id)).all() == [scene.trainer.id]
    assert "6" in browser.get(f"{path(scene)}/progress").text


def test_a_preview_that_is_out_of_date_is_shown_again(app: Flask, scene: Scene) -> None:
    browser = planner(app, scene)
    old = seen(browser.get(path(scene)).text)
    scene.meetings[0].title = "Anders"
    db.session.commit()

    page = browser.post(path(scene), data={"seen": old})

    assert page.status_code == 422
    assert "Anders" in page.text
    assert db.session.scalar(select(func.count()).select_from(OutgoingMail)) == 0


def test_the_preview_can_be_searched_and_filtered(app: Flask, scene: Scene) -> None:
    browser = planner(app, scene)
    first, second = scene.people

    found = browser.get(f"{path(scene)}?q={first.surname}").text
    none = browser.get(f"{path(scene)}?kind=cancelled").text

    assert (first.email in found, second.email in found) == (True, False)
    assert first.email not in none


def test_an_address_that_refused_our_mail_is_named(app: Flask, scene: Scene) -> None:
    scene.publish()
    sent = last_mail(scene.people[0])
    receive(undelivered(sent.recipient, to=sent.envelope_from), via="command", at=SOON)
    db.session.commit()

    page = planner(app, scene).get(path(scene)).text

    assert (scene.people[0].email in page, scene.people[1].email in page) == (True, False)


def test_who_does_not_run_the_cohort_sees_nothing_of_it(
    app: Flask, scene: Scene, trainer: FlaskClient
) -> None:
    somebody = sign_in(app, scene.people[0])

    assert trainer.get(path(scene)).status_code == 404
    assert trainer.post(path(scene)).status_code == 404
    assert trainer.get(f"/meetings/{scene.meetings[0].id}/answers").status_code == 404
    assert somebody.get(path(scene)).status_code == 403


def test_the_preview_costs_as_many_statements_for_many_as_for_few(app: Flask) -> None:
    few, many = make_scene(people=1, meetings=1), make_scene(people=5, meetings=3)
    counts = []
    for scene in (few, many):
        browser = planner(app, scene)
        with counted_queries() as statements:
            browser.get(path(scene))
        counts.append(len(statements))

    assert counts[0] == counts[1]


def answered(scene: Scene, person: Person) -> PartStat:
    return invitation(scene.meetings[0], person).partstat


def test_people_answer_their_own_invitation_only(app: Flask, scene: Scene) -> None:
    scene.publish()
    first, second = scene.people
    mine, theirs = (invitation(scene.meetings[0], person).id for person in (first, second))
    browser = sign_in(app, first)

    own = browser.post(f"/invitations/{mine}/answer", data={"choice": "accepted"})
    other = browser.post(f"/invitations/{theirs}/answer", data={"choice": "accepted"})
    wrong = browser.post(f"/invitations/{mine}/answer", data={"choice": "whatever"})

    assert (own.status_code, other.status_code, wrong.status_code) == (302, 404, 422)
    assert answered(scene, first) == PartStat.ACCEPTED
    assert answered(scene, second) == PartStat.NEEDS_ACTION


def test_after_an_answer_one_returns_to_a_page_of_ours(app: Flask, scene: Scene) -> None:
    scene.publish()
    mine = invitation(scene.meetings[0], scene.people[0]).id
    browser = sign_in(app, scene.people[0])

    def where(target: str) -> str:
        data = {"choice": "accepted", "next": target}
        return browser.post(f"/invitations/{mine}/answer", data=data).location

    assert where("/somewhere") == "/somewhere"
    assert where("https://evil.example/") == "/"


def link(app: Flask, invited: Invitation) -> str:
    with app.app_context():
        return f"/answer/{token_of(invited.uid)}"


def test_opening_the_link_in_a_mail_changes_nothing(app: Flask, scene: Scene) -> None:
    scene.publish()
    invited = invitation(scene.meetings[0], scene.people[0])

    page = app.test_client().get(f"{link(app, invited)}?choice=declined")

    assert page.status_code == 200
    assert answered(scene, scene.people[0]) == PartStat.NEEDS_ACTION


def test_pressing_the_button_behind_the_link_answers(app: Flask, scene: Scene) -> None:
    scene.publish()
    invited = invitation(scene.meetings[0], scene.people[0])
    data = {"choice": "declined", "sequence": "0", "comment": "<b>Raad</b>"}

    page = app.test_client().post(link(app, invited), data=data, follow_redirects=True)

    assert page.status_code == 200
    assert answered(scene, scene.people[0]) == PartStat.DECLINED
    shown = planner(app, scene).get(f"/meetings/{scene.meetings[0].id}/answers").text
    assert "&lt;b&gt;Raad&lt;/b&gt;" in shown


def test_a_page_from_before_a_move_asks_to_look_again(app: Flask, scene: Scene) -> None:
    scene.publish()
    invited = invitation(scene.meetings[0], scene.people[0])
    where = link(app, invited)
    scene.meetings[0].starts_at += timedelta(hours=1)
    scene.publish(at=SOON + timedelta(hours=1))

    page = app.test_client().post(where, data={"choice": "accepted", "sequence": "0"})

    assert page.status_code == 422
    assert db.session.scalar(select(func.count()).select_from(Answer)) == 0


def test_a_move_while_somebody_presses_the_link_is_seen_first(
    app: Flask, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.publish()
    where = link(app, invitation(scene.meetings[0], scene.people[0]))

    def moved_meanwhile() -> datetime:
        db.session.execute(update(Invitation).values(sequence=1))
        return SOON + timedelta(hours=1)

    monkeypatch.setattr(answering, "now", moved_meanwhile)
    page = app.test_client().post(where, data={"choice": "accepted", "sequence": "0"})

    assert (page.status_code, answered(scene, scene.people[0])) == (422, PartStat.NEEDS_ACTION)


def test_my_own_page_from_before_a_move_answers_the_old_date(app: Flask, scene: Scene) -> None:
    scene.publish()
    mine = invitation(scene.meetings[0], scene.people[0]).id
    browser = sign_in(app, scene.people[0])
    scene.meetings[0].starts_at += timedelta(hours=1)
    scene.publish(at=SOON + timedelta(hours=1))

    browser.post(f"/invitations/{mine}/answer", data={"choice": "accepted", "sequence": "0"})

    assert answered(scene, scene.people[0]) == PartStat.NEEDS_ACTION


@pytest.mark.parametrize("token", ["x", "a.b", "ImZvbyI.AAAA"])
def test_a_link_that_is_not_ours_leads_nowhere(app: Flask, token: str) -> None:
    assert app.test_client().get(f"/answer/{token}").status_code == 404


def test_a_link_works_for_one_purpose_only(app: Flask, scene: Scene) -> None:
    scene.publish()
    invited = invitation(scene.meetings[0], scene.people[0])
    other = URLSafeSerializer("test", salt="something.else").dumps(invited.uid)

    assert app.test_client().get(f"/answer/{other}").status_code == 404
