"""Delivers what is due, one message at a time, until there is no more or it has to stop."""

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from functools import partial
from threading import Event
from typing import TypeVar
from uuid import uuid4

import structlog
from flask import current_app
from sqlalchemy.exc import InterfaceError, OperationalError

from program.core.audit import record
from program.core.clock import awake
from program.core.db import db, reading
from program.mail import channel, outbox
from program.mail.models import Channel, MailState
from program.mail.notes import notes
from program.mail.outbox import Claimed
from program.mail.outcome import SENT, Kind, Outcome
from program.mail.transport import Transport, transport_of

LONGEST_NAP = timedelta(seconds=3)  # for a token; for longer, the next tick comes back
PER_COMMIT = 100  # into our own mailbox, where nothing can happen between handing over and marking
AT_ONCE = 8  # leased together; each is marked by itself, right after the server's yes
SLOW = 0.5  # seconds for a message, from which on an urgent one would wait too long for eight
CERTAIN = 5.0  # seconds after which I may have been asleep, so I ask whether a lease is still mine
PATIENCE = (0.2, 0.5, 1, 2, 5, 10, 10, 30)  # seconds, with a database that is away
ABOUT_THE_CHANNEL = {Kind.POLICY, Kind.TROUBLE}

log = structlog.get_logger()
Made = TypeVar("Made")


def deliver_due(
    now: datetime | None = None, *, me: str | None = None, stop: Event | None = None
) -> Counter[Kind]:
    """Send what is due and count what came of it. `now` sets the clock still, for tests."""
    transport = transport_of(current_app.config)
    turn = _Round(transport, _Clock(now), me or uuid4().hex, stop or Event())
    if now is not None:
        turn.longest_nap = timedelta(0)
    return turn.go()


def inherit(owners: Collection[str]) -> None:
    """Take over from runners that are dead: what they leased, and what they noted as sent."""
    at = outbox.shared_clock()
    note = notes().last()
    if note is not None and note[0] in owners:
        outbox.settle(note[1], SENT, me=note[0], at=at)
    outbox.take_back_from(owners, at=at)
    db.session.commit()


class _Clock:
    """The shared one; between two looks at it our own stopwatch says how long ago that was."""

    def __init__(self, still: datetime | None) -> None:
        self._still = still
        self._read, self._read_at = still, 0.0

    def now(self) -> datetime:
        if self._still is not None:
            return self._still
        self._read, self._read_at = outbox.shared_clock(), awake()
        return self._read

    def about_now(self) -> datetime:
        """Without a question to the database."""
        if self._still is not None or self._read is None:
            return self.now()
        return self._read + timedelta(seconds=awake() - self._read_at)


