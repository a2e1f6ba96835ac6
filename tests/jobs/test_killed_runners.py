"""kill -9 at random moments: nothing lost, nothing out of order, one repeat per kill at most."""

import os
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import and_, or_, select

from program.core.clock import now
from program.core.db import db
from program.mail.actions import Letter, post_all
from program.mail.jobs import deliver_due
from program.mail.models import MailState, OutgoingMail
from tests.factories import MONDAY_9H
from tests.jobs.processes import kill, leader, runners, start_runner, wait_until
from tests.mail.letters import letter
from tests.mail.sink import Sink, smtp_sink

LONG = os.environ.get("LONG_TESTS") == "1"
BEFORE = MONDAY_9H.replace(year=2020)


@pytest.fixture
def sink(each_app: Flask) -> Iterator[Sink]:
    with smtp_sink() as sink:
        each_app.config["MAIL_URL"] = sink.url
        yield sink


@dataclass
class Storm:
    app: Flask
    sink: Sink
    lanes: int
    kills: int
    dice: random.Random = field(default_factory=lambda: random.Random(7))  # noqa: S311
    killed: int = 0

    def rage(self) -> None:
        self.post(range(self.lanes))
        moments = sorted(self.dice.sample(range(2, self.lanes - 2), min(self.kills, 40)))
        with runners(self.app, 2) as alive:
            while self.killed < self.kills:
                moment = moments[self.killed % len(moments)] if self.killed < 40 else 0
                wait_until(
                    lambda moment=moment: len(self.sink.accepted) >= moment,  # type: ignore[misc]
                    seconds=600,
                )
                wait_until(lambda: leader(alive))
                kill(alive, leader(alive) or 0)
                self.killed += 1
                runner = start_runner(self.app)
                alive[runner.pid] = runner
                self.post(self.dice.sample(range(self.lanes), 3))
            wait_until(self.nothing_due, seconds=600)
        deliver_due(now() + timedelta(hours=2))  # what was hit so often that it has to wait

    def post(self, lanes: Iterator[int] | range | list[int]) -> None:
        post_all([self.letter(lane) for lane in lanes])
        db.session.commit()

    def letter(self, lane: int) -> Letter:
        return letter(lane=f"lane {lane}", recipient=f"lane{lane}@example.nl", at=BEFORE)

    def nothing_due(self) -> bool:
        is_due = and_(OutgoingMail.state == MailState.READY, OutgoingMail.due_at <= now())
        open_ones = select(OutgoingMail.id).where(
            or_(OutgoingMail.state == MailState.LEASED, is_due)
        )
        found = db.session.scalars(open_ones).first() is None
        db.session.rollback()
        return found


def assert_order_and_nothing_lost(storm: Storm) -> None:
    rows = db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.position)).all()
    position = {mail.content: mail.position for mail in rows}
    newest = {mail.recipient: mail.position for mail in rows}
    seen: dict[str, list[int]] = {}
    for recipient, content in storm.sink.accepted:
        seen.setdefault(recipient, []).append(position[content])  # so: byte for byte ours

    assert {recipient: positions[-1] for recipient, positions in seen.items()} == newest
    assert all(positions == sorted(positions) for positions in seen.values())
    assert {mail.state for mail in rows} <= {MailState.SENT, MailState.SUPERSEDED}


def repeats(storm: Storm) -> int:
    return sum(times - 1 for times in Counter(storm.sink.accepted).values())


def test_killing_the_runner_loses_no_mail(each_app: Flask, sink: Sink) -> None:
    sink.seconds_per_message = 0.02
    storm = Storm(each_app, sink, lanes=120, kills=5)

    storm.rage()

    assert_order_and_nothing_lost(storm)
    assert repeats(storm) <= storm.kills


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.skipif(not LONG, reason="takes some twenty minutes; LONG_TESTS=1 runs it")
def test_killing_the_runner_five_hundred_times_loses_no_mail(each_app: Flask, sink: Sink) -> None:
    sink.seconds_per_message = 0.2
    storm = Storm(each_app, sink, lanes=1260, kills=500)

    storm.rage()

    assert_order_and_nothing_lost(storm)
    assert repeats(storm) <= storm.kills * 0.3


def test_another_runner_takes_over_within_two_seconds(each_app: Flask, sink: Sink) -> None:
    sink.seconds_per_message = 0.05
    post_all([letter(at=BEFORE) for _ in range(200)])
    db.session.commit()
    with runners(each_app, 2) as alive:
        wait_until(lambda: len(sink.accepted) > 3 and leader(alive))

        kill(alive, leader(alive) or 0)
        accepted = len(sink.accepted) + 1  # one may have been on its way

        assert wait_until(lambda: len(sink.accepted) > accepted) < 2
