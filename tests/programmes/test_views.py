import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from program.accounts.models import Role
from program.core.db import db
from program.programmes.models import Module, Programme
from tests.conftest import sign_in
from tests.counting import counted_queries
from tests.factories import grant, make_bureau, make_module, make_person, make_programme


@pytest.fixture
def programme(app: Flask) -> Programme:
    return make_programme(title="Leiderschap")


@pytest.fixture
def planner(app: Flask, programme: Programme) -> FlaskClient:
    return sign_in(app, grant(make_person(), Role.PLANNER, programme.organisation))


def module_form(programme: Programme, **given: object) -> dict[str, object]:
    return {
        "title": "Kracht en valkuil",
        "kind": "group",
        "hours": "7",
        "rounds": "1",
        "trainers": "1",
        "after_id": "0",
        f"domain_{programme.domains[0].id}": "100",
    } | given


def test_a_planner_adds_a_module(planner: FlaskClient, programme: Programme) -> None:
    page = planner.post(
        f"/programmes/{programme.id}/modules/new",
        data=module_form(programme),
        follow_redirects=True,
    )

    assert "Kracht en valkuil" in page.text
    assert db.session.scalars(select(Module.minutes)).all() == [420]


def test_a_module_can_be_held_in_the_evening_but_not_all_day(
    planner: FlaskClient, programme: Programme
) -> None:
    where = f"/programmes/{programme.id}/modules/new"

    long = planner.post(where, data=module_form(programme, evening="y"))
    planner.post(where, data=module_form(programme, evening="y", hours="3"))

    assert 'id="evening-error"' in long.text
    assert db.session.scalars(select(Module.evening)).all() == [True]


def test_thirds_of_hours_are_typed_as_33(planner: FlaskClient, programme: Programme) -> None:
    shares = {f"domain_{domain.id}": "33" for domain in programme.domains[:3]}

    planner.post(f"/programmes/{programme.id}/modules/new", data=module_form(programme) | shares)

    module = db.session.scalars(select(Module)).one()
    assert sum(weight.weight for weight in module.weights) == pytest.approx(1)


def test_shares_that_do_not_add_up_are_refused(planner: FlaskClient, programme: Programme) -> None:
    half = {f"domain_{programme.domains[0].id}": "50"}

    page = planner.post(
        f"/programmes/{programme.id}/modules/new", data=module_form(programme) | half
    )

    assert page.status_code == 422
    assert "Kracht en valkuil" in page.text


def test_a_planner_edits_a_module(planner: FlaskClient, programme: Programme) -> None:
    module = make_module(programme, title="Oud")
    url = f"/programmes/{programme.id}/modules/{module.id}"

    assert "Oud" in planner.get(url).text
    planner.post(url, data=module_form(programme))

    assert db.session.scalars(select(Module.title)).all() == ["Kracht en valkuil"]


def test_a_planner_moves_and_removes_modules(planner: FlaskClient, programme: Programme) -> None:
    first, second = make_module(programme), make_module(programme)
    url = f"/programmes/{programme.id}/modules"

    planner.post(f"{url}/{second.id}/move", data={"direction": "up"})
    planner.post(f"{url}/{first.id}/removal")

    left = select(Module.id, Module.position)
    assert db.session.execute(left).all() == [(second.id, 1)]


def test_a_planner_changes_the_norm(planner: FlaskClient, programme: Programme) -> None:
    planner.post(f"/programmes/{programme.id}/edit", data={"title": "Nieuw", "norm": "75"})

    chosen = select(Programme.title, Programme.attendance_norm)
    assert db.session.execute(chosen).all() == [("Nieuw", 0.75)]


def test_domains_are_added_renamed_and_removed(planner: FlaskClient, programme: Programme) -> None:
    url = f"/programmes/{programme.id}/domains"

    planner.post(url, data={"title": "Natuur"})
    nature = programme.domains[-1]
    planner.post(f"{url}/{nature.id}", data={"title": "Landschap"})
    planner.post(f"{url}/{programme.domains[0].id}/removal")

    db.session.expire_all()
    titles = [domain.title for domain in programme.domains]
    assert titles == ["Opgave", "Organisatie", "Samenleving", "Landschap"]


def test_a_new_programme_leads_to_its_page(planner: FlaskClient, programme: Programme) -> None:
    form = {"title": "Koers", "norm": "80", "organisation_id": programme.organisation_id}

    page = planner.post("/programmes/new", data=form, follow_redirects=True)

    assert page.status_code == 200
    assert "Koers" in page.text


@pytest.mark.parametrize("path", ["", "/edit", "/modules/new"])
def test_another_bureaus_programme_is_not_there(
    planner: FlaskClient, programme: Programme, path: str
) -> None:
    other = make_programme(organisation=make_bureau())

    assert planner.get(f"/programmes/{programme.id}{path}").status_code == 200
    assert planner.get(f"/programmes/{other.id}{path}").status_code == 404


@pytest.mark.parametrize("who", ["participant", "hr"])
def test_others_have_no_business_here(who: str, request: pytest.FixtureRequest) -> None:
    browser: FlaskClient = request.getfixturevalue(who)

    assert browser.get("/programmes").status_code == 403


def test_the_list_costs_the_same_however_long(planner: FlaskClient, programme: Programme) -> None:
    def cost() -> int:
        with counted_queries() as queries:
            assert planner.get("/programmes").status_code == 200
        return len(queries)

    with_one = cost()
    for _ in range(2):
        make_module(make_programme(organisation=programme.organisation))

    assert cost() == with_one
