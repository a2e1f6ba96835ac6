"""A statement by itself needs no transaction; the ones after it have theirs as always."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, text

from program.accounts.login import who
from program.accounts.models import Person
from program.core.db import db, glance, read_only
from tests.conftest import sign_in
from tests.factories import make_person


def _in_transaction(connection: Any) -> bool:
    driver = connection.connection.driver_connection
    if hasattr(driver, "in_transaction"):
        return bool(driver.in_transaction)
    return bool(driver.info.transaction_status)  # 0 is idle


def test_a_glance_opens_no_transaction(each_app: Flask) -> None:
    assert each_app.testing
    with glance() as connection:
        connection.execute(text("SELECT 1"))
        assert not _in_transaction(connection)


def test_what_follows_a_glance_can_be_taken_back(each_app: Flask) -> None:
    assert each_app.testing
    person = make_person(given_name="Anna")
    with glance() as connection:
        connection.execute(text("SELECT 1"))

    person.given_name = "Berta"
    db.session.flush()
    assert _in_transaction(db.session.connection())
    db.session.rollback()
    assert db.session.get_one(Person, person.id).given_name == "Anna"


@pytest.mark.parametrize(("method", "begun"), [("GET", 0), ("POST", 1)])
def test_only_who_changes_something_is_asked_for_in_a_transaction(
    app: Flask, method: str, begun: int
) -> None:
    browser = sign_in(app, make_person())
    app.add_url_rule("/who", "who", lambda: str(bool(who())), methods=["GET", "POST"])
    seen: list[str] = []

    def note(_conn: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    assert browser.open("/who", method=method).text == "True"
    event.remove(db.engine, "before_cursor_execute", note)

    assert [each for each in seen if each.startswith("BEGIN")] == ["BEGIN IMMEDIATE"] * begun
    read_only(False)
