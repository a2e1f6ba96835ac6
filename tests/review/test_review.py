"""What a person decides about messages that no rule can."""

from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from program.accounts.models import Person, Role
from program.core.audit import AuditEntry
from program.core.db import db
from program.core.errors import Refusal
from program.invitations.actions import receive
from program.invitations.itip import bounce_address
from program.invitations.models import Answer, InvitationState, PartStat
from program.invitations.replies.message import octets
from program.jobs.housekeeping import tidy_up
from program.mail.actions import post, retry, retry_all
from program.mail.models import IncomingMail, MailState, OutgoingMail, SuspendedAddress
from program.review.actions import decide
from program.review.jobs import suspend_refusing
from tests.catchup.scene import LATER, SOON, Scene, invited, make_scene, seated
from tests.conftest import sign_in
from tests.factories import grant, make_person
from tests.invitations.incoming import VOUCHED, Reply, plain, undelivered
from tests.invitations.letters import calendar_in

STAMP = LATER.strftime("%Y%m%dT%H%M%SZ")
CANARY = "kanarie-4711"
DAY = timedelta(days=1)


@pytest.fixture
def scene(app: Flask) -> Scene:
    assert app.testing
    return make_scene()


def reply(scene: Scene, **given: Any) -> Reply:
    mine = invited(scene.days[0], scene.groups[0][0])
    good = VOUCHED.replace("enschede.example", mine.address.rpartition("@")[2])
    return replace(Reply(mine.uid, mine.address, stamp=STAMP, headers=good), **given)


def arrived(raw: bytes) -> IncomingMail:
    receive(raw, via="command", at=LATER)
    db.session.commit()
    return db.session.scalars(select(IncomingMail).order_by(IncomingMail.id.desc())).first()  # type: ignore[return-value]


def decided(mail: IncomingMail, press: str, scene: Scene) -> str:
    said = decide(mail.id, press, by=scene.trainer.id, at=LATER)
    db.session.commit()
    return said


def counter(scene: Scene) -> IncomingMail:
    """To the Thursday after, as the sample message says: 8:30 UTC, whatever the session."""
    return arrived(reply(scene, method="COUNTER", comment=CANARY).google())


def page(app: Flask, scene: Scene) -> str:
    return sign_in(app, scene.trainer).get("/review").text


def test_an_alias_that_is_counted_is_the_answer_of_who_was_invited(
    app: Flask, scene: Scene
) -> None:
    mail = arrived(reply(scene, address="noor@thuis.example", partstat="DECLINED").exchange())
    shown = page(app, scene)

    decided(mail, "declined", scene)

    assert "noor@thuis.example" in shown
    assert "Telt als: komt niet" in shown
    assert invited(scene.days[0], scene.groups[0][0]).partstat is PartStat.DECLINED
    assert "noor@thuis.example" not in page(app, scene)


def test_an_alias_that_is_refused_changes_nothing(scene: Scene) -> None:
    mail = arrived(reply(scene, address="noor@thuis.example").exchange())

    decided(mail, "refuse", scene)

    assert invited(scene.days[0], scene.groups[0][0]).partstat is PartStat.NEEDS_ACTION
    assert db.session.scalars(select(Answer)).all() == []


def test_a_message_is_decided_about_once(scene: Scene) -> None:
    mail = arrived(reply(scene, address="noor@thuis.example").exchange())
    decided(mail, "refuse", scene)

    with pytest.raises(Refusal, match="al over dit bericht beslist"):
        decided(mail, "accepted", scene)


def test_a_decision_is_in_the_journal(scene: Scene) -> None:
    mail = arrived(plain("Hoi"))
    decided(mail, "done", scene)

    row = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "mail.reviewed")).one()
    assert (row.object, row.result, row.actor) == (
        f"incoming:{mail.id}", "done", f"person:{scene.trainer.id}",
    )  # fmt: skip


