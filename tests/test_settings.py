"""A wrong setting stops the start with a sentence that says what to write."""

import runpy

import pytest


def settings(monkeypatch: pytest.MonkeyPatch, **given: str) -> dict[str, object]:
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    return runpy.run_path("config.py")


@pytest.mark.parametrize("listen", ["127.0.0.1:2424", "[::1]:24", "/run/leergang/lmtp", ""])
def test_lmtp_listens_at_a_port_or_a_file(monkeypatch: pytest.MonkeyPatch, listen: str) -> None:
    assert settings(monkeypatch, LMTP_LISTEN=listen)["LMTP_LISTEN"] == listen


@pytest.mark.parametrize("listen", ["2424", "host:", "host:0", "host:99999", "run/lmtp"])
def test_another_place_for_lmtp_is_refused(monkeypatch: pytest.MonkeyPatch, listen: str) -> None:
    with pytest.raises(SystemExit, match=r"LMTP_LISTEN is .*: write 127.0.0.1:2424 or"):
        settings(monkeypatch, LMTP_LISTEN=listen)


@pytest.mark.parametrize(
    "url",
    ["imap.example", "pop://a:b@c", "imaps://host/x", "imaps://user@host", "imaps://u:p@h:port/"],
)
def test_a_mailbox_without_a_way_in_is_refused(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    with pytest.raises(SystemExit, match="IMAP_URL is not right"):
        settings(monkeypatch, IMAP_URL=url)


def test_a_mailbox_may_be_opened_with_a_token(monkeypatch: pytest.MonkeyPatch) -> None:
    found = settings(
        monkeypatch,
        IMAP_URL="imaps://post%40b.example@outlook.office365.com/INBOX",
        IMAP_OAUTH_TOKEN_URL="https://login.example/token",
        IMAP_OAUTH_CLIENT_ID="id",
        IMAP_OAUTH_SECRET="secret",
    )
    assert found["IMAP_OAUTH_SCOPE"] == "https://outlook.office365.com/.default"


def test_half_of_what_a_token_needs_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SystemExit, match="For OAuth give all of"):
        settings(monkeypatch, IMAP_URL="imaps://u:p@h/", IMAP_OAUTH_CLIENT_ID="id")


@pytest.mark.parametrize("seconds", ["0", "9999", "often"])
def test_the_mailbox_is_looked_into_every_so_many_seconds(
    monkeypatch: pytest.MonkeyPatch, seconds: str
) -> None:
    with pytest.raises(SystemExit, match=r"IMAP_POLL is .*write a number"):
        settings(monkeypatch, IMAP_POLL=seconds)
