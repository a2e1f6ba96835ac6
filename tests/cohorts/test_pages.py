from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from program.accounts.models import Person, Role
from program.cohorts.models import Absence, Cohort, Enrolment, Group, TrainerProfile
from program.core.db import db
from tests.conftest import sign_in
from tests.counting import counted_queries
from tests.factories import (
    grant,
    make_cohort,
    make_enrolment,
    make_group,
    make_person,
    make_programme,
)


@pytest.fixture
def cohort(app: Flask) -> Cohort:
    return make_cohort()


@pytest.fixture
def planner(app: Flask, cohort: Cohort) -> FlaskClient:
    return sign_in(app, grant(make_person(), Role.PLANNER, cohort.organisation))


def cohort_form(**given: object) -> dict[str, object]:
    return {
        "name": "Lichting 9",
        "starts_on": "2030-01-07",
        "ends_on": "2031-06-30",
        "new_client": "Gemeente Almelo",
        "school_region": "noord",
        "group_count": "4",
        "table_size": "5",
    } | given


def test_a_planner_starts_a_cohort(planner: FlaskClient, cohort: Cohort) -> None:
    programme = make_programme(organisation=cohort.organisation)

    planner.post("/cohorts/new", data=cohort_form(programme_id=programme.id))

    made = db.session.scalars(select(Cohort).where(Cohort.name == "Lichting 9")).one()
    assert (made.school_region, made.group_count, made.table_size) == ("noord", 4, 5)
    assert [client.name for client in made.clients] == ["Gemeente Almelo"]


def test_a_taken_name_is_refused_beside_its_field(planner: FlaskClient, cohort: Cohort) -> None:
    form = cohort_form(name=cohort.name, programme_id=cohort.programme_id)

    page = planner.post("/cohorts/new", data=form)

    assert page.status_code == 422
    assert 'id="name-error"' in page.text


def test_a_client_with_people_stays_a_client(planner: FlaskClient, cohort: Cohort) -> None:
    make_enrolment(cohort)

    page = planner.post(f"/cohorts/{cohort.id}/edit", data=cohort_form())

    assert page.status_code == 422
    assert cohort.clients[0].name in page.text


def test_what_was_agreed_can_change(planner: FlaskClient, cohort: Cohort) -> None:
    before, client = cohort.version, cohort.clients[0].id

    planner.post(f"/cohorts/{cohort.id}/edit", data=cohort_form(client_ids=client, new_client=""))

    db.session.refresh(cohort)
    assert (cohort.name, cohort.version) == ("Lichting 9", before + 1)


def test_people_are_found_by_name_and_department(planner: FlaskClient, cohort: Cohort) -> None:
    make_enrolment(cohort, make_person(given_name="Jan", infix="van der", surname="Öztürk"))
    make_enrolment(cohort, make_person(surname="Smit"))

    page = planner.get(f"/cohorts/{cohort.id}/people?q=ozturk")

    assert "Öztürk, Jan van der" in page.text
    assert "Smit" not in page.text


def test_people_are_sorted_by_surname(planner: FlaskClient, cohort: Cohort) -> None:
    make_enrolment(cohort, make_person(infix="van", surname="Zijl"))
    make_enrolment(cohort, make_person(infix="van", surname="Aalst"))

    text = planner.get(f"/cohorts/{cohort.id}/people").text

    assert text.index("Aalst") < text.index("Zijl")


@pytest.mark.parametrize("page", ["/people", "/groups", "/edit", "/people/new"])
def test_another_bureaus_cohort_is_not_there(
    planner: FlaskClient, cohort: Cohort, page: str
) -> None:
    assert planner.get(f"/cohorts/{cohort.id}{page}").status_code == 200
    assert planner.get(f"/cohorts/{make_cohort().id}{page}").status_code == 404


@pytest.mark.parametrize("who", ["participant", "hr"])
@pytest.mark.parametrize("page", ["/cohorts", "/cohorts/1/people", "/trainers", "/venues"])
def test_others_have_no_business_here(who: str, page: str, request: pytest.FixtureRequest) -> None:
    browser: FlaskClient = request.getfixturevalue(who)

    assert browser.get(page).status_code == 403


@pytest.mark.parametrize("page", ["/people", "/groups"])
def test_a_list_costs_the_same_however_long(
    planner: FlaskClient, cohort: Cohort, page: str
) -> None:
    group = make_group(cohort, make_enrolment(cohort))

    def cost() -> int:
        with counted_queries() as queries:
            assert planner.get(f"/cohorts/{cohort.id}{page}").status_code == 200
        return len(queries)

    with_one = cost()
    for _ in range(2):
        make_enrolment(cohort)
    make_group(cohort, make_enrolment(cohort))

    assert cost() == with_one
    assert group.name in planner.get(f"/cohorts/{cohort.id}{page}").text