def test_another_time_that_is_taken_moves_the_draft_only(app: Flask, scene: Scene) -> None:
    scene.cohort.starts_on = scene.cohort.starts_on.replace(year=2027)
    db.session.commit()
    mail = counter(scene)
    shown = page(app, scene)

    decided(mail, "move", scene)

    assert "donderdag 14 januari 2027" in shown
    db.session.refresh(scene.days[0])
    assert scene.days[0].starts_at.isoformat() == "2027-01-14T08:30:00+00:00"
    assert scene.days[0].published is not None
    assert scene.days[0].published.starts_at.year == 2030


def test_what_another_time_does_to_others_is_shown_before(app: Flask, scene: Scene) -> None:
    counter(scene)  # the day lies before the cohort begins; and a trainer cannot be in two places
    scene.days[1].starts_at = scene.days[0].starts_at.replace(year=2027, day=14, hour=8)
    scene.days[1].ends_at = scene.days[1].starts_at + timedelta(hours=4)
    db.session.commit()

    shown = page(app, scene)

    assert "Wat verplaatsen zou doen" in shown
    assert "kan niet" in shown


def test_another_time_that_is_refused_is_answered_as_the_standard_says(scene: Scene) -> None:
    mail = counter(scene)

    decided(mail, "refuse", scene)

    mine = invited(scene.days[0], scene.groups[0][0])
    letter = db.session.scalars(
        select(OutgoingMail).where(OutgoingMail.key == f"decline-counter:{mail.id}")
    ).one()
    lines = calendar_in(letter.content).replace(b"\r\n ", b"").decode().split("\r\n")
    assert "METHOD:DECLINECOUNTER" in lines
    assert f"UID:{mine.uid}" in lines
    assert "SEQUENCE:0" in lines
    assert b"text/calendar; charset=utf-8; method=DECLINECOUNTER" in letter.content
    assert letter.recipient == mine.address


def delegated(scene: Scene, to: Person) -> IncomingMail:
    raw = reply(scene, partstat="DELEGATED").thunderbird()
    named = f';PARTSTAT=DELEGATED;DELEGATED-TO="mailto:{to.email}":'.encode()
    return arrived(raw.replace(b";PARTSTAT=DELEGATED:", named))


def test_a_seat_that_is_handed_over_is_told_to_both(each_app: Flask) -> None:
    assert each_app.testing
    scene = make_scene()
    old, new = scene.groups[0][0], scene.groups[1][0]
    mail = delegated(scene, new)

    decided(mail, "hand-over", scene)

    assert new.id in seated(scene.days[0])
    assert old.id not in seated(scene.days[0])
    assert invited(scene.days[0], old).state is InvitationState.CANCELLED
    assert invited(scene.days[0], new).state is InvitationState.INVITED


def test_a_seat_for_somebody_who_takes_no_part_is_refused(scene: Scene) -> None:
    mail = delegated(scene, make_person(email="vreemd@elders.example"))

    with pytest.raises(Refusal):
        decided(mail, "hand-over", scene)


def test_what_could_not_be_read_can_be_fetched_and_put_away(app: Flask, scene: Scene) -> None:
    grant(scene.trainer, Role.PLANNER, scene.cohort.organisation)
    mail = arrived(b"dit is geen bericht")
    browser = sign_in(app, scene.trainer)

    original = browser.get(f"/review/{mail.id}/original")

    assert original.data == b"dit is geen bericht"
    assert original.headers["Content-Disposition"].startswith("attachment")
    assert original.mimetype == "application/octet-stream"
    assert "dit is geen" not in browser.get("/review").text
    browser.post(f"/review/{mail.id}", data={"press": "done"})
    assert f"/review/{mail.id}" not in browser.get("/review").text


def test_the_menu_tells_how_many_wait(app: Flask, scene: Scene) -> None:
    arrived(reply(scene, address="een@thuis.example").exchange())
    arrived(reply(scene, address="twee@thuis.example").exchange())
    browser = sign_in(app, scene.trainer)

    assert ">2<span" in browser.get("/review/count").text.replace("\n", "")


