"""Tokens are asked for when they are needed, and no oftener."""

from collections.abc import Iterator

import pytest

from program.mail.oauth import NoToken, Tokens, xoauth2
from tests.mail.tokens import TokenServer, token_server


@pytest.fixture
def server() -> Iterator[TokenServer]:
    with token_server() as running:
        yield running


def tokens(server: TokenServer, secret: str = "secret") -> Tokens:  # noqa: S107
    return Tokens(server.url, "leergang", secret, "mail.all")


def test_a_token_is_kept_until_it_is_about_to_end(server: TokenServer) -> None:
    found = tokens(server)

    assert [found.token(), found.token()] == ["token-0", "token-0"]
    assert server.asked == [
        {
            "grant_type": "client_credentials",
            "client_id": "leergang",
            "client_secret": "secret",
            "scope": "mail.all",
        }
    ]


def test_a_token_that_is_about_to_end_is_asked_anew(server: TokenServer) -> None:
    server.lasts = 60
    found = tokens(server)

    assert [found.token(), found.token()] == ["token-0", "token-1"]


def test_a_token_that_was_refused_is_not_used_again(server: TokenServer) -> None:
    found = tokens(server)
    found.token()

    found.forget()

    assert found.token() == "token-1"


def test_a_refusal_tells_no_secrets(server: TokenServer) -> None:
    with pytest.raises(NoToken, match=r"^No token from 127\.0\.0\.1: it answered 401$"):
        tokens(server, "hunter2").token()
    assert "hunter2" not in repr(tokens(server, "hunter2"))


def test_a_secret_goes_to_no_server_without_encryption() -> None:
    with pytest.raises(NoToken, match="https"):
        Tokens("http://login.example/token", "leergang", "secret").token()


def test_what_the_mail_server_is_told() -> None:
    assert xoauth2("noor@b.example", "abc") == b"user=noor@b.example\x01auth=Bearer abc\x01\x01"
