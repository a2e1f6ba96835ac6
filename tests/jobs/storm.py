"""Runners that are killed, frozen and put in another time while they send; and what came of it."""

import os
import random
import signal
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from time import monotonic, sleep

from flask import Flask
from sqlalchemy import and_, func, or_, select

from program.core.clock import now
from program.core.db import db
from program.mail.actions import Letter, post_all
from program.mail.jobs import deliver_due
from program.mail.models import MailState, OutgoingMail
from tests.factories import MONDAY_9H
from tests.jobs.processes import Alive, kill, leader, runners, start_runner, wait_until
from tests.mail.letters import letter
from tests.mail.sink import Sink

BEFORE = MONDAY_9H.replace(year=2020)
OTHER_TIME = next(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"), None)


@dataclass
class Storm:
    app: Flask
    sink: Sink
    lanes: int
    kills: int
    freezes: int = 0
    runners: int = 2
    hours_apart: bool = False  # every other runner's clock is an hour ahead
    dice: random.Random = field(default_factory=lambda: random.Random(7))  # noqa: S311
    gaps: list[float] = field(default_factory=list)  # seconds without mail after each kill
    started: int = 0

    def rage(self) -> None:
        self.post(range(self.lanes))
        with runners(self.app, 0) as alive:
            for _ in range(self.runners):
                self.start(alive)
            for n in range(self.kills):
                self.strike(alive, n)
            wait_until(self.nothing_due, seconds=600)
        deliver_due(now() + timedelta(hours=2))  # what was hit so often that it has to wait

    def start(self, alive: Alive) -> None:
        self.started += 1
        more = {}
        if self.hours_apart and OTHER_TIME and self.started % 2:
            more = {"LD_PRELOAD": str(OTHER_TIME), "FAKETIME": "+1h"}
        runner = start_runner(self.app, **more)
        alive[runner.pid] = runner

    def strike(self, alive: Alive, n: int) -> None:
        """At any moment of a runner that is sending; another one takes over."""
        if self.waiting() < 60:
            self.post(range(self.lanes))
        accepted = len(self.sink.accepted)
        wait_until(lambda: leader(alive) and len(self.sink.accepted) > accepted, seconds=120)
        sleep(self.dice.uniform(0, 0.3))
        if self.freezes and n % max(self.kills // self.freezes, 1) == 0:
            self.freeze(alive)
        if (victim := leader(alive)) is None:
            return
        kill(alive, victim)
        accepted, killed_at = len(self.sink.accepted) + 1, monotonic()  # one was on its way
        self.post(self.dice.sample(range(self.lanes), 3))
        wait_until(lambda: len(self.sink.accepted) > accepted, seconds=120)
        self.gaps.append(monotonic() - killed_at)
        self.start(alive)

    def freeze(self, alive: Alive) -> None:
        if victim := leader(alive):
            os.kill(victim, signal.SIGSTOP)
            sleep(self.dice.uniform(0.2, 2))
            os.kill(victim, signal.SIGCONT)

    def post(self, lanes: Iterable[int]) -> None:
        post_all([self.letter(lane) for lane in lanes])
        db.session.commit()

    def letter(self, lane: int) -> Letter:
        return letter(lane=f"lane {lane}", recipient=f"lane{lane}@example.nl", at=BEFORE)

    def waiting(self) -> int:
        ready = select(func.count()).where(OutgoingMail.state == MailState.READY)
        found = db.session.scalar(ready) or 0
        db.session.rollback()
        return found

    def nothing_due(self) -> bool:
        is_due = and_(OutgoingMail.state == MailState.READY, OutgoingMail.due_at <= now())
        open_ones = select(OutgoingMail.id).where(
            or_(OutgoingMail.state == MailState.LEASED, is_due)
        )
        found = db.session.scalars(open_ones).first() is None
        db.session.rollback()
        return found

    def figures(self) -> str:
        gaps = sorted(self.gaps)
        return (
            f"{self.kills} kills, {len(self.sink.accepted)} accepted, {repeats(self)} repeated"
            f" ({repeats(self) / max(self.kills, 1):.2f} a kill, at most {most_copies(self)}"
            f" copies), mail again after {gaps[len(gaps) // 2]:.2f} s, at most {gaps[-1]:.2f} s"
        )


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


def most_copies(storm: Storm) -> int:
    return max(Counter(storm.sink.accepted).values())
