"""What an SMTP server gets to know of us, and only over a line that nobody else reads."""

import json
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import parse_qs

import pytest
from flask import Flask

from program.core.db import db
from program.mail import channel
from program.mail.jobs import deliver_due
from program.mail.models import MailState, OutgoingMail
from program.mail.outcome import Kind
from program.mail.transport import transport_of
from tests.factories import MONDAY_9H
from tests.mail.letters import posted
from tests.mail.sink import Sink, certified, smtp_sink

# of a server with TLS at once: it does not know that the line is encrypted
pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")

MINUTE = timedelta(minutes=1)
WAYS = ("tls_context", "ssl_context")


@pytest.fixture(scope="module")
def identity(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, Path]:
    return certified(tmp_path_factory.mktemp("identity"))


@pytest.fixture
def trusted(
    identity: tuple[ssl.SSLContext, Path], monkeypatch: pytest.MonkeyPatch
) -> ssl.SSLContext:
    """The server's half of an identity that this machine trusts."""
    monkeypatch.setenv("SSL_CERT_FILE", str(identity[1]))
    return identity[0]


@contextmanager
def serving(app: Flask, user: str = "", **options: object) -> Iterator[Sink]:
    with ExitStack() as ending, smtp_sink(**options) as sink:  # type: ignore[arg-type]
        app.config["MAIL_URL"] = sink.url.replace("//", f"//{user}@" if user else "//")
        ending.callback(lambda: transport_of(app.config).close())
        yield sink


def kept(mail: OutgoingMail) -> bool:
    """It waits, and nothing counts against it."""
    db.session.refresh(mail)
    return (mail.state, mail.attempts) == (MailState.READY, 0)


@pytest.mark.parametrize("way", WAYS)
def test_the_password_goes_over_an_encrypted_line(
    app: Flask, trusted: ssl.SSLContext, way: str
) -> None:
    posted()
    with serving(app, "leergang:right", password="right", **{way: trusted}) as sink:
        assert deliver_due(MONDAY_9H) == {Kind.SENT: 1}, channel.as_it_is().pause_reason
        assert sink.encrypted == [True]


@pytest.mark.parametrize("way", WAYS)
def test_a_server_that_cannot_prove_who_it_is_gets_nothing(
    app: Flask, identity: tuple[ssl.SSLContext, Path], way: str
) -> None:
    mail = posted()
    with serving(app, "leergang:right", password="right", **{way: identity[0]}) as sink:
        assert deliver_due(MONDAY_9H) == {Kind.TROUBLE: 1}
        assert (sink.accepted, kept(mail)) == ([], True)
    reason = channel.as_it_is().pause_reason
    assert reason == "The server's certificate is not to be trusted: self-signed certificate."


def test_a_password_that_expired_costs_no_message_an_attempt(
    app: Flask, trusted: ssl.SSLContext
) -> None:
    mails = [posted() for _ in range(3)]
    with serving(app, "leergang:old", password="new", tls_context=trusted):
        for minutes in range(0, 60, 10):
            assert deliver_due(MONDAY_9H + minutes * MINUTE) == {Kind.TROUBLE: 1}
        assert all(kept(mail) for mail in mails)
    assert channel.as_it_is().pause_reason.startswith("The login was refused: 535")

    with serving(app, "leergang:new", password="new", tls_context=trusted):
        assert deliver_due(MONDAY_9H + 70 * MINUTE) == {Kind.SENT: 3}


class TokenServer(BaseHTTPRequestHandler):
    asked: list[dict[str, list[str]]] = []
    gives: list[str] = []

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        self.asked.append(parse_qs(self.rfile.read(length).decode()))
        self.send_response(200 if self.gives else 401)
        self.end_headers()
        if self.gives:
            self.wfile.write(json.dumps({"access_token": self.gives[-1]}).encode())

    def log_message(self, *_facts: object) -> None:
        pass


