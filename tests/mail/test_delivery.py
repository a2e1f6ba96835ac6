"""From the outbox to a real SMTP server."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from threading import Event

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from program.core.audit import AuditEntry
from program.core.db import db
from program.mail import channel, jobs, outbox
from program.mail.actions import pause, post_all, resume
from program.mail.jobs import deliver_due
from program.mail.models import MailState, OutgoingMail
from program.mail.outcome import Kind
from program.mail.queries import counts, ready_at
from program.mail.transport import MailUrlWrong, transport_for
from tests.factories import MONDAY_9H
from tests.mail.letters import letter, posted
from tests.mail.sink import Sink, smtp_sink

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


@pytest.fixture
def sink(app: Flask) -> Iterator[Sink]:
    with smtp_sink() as sink:
        app.config["MAIL_URL"] = sink.url
        yield sink
        transport_for(sink.url).close()


def state_of(mail: OutgoingMail) -> MailState:
    db.session.refresh(mail)
    return mail.state


def test_messages_arrive_byte_for_byte_over_one_connection(sink: Sink) -> None:
    content = b"Subject: x\r\n\r\n.starts with a dot\r\n\xc3\xa9\xe9 any byte\r\n"
    mails = [posted(content=content) for _ in range(3)]

    assert deliver_due(MONDAY_9H) == {Kind.SENT: 3}

    assert sink.accepted == [(mail.recipient, content) for mail in mails]
    assert {state_of(mail) for mail in mails} == {MailState.SENT}
    assert sink.connections == 1


def test_nothing_leaves_twice(sink: Sink) -> None:
    posted()

    assert deliver_due(MONDAY_9H) == {Kind.SENT: 1}
    assert deliver_due(MONDAY_9H + MINUTE) == {}
    assert len(sink.accepted) == 1


def test_a_full_mailbox_waits_while_the_others_get_theirs(sink: Sink) -> None:
    full, fine = posted(), posted()
    sink.says_to_recipient = {full.recipient: "452 4.2.2 mailbox full"}.get

    assert deliver_due(MONDAY_9H) == {Kind.LATER: 1, Kind.SENT: 1}
    assert (state_of(full), full.attempts) == (MailState.READY, 1)

    sink.says_to_recipient = lambda _address: None
    assert deliver_due(MONDAY_9H + MINUTE) == {Kind.SENT: 1}
    assert sink.recipients == [fine.recipient, full.recipient]


def test_an_unknown_address_is_never_tried_again_and_on_record(sink: Sink) -> None:
    mail = posted()
    sink.says_to_recipient = {mail.recipient: "550 5.1.1 unknown"}.get

    deliver_due(MONDAY_9H)
    assert deliver_due(MONDAY_9H + 100 * MINUTE) == {}

    assert (state_of(mail), mail.error) == (MailState.DEAD, "550 5.1.1 unknown")
    assert db.session.scalars(select(AuditEntry.action)).all() == ["mail.refused"]


def test_a_text_that_is_refused_for_now_waits(sink: Sink) -> None:
    mail = posted()
    sink.says_to_text = {mail.recipient: "451 4.7.1 greylisted"}.get

    assert deliver_due(MONDAY_9H) == {Kind.LATER: 1}


def test_a_connection_that_breaks_after_the_text_is_tried_again_with_the_same_bytes(
    sink: Sink,
) -> None:
    mail, other = posted(), posted()
    broken = mail.recipient
    sink.hangs_up_after_text = lambda address: address == broken

    assert deliver_due(MONDAY_9H) == {Kind.LATER: 1, Kind.SENT: 1}
    sink.hangs_up_after_text = lambda _address: False
    assert deliver_due(MONDAY_9H + MINUTE) == {Kind.SENT: 1}

    assert sink.recipients == [mail.recipient, other.recipient, mail.recipient]
    assert sink.accepted[0] == sink.accepted[2]


def test_a_server_that_goes_away_between_messages_is_called_again(sink: Sink) -> None:
    posted()
    deliver_due(MONDAY_9H)
    transport = transport_for(sink.url)
    transport._server.sock.shutdown(2)  # type: ignore[attr-defined]  # noqa: SLF001
    posted()

    assert deliver_due(MONDAY_9H) == {Kind.SENT: 1}
    assert sink.connections == 2


@pytest.mark.parametrize("answer", ["550 5.7.30 no basic authentication", "451 slow down"])
def test_a_refused_sender_closes_the_channel_and_costs_no_message(sink: Sink, answer: str) -> None:
    mails = [posted() for _ in range(3)]
    sink.says_to_sender = lambda _address: answer

    assert deliver_due(MONDAY_9H) == {Kind.TROUBLE: 1}
    assert deliver_due(MONDAY_9H + SECOND) == {}

    assert [(state_of(mail), mail.attempts) for mail in mails] == [(MailState.READY, 0)] * 3
    assert channel.as_it_is().pause_reason == answer

    sink.says_to_sender = lambda _address: None
    assert deliver_due(MONDAY_9H + MINUTE) == {Kind.SENT: 3}
    assert channel.as_it_is().pause_reason == ""


def test_a_policy_against_us_closes_the_channel(sink: Sink) -> None:
    mails = [posted() for _ in range(3)]
    sink.says_to_recipient = lambda _address: "550 5.7.1 this sender is blocked"

    assert deliver_due(MONDAY_9H) == {Kind.POLICY: 1}
    assert [(state_of(mail), mail.attempts) for mail in mails] == [(MailState.READY, 0)] * 3
    assert "5.7.1" in channel.as_it_is().pause_reason


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
def test_a_wrong_password_closes_the_channel(app: Flask) -> None:
    mail = posted()
    with smtp_sink(password="right") as sink:
        app.config["MAIL_URL"] = sink.url.replace("//", "//leergang:wrong@")
        assert deliver_due(MONDAY_9H) == {Kind.TROUBLE: 1}
        assert (state_of(mail), mail.attempts) == (MailState.READY, 0)

        app.config["MAIL_URL"] = sink.url.replace("//", "//leergang:right@")
        assert deliver_due(MONDAY_9H + MINUTE) == {Kind.SENT: 1}
        transport_for(app.config["MAIL_URL"]).close()


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
def test_a_password_is_not_given_over_an_open_line(app: Flask) -> None:
    posted()
    with smtp_sink(password="right") as sink:
        url = sink.url.replace("smtp+insecure://", "smtp://leergang:right@")
        app.config["MAIL_URL"] = url
        assert deliver_due(MONDAY_9H) == {Kind.TROUBLE: 1}
    assert "no encryption" in channel.as_it_is().pause_reason


def test_a_server_that_is_away_is_asked_less_and_less_often(app: Flask) -> None:
    posted()
    with smtp_sink() as sink:
        app.config["MAIL_URL"] = sink.url
    at, tries = MONDAY_9H, []
    while at < MONDAY_9H + timedelta(hours=1):
        if deliver_due(at):
            tries.append(at)
        at += 5 * SECOND

    gaps = [int((later - earlier).total_seconds()) for earlier, later in pairwise(tries)]
    assert gaps[:7] == [5, 10, 20, 40, 80, 160, 300]


def test_no_mail_leaves_a_channel_that_a_person_paused(sink: Sink) -> None:
    posted()
    pause(reason="first look", by=None)
    db.session.commit()
    assert deliver_due(MONDAY_9H + timedelta(days=900)) == {}
    assert ready_at(MONDAY_9H) is None

    resume(by=None)
    db.session.commit()
    assert deliver_due(MONDAY_9H) == {Kind.SENT: 1}


def test_thirty_a_minute_is_never_more_however_often_the_runner_restarts(
    app: Flask, sink: Sink
) -> None:
    app.config["MAIL_PER_MINUTE"] = 30
    post_all([letter() for _ in range(100)])
    db.session.commit()
    left: list[datetime] = []
    for tick in range(2 * 60 * 4):
        at = MONDAY_9H + tick * timedelta(seconds=0.25)
        left += [at] * deliver_due(at, me=f"runner {tick}")[Kind.SENT]

    assert max(sum(a <= b < a + MINUTE for b in left) for a in left) == 30
    assert len(left) == 60
    assert ready_at(MONDAY_9H) == MONDAY_9H + timedelta(seconds=80)


def test_the_waits_for_a_slow_channel_are_taken_within_a_round(app: Flask, sink: Sink) -> None:
    app.config["MAIL_PER_MINUTE"] = 1200
    with time_machine.travel(MONDAY_9H):
        post_all([letter() for _ in range(4)])
        db.session.commit()
        assert deliver_due() == {Kind.SENT: 4}


def test_a_clock_that_goes_back_does_not_stop_the_mail(app: Flask, sink: Sink) -> None:
    app.config["MAIL_PER_MINUTE"] = 30
    posted(at=MONDAY_9H - timedelta(hours=2))
    posted(at=MONDAY_9H - timedelta(hours=2))
    deliver_due(MONDAY_9H)

    assert deliver_due(MONDAY_9H - timedelta(hours=1)) == {Kind.SENT: 1}


def test_told_to_stop_it_does_so_between_two_messages(sink: Sink) -> None:
    mails = [posted() for _ in range(3)]
    stop = Event()
    sink.says_to_text = lambda _address: stop.set()

    assert deliver_due(MONDAY_9H, stop=stop) == {Kind.SENT: 1}
    assert [state_of(mail) for mail in mails] == ["sent", "ready", "ready"]


def test_without_a_server_mail_lies_in_the_built_in_mailbox_at_once(each_app: Flask) -> None:
    post_all([letter() for _ in range(250)])
    posted(lane="a")
    posted(lane="a")
    db.session.commit()

    assert deliver_due(MONDAY_9H) == {Kind.SENT: 251}
    assert counts()[MailState.SENT] == 251
    assert counts()[MailState.SUPERSEDED] == 1
    assert ready_at(MONDAY_9H) == MONDAY_9H


def test_on_postgresql_the_database_tells_the_time(postgres_app: Flask) -> None:
    posted(at=datetime.fromisoformat("2020-01-01T00:00Z"))
    with time_machine.travel(datetime.fromisoformat("2010-01-01T00:00Z")):
        assert deliver_due() == {Kind.SENT: 1}


@pytest.mark.parametrize("url", ["http://x", "smtp://", "smtp://x:port", "mail.example.nl"])
def test_a_wrong_mail_url_says_how_to_write_it(url: str) -> None:
    with pytest.raises(MailUrlWrong, match="smtp://user"):
        transport_for(url)


def test_a_runner_that_was_frozen_until_its_lease_was_gone_sends_nothing(
    app: Flask, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail = posted()

    def frozen(_address: str) -> None:
        """While this runner hangs at the server's door another takes over."""
        with app.app_context():
            outbox.take_back_from(outbox.holders(), at=MONDAY_9H)
            outbox.claim(me="other", at=MONDAY_9H)
            db.session.commit()
        monkeypatch.setattr(jobs, "CERTAIN", 0.0)

    sink.says_to_recipient = frozen
    assert deliver_due(MONDAY_9H, me="frozen") == {}

    assert sink.accepted == []
    assert (state_of(mail), mail.leased_by) == (MailState.LEASED, "other")


def test_what_waits_behind_a_message_that_closes_the_channel_was_not_tried(sink: Sink) -> None:
    mails = [posted() for _ in range(5)]
    third = mails[2].recipient
    sink.says_to_recipient = {third: "550 5.7.1 this sender is blocked"}.get

    assert deliver_due(MONDAY_9H) == {Kind.SENT: 2, Kind.POLICY: 1}
    assert [(state_of(mail), mail.attempts) for mail in mails[2:]] == [(MailState.READY, 0)] * 3


def test_a_pause_by_a_person_outlives_a_message_that_was_on_its_way(app: Flask, sink: Sink) -> None:
    posted()
    channel.close_for_trouble(channel.channel(), MONDAY_9H - MINUTE, "no answer")
    db.session.commit()

    def paused(_address: str) -> None:
        with app.app_context():
            pause(reason="wait", by=None)
            db.session.commit()

    sink.says_to_text = paused
    assert deliver_due(MONDAY_9H) == {Kind.SENT: 1}
    assert channel.as_it_is().paused_until == channel.UNTIL_RESUMED
