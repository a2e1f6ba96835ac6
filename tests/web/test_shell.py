import json
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import structlog
from flask import Flask, request
from flask.testing import FlaskClient

from program.web.navigation import page
from tests.conftest import app_on


@contextmanager
def site(**settings: object) -> Iterator[FlaskClient]:
    """A browser on a site with these settings."""
    app = app_on("sqlite://", **settings)
    app.add_url_rule("/who", "who", lambda: request.remote_addr or "")
    with app.app_context():
        yield app.test_client()


def test_no_page_may_run_or_show_what_is_not_ours(app: Flask) -> None:
    headers = app.test_client().get("/sign-in").headers

    assert "script-src 'self'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert headers["Referrer-Policy"] == "same-origin"
    assert "Strict-Transport-Security" not in headers


def test_over_https_the_browser_is_told_to_stay_there() -> None:
    with site(PUBLIC_URL="https://leergang.example") as browser:
        answer = browser.get("/privacy", base_url="https://leergang.example")

        header = answer.headers["Strict-Transport-Security"]
        assert header == "max-age=31536000; includeSubDomains"


def test_a_forged_host_is_refused() -> None:
    with site(PUBLIC_URL="https://leergang.example") as browser:
        assert browser.get("/privacy", base_url="https://evil.example").status_code == 400


def test_behind_a_proxy_the_visitor_is_who_the_proxy_says() -> None:
    forwarded = {"X-Forwarded-For": "6.6.6.6, 192.0.2.7"}

    with site(PROXY_HOPS=1) as browser:
        assert browser.get("/who", headers=forwarded).text == "192.0.2.7"
    with site(PROXY_HOPS=0) as browser:
        assert browser.get("/who", headers=forwarded).text == "127.0.0.1"


def test_a_page_that_does_not_exist_yet_is_no_link(app: Flask) -> None:
    with app.test_request_context():
        assert page("nothing.here") is None
        assert page("pages.privacy") == "/privacy"


def test_a_form_sent_without_its_secret_is_refused(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = True

    answer = app.test_client().post("/language", data={"language": "en"})

    assert answer.status_code == 400
    assert "De pagina stond te lang open." in answer.text


def test_a_request_leaves_one_event_without_names_or_secrets(
    app: Flask, trainer: FlaskClient, capsys: pytest.CaptureFixture[str]
) -> None:
    trainer.get("/sign-in/very-secret?next=/x")

    (line,) = [line for line in capsys.readouterr().err.splitlines() if "request" in line]
    assert "endpoint='accounts.use_link'" in line
    assert "status=410" in line
    assert "very-secret" not in line
    assert "example.nl" not in line


def test_machines_read_the_log_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    with site(LOG_FORMAT="json") as browser:
        answer = browser.get("/privacy")

    (line,) = capsys.readouterr().err.splitlines()
    event = json.loads(line)
    assert (event["event"], event["endpoint"], event["status"]) == ("request", "pages.privacy", 200)
    assert event["request"] == answer.headers["X-Request-Id"]


def test_an_error_is_logged_without_the_values_it_happened_with(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fail(_password: str) -> None:
        raise ValueError

    with site(LOG_FORMAT="json"):
        try:
            fail("very" + "-secret")
        except ValueError:
            structlog.get_logger("program.web").exception("job_failed")

    (line,) = capsys.readouterr().err.splitlines()
    assert json.loads(line)["exception"][0]["frames"][-1]["name"] == "fail"
    assert "very-secret" not in line


def test_a_page_travels_compressed_to_who_can_read_that(app: Flask) -> None:
    packed = app.test_client().get("/privacy", headers={"Accept-Encoding": "gzip"})

    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed.vary
    assert "Content-Encoding" not in app.test_client().get("/privacy").headers
