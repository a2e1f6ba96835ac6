from gzip import decompress
from itertools import count

import pytest
from flask import Flask, flash
from flask.testing import FlaskClient
from flask.typing import ResponseReturnValue

from program.accounts.models import Person
from program.core.db import bump, db
from program.web.kept import Shelf, kept
from tests.conftest import sign_in
from tests.factories import make_person

version = {"cohort": 1}
renders = count(1)


@pytest.fixture(autouse=True)
def _page(app: Flask) -> None:
    def page() -> ResponseReturnValue:
        return kept("cohort", version["cohort"], render=lambda: f"made {next(renders)}".ljust(600))

    def told() -> ResponseReturnValue:
        flash("Saved.")
        return "told"

    app.add_url_rule("/page", "page", page)
    app.add_url_rule("/told", "told", told)
    version["cohort"] = 1


@pytest.fixture
def browser(app: Flask) -> FlaskClient:
    return sign_in(app, make_person())


def test_what_did_not_change_is_made_once(browser: FlaskClient) -> None:
    assert browser.get("/page").text == browser.get("/page").text


def test_what_the_reader_has_is_not_sent_again(browser: FlaskClient) -> None:
    first = browser.get("/page")

    again = browser.get("/page", headers={"If-None-Match": first.headers["ETag"]})

    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert again.headers["Cache-Control"] == "private, no-cache"


def test_a_new_version_is_made_anew(browser: FlaskClient) -> None:
    first = browser.get("/page")
    version["cohort"] += 1

    again = browser.get("/page", headers={"If-None-Match": first.headers["ETag"]})

    assert again.status_code == 200
    assert again.text != first.text


def test_a_change_of_the_person_makes_their_pages_anew(app: Flask) -> None:
    person = make_person()
    browser = sign_in(app, person)
    first = browser.get("/page").text
    bump(Person, [person.id])
    db.session.commit()

    assert browser.get("/page").text != first


def test_nobody_gets_the_page_of_somebody_else(app: Flask) -> None:
    pages = {sign_in(app, make_person()).get("/page").text for _ in range(2)}

    assert len(pages) == 2


def test_each_session_gets_forms_that_it_can_send(app: Flask) -> None:
    person = make_person()

    pages = {sign_in(app, person).get("/page").text for _ in range(2)}

    assert len(pages) == 2


@pytest.mark.parametrize(
    "headers", [{"HX-Request": "true"}, {"Accept-Language": "en"}], ids=["fragment", "language"]
)
def test_another_view_of_a_page_is_another_page(
    browser: FlaskClient, headers: dict[str, str]
) -> None:
    assert browser.get("/page").text != browser.get("/page", headers=headers).text
    assert browser.get("/page").text != browser.get("/page?group=2").text


def test_a_page_with_a_message_is_not_kept(browser: FlaskClient) -> None:
    tag = browser.get("/page").headers["ETag"]
    browser.get("/told")

    told = browser.get("/page", headers={"If-None-Match": tag})

    assert told.status_code == 200
    assert "ETag" not in told.headers


def test_a_kept_page_travels_compressed(browser: FlaskClient) -> None:
    plain = browser.get("/page")
    packed = browser.get("/page", headers={"Accept-Encoding": "gzip"})

    assert decompress(packed.data).startswith(b"made ")
    assert len(packed.data) < len(plain.data)
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.headers["ETag"] == plain.headers["ETag"]
    assert {"Accept-Encoding", "Cookie"} <= set(packed.vary)


def test_a_page_is_kept_in_the_form_that_was_asked_for(app: Flask, browser: FlaskClient) -> None:
    browser.get("/page", headers={"Accept-Encoding": "gzip"})

    assert app.extensions["kept"].taken < 300  # not the 600 characters beside it


def test_the_shelf_drops_what_was_unused_longest() -> None:
    shelf = Shelf(room=2_000)
    for name in ("a", "b"):
        shelf.put(name, name.encode() * 1_000)
    shelf.get("a")
    shelf.put("c", b"c" * 1_000)

    assert shelf.get("b") is None
    assert shelf.get("a") is not None
    assert shelf.taken <= 2_000


def test_a_page_that_is_no_answer_is_not_kept(app: Flask, browser: FlaskClient) -> None:
    app.add_url_rule(
        "/gone", "gone", lambda: kept(1, render=lambda: (f"gone {next(renders)}", 410))
    )

    first, second = browser.get("/gone"), browser.get("/gone")

    assert first.status_code == second.status_code == 410
    assert first.text != second.text
