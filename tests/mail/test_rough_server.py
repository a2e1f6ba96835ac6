"""A mail server as they are: busy, forgetful, full of addresses that are gone, and slow."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

import pytest
from flask import Flask
from sqlalchemy import select

from program.core.db import db
from program.mail.actions import post_all
from program.mail.jobs import deliver_due
from program.mail.models import MailState, OutgoingMail
from program.mail.outcome import Kind
from program.mail.transport import transport_for
from tests.factories import MONDAY_9H
from tests.mail.letters import letter
from tests.mail.sink import Sink, smtp_sink

PER_MINUTE, NUMBER = 30, 200
TICK, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


class RoughServer:
    """20 % not now, 5 % taken and then silence, 1 % unknown; for a while nobody may send."""

    def __init__(self, sink: Sink) -> None:
        self.sink, self.dice = sink, Random(5)  # noqa: S311
        self.clock = MONDAY_9H
        self.left_at: list[datetime] = []
        self.tries: Counter[str] = Counter()
        self.silent: set[str] = set()
        sink.says_to_sender = self.sender
        sink.says_to_recipient = self.recipient
        sink.hangs_up_after_text = self.hangs_up

    def sender(self, _address: str) -> str | None:
        expired = MONDAY_9H + 2 * MINUTE < self.clock < MONDAY_9H + 4 * MINUTE
        return "550 5.7.30 Basic authentication is not supported" if expired else None

    def is_gone(self, address: str) -> bool:
        return int(address.removeprefix("p").partition("@")[0]) % 100 == 7

    def recipient(self, address: str) -> str | None:
        self.tries[address] += 1
        self.left_at.append(self.clock)
        if self.is_gone(address):
            return "550 5.1.1 unknown"
        return "451 4.3.0 try again later" if self.dice.random() < 0.2 else None

    def hangs_up(self, _address: str) -> bool:
        return self.dice.random() < 0.05


@pytest.fixture
def sink(app: Flask) -> Iterator[Sink]:
    with smtp_sink() as sink:
        app.config |= {"MAIL_URL": sink.url, "MAIL_PER_MINUTE": PER_MINUTE}
        yield sink
        transport_for(sink.url).close()


def waits() -> bool:
    ready = select(OutgoingMail.id).where(OutgoingMail.state == MailState.READY)
    return db.session.scalars(ready.limit(1)).first() is not None


def test_all_that_can_arrive_does_and_never_faster_than_agreed(app: Flask, sink: Sink) -> None:
    server = RoughServer(sink)
    post_all([letter(recipient=f"p{n}@example.nl") for n in range(NUMBER)])
    db.session.commit()
    while waits():
        deliver_due(server.clock)
        server.clock += TICK

    gone = {f"p{n}@example.nl" for n in range(NUMBER) if server.is_gone(f"p{n}@")}
    assert set(sink.recipients) == {f"p{n}@example.nl" for n in range(NUMBER)} - gone
    assert {address: server.tries[address] for address in gone} == dict.fromkeys(gone, 1)
    assert server.clock - MONDAY_9H < timedelta(hours=6)
    left = server.left_at
    assert max(sum(a <= b < a + MINUTE for b in left[n:]) for n, a in enumerate(left)) <= PER_MINUTE
    attempts = {mail.recipient: mail.attempts for mail in db.session.scalars(select(OutgoingMail))}
    assert attempts == dict(server.tries)  # the expired login counted against nobody


def test_an_urgent_change_overtakes_the_bulk_within_a_minute(app: Flask, sink: Sink) -> None:
    post_all([letter(priority=5) for _ in range(1260)])
    db.session.commit()
    clock = MONDAY_9H
    for _ in range(60):
        deliver_due(clock)
        clock += TICK
    urgent = letter(priority=1, at=clock)
    post_all([urgent])
    db.session.commit()
    for _ in range(10):
        deliver_due(clock)
        clock += TICK

    assert urgent.recipient in sink.recipients
    assert len(sink.accepted) == 30 + 5


def test_without_a_limit_an_urgent_change_waits_for_a_handful_at_most(
    app: Flask, sink: Sink
) -> None:
    app.config["MAIL_PER_MINUTE"] = 0
    post_all([letter(priority=5) for _ in range(60)])
    db.session.commit()
    urgent = letter(priority=1)

    def post_urgent(_address: str) -> None:
        if len(sink.accepted) == 20:
            with app.app_context():
                post_all([urgent])
                db.session.commit()

    sink.says_to_recipient = post_urgent
    assert deliver_due(MONDAY_9H) == {Kind.SENT: 61}
    assert sink.recipients.index(urgent.recipient) <= 20 + 8
