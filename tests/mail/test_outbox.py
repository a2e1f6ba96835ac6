from datetime import timedelta

import pytest
from sqlalchemy import select

from program.core.db import db
from program.core.errors import Refusal
from program.mail import outbox
from program.mail.actions import release_held, retry
from program.mail.models import MailState, OutgoingMail
from program.mail.outcome import SENT, Kind, Outcome
from program.mail.queries import unsent_held
from tests.factories import MONDAY_9H
from tests.mail.letters import posted

pytestmark = pytest.mark.usefixtures("each_app")

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
BUSY = Outcome(Kind.LATER, "451 busy", 451)
UNKNOWN = Outcome(Kind.NEVER, "550 unknown", 550)
POLICY = Outcome(Kind.POLICY, "550 5.7.1 no", 550)


def claim(*, me: str = "me", later: timedelta = timedelta(0)) -> OutgoingMail | None:
    outbox.take_back_stranded("nobody", at=MONDAY_9H + later)
    claimed = outbox.claim(me=me, at=MONDAY_9H + later)
    db.session.commit()
    return db.session.get_one(OutgoingMail, claimed.mail_id) if claimed else None


def settle(
    mail: OutgoingMail, outcome: Outcome, *, me: str = "me", later: timedelta = timedelta(0)
) -> MailState | None:
    state = outbox.settle(mail.id, outcome, me=me, at=MONDAY_9H + later)
    db.session.commit()
    return state


def states() -> list[MailState]:
    return list(db.session.scalars(select(OutgoingMail.state).order_by(OutgoingMail.id)))


def test_what_is_urgent_leaves_first_then_what_is_due_longest() -> None:
    late = posted(due_at=MONDAY_9H + SECOND)
    early = posted()
    urgent = posted(priority=1, due_at=MONDAY_9H + 2 * SECOND)
    posted(due_at=MONDAY_9H + HOUR)

    assert [claim(later=MINUTE) for _ in range(4)] == [urgent, early, late, None]


def test_a_message_that_is_being_sent_is_nobody_elses() -> None:
    mail = posted()

    assert claim(me="one") == mail
    assert claim(me="two") is None
    assert settle(mail, SENT, me="two") is None
    assert settle(mail, SENT, me="one") is MailState.SENT
    assert mail.sent_at == MONDAY_9H


def test_an_expired_lease_is_taken_back_and_its_old_holder_has_no_say() -> None:
    mail = posted()
    claim(me="dead")

    assert claim(me="new", later=outbox.LEASE) is None
    assert claim(me="new", later=outbox.LEASE + SECOND) == mail
    assert settle(mail, UNKNOWN, me="dead") is None
    assert settle(mail, SENT, me="new") is MailState.SENT
    assert mail.attempts == 2


def test_a_runner_takes_back_what_it_does_not_know_it_holds() -> None:
    mail = posted()
    claim(me="one")

    outbox.take_back_stranded("one", at=MONDAY_9H)

    assert claim(me="one") == mail


def test_the_leases_of_the_dead_are_taken_back_at_once_and_no_others() -> None:
    mail, other = posted(), posted()
    claim(me="dead")
    claim(me="elsewhere")
    assert outbox.holders() == {"dead", "elsewhere"}

    outbox.take_back_from({"dead"}, at=MONDAY_9H)

    assert claim(me="new") == mail
    assert claim(me="new") is None
    assert settle(other, SENT, me="elsewhere") is MailState.SENT


def test_several_are_leased_together_one_of_each_lane() -> None:
    older, newer, other = posted(lane="a"), posted(lane="a"), posted()

    leased = outbox.claim_some(me="me", at=MONDAY_9H, limit=8)
    db.session.commit()

    assert [mail.mail_id for mail in leased] == [newer.id, other.id]
    db.session.refresh(older)
    assert older.state is MailState.SUPERSEDED


def test_what_was_leased_and_not_tried_is_given_back_as_it_was() -> None:
    mail = posted()
    claim()

    outbox.give_back([mail.id], me="me")
    db.session.commit()

    db.session.refresh(mail)
    assert (mail.state, mail.attempts) == (MailState.READY, 0)


def test_a_lease_is_kept_by_its_holder_only() -> None:
    mail = posted()
    claim()

    assert outbox.keep([mail.id], me="other", at=MONDAY_9H) == set()
    assert outbox.keep([mail.id], me="me", at=MONDAY_9H + outbox.LEASE) == {mail.id}
    assert claim(me="new", later=outbox.LEASE + SECOND) is None


def test_mail_posted_by_a_clock_that_is_ahead_leaves_at_once() -> None:
    mail = posted(at=MONDAY_9H + HOUR)
    posted(at=MONDAY_9H, due_at=MONDAY_9H + MINUTE)

    assert [claim(), claim()] == [mail, None]