@pytest.fixture
def token_server(app: Flask) -> Iterator[type[TokenServer]]:
    TokenServer.asked, TokenServer.gives = [], ["first"]
    server = ThreadingHTTPServer(("127.0.0.1", 0), TokenServer)
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    app.config |= {
        "MAIL_OAUTH_TOKEN_URL": f"http://127.0.0.1:{server.server_port}/token",
        "MAIL_OAUTH_CLIENT_ID": "client",
        "MAIL_OAUTH_SECRET": "secret",
        "MAIL_OAUTH_SCOPE": "mail",
    }
    yield TokenServer
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_token_takes_the_place_of_a_password(
    app: Flask, trusted: ssl.SSLContext, token_server: type[TokenServer]
) -> None:
    posted()
    with serving(app, "leergang", tls_context=trusted, auth_required=True) as sink:
        sink.token = "first"
        assert deliver_due(MONDAY_9H) == {Kind.SENT: 1}
        assert sink.encrypted == [True]
    assert token_server.asked == [
        {
            "grant_type": ["client_credentials"], "client_id": ["client"],
            "client_secret": ["secret"], "scope": ["mail"],
        }
    ]  # fmt: skip


def test_after_a_token_that_was_withdrawn_a_new_one_is_asked(
    app: Flask, trusted: ssl.SSLContext, token_server: type[TokenServer]
) -> None:
    mail = posted()
    with serving(app, "leergang", tls_context=trusted, auth_required=True) as sink:
        sink.token = "second"
        assert deliver_due(MONDAY_9H) == {Kind.TROUBLE: 1}
        assert kept(mail)

        token_server.gives.append("second")
        assert deliver_due(MONDAY_9H + MINUTE) == {Kind.SENT: 1}


def test_a_token_server_that_gives_none_costs_no_message_an_attempt(
    app: Flask, trusted: ssl.SSLContext, token_server: type[TokenServer]
) -> None:
    mail = posted()
    token_server.gives.clear()
    with serving(app, "leergang", tls_context=trusted, auth_required=True):
        assert deliver_due(MONDAY_9H) == {Kind.TROUBLE: 1}
    assert kept(mail)
    assert channel.as_it_is().pause_reason == "No token from 127.0.0.1: it answered 401"


def test_a_token_is_not_given_over_an_open_line(
    app: Flask, token_server: type[TokenServer]
) -> None:
    posted()
    with serving(app) as sink:
        app.config["MAIL_URL"] = sink.url.replace("smtp+insecure://", "smtp://leergang@")
        assert deliver_due(MONDAY_9H) == {Kind.TROUBLE: 1}
    assert token_server.asked == []


def test_an_address_with_accents_goes_to_a_server_that_takes_it(app: Flask) -> None:
    mail = posted(recipient="renée@example.nl")
    with serving(app, enable_SMTPUTF8=True) as sink:
        assert deliver_due(MONDAY_9H) == {Kind.SENT: 1}
        assert sink.recipients == [mail.recipient]
        assert "SMTPUTF8" in sink.options[0]


def test_an_address_with_accents_is_refused_for_a_server_that_does_not(app: Flask) -> None:
    posted(recipient="renée@example.nl")
    with serving(app, enable_SMTPUTF8=False) as sink:
        assert deliver_due(MONDAY_9H) == {Kind.NEVER: 1}
        assert sink.accepted == []


def test_a_domain_with_accents_has_a_spelling_that_every_server_takes(app: Flask) -> None:
    posted(recipient="info@café.example")
    with serving(app, enable_SMTPUTF8=False) as sink:
        assert deliver_due(MONDAY_9H) == {Kind.SENT: 1}
        assert sink.recipients == ["info@xn--caf-dma.example"]


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"MAIL_URL": "mail.example.nl"}, "MAIL_URL is not right"),
        ({"MAIL_URL": "smtp://x:port"}, "MAIL_URL is not right"),
        ({"MAIL_PER_MINUTE": "-1"}, "write 0 or more"),
        ({"MAIL_URL": "smtp://u@x", "MAIL_OAUTH_SECRET": "s"}, "For OAuth give all of"),
        (
            {
                "MAIL_URL": "smtp://x", "MAIL_OAUTH_SECRET": "s", "MAIL_OAUTH_CLIENT_ID": "c",
                "MAIL_OAUTH_TOKEN_URL": "https://x",
            },
            "MAIL_URL with a user",
        ),
    ],
)  # fmt: skip
def test_a_wrong_setting_stops_the_start_with_a_sentence(
    settings: dict[str, str], sentence: str
) -> None:
    started = subprocess.run(
        [sys.executable, "-c", "import config"],
        env=settings, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert started.returncode == 1
    assert sentence in started.stderr
    assert "Traceback" not in started.stderr
