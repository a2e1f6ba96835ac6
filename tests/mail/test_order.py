"""Whatever happens in whatever order: no older message after a newer one, none forgotten."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import delete, select

from program.core.db import db
from program.core.errors import Refusal
from program.mail import outbox
from program.mail.actions import release_held, retry
from program.mail.models import MailState, OutgoingMail
from program.mail.outbox import Claimed
from program.mail.outcome import SENT, Kind, Outcome
from program.mail.queries import unsent_held
from tests.factories import MONDAY_9H
from tests.mail.letters import posted

LANES = st.sampled_from(["a", "b"])
RUNNERS = st.sampled_from(["one", "two"])
ANSWERS = st.sampled_from(
    [SENT, SENT, *(Outcome(kind, "no") for kind in Kind if kind is not Kind.SENT)]
)


class Outbox(RuleBasedStateMachine):
    """Two runners, of which each may die, with a mail server that answers as it likes."""

    def __init__(self) -> None:
        super().__init__()
        db.session.execute(delete(OutgoingMail))
        db.session.commit()
        self.at = MONDAY_9H
        self.holds: dict[str, Claimed] = {}
        self.arrived: dict[str, list[int]] = {"a": [], "b": []}

    @rule(lane=LANES, needless=st.booleans(), later=st.sampled_from([0, 0, 30]))
    def post(self, lane: str, needless: bool, later: int) -> None:
        due_at = self.at + timedelta(minutes=later)
        posted(at=self.at, lane=lane, needless_if_unsent=needless, due_at=due_at)

    @rule(who=RUNNERS)
    def claim(self, who: str) -> None:
        if who not in self.holds:
            outbox.take_back_stranded(who, at=self.at)
            if mail := outbox.claim(me=who, at=self.at):
                assert mail.lane not in {other.lane for other in self.holds.values()}
                self.holds[who] = mail
            db.session.commit()

    @rule(who=RUNNERS, answer=ANSWERS)
    def send(self, who: str, answer: Outcome) -> None:
        if mail := self.holds.pop(who, None):
            self.deliver(mail, answer)
            assert outbox.settle(mail.mail_id, answer, me=who, at=self.at)
            db.session.commit()

    @rule(who=RUNNERS, answer=ANSWERS)
    def die_after_sending(self, who: str, answer: Outcome) -> None:
        """Its lease runs out."""
        if mail := self.holds.pop(who, None):
            self.deliver(mail, answer)
            db.session.get_one(OutgoingMail, mail.mail_id).leased_until = self.at
            db.session.commit()
            self.at += timedelta(seconds=1)

    def deliver(self, mail: Claimed, answer: Outcome) -> None:
        if answer.kind in {Kind.SENT, Kind.LATER}:  # a line that broke may have brought it over
            self.arrived[mail.lane].append(mail.position)

    @rule(minutes=st.integers(1, 90))
    def wait(self, minutes: int) -> None:
        if not self.holds:
            self.at += timedelta(minutes=minutes)

    @rule()
    def restore(self) -> None:
        if not self.holds:
            db.session.execute(unsent_held())
            db.session.commit()

    @rule()
    def release(self) -> None:
        release_held(by=None)
        db.session.commit()

    @rule()
    def retry_refused(self) -> None:
        for mail in db.session.scalars(select(OutgoingMail)).all():
            if mail.state is MailState.DEAD:
                try:
                    retry(mail.id, by=None, at=self.at)
                except Refusal:
                    continue
        db.session.commit()

    @invariant()
    def nothing_older_after_something_newer(self) -> None:
        assert all(positions == sorted(positions) for positions in self.arrived.values())

    def teardown(self) -> None:
        """With a willing server, everyone ends up knowing the newest there is to know."""
        for who, mail in self.holds.items():
            outbox.settle(mail.mail_id, SENT, me=who, at=self.at)
            self.deliver(mail, SENT)
        release_held(by=None)
        self.at += timedelta(days=1)
        outbox.take_back_stranded("one", at=self.at)
        while mail_now := outbox.claim(me="one", at=self.at):
            outbox.settle(mail_now.mail_id, SENT, me="one", at=self.at)
            self.deliver(mail_now, SENT)
        db.session.commit()
        self.nothing_older_after_something_newer()
        for lane in self.arrived:
            self.check_last_word(lane)

    def check_last_word(self, lane: str) -> None:
        mails = db.session.scalars(
            select(OutgoingMail).where(OutgoingMail.lane == lane).order_by(OutgoingMail.position)
        ).all()
        if mails and mails[-1].state is MailState.SUPERSEDED:  # needless, so nothing had arrived
            assert mails[-1].needless_if_unsent
            assert self.arrived[lane] == []
        elif mails:
            assert mails[-1].state in {MailState.SENT, MailState.DEAD}


@pytest.mark.usefixtures("app")
def test_the_outbox_keeps_its_order_and_forgets_nothing() -> None:
    run_state_machine_as_test(
        Outbox,
        settings=settings(
            max_examples=60,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