def test_who_sits_with_the_own_manager_is_told(planner: FlaskClient, cohort: Cohort) -> None:
    boss, worker = make_enrolment(cohort), make_enrolment(cohort)
    boss.person.memberships[0].employee_number = "7"
    worker.person.memberships[0].manager_number = "7"
    db.session.commit()
    make_group(cohort, boss, worker)

    page = planner.get(f"/cohorts/{cohort.id}/groups")

    assert page.text.count('class="alert warn"') == 1


def test_groups_are_added_and_renamed(planner: FlaskClient, cohort: Cohort) -> None:
    url = f"/cohorts/{cohort.id}/groups"

    planner.post(url, data={"name": "Groep A"})
    group = db.session.scalars(select(Group)).one()
    again = planner.post(url, data={"name": "Groep A"})
    planner.post(f"{url}/{group.id}", data={"name": "Groep Noord"})

    assert again.status_code == 422
    assert db.session.scalars(select(Group.name)).all() == ["Groep Noord"]


def test_a_trainer_is_added_with_days_and_domains(planner: FlaskClient, cohort: Cohort) -> None:
    form = {
        "given_name": "Amber",
        "surname": "Berg",
        "email": "Amber.Berg@bureau.example",
        "organisation_id": cohort.organisation_id,
        "working_days": ["0", "2"],
        "max_per_week": "3",
        "domain_keys": ["zelf", "opgave"],
        "junior": "y",
    }

    page = planner.post("/trainers/new", data=form, follow_redirects=True)

    profile = db.session.scalars(select(TrainerProfile)).one()
    assert (profile.working_days, profile.max_per_week) == (0b101, 3)
    assert profile.senior is False
    assert profile.domain_keys == "zelf opgave"
    assert "Berg, Amber" in page.text


def test_an_absence_of_a_trainer_covers_whole_local_days(
    planner: FlaskClient, cohort: Cohort
) -> None:
    amber = grant(make_person(), Role.TRAINER, cohort.organisation)
    url = f"/trainers/{amber.id}/absences"

    planner.post(url, data={"first_on": "2030-07-01", "last_on": "2030-07-02"})

    away = db.session.scalars(select(Absence)).one()
    assert (away.starts_at.isoformat(), away.ends_at.isoformat()) == (
        "2030-06-30T22:00:00+00:00",
        "2030-07-02T22:00:00+00:00",
    )
    planner.post(f"{url}/{away.id}/removal")
    assert db.session.scalars(select(Absence)).all() == []


def test_an_absence_that_ends_before_it_begins_is_refused(
    planner: FlaskClient, cohort: Cohort
) -> None:
    amber = grant(make_person(), Role.TRAINER, cohort.organisation)
    form = {"first_on": "2030-07-02", "last_on": "2030-07-01"}

    page = planner.post(f"/trainers/{amber.id}/absences", data=form)

    assert page.status_code == 422
    assert 'id="last_on-error"' in page.text


def test_another_bureaus_trainer_is_not_there(planner: FlaskClient) -> None:
    stranger = grant(make_person(), Role.TRAINER, make_cohort().organisation)

    assert planner.get(f"/trainers/{stranger.id}").status_code == 404


def test_a_person_is_added(planner: FlaskClient, cohort: Cohort) -> None:
    form = {
        "given_name": "Dana",
        "infix": "ter",
        "surname": "Horst",
        "email": "Dana@Enschede.example",
        "organisation_id": cohort.clients[0].id,
        "gender": "V",
        "working_days": ["0", "1"],
        "since_on": cohort.starts_on.isoformat(),
    }
    url = f"/cohorts/{cohort.id}/people/new"

    page = planner.post(url, data=form, follow_redirects=True)

    person = db.session.scalars(select(Person).where(Person.surname == "Horst")).one()
    assert (person.email, person.memberships[0].working_days) == ("dana@enschede.example", 3)
    assert "Dana ter Horst" in page.text
    assert planner.post(url, data=form).status_code == 422


def test_somebody_who_leaves_is_no_longer_listed(planner: FlaskClient, cohort: Cohort) -> None:
    enrolment = make_enrolment(cohort, make_person(surname="Vertrekker"))
    url = f"/cohorts/{cohort.id}/people/{enrolment.id}"

    assert planner.get(url).status_code == 200
    leaving = {"until_on": cohort.starts_on.isoformat()}
    planner.post(f"{url}/leaving", data=leaving, follow_redirects=True)

    assert "Vertrekker" not in planner.get(f"/cohorts/{cohort.id}/people").text
    assert db.session.scalars(select(Enrolment.until_on)).all() == [date(2030, 1, 1)]
