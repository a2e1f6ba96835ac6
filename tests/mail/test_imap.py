"""A mailbox elsewhere, on a real server (Dovecot) where there is one."""

import imaplib
from collections.abc import Iterator
from threading import Event

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from program.core.db import db
from program.jobs.doors import Poller, account, collect_mail
from program.mail import arrivals
from program.mail.imap import ImapTrouble, Mailbox, Position, account_of
from program.mail.models import IncomingMail, MailboxPosition
from program.mail.oauth import Tokens
from program.mail.size import MAX_MESSAGE
from tests.mail.dovecot import INSTALLED, Dovecot, dovecot
from tests.mail.tokens import TokenServer, token_server

needs_dovecot = pytest.mark.skipif(not INSTALLED, reason="Dovecot is not installed here.")


def message(number: int, text: str = "Hoi") -> bytes:
    return f"From: a@b.example\r\nSubject: {number}\r\n\r\n{text}\r\n".encode()


@pytest.fixture(scope="module")
def tokens() -> Iterator[TokenServer]:
    with token_server() as server:
        yield server


@pytest.fixture(scope="module")
def server(tokens: TokenServer) -> Iterator[Dovecot]:
    if not INSTALLED:
        pytest.skip("Dovecot is not installed here.")
    with dovecot(tokens.url) as running:
        yield running


@pytest.fixture
def user(request: pytest.FixtureRequest) -> str:
    """A mailbox of its own for each test."""
    return f"u{abs(hash(request.node.nodeid))}"


def look(mailbox: Mailbox) -> int:
    """As the runner does, at once."""
    before = db.session.scalars(select(IncomingMail.id)).all()
    db.session.rollback()
    Poller(mailbox, 0).turn(Event())
    after = db.session.scalars(select(IncomingMail.id)).all()
    db.session.rollback()
    return len(after) - len(before)


def subjects() -> list[bytes]:
    db.session.rollback()
    raws = db.session.scalars(select(IncomingMail.content).order_by(IncomingMail.id))
    return [raw.split(b"Subject: ")[1].split(b"\r\n")[0] for raw in raws]


def unseen(server: Dovecot, user: str, folder: str = "INBOX") -> list[bytes]:
    with server.client(user) as client:
        client.select(folder)
        found: list[bytes] = client.search(None, "UNSEEN")[1]
        return found[0].split()


@pytest.mark.usefixtures("each_app")
def test_what_is_new_is_stored_in_order_and_marked_as_seen(server: Dovecot, user: str) -> None:
    mailbox = Mailbox(account_of(server.url(user)))
    server.deliver(message(1), message(2), user=user)
    assert look(mailbox) == 2
    server.deliver(message(3), user=user)
    assert (look(mailbox), look(mailbox)) == (1, 0)
    mailbox.close()

    assert subjects() == [b"1", b"2", b"3"]
    assert unseen(server, user) == []
    assert db.session.scalars(select(MailboxPosition.last_uid)).all() == [3]


@pytest.mark.usefixtures("app")
def test_what_a_person_has_read_already_is_not_missed(server: Dovecot, user: str) -> None:
    server.deliver(message(1), user=user)
    with server.client(user) as client:
        client.select("INBOX")
        client.store("1", "+FLAGS", r"(\Seen)")
    mailbox = Mailbox(account_of(server.url(user)))

    assert look(mailbox) == 1
    mailbox.close()