def test_an_address_that_gets_no_mail_any_more_counts_in_the_menu(app: Flask, scene: Scene) -> None:
    mine = invited(scene.days[0], scene.groups[0][0])
    for address in (mine.address.lower(), "vreemd@elders.example"):
        db.session.add(SuspendedAddress(address=address, suspended_at=LATER))
    db.session.commit()

    assert ">1<span" in work(app, scene)


def test_mail_about_nobody_we_know_counts_for_planners_and_not_for_trainers(
    app: Flask, scene: Scene
) -> None:
    arrived(plain("Wie zijn jullie?"))
    assert work(app, scene) == ""

    grant(scene.trainer, Role.PLANNER, scene.cohort.organisation)
    db.session.commit()
    assert ">1<span" in work(app, scene)


def test_the_trainer_of_another_bureau_sees_none_of_it(app: Flask, scene: Scene) -> None:
    mail = arrived(reply(scene, address="een@thuis.example").exchange())
    other = sign_in(app, make_scene(sizes=(1,)).trainer)

    assert "een@thuis.example" not in other.get("/review").text
    assert other.post(f"/review/{mail.id}", data={"press": "done"}).status_code == 404


def test_who_hands_in_nothing_that_is_a_button_is_told_so(app: Flask, scene: Scene) -> None:
    mail = arrived(reply(scene, address="een@thuis.example").exchange())

    said = sign_in(app, scene.trainer).post(f"/review/{mail.id}", data={"press": "niets"})

    assert said.status_code == 422
    assert "Druk op een van de knoppen" in said.text


def everything() -> str:
    """All that the database holds, as text."""
    db.session.expire_all()
    found = []
    for table in db.metadata.sorted_tables:
        found += [repr(tuple(row)) for row in db.session.execute(select(table))]
    return "\n".join(found)


def encoded_in(text: str) -> bool:
    """Whether the canary is in it, also in the base64 of a mail."""
    mails = db.session.scalars(select(IncomingMail.content)).all()
    parts = [part for mail in mails for part in message_from_bytes(mail).walk()]
    return CANARY in text or any(CANARY.encode() in octets(part) for part in parts)


def test_after_the_session_no_word_of_a_comment_is_left_anywhere(scene: Scene) -> None:
    arrived(reply(scene, partstat="DECLINED", comment=CANARY).exchange())
    arrived(reply(scene, address="een@thuis.example", comment=CANARY).thunderbird())
    counter(scene)
    assert encoded_in(everything())

    tidy_up(scene.days[0].ends_at - timedelta(minutes=1))
    assert encoded_in(everything())
    tidy_up(scene.days[0].ends_at + timedelta(minutes=1))

    assert not encoded_in(everything())


# addresses that refuse our mail


def bounce(scene: Scene, *, n: int, status: str = "5.1.1") -> IncomingMail:
    mine = invited(scene.days[0], scene.groups[0][0])
    return arrived(
        undelivered(mine.address, to=bounce_address(mine.uid), status=status)
        + f"\r\nNumber {n}\r\n".encode()
    )


def post_one(scene: Scene, key: str) -> OutgoingMail:
    post(
        key=key, lane=key, recipient=scene.groups[0][0].email, subject="Hoi", content=b"x\r\n",
        message_id=f"{key}@example.nl", at=LATER,
    )  # fmt: skip
    db.session.commit()
    return db.session.scalars(select(OutgoingMail).where(OutgoingMail.key == key)).one()


def test_two_that_came_back_for_good_suspend_the_address(app: Flask, scene: Scene) -> None:
    before = post_one(scene, "before")
    bounce(scene, n=1)
    assert suspend_refusing(LATER) == 0
    bounce(scene, n=2)

    assert suspend_refusing(LATER) == 1

    db.session.refresh(before)
    assert before.state is MailState.DEAD
    assert post_one(scene, "after").state is MailState.DEAD
    assert scene.groups[0][0].email in page(app, scene)


def test_a_suspended_address_gets_nothing_by_trying_again_or_after_a_restore(scene: Scene) -> None:
    held = post_one(scene, "held")
    held.state = MailState.HELD
    db.session.commit()
    bounce(scene, n=1)
    bounce(scene, n=2)
    suspend_refusing(LATER)

    with pytest.raises(Refusal):
        retry(held.id, at=LATER, by=None)

    assert retry_all(OutgoingMail.id == held.id, at=LATER, by=None) == 0
    db.session.refresh(held)
    assert held.state is MailState.DEAD


