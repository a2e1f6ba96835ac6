"""What people answered, as bits for the roll that stays open."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from program.accounts.models import Person, Role
from program.core.db import db
from program.invitations import actions
from program.invitations.models import Invitation, PartStat
from program.meetings.models import Seat
from tests.counting import counted_queries
from tests.english import sign_in
from tests.factories import grant, make_bureau, make_enrolment, make_person, make_seat
from tests.invitations.cohort import SOON, Scene, make_scene


@pytest.fixture
def scene(app: Flask) -> Scene:
    scene = make_scene(people=3, meetings=1)
    scene.publish()
    return scene


@pytest.fixture
def trainer(app: Flask, scene: Scene) -> FlaskClient:
    return sign_in(app, scene.trainer)


def url(scene: Scene) -> str:
    return f"/meetings/{scene.meetings[0].id}/answers/live"


def says(scene: Scene, person: Person, partstat: PartStat) -> None:
    found = db.session.query(Invitation).filter_by(person_id=person.id).one()
    actions.answer(found.id, actions.Given(partstat, "link", SOON), by=None)
    db.session.commit()


def said(page: str) -> dict[int, str]:
    """The words in each person's place."""
    bits = re.findall(r'id="said(\d+)"[^>]*>(.*?)</span>\s*</span>', page, re.DOTALL)
    return {int(person): re.sub(r"<[^>]*>", "", bit).strip() for person, bit in bits}


def test_each_person_has_their_answer(scene: Scene, trainer: FlaskClient) -> None:
    yes, maybe, silent = scene.people
    says(scene, yes, PartStat.ACCEPTED)
    says(scene, maybe, PartStat.TENTATIVE)

    page = trainer.get(url(scene)).text

    assert said(page) == {yes.id: "Comes", maybe.id: "Maybe comes", silent.id: "No answer yet"}
    for counted in ("Comes: 1", "Maybe comes: 1", "No answer yet: 1"):
        assert counted in page


def test_an_answer_is_there_at_the_next_look(scene: Scene, trainer: FlaskClient) -> None:
    known = trainer.get(url(scene)).headers["ETag"]
    says(scene, scene.people[0], PartStat.DECLINED)

    answer = trainer.get(url(scene), headers={"If-None-Match": known})

    assert answer.status_code == 200
    assert said(answer.text)[scene.people[0].id] == "Does not come"


def test_an_unchanged_look_costs_one_statement_and_has_no_body(
    scene: Scene, trainer: FlaskClient
) -> None:
    here = url(scene)
    known = trainer.get(here).headers["ETag"]

    with counted_queries() as queries:
        answer = trainer.get(here, headers={"If-None-Match": known})

    assert (answer.status_code, answer.data, len(queries)) == (304, b"", 1)


def test_who_has_a_place_and_no_invitation_is_not_invited_yet(
    scene: Scene, trainer: FlaskClient
) -> None:
    newcomer = make_enrolment(scene.cohort).person
    make_seat(scene.meetings[0], newcomer)

    page = trainer.get(f"{url(scene)}?of=3").text

    assert said(page)[newcomer.id] == "Not invited yet"
    assert "Other people are expected now" in page


def test_who_gave_up_their_place_is_not_expected_any_more(
    scene: Scene, trainer: FlaskClient
) -> None:
    gone = scene.people[0]
    db.session.query(Seat).filter_by(person_id=gone.id).one().released_at = SOON
    db.session.commit()

    page = trainer.get(f"{url(scene)}?of=3").text

    assert said(page)[gone.id] == "Not expected any more"
    assert "No answer yet: 2" in page


def test_nothing_is_said_of_others_when_they_are_the_same(
    scene: Scene, trainer: FlaskClient
) -> None:
    assert "Other people" not in trainer.get(f"{url(scene)}?of=3").text


def test_another_bureau_finds_no_answers(app: Flask, scene: Scene) -> None:
    stranger = grant(make_person(), Role.TRAINER, make_bureau(name="Elders"))

    assert sign_in(app, stranger).get(url(scene)).status_code == 404


def test_the_trainers_own_invitation_is_not_counted(scene: Scene, trainer: FlaskClient) -> None:
    page = trainer.get(f"/meetings/{scene.meetings[0].id}/answers").text

    assert "as trainer" in page
    assert "No answer yet: 3" in page