@pytest.mark.usefixtures("app")
def test_what_was_not_committed_stays_unseen_and_comes_again(
    server: Dovecot, user: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.deliver(message(1), message(2), user=user)
    mailbox = Mailbox(account_of(server.url(user)))
    reached = arrivals.reached

    def away(name: str, position: Position) -> None:
        if position.last_uid == 2:
            raise OperationalError("UPDATE", {}, Exception("gone"))
        reached(name, position)

    with monkeypatch.context() as patched:
        patched.setattr(arrivals, "reached", away)
        with pytest.raises(OperationalError):
            look(mailbox)
    db.session.rollback()
    assert (subjects(), unseen(server, user)) == ([b"1"], [b"2"])

    assert look(mailbox) == 1
    assert (subjects(), unseen(server, user)) == ([b"1", b"2"], [])
    mailbox.close()


@pytest.mark.usefixtures("app")
def test_a_mailbox_that_was_made_anew_is_read_anew_and_nothing_is_doubled(
    server: Dovecot, user: str
) -> None:
    mailbox = Mailbox(account_of(server.url(user, folder="Antwoorden")))
    with server.client(user) as client:
        client.create("Antwoorden")
    server.deliver(message(1), message(2), user=user, folder="Antwoorden")
    assert look(mailbox) == 2
    mailbox.close()
    with server.client(user) as client:
        client.rename("Antwoorden", "Oud")
        client.create("Antwoorden")
    server.deliver(message(2), message(3), user=user, folder="Antwoorden")

    assert look(mailbox) == 1
    mailbox.close()
    assert subjects() == [b"1", b"2", b"3"]


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("folder", ["Re: & co", 'Met "quotes"', "Cliënten & co €&", "日本/x"])
def test_a_folder_may_have_any_name(server: Dovecot, user: str, folder: str) -> None:
    mailbox = Mailbox(account_of(server.url(user, folder=folder.replace("/", "."))))
    _create(server, user, mailbox)

    assert look(mailbox) == 1
    mailbox.close()


def _create(server: Dovecot, user: str, mailbox: Mailbox) -> None:
    from program.mail.imap import _quoted  # noqa: PLC0415

    with server.client(user) as client:
        spelled = _quoted(mailbox.account.folder)
        assert client.create(spelled)[0] == "OK"
        client.append(spelled, "", "", message(1))


@pytest.mark.usefixtures("app")
def test_of_a_message_beyond_our_limit_only_the_head_is_fetched_and_it_stays_unseen(
    server: Dovecot, user: str
) -> None:
    text = ("x" * 98 + "\r\n") * (MAX_MESSAGE // 100 + 1000)
    server.deliver(message(1, text), message(2), user=user)
    mailbox = Mailbox(account_of(server.url(user)))

    assert (look(mailbox), look(mailbox)) == (2, 0)
    mailbox.close()
    kept = db.session.execute(select(IncomingMail.content, IncomingMail.size)).all()
    assert kept[0].content == b"From: a@b.example\r\nSubject: 1\r\n\r\n"
    assert kept[0].size == len(message(1, text))
    assert len(unseen(server, user)) == 1


@pytest.mark.usefixtures("app")
def test_a_message_that_was_removed_meanwhile_holds_up_no_other(
    server: Dovecot, user: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.deliver(message(1), message(2), user=user)
    mailbox = Mailbox(account_of(server.url(user)))
    from program.mail import imap  # noqa: PLC0415

    newer = imap._newer  # noqa: SLF001

    def removed(client: imaplib.IMAP4, last: int) -> list[int]:
        found = newer(client, last)
        client.uid("STORE", "1", "+FLAGS", r"(\Deleted)")
        client.expunge()
        return found

    monkeypatch.setattr(imap, "_newer", removed)

    assert look(mailbox) == 1
    mailbox.close()
    assert subjects() == [b"2"]


@pytest.mark.usefixtures("app")
def test_a_connection_that_broke_is_made_again(server: Dovecot, user: str) -> None:
    mailbox = Mailbox(account_of(server.url(user)))
    server.deliver(message(1), user=user)
    look(mailbox)
    assert mailbox._server  # noqa: SLF001
    mailbox._server.shutdown()  # noqa: SLF001
    server.deliver(message(2), user=user)

    assert look(mailbox) == 1
    mailbox.close()


@pytest.mark.usefixtures("app")
def test_a_wrong_password_is_trouble_and_is_tried_ever_less_often(
    server: Dovecot, user: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    mailbox = Mailbox(account_of(server.url(user, password="fout")))
    poller, now, tries = Poller(mailbox, 10), [0.0], list[float]()
    monkeypatch.setattr("program.jobs.doors.monotonic", lambda: now[0])

    def refused(*_given: object) -> int:
        tries.append(now[0])
        raise ImapTrouble("no")

    with pytest.raises(ImapTrouble):
        mailbox.collect(None, lambda *_: None)
    monkeypatch.setattr(mailbox, "collect", refused)
    for second in range(400):
        now[0] = float(second)
        poller.turn(Event())
    assert tries == [0, 10, 30, 70, 150, 310]


@pytest.mark.usefixtures("app")
def test_a_token_opens_the_mailbox_and_another_is_asked_when_it_was_withdrawn(
    server: Dovecot, tokens: TokenServer, user: str
) -> None:
    tokens.user = user
    ours = Tokens(tokens.url, "leergang", "secret")
    mailbox = Mailbox(account_of(server.url(user), ours))
    server.deliver(message(1), user=user)
    assert look(mailbox) == 1
    mailbox.close()
    tokens.good.clear()

    with pytest.raises(ImapTrouble):
        mailbox.collect(None, lambda *_: None)
    server.deliver(message(2), user=user)
    assert look(mailbox) == 1
    mailbox.close()


def test_a_server_that_is_away_is_trouble() -> None:
    with pytest.raises(ImapTrouble):
        Mailbox(account_of("imap+insecure://a:b@127.0.0.1:9/x")).collect(None, lambda *_: None)


def test_without_a_mailbox_nothing_is_asked(app: Flask) -> None:
    collect_mail(Event())

    assert "imap_poller" not in app.extensions


def test_settings_say_which_mailbox_and_how(app: Flask) -> None:
    app.config.update(
        IMAP_URL="imaps://post%40b.example@imap.b.example/Re%3A",
        IMAP_OAUTH_TOKEN_URL="https://login.example/",
        IMAP_OAUTH_CLIENT_ID="leergang",
        IMAP_OAUTH_SECRET="secret",
    )
    found = account()

    assert found.name == "post@b.example@imap.b.example:993/Re:"
    assert found.tokens is not None
    assert "secret" not in repr(found)