def test_what_is_late_or_full_suspends_nothing(scene: Scene) -> None:
    bounce(scene, n=1, status="4.2.2")
    bounce(scene, n=2, status="4.2.2")

    assert suspend_refusing(LATER) == 0


def test_an_address_that_a_planner_resumes_gets_mail_again(app: Flask, scene: Scene) -> None:
    bounce(scene, n=1)
    bounce(scene, n=2)
    suspend_refusing(LATER)
    known = db.session.scalars(select(SuspendedAddress)).one()

    sign_in(app, scene.trainer).post(f"/review/addresses/{known.id}")
    db.session.refresh(known)
    assert known.resumed_at is not None
    known.resumed_at = LATER + timedelta(minutes=1)  # the clock of this story
    db.session.commit()

    assert post_one(scene, "after").state is MailState.READY
    assert suspend_refusing(LATER + timedelta(hours=1)) == 0


# answers that count although nobody vouches for the sender


def unvouched(scene: Scene, **given: Any) -> IncomingMail:
    return arrived(reply(scene, headers="", **given).exchange())


def work(app: Flask, scene: Scene) -> str:
    """How many things wait, as the menu says."""
    return sign_in(app, scene.trainer).get("/review/count").text.strip()


def test_an_answer_that_nobody_vouches_for_counts_and_is_no_work(app: Flask, scene: Scene) -> None:
    mail = unvouched(scene, partstat="DECLINED")
    shown = page(app, scene)

    assert (mail.applied, mail.flagged) == (True, True)
    assert "Eén antwoord telt, maar wie het stuurde staat niet vast" in shown
    assert "Dit klopt" in shown
    assert "tag warn" not in work(app, scene)


def test_one_that_is_right_is_put_away_and_stays(app: Flask, scene: Scene) -> None:
    mail = unvouched(scene, partstat="DECLINED")

    decided(mail, "right", scene)

    assert "Dit klopt" not in page(app, scene)
    assert invited(scene.days[0], scene.groups[0][0]).partstat is PartStat.DECLINED


def test_a_session_that_was_cancelled_meanwhile_is_not_refused_to_move(scene: Scene) -> None:
    mail = counter(scene)
    invited(scene.days[0], scene.groups[0][0]).state = InvitationState.CANCELLED
    db.session.commit()

    with pytest.raises(Refusal):
        decided(mail, "refuse", scene)


def test_who_is_asked_again_gets_a_new_question_and_the_old_answer_is_gone(
    app: Flask, scene: Scene
) -> None:
    mail = unvouched(scene, partstat="DECLINED")
    before = invited(scene.days[0], scene.groups[0][0])
    assert before.sequence == 0

    decided(mail, "ask-again", scene)

    mine = invited(scene.days[0], scene.groups[0][0])
    assert (mine.partstat, mine.sequence, mine.revision) == (PartStat.NEEDS_ACTION, 1, 2)
    sent = last_to(mine.address)
    lines = calendar_in(sent.content).replace(b"\r\n ", b"").decode().split("\r\n")
    assert {"METHOD:REQUEST", f"UID:{mine.uid}", "SEQUENCE:1"} <= set(lines)
    assert any("PARTSTAT=NEEDS-ACTION;RSVP=TRUE" in line for line in lines)
    assert "Dit klopt" not in page(app, scene)


def test_nobody_is_asked_again_at_an_address_that_was_corrected(scene: Scene) -> None:
    mail = unvouched(scene, partstat="DECLINED")
    scene.groups[0][0].email = "nieuw@elders.example"
    db.session.commit()

    with pytest.raises(Refusal, match="adres"):
        decided(mail, "ask-again", scene)