class _Round:
    """One go at the outbox."""

    def __init__(self, transport: Transport, clock: _Clock, me: str, stop: Event) -> None:
        self.transport, self.clock, self.me, self.stop = transport, clock, me, stop
        self.per_minute: float = current_app.config["MAIL_PER_MINUTE"]
        self.outcomes: Counter[Kind] = Counter()
        self.longest_nap = LONGEST_NAP
        self.notes = notes()
        self.at_once = 1
        self.troubled = False
        self.certain_at = 0.0

    def go(self) -> Counter[Kind]:
        try:
            return self._go()
        finally:
            if self.stop.is_set():
                self.transport.close()

    def _go(self) -> Counter[Kind]:
        if not self._anything_due():
            self.transport.rest()
            return self.outcomes
        outbox.take_back_stranded(self.me, at=self.clock.now())
        if self.transport.is_local:
            self._into_our_mailbox()
        else:
            self._out_of_the_door()
        if self.outcomes:
            log.info("mail_delivered", **{kind.value: n for kind, n in self.outcomes.items()})
        return self.outcomes

    def _anything_due(self) -> bool:
        """Asked each second, so without queueing for the right to write."""
        with reading():
            due = outbox.anything_due(me=self.me, at=self.clock.now())
            db.session.rollback()
        return due

    def _into_our_mailbox(self) -> None:
        more = True
        while more and not self.stop.is_set():
            more = all(self._put_in_mailbox() for _ in range(PER_COMMIT))
            db.session.commit()

    def _put_in_mailbox(self) -> bool:
        mail = outbox.claim(me=self.me, at=self.clock.now())
        if mail is not None:
            self._settle(mail.mail_id, self.transport.send(mail.sender, mail.recipient, b""))
        return mail is not None

    def _out_of_the_door(self) -> None:
        while mails := self._surely(self._next):
            started = awake()
            self.certain_at = started
            self._send_each(mails)
            slow = awake() - started > SLOW * len(mails)
            self.at_once = 1 if self.per_minute or slow else AT_ONCE

    def _send_each(self, mails: Sequence[Claimed]) -> None:
        """Each is marked before the next one leaves, so a crash repeats one message at most."""
        for n, mail in enumerate(mails):
            left = [each.mail_id for each in mails[n:]]
            outcome = self.transport.send(
                mail.sender, mail.recipient, mail.content, partial(self._still_mine, left)
            )
            if outcome.kind is Kind.SENT:
                self.notes.write(self.me, mail.mail_id)
            self._surely(partial(self._settled, mail.mail_id, outcome))
            if outcome.kind in ABOUT_THE_CHANNEL or self.stop.is_set():
                self._surely(partial(self._given_back, left[1:]))
                break

    def _still_mine(self, mail_ids: Sequence[int]) -> bool:
        """Asked right before the text leaves. A runner that was frozen finds its leases gone."""
        if awake() - self.certain_at < CERTAIN:
            return True
        kept = self._surely(partial(self._kept, mail_ids))
        return mail_ids[0] in kept

    def _kept(self, mail_ids: Sequence[int]) -> set[int]:
        asked_at = awake()
        kept = outbox.keep(mail_ids, me=self.me, at=self.clock.now())
        db.session.commit()
        if len(kept) == len(mail_ids):
            self.certain_at = asked_at
        return kept

    def _given_back(self, mail_ids: Sequence[int]) -> None:
        outbox.give_back(mail_ids, me=self.me)
        db.session.commit()

    def _settled(self, mail_id: int, outcome: Outcome) -> None:
        self._settle(mail_id, outcome)
        db.session.commit()

    def _settle(self, mail_id: int, outcome: Outcome) -> None:
        at = self.clock.about_now()
        state = outbox.settle(mail_id, outcome, me=self.me, at=at)
        if state is None:
            log.warning("mail_lease_lost", mail=mail_id)
            return
        if state is MailState.DEAD:
            record("mail.refused", f"mail:{mail_id}", by=None, origin="runner", result="dead")
        self._tell_channel(outcome, at)
        self.outcomes[outcome.kind] += 1
        if outcome.kind is not Kind.SENT:
            log.info("mail_not_sent", mail=mail_id, outcome=outcome.kind, state=state)

    def _tell_channel(self, outcome: Outcome, at: datetime) -> None:
        if outcome.kind in ABOUT_THE_CHANNEL:
            channel.close_for_trouble(channel.channel(), at, outcome.reason)
            log.warning("mail_paused", outcome=outcome.kind, code=outcome.code)
        elif outcome.kind is Kind.SENT and self.troubled:
            channel.reopen_after_trouble(channel.channel())
            self.troubled = False

    def _next(self) -> list[Claimed]:
        while not self.stop.is_set():
            at = self.clock.now()
            way = channel.channel()
            wait = channel.wait_for(way, at, self.per_minute)
            if not wait:
                return self._claim(way, at)
            db.session.commit()
            if wait > self.longest_nap or self.stop.wait(wait.total_seconds()):
                return []
        db.session.commit()
        return []

    def _claim(self, way: Channel, at: datetime) -> list[Claimed]:
        mails = outbox.claim_some(me=self.me, at=at, limit=self.at_once)
        if mails:
            channel.spend(way, at, self.per_minute)
        self.troubled = bool(way.troubles)
        db.session.commit()
        return mails

    def _surely(self, step: Callable[[], Made]) -> Made:
        """A database that is away for a moment must not make us forget what a server said."""
        for pause in PATIENCE:
            try:
                return step()
            except (InterfaceError, OperationalError):
                db.session.rollback()
                log.warning("mail_waits_for_database", seconds=pause)
                self.stop.wait(pause)
        return step()
