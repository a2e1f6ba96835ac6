"""Repair by its pages and by command."""

import json

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from program.accounts.models import Role
from program.cohorts.models import Absence, Cohort
from program.core.db import db
from program.meetings.models import Meeting, MeetingTrainer, RoomClosure
from program.planning.actions import accept
from program.planning.models import PlanRun, RunKind
from tests.conftest import sign_in
from tests.factories import grant, make_person
from tests.planning.stored import AT, make_participant, make_trainer, plannable, solved
from tests.planning.test_command import flask


@pytest.fixture
def cohort(app: Flask) -> Cohort:
    """Planned, before its period."""
    cohort = plannable()
    accept(solved(cohort), at=AT, by=None)
    db.session.commit()
    return cohort


@pytest.fixture
def planner(app: Flask, cohort: Cohort) -> FlaskClient:
    return sign_in(app, grant(make_person(), Role.PLANNER, cohort.organisation))


def trainer_at(title: str) -> int:
    wanted = (
        select(MeetingTrainer.person_id)
        .join(Meeting, Meeting.id == MeetingTrainer.meeting_id)
        .where(Meeting.title == title)
    )
    return db.session.scalars(wanted).first() or 0


def test_what_holds_is_said_to_hold(cohort: Cohort, planner: FlaskClient) -> None:
    page = planner.get(f"/cohorts/{cohort.id}/plan/repair")
    needed = planner.get(f"/cohorts/{cohort.id}/plan/repair/needed")
    assert "Alle 8 bijeenkomsten die nog komen, houden zich aan elke regel." in page.text
    assert "alert" not in needed.text


def test_an_absence_is_noted_and_a_repair_asked_for(cohort: Cohort, planner: FlaskClient) -> None:
    number = trainer_at("Webinar")
    typed = {"whom": f"trainer-{number}", "first_on": "2030-01-07", "last_on": "2030-04-30"}
    answer = planner.post(f"/cohorts/{cohort.id}/plan/repair", data=typed)
    needed = planner.get(f"/cohorts/{cohort.id}/plan/repair/needed")
    assert answer.status_code == 302
    absence = db.session.scalars(select(Absence)).one()
    assert absence.person_id == number
    newest = db.session.scalars(select(PlanRun).order_by(PlanRun.id.desc())).first()
    assert newest is not None
    assert newest.kind == RunKind.REPAIR
    assert "overtreden een regel" in needed.text or "overtreedt een regel" in needed.text


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"whom": "trainer-{t}"}, "Kies de eerste dag."),
        ({"whom": "trainer-{t}", "first_on": "2030-02-02", "last_on": "2030-02-01"},
         "De laatste dag ligt vóór de eerste."),
        ({"whom": "", "leaves": "y"}, "Alleen een trainer kan helemaal stoppen."),
        ({"whom": "room-99999", "first_on": "2030-02-02"}, "field"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_and_nothing_is_noted(
    cohort: Cohort, planner: FlaskClient, typed: dict[str, str], sentence: str
) -> None:
    number = str(trainer_at("Webinar"))
    data = {name: value.replace("{t}", number) for name, value in typed.items()}
    answer = planner.post(f"/cohorts/{cohort.id}/plan/repair", data=data)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert db.session.query(Absence).count() == 0


def test_a_newcomer_is_named(cohort: Cohort, planner: FlaskClient) -> None:
    late = make_participant(cohort)
    cohort.version += 1
    db.session.commit()
    page = planner.get(f"/cohorts/{cohort.id}/plan/repair")
    assert "1 persoon heeft nog geen groep" in page.text
    assert late.name in page.text


def test_by_command_only_what_must_change_changes(app: Flask, cohort: Cohort) -> None:
    spare = make_trainer(cohort.organisation)
    ill = trainer_at("Webinar")
    email = db.session.get_one(type(spare), ill).email
    hit = db.session.query(MeetingTrainer).filter_by(person_id=ill).count()
    result = flask(
        app, "repair", cohort.name, "--trainer", email, "--from", "2030-01-07",
        "--until", "2030-04-30", "--steps", "300", "--accept", "--json",
    )  # fmt: skip
    facts = json.loads(result.stdout)
    assert (len(facts["changes"]), facts["unchanged"]) == (hit, 8 - hit)
    assert facts["broken"] == []
    assert facts["accepted"] is True
    assert db.session.query(MeetingTrainer).filter_by(person_id=ill).count() == 0


def test_a_lost_venue_is_closed_with_all_its_rooms(app: Flask, cohort: Cohort) -> None:
    venue = db.session.scalars(
        select(Meeting).where(Meeting.room_id.is_not(None))
    ).first().room.venue  # type: ignore[union-attr]  # fmt: skip
    count = len(venue.rooms)
    flask(app, "repair", cohort.name, "--room", venue.name, "--from", "2030-02-01", "--json")
    assert db.session.query(RoomClosure).count() == count


def test_by_command_a_happening_needs_its_first_day(app: Flask, cohort: Cohort) -> None:
    email = db.session.get_one(type(make_person()), trainer_at("Webinar")).email
    result = flask(app, "repair", cohort.name, "--trainer", email)
    assert result.exit_code == 2