def test_a_newer_message_makes_the_older_ones_of_its_lane_needless() -> None:
    posted(lane="a")
    posted(lane="a")
    newest = posted(lane="a")
    other = posted()

    assert [claim(), claim()] == [newest, other]
    assert states() == ["superseded", "superseded", "leased", "leased"]


def test_a_newer_message_that_is_not_due_yet_does_not_hold_back_the_older() -> None:
    older = posted(lane="a")
    posted(lane="a", due_at=MONDAY_9H + HOUR)

    assert claim() == older


def test_a_newer_message_waits_for_the_older_one_that_is_being_sent() -> None:
    older = posted(lane="a")
    assert claim() == older
    newer = posted(lane="a")

    assert claim() is None
    settle(older, SENT)
    assert claim() == newer


def test_an_older_message_that_failed_is_not_tried_again_after_a_newer_one() -> None:
    older = posted(lane="a")
    claim()
    settle(older, BUSY)
    newer = posted(lane="a")

    assert claim() == newer
    settle(newer, SENT)
    assert claim(later=HOUR) is None
    assert states() == ["superseded", "sent"]


def test_a_cancellation_of_what_never_left_does_not_leave_either() -> None:
    posted(lane="a")
    posted(lane="a")
    posted(lane="a", needless_if_unsent=True)

    assert claim() is None
    assert states() == ["superseded"] * 3


@pytest.mark.parametrize("outcome", [SENT, BUSY, UNKNOWN])
def test_a_cancellation_of_what_may_have_arrived_leaves(outcome: Outcome) -> None:
    invitation = posted(lane="a")
    claim()
    settle(invitation, outcome)
    cancellation = posted(lane="a", needless_if_unsent=True)

    assert claim() == cancellation


def test_a_refused_address_is_dead_and_its_reason_kept() -> None:
    mail = posted()
    claim()

    assert settle(mail, UNKNOWN) is MailState.DEAD
    assert mail.error == "550 unknown"
    assert claim(later=100 * HOUR) is None


def test_a_busy_server_is_asked_again_with_growing_waits_for_three_days() -> None:
    mail = posted()
    passed = timedelta(0)
    for tries in range(10):
        assert claim(later=passed) == mail
        assert settle(mail, BUSY, later=passed) is MailState.READY
        wait = mail.due_at - MONDAY_9H - passed
        assert wait <= min(2**tries * MINUTE, HOUR)
        passed += wait

    assert claim(later=timedelta(days=3)) == mail
    assert settle(mail, BUSY, later=timedelta(days=3)) is MailState.DEAD


def test_trouble_with_the_way_out_costs_no_attempt() -> None:
    mail = posted()
    claim()

    assert settle(mail, Outcome(Kind.TROUBLE, "connection refused")) is MailState.READY
    assert (mail.attempts, mail.due_at) == (0, MONDAY_9H)


def test_a_policy_against_all_mail_kills_no_message() -> None:
    mail = posted()
    for hours in range(20):
        assert claim(later=hours * HOUR) == mail
        assert settle(mail, POLICY, later=hours * HOUR) is MailState.READY
    assert mail.attempts == 0


def test_a_policy_against_one_address_kills_only_its_message() -> None:
    refused, fine = posted(priority=1), posted()
    assert claim() == refused
    settle(refused, POLICY)
    assert claim() == fine
    settle(fine, SENT, later=SECOND)

    assert claim(later=HOUR) == refused
    assert settle(refused, POLICY, later=HOUR) is MailState.DEAD


def test_a_message_that_kills_its_runner_again_and_again_has_to_wait() -> None:
    mail = posted()
    for _ in range(outbox.CRASHES_AT_ONCE):
        assert claim() == mail
        outbox.take_back_from({"me"}, at=MONDAY_9H)
    assert claim() == mail

    outbox.take_back_from({"me"}, at=MONDAY_9H)

    assert mail.due_at > MONDAY_9H


def test_what_waits_after_a_restore_leaves_when_a_person_says_so() -> None:
    mail = posted()
    db.session.execute(unsent_held())
    assert claim() is None

    assert release_held(by=None) == 1
    db.session.commit()

    assert claim() == mail


def test_what_a_restore_holds_may_have_left_so_its_cancellation_does() -> None:
    posted(lane="a")
    db.session.execute(unsent_held())
    cancellation = posted(lane="a", needless_if_unsent=True)

    assert claim() == cancellation
    assert states() == ["superseded", "leased"]


def test_a_refused_message_can_be_tried_again_until_a_newer_one_is_there() -> None:
    mail = posted(lane="a")
    with pytest.raises(Refusal, match="niet geweigerd"):
        retry(mail.id, by=None, at=MONDAY_9H)
    claim()
    settle(mail, UNKNOWN)

    retry(mail.id, by=None, at=MONDAY_9H)
    assert claim() == mail
    settle(mail, UNKNOWN)
    posted(lane="a")
    with pytest.raises(Refusal, match="nieuwer bericht"):
        retry(mail.id, by=None, at=MONDAY_9H)
