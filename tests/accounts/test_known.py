"""Who asks is asked of the database in every request, together with what the page depends on."""

from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from program.accounts.models import Person, Role, RoleGrant
from program.cohorts.models import Cohort
from program.core.clock import now
from program.core.db import bump, db
from tests.conftest import sign_in
from tests.counting import counted_queries
from tests.factories import grant, make_cohort, make_person


@pytest.fixture
def cohort(each_app: Flask) -> Cohort:
    del each_app  # it is there
    return make_cohort()


@pytest.fixture
def planner(cohort: Cohort) -> Person:
    return grant(make_person(), Role.PLANNER, cohort.organisation)


@pytest.fixture
def browser(each_app: Flask, planner: Person) -> FlaskClient:
    return sign_in(each_app, planner)


def ends(planner: Person, on: date) -> None:
    held = db.session.query(RoleGrant).filter_by(person_id=planner.id).one()
    held.until_on = on
    db.session.commit()


def test_a_page_that_did_not_change_takes_one_statement(
    browser: FlaskClient, cohort: Cohort
) -> None:
    page = f"/cohorts/{cohort.id}/board"
    tag = browser.get(page).headers["ETag"]

    with counted_queries() as seen:
        again = browser.get(page, headers={"If-None-Match": tag})

    assert (again.status_code, len(seen)) == (304, 1)


def test_who_is_put_out_is_out_at_once(
    browser: FlaskClient, cohort: Cohort, planner: Person
) -> None:
    page = f"/cohorts/{cohort.id}/board"
    tag = browser.get(page).headers["ETag"]
    planner.deactivated_at = now()
    db.session.commit()

    assert browser.get(page, headers={"If-None-Match": tag}).status_code == 302


@pytest.mark.parametrize(("days", "status"), [(-1, 403), (0, 403), (1, 304)])
def test_a_role_ends_on_its_day(
    browser: FlaskClient, cohort: Cohort, planner: Person, days: int, status: int
) -> None:
    page = f"/cohorts/{cohort.id}/board"
    tag = browser.get(page).headers["ETag"]
    ends(planner, now().date() + timedelta(days=days))

    assert browser.get(page, headers={"If-None-Match": tag}).status_code == status


def test_a_role_that_moved_to_another_bureau_takes_its_pages_along(
    browser: FlaskClient, cohort: Cohort, planner: Person
) -> None:
    page = f"/cohorts/{cohort.id}/board"
    tag = browser.get(page).headers["ETag"]
    ends(planner, now().date())
    grant(planner, Role.PLANNER, make_cohort().organisation)

    assert browser.get(page, headers={"If-None-Match": tag}).status_code == 404


def test_several_roles_are_all_held(browser: FlaskClient, cohort: Cohort, planner: Person) -> None:
    grant(planner, Role.TRAINER, cohort.organisation)
    grant(planner, Role.HR, cohort.clients[0])

    assert browser.get(f"/cohorts/{cohort.id}/board").status_code == 200
    assert browser.get("/reports/").status_code == 200


def test_a_change_in_another_cohort_of_the_bureau_changes_the_board(
    browser: FlaskClient, cohort: Cohort
) -> None:
    page = f"/cohorts/{cohort.id}/board"
    other = make_cohort(programme=cohort.programme, organisation=cohort.organisation)
    tag = browser.get(page).headers["ETag"]
    bump(Cohort, [other.id])
    db.session.commit()

    assert browser.get(page, headers={"If-None-Match": tag}).status_code == 200
