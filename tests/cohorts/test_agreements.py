"""Planners say on which days a cohort does not meet, and who stays together or apart."""

from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from program.accounts.models import Role
from program.cohorts.models import ClosedPart, Cohort, Pair
from program.core.audit import AuditEntry
from program.core.db import db
from program.meetings.models import VenueTravel
from tests.conftest import sign_in
from tests.factories import grant, make_cohort, make_enrolment, make_person, make_venue


@pytest.fixture
def cohort(app: Flask) -> Cohort:
    return make_cohort()


@pytest.fixture
def planner(app: Flask, cohort: Cohort) -> FlaskClient:
    return sign_in(app, grant(make_person(), Role.PLANNER, cohort.organisation))


def closed() -> list[tuple[date, int, str]]:
    rows = db.session.scalars(select(ClosedPart).order_by(ClosedPart.day))
    return [(row.day, row.parts, row.name) for row in rows]


def test_some_evenings_are_closed_at_once_and_one_is_opened_again(
    planner: FlaskClient, cohort: Cohort
) -> None:
    before = cohort.version
    days = {"first_on": "2030-02-04", "last_on": "2030-02-05", "parts": "4", "name": "Raad"}

    planner.post(f"/cohorts/{cohort.id}/closed", data=days)
    first = db.session.scalars(select(ClosedPart.id).order_by(ClosedPart.day)).first()
    page = planner.post(f"/cohorts/{cohort.id}/closed/{first}/removal", follow_redirects=True)

    assert closed() == [(date(2030, 2, 5), 4, "Raad")]
    assert "Raad" in page.text
    db.session.refresh(cohort)
    assert cohort.version == before + 2
    actions = db.session.scalars(select(AuditEntry.action)).all()
    assert {"cohort.days_closed", "cohort.day_opened"} <= set(actions)


def test_a_day_that_is_closed_again_gets_the_newest_words(
    planner: FlaskClient, cohort: Cohort
) -> None:
    for parts, name in (("4", "Raad"), ("1", "Heidag")):
        data = {"first_on": "2030-02-04", "parts": parts, "name": name}
        planner.post(f"/cohorts/{cohort.id}/closed", data=data)

    assert closed() == [(date(2030, 2, 4), 1, "Heidag")]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"first_on": "2029-02-04"}, "first_on"),
        ({"last_on": "2030-02-01"}, "last_on"),
        ({"parts": []}, "parts"),
    ],
)
def test_a_day_that_cannot_be_closed_is_refused_beside_its_field(
    planner: FlaskClient, cohort: Cohort, given: dict[str, object], field: str
) -> None:
    data = {"first_on": "2030-02-04", "parts": ["4"]} | given

    page = planner.post(f"/cohorts/{cohort.id}/closed", data=data)

    assert page.status_code == 422
    assert f'id="{field}-error"' in page.text
    assert closed() == []


def test_two_people_are_kept_apart_then_together_then_free(
    planner: FlaskClient, cohort: Cohort
) -> None:
    one, other = make_enrolment(cohort), make_enrolment(cohort)
    here = f"/cohorts/{cohort.id}/pairs"

    planner.post(here, data={"one_id": other.id, "other_id": one.id, "kind": "apart"})
    planner.post(here, data={"one_id": one.id, "other_id": other.id, "kind": "together"})
    (pair,) = db.session.scalars(select(Pair)).all()

    assert (pair.one_id, pair.other_id, pair.together) == (one.id, other.id, True)
    planner.post(f"{here}/{pair.id}/removal")
    assert db.session.scalars(select(Pair)).all() == []


def test_nobody_is_a_pair_with_themselves(planner: FlaskClient, cohort: Cohort) -> None:
    one = make_enrolment(cohort)
    make_enrolment(cohort)

    page = planner.post(
        f"/cohorts/{cohort.id}/pairs", data={"one_id": one.id, "other_id": one.id, "kind": "apart"}
    )

    assert page.status_code == 422
    assert 'id="other_id-error"' in page.text


def test_what_somebody_needs_is_noted_on_their_page(planner: FlaskClient, cohort: Cohort) -> None:
    enrolment, venue = make_enrolment(cohort), make_venue(organisation=cohort.organisation)
    page = f"/cohorts/{cohort.id}/people/{enrolment.id}"

    planner.post(f"{page}/needs", data={"step_free": "y", "home_venue_id": venue.id})

    db.session.refresh(enrolment)
    assert (enrolment.step_free, enrolment.home_venue_id) == (True, venue.id)
    planner.post(f"{page}/needs", data={"home_venue_id": "0"})
    db.session.refresh(enrolment)
    assert (enrolment.step_free, enrolment.home_venue_id) == (False, None)


def test_a_place_of_another_bureau_is_nobodys_home(planner: FlaskClient, cohort: Cohort) -> None:
    enrolment, venue = make_enrolment(cohort), make_venue()

    page = planner.post(
        f"/cohorts/{cohort.id}/people/{enrolment.id}/needs", data={"home_venue_id": venue.id}
    )

    assert page.status_code == 422


def test_the_way_between_two_places_is_the_same_in_both_directions(
    planner: FlaskClient, cohort: Cohort
) -> None:
    one, other = (make_venue(organisation=cohort.organisation) for _ in range(2))

    planner.post("/venues/travel", data={"one_id": other.id, "other_id": one.id, "minutes": "30"})
    page = planner.post(
        "/venues/travel",
        data={"one_id": one.id, "other_id": other.id, "minutes": "45"},
        follow_redirects=True,
    )

    (way,) = db.session.scalars(select(VenueTravel)).all()
    assert (way.one_id, way.other_id, way.minutes) == (one.id, other.id, 45)
    assert "45" in page.text


def test_a_place_has_no_way_to_itself(planner: FlaskClient, cohort: Cohort) -> None:
    one, _other = (make_venue(organisation=cohort.organisation) for _ in range(2))

    page = planner.post(
        "/venues/travel", data={"one_id": one.id, "other_id": one.id, "minutes": "5"}
    )

    assert page.status_code == 422
    assert 'id="other_id-error"' in page.text
