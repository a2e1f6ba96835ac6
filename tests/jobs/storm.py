"""Runners that are killed, frozen and put in another time while they send, on a database that
crashes; and what came of it."""

import os
import random
import signal
from collections import Counter
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from time import monotonic, sleep

import psutil
from flask import Flask
from sqlalchemy import and_, func, or_, select

from program.core.clock import now
from program.core.db import db
from program.mail.actions import Letter, post_all
from program.mail.jobs import deliver_due
from program.mail.models import MailState, OutgoingMail
from tests.factories import MONDAY_9H
from tests.jobs.crashing import crash_and_restart
from tests.jobs.hasty import LEASE
from tests.jobs.processes import Alive, Nest, ended, kill, leader, wait_until
from tests.mail.letters import letter
from tests.mail.sink import Sink

BEFORE = MONDAY_9H.replace(year=2020)
FAKETIME = next(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"), None)
HOUR, DAY = 3600, 86400
SESSIONS = 14


@dataclass
class Storm:
    """`hits` times something happens to the runner that sends; most times it is killed."""

    app: Flask
    sink: Sink
    lanes: int  # people times sessions
    hits: int
    freezes: int = 0
    crashes: int = 0  # of the database
    moves: int = 0  # of one session of everybody
    runners: int = 2
    clock: Path | None = None  # says how far every other runner's clock is off; it jumps about
    dice: random.Random = field(default_factory=lambda: random.Random(7))  # noqa: S311
    killed_at: list[float] = field(default_factory=list)
    thawed: int = 0  # of the frozen ones
    after_kills: list[float] = field(default_factory=list)  # seconds without mail
    after_freezes: list[float] = field(default_factory=list)
    after_crashes: list[float] = field(default_factory=list)
    started: int = 0
    nests: list[Nest] = field(default_factory=list)
    ended: list[int] = field(default_factory=list)  # though we did not kill them

    def rage(self) -> None:
        self.post(range(self.lanes))
        with self.hatching() as alive:
            for _ in range(self.runners):
                self.start(alive)
            moves = set(self.dice.sample(range(self.hits), self.moves))
            for n, what in enumerate(self.plan()):
                self.hit(alive, what, moves=n in moves)
            wait_until(self.nothing_due, seconds=600)
            self.ended = ended(alive)
        deliver_due(now() + timedelta(days=3))  # what was hit so often that it has to wait

    def plan(self) -> list[str]:
        kills = self.hits - self.freezes - self.crashes
        plan = ["crash"] * self.crashes + ["freeze"] * self.freezes + ["kill"] * kills
        self.dice.shuffle(plan)
        return plan

    def start(self, alive: Alive) -> None:
        runner = self.nests[self.started % len(self.nests)]()
        self.started += 1
        alive[runner.pid] = runner

    @contextmanager
    def hatching(self) -> Generator[Alive]:
        self.nests = [Nest(self.app)]
        if self.clock:
            self.jump()
            ahead = {"LD_PRELOAD": str(FAKETIME), "FAKETIME": "+1h"} if FAKETIME else {}
            self.nests.append(Nest(self.app, CLOCK_FILE=str(self.clock), **ahead))
        try:
            yield {}
        finally:
            for nest in self.nests:
                nest.close()

    def jump(self) -> None:
        """In the midst of its work, as when the time of a machine is set."""
        if self.clock:
            seconds = self.dice.choice([HOUR, HOUR, HOUR, -HOUR, DAY, -DAY])
            new = self.clock.with_suffix(".new")
            new.write_text(f"{seconds:+d}\n")
            new.rename(self.clock)

    def hit(self, alive: Alive, what: str, *, moves: bool) -> None:
        if self.waiting() < 60:
            self.post(range(self.lanes))
        if moves:
            self.move()
        self.wait_for_mail(alive)
        sleep(self.dice.uniform(0, 0.3))
        self.jump()
        if what == "crash":
            self.after_crashes.append(self.mail_again(self.crash))
        elif victim := leader(alive):
            self.freeze(alive, victim) if what == "freeze" else self.kill(alive, victim)

    def wait_for_mail(self, alive: Alive) -> None:
        """By one of ours that leads."""
        accepted = len(self.sink.accepted)
        wait_until(lambda: leader(alive) and len(self.sink.accepted) > accepted, seconds=120)

    def kill(self, alive: Alive, pid: int) -> None:
        self.killed_at.append(monotonic())
        self.after_kills.append(self.mail_again(lambda: kill(alive, pid)))
        self.start(alive)

    def crash(self) -> None:
        self.killed_at.append(monotonic())
        crash_and_restart()

    def freeze(self, alive: Alive, pid: int) -> None:
        """Until another has taken over and all it held has run out; then it wakes, if it lives."""
        self.after_freezes.append(self.mail_again(lambda: os.kill(pid, signal.SIGSTOP)))
        sleep(LEASE + self.dice.uniform(-1, 1))
        if psutil.pid_exists(pid):
            os.kill(pid, signal.SIGCONT)
            self.thawed += 1
        else:
            alive.pop(pid)
            self.start(alive)

    def mail_again(self, happens: Callable[[], object]) -> float:
        """Seconds from then until mail flows."""
        since = monotonic()
        happens()
        accepted = len(self.sink.accepted) + 1  # one was on its way
        self.post(self.dice.sample(range(self.lanes), 3))
        wait_until(lambda: len(self.sink.accepted) > accepted, seconds=120)
        return monotonic() - since

    def move(self) -> None:
        people = self.lanes // SESSIONS
        first = self.dice.randrange(SESSIONS) * people
        self.post(range(first, first + people))

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
        return (
            f"{len(self.after_kills)} kills, {len(self.after_freezes)} freezes"
            f" ({self.thawed} woke later), {len(self.after_crashes)} crashes of the database;"
            f" {len(self.sink.accepted)} accepted, {repeats(self)} repeated"
            f" ({repeats(self) / max(self.hits, 1):.3f} a hit, at most {most_copies(self)} copies;"
            f" {known_to_none(self)} accepted when the sender was dead already);"
            f" mail again after kills {_spread(self.after_kills)},"
            f" freezes {_spread(self.after_freezes)}, crashes {_spread(self.after_crashes)};"
            f" ended by themselves {self.ended}"
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
    if db.engine.dialect.name == "postgresql":  # on SQLite who is silent for long is killed
        assert storm.ended == []


def repeats(storm: Storm) -> int:
    return sum(times - 1 for times in Counter(storm.sink.accepted).values())


def most_copies(storm: Storm) -> int:
    return max(Counter(storm.sink.accepted).values())


def known_to_none(storm: Storm) -> int:
    """Of the repeated ones, those that the server accepted after their sender was killed: nothing
    that a sender does could tell the next one."""
    times = Counter(storm.sink.accepted)
    first: dict[tuple[str, bytes], float] = {}
    for message, at in zip(storm.sink.accepted, storm.sink.accepted_at, strict=True):
        if times[message] > 1:
            first.setdefault(message, at)
    return sum(any(0 <= at - killed < 1 for killed in storm.killed_at) for at in first.values())


def _spread(seconds: list[float]) -> str:
    if not seconds:
        return "-"
    ordered = sorted(seconds)
    median, most = ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.95)]
    return f"{median:.2f} s (95 % {most:.2f}, at most {ordered[-1]:.2f})"
