"""Delivers what is due, one message at a time, until there is no more or it has to stop."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from threading import Event
from typing import TypeVar
from uuid import uuid4

import structlog
from flask import current_app
from sqlalchemy.exc import InterfaceError, OperationalError

from program.core.audit import record
from program.core.db import db, reading
from program.mail import channel, outbox
from program.mail.models import Channel, MailState
from program.mail.outbox import Claimed
from program.mail.outcome import Kind, Outcome
from program.mail.transport import Transport, transport_for

LONGEST_NAP = timedelta(seconds=3)  # for a token; for longer, the next tick comes back
PER_COMMIT = 100  # into our own mailbox, where nothing can happen between handing over and marking
PATIENCE = (0.2, 0.5, 1, 2, 5, 10, 10, 30)  # seconds, with a database that is away

log = structlog.get_logger()
Made = TypeVar("Made")


def deliver_due(
    now: datetime | None = None, *, me: str | None = None, stop: Event | None = None
) -> Counter[Kind]:
    """Send what is due and count what came of it. `now` sets the clock still, for tests."""
    transport = transport_for(current_app.config["MAIL_URL"])
    clock = outbox.shared_clock if now is None else lambda: now
    turn = _Round(transport, clock, me or uuid4().hex, stop or Event())
    if now is not None:
        turn.longest_nap = timedelta(0)
    return turn.go()


class _Round:
    """One go at the outbox."""

    def __init__(
        self, transport: Transport, clock: Callable[[], datetime], me: str, stop: Event
    ) -> None:
        self.transport, self.clock, self.me, self.stop = transport, clock, me, stop
        self.per_minute: float = current_app.config["MAIL_PER_MINUTE"]
        self.outcomes: Counter[Kind] = Counter()
        self.longest_nap = LONGEST_NAP

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
        outbox.take_back_stranded(self.me, at=self.clock())
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
            due = outbox.anything_due(me=self.me, at=self.clock())
            db.session.rollback()
        return due

    def _into_our_mailbox(self) -> None:
        more = True
        while more and not self.stop.is_set():
            more = all(self._put_in_mailbox() for _ in range(PER_COMMIT))
            db.session.commit()

    def _put_in_mailbox(self) -> bool:
        mail = outbox.claim(me=self.me, at=self.clock())
        if mail is not None:
            self._settle(mail.mail_id, self.transport.send(mail.sender, mail.recipient, b""))
        return mail is not None

    def _out_of_the_door(self) -> None:
        mail = self._surely(self._next)
        while mail is not None:
            outcome = self.transport.send(mail.sender, mail.recipient, mail.content)
            mail = self._surely(partial(self._settle_and_next, mail.mail_id, outcome))

    def _settle_and_next(self, mail_id: int, outcome: Outcome) -> Claimed | None:
        """One commit for the end of one message and the start of the next."""
        self._settle(mail_id, outcome)
        return self._next()

    def _settle(self, mail_id: int, outcome: Outcome) -> None:
        at = self.clock()
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
        if self.transport.is_local or outcome.kind in {Kind.LATER, Kind.NEVER}:
            return
        way = channel.channel()
        if outcome.kind is not Kind.SENT:
            channel.close_for_trouble(way, at, outcome.reason)
            log.warning("mail_paused", outcome=outcome.kind, code=outcome.code)
        elif way.troubles:
            channel.reopen(way)

    def _next(self) -> Claimed | None:
        while not self.stop.is_set():
            at = self.clock()
            way = channel.channel()
            wait = channel.wait_for(way, at, self.per_minute)
            if not wait:
                return self._claim(way, at)
            db.session.commit()
            if wait > self.longest_nap or self.stop.wait(wait.total_seconds()):
                return None
        db.session.commit()
        return None

    def _claim(self, way: Channel, at: datetime) -> Claimed | None:
        mail = outbox.claim(me=self.me, at=at)
        if mail is not None:
            channel.spend(way, at, self.per_minute)
        db.session.commit()
        return mail

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