def test_the_old_answer_that_comes_once_more_does_not_count_then(scene: Scene) -> None:
    decided(unvouched(scene, partstat="DECLINED"), "ask-again", scene)

    again = arrived(reply(scene, partstat="DECLINED", headers="", comment="nog eens").google())

    assert not again.applied
    assert invited(scene.days[0], scene.groups[0][0]).partstat is PartStat.NEEDS_ACTION


def test_one_that_a_newer_answer_has_overtaken_is_not_shown(app: Flask, scene: Scene) -> None:
    unvouched(scene, partstat="DECLINED")
    newer = (LATER + timedelta(minutes=1)).strftime("%Y%m%dT%H%M%SZ")
    receive(reply(scene, stamp=newer).exchange(), via="lmtp", at=LATER + timedelta(minutes=2))
    db.session.commit()

    assert "Dit klopt" not in page(app, scene)


def test_one_of_a_session_that_is_over_is_not_shown(app: Flask, scene: Scene) -> None:
    unvouched(scene)
    mine = invited(scene.days[0], scene.groups[0][0])
    mine.starts_at = mine.starts_at.replace(year=2020)
    db.session.commit()

    assert "Dit klopt" not in page(app, scene)


@pytest.mark.parametrize("press", ["right", "ask-again", "send-again"])
def test_buttons_of_other_messages_do_nothing(scene: Scene, press: str) -> None:
    mail = arrived(reply(scene, address="noor@thuis.example").exchange())

    with pytest.raises(Refusal):
        decided(mail, press, scene)


# who asks for the invitation again


def last_to(address: str) -> OutgoingMail:
    found = db.session.scalars(
        select(OutgoingMail)
        .where(OutgoingMail.recipient == address)
        .order_by(OutgoingMail.id.desc())
    ).first()
    assert found
    return found


def asked(scene: Scene, *, days: float, **given: Any) -> IncomingMail:
    receive(reply(scene, method="REFRESH", **given).exchange(), via="lmtp", at=SOON + days * DAY)
    db.session.commit()
    return db.session.scalars(select(IncomingMail).order_by(IncomingMail.id.desc())).all()[0]


def test_who_asks_for_the_invitation_gets_it_with_their_answer_in_it(
    app: Flask, scene: Scene
) -> None:
    arrived(reply(scene).exchange())
    mail = asked(scene, days=2)

    mine = invited(scene.days[0], scene.groups[0][0])
    sent = last_to(mine.address)
    lines = calendar_in(sent.content).replace(b"\r\n ", b"").decode().split("\r\n")
    assert (mail.outcome, mail.applied) == ("refresh", True)
    assert {"METHOD:REQUEST", f"UID:{mine.uid}", "SEQUENCE:0"} <= set(lines)
    assert any("PARTSTAT=ACCEPTED" in line for line in lines)
    assert (sent.position, mine.revision, mine.partstat) == (2, 2, PartStat.ACCEPTED)
    assert "Vraagt opnieuw" not in page(app, scene)


def test_who_asks_twice_a_day_waits_for_a_planner(app: Flask, scene: Scene) -> None:
    first, second = asked(scene, days=2), asked(scene, days=2.5, comment="nog eens")
    mine = invited(scene.days[0], scene.groups[0][0])
    assert (first.applied, second.applied, mine.revision) == (True, False, 2)
    assert "minder dan een dag geleden" in page(app, scene)

    decided(second, "send-again", scene)

    assert invited(scene.days[0], scene.groups[0][0]).revision == 3
    assert "minder dan een dag geleden" not in page(app, scene)


def test_nobody_gets_an_invitation_by_a_message_that_nobody_vouches_for(scene: Scene) -> None:
    mail = asked(scene, days=2, headers="")

    assert not mail.applied
    assert invited(scene.days[0], scene.groups[0][0]).revision == 1


def test_what_was_cancelled_is_not_sent_again(scene: Scene) -> None:
    invited(scene.days[0], scene.groups[0][0]).state = InvitationState.CANCELLED
    db.session.commit()

    mail = asked(scene, days=2)

    assert (mail.applied, "cancelled" in mail.why) == (False, True)
    with pytest.raises(Refusal, match="geen uitnodiging meer"):
        decided(mail, "send-again", scene)
