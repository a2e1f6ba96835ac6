from time import time

import pytest
from flask import Flask
from flask.testing import FlaskClient

from program.web import sessions
from tests.conftest import sign_in
from tests.factories import make_person

HOURS_12 = 12 * 3600


@pytest.fixture
def browser(app: Flask) -> FlaskClient:
    return sign_in(app, make_person())


def _signed_in(browser: FlaskClient) -> bool:
    return browser.get("/settings").status_code == 200


def test_a_cookie_that_was_read_before_still_grows_too_old(
    browser: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert _signed_in(browser)

    monkeypatch.setattr(sessions, "time", lambda: time() + HOURS_12 - 60)
    assert _signed_in(browser)
    monkeypatch.setattr(sessions, "time", lambda: time() + HOURS_12 + 60)
    assert not _signed_in(browser)


def test_a_cookie_from_the_future_is_nobodys(
    browser: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "time", lambda: time() - 60)

    assert not _signed_in(browser)


def test_a_cookie_that_was_changed_is_nobodys(app: Flask, browser: FlaskClient) -> None:
    assert _signed_in(browser)
    name = app.config["SESSION_COOKIE_NAME"]
    cookie = browser.get_cookie(name)
    assert cookie

    content, _, signature = cookie.value.rpartition(".")
    browser.set_cookie(name, f"{content}.{signature[::-1]}")
    assert not _signed_in(browser)


def test_what_one_request_adds_to_a_list_is_not_there_in_the_next() -> None:
    content = {"_user_id": "3", "_flashes": [("message", "Saved.")]}

    sessions.copied(content)["_flashes"].append(("message", "Again."))
    assert content == {"_user_id": "3", "_flashes": [("message", "Saved.")]}
