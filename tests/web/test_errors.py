import re

import pytest
from flask import Flask, abort
from flask.testing import FlaskClient
from sqlalchemy import text

from program.core.db import db
from program.core.errors import Refusal


@pytest.fixture
def browser(app: Flask) -> FlaskClient:
    """Of a site where things go wrong."""
    app.config["PROPAGATE_EXCEPTIONS"] = False

    def refuse() -> str:
        raise Refusal("De zaal is bezet.")

    def fail() -> str:
        return str(1 / 0)

    def query() -> str:
        db.session.execute(text("SELECT * FROM nowhere"))
        return ""

    app.add_url_rule("/abort/<int:code>", "abort", abort)
    app.add_url_rule("/refuse", "refuse", refuse)
    app.add_url_rule("/fail", "fail", fail)
    app.add_url_rule("/query", "query", query)
    return app.test_client()


@pytest.mark.parametrize("code", [400, 403, 404, 405, 413, 422, 429, 500, 503])
def test_an_error_is_a_page_with_a_number_and_what_to_do(browser: FlaskClient, code: int) -> None:
    answer = browser.get(f"/abort/{code}")

    number = answer.headers["X-Request-Id"]
    assert answer.status_code == code
    assert f"Code {code}." in answer.text
    assert re.findall(r"<code>([0-9a-f]{10})</code>", answer.text) == [number]
    assert '<html lang="nl">' in answer.text


def test_a_fault_of_ours_says_that_nothing_was_saved(browser: FlaskClient) -> None:
    answer = browser.get("/fail")

    assert answer.status_code == 500
    assert "Er is niets opgeslagen." in answer.text
    assert "ZeroDivision" not in answer.text


def test_a_database_that_does_not_answer_is_no_blank_page(browser: FlaskClient) -> None:
    answer = browser.get("/query")

    assert answer.status_code == 503
    assert "Probeer het over een minuut opnieuw." in answer.text


def test_a_rule_that_no_form_shows_is_a_sentence(browser: FlaskClient) -> None:
    answer = browser.get("/refuse")

    assert answer.status_code == 422
    assert "De zaal is bezet." in answer.text


def test_a_machine_gets_json(browser: FlaskClient) -> None:
    answer = browser.get("/abort/404", headers={"Accept": "application/json"})

    assert answer.get_json()["number"] == answer.headers["X-Request-Id"]


def test_who_is_signed_in_keeps_the_menu_on_an_error_page(trainer: FlaskClient) -> None:
    assert 'aria-label="Hoofdmenu"' in trainer.get("/nowhere").text
