"""What comes of one raw message, from the octets to the invitation."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from program.core.db import db
from program.invitations.actions import Received, receive
from program.invitations.models import Answer, PartStat
from program.mail.models import IncomingMail, OutgoingMail
from tests.invitations.cohort import SOON, Scene, invitation, last_mail, make_scene
from tests.invitations.incoming import VOUCHED, Reply, crlf, plain, undelivered

pytestmark = pytest.mark.usefixtures("each_app")

LATER = SOON + timedelta(hours=1)
STAMP = LATER.strftime("%Y%m%dT%H%M%SZ")


@pytest.fixture
def scene(each_app: object) -> Scene:
    assert each_app
    found = make_scene(people=2, meetings=1)
    found.people[0].email = "n.ozturk@enschede.example"
    found.publish()
    return found


def reply_of(scene: Scene, **given: str | int) -> Reply:
    invited = invitation(scene.meetings[0], scene.people[0])
    return replace(Reply(invited.uid, invited.address, stamp=STAMP), **given)  # type: ignore[arg-type]


def received(raw: bytes) -> Received:
    found = receive(raw, via="command", at=LATER)
    db.session.commit()
    return found


def partstat(scene: Scene) -> PartStat:
    return invitation(scene.meetings[0], scene.people[0]).partstat


@pytest.mark.parametrize("program", ["exchange", "google", "apple"])
def test_an_answer_from_any_mail_program_counts(scene: Scene, program: str) -> None:
    found = received(getattr(reply_of(scene), program)())

    assert (found.outcome, found.applied, found.flagged) == ("answer", True, False)
    assert (found.partstat, found.why) == ("ACCEPTED", "It counts.")
    assert partstat(scene) == PartStat.ACCEPTED


def test_a_decline_keeps_its_comment(scene: Scene) -> None:
    received(reply_of(scene, partstat="DECLINED", comment="Raad").exchange())

    assert partstat(scene) == PartStat.DECLINED
    assert db.session.scalars(select(Answer.comment)).all() == ["Raad"]


def test_the_same_message_twice_counts_once(scene: Scene) -> None:
    raw = reply_of(scene).exchange()
    received(raw)

    again = received(raw)

    assert (again.outcome, again.applied) == ("answer", False)
    assert db.session.scalar(select(func.count()).select_from(Answer)) == 1
    assert db.session.scalar(select(func.count()).select_from(IncomingMail)) == 1


def test_an_answer_that_nobody_vouches_for_counts_and_is_flagged(scene: Scene) -> None:
    found = received(reply_of(scene, headers="").exchange())

    assert (found.applied, found.flagged) == (True, True)
    assert found.why == "It counts. Our mail server does not vouch for the sender."


def test_an_answer_to_another_organizer_waits_for_a_person(scene: Scene) -> None:
    found = received(reply_of(scene, organizer="someone@else.example").google())

    assert (found.outcome, found.applied) == ("review", False)
    assert partstat(scene) == PartStat.NEEDS_ACTION


def test_an_answer_to_another_address_of_ours_counts_and_is_flagged(scene: Scene) -> None:
    found = received(reply_of(scene, organizer="before@leergang.example").google())

    assert (found.applied, found.flagged) == (True, True)


def test_an_answer_that_somebody_else_sent_counts_and_is_flagged(scene: Scene) -> None:
    raw = reply_of(scene).exchange()

    found = received(raw.replace(b"From: <n.ozturk", b"From: <secretary"))

    assert (found.applied, found.flagged) == (True, True)
    assert found.why == "It counts. Somebody else sent it."


@pytest.mark.parametrize("second", ["same event", "second event"])
def test_two_answers_of_one_person_in_one_calendar_wait_for_a_person(
    scene: Scene, second: str
) -> None:
    invited = invitation(scene.meetings[0], scene.people[0])
    between = "" if second == "same event" else f"END:VEVENT\nBEGIN:VEVENT\nUID:{invited.uid}\n"
    calendar = (
        f"BEGIN:VCALENDAR\nMETHOD:REPLY\nBEGIN:VEVENT\nUID:{invited.uid}\n"
        f"ATTENDEE;PARTSTAT=ACCEPTED:mailto:{invited.address}\n{between}"
        f"ATTENDEE;PARTSTAT=DECLINED:mailto:{invited.address}\nEND:VEVENT\nEND:VCALENDAR\n"
    )

    found = received(crlf(f"From: {invited.address}\nContent-Type: text/calendar\n\n{calendar}"))

    assert (found.outcome, found.why) == ("review", "The message holds two answers that differ.")
    assert partstat(scene) == PartStat.NEEDS_ACTION


def test_a_stranger_is_never_added(scene: Scene) -> None:
    found = received(reply_of(scene, address="stranger@enschede.example").google())

    assert (found.outcome, found.applied) == ("review", False)
    assert partstat(scene) == PartStat.NEEDS_ACTION


def test_without_the_right_uid_nothing_happens(scene: Scene) -> None:
    found = received(reply_of(scene, uid="0" * 32 + "@leergang.example").google())

    assert (found.outcome, found.applied, found.uid) == ("ignored", False, "")


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        ({"method": "REFRESH"}, "refresh"),
        ({"partstat": "DELEGATED"}, "delegation"),
        ({"partstat": "NEEDS-ACTION"}, "review"),
        ({"partstat": "X-WHATEVER"}, "review"),
        ({"method": "REQUEST"}, "ignored"),
    ],
)
def test_what_is_no_answer_waits_for_a_person(
    scene: Scene, said: dict[str, str], outcome: str
) -> None:
    starts_at = scene.meetings[0].starts_at

    found = received(reply_of(scene, **said).exchange())

    assert (found.outcome, found.applied) == (outcome, False)
    assert partstat(scene) == PartStat.NEEDS_ACTION
    assert scene.meetings[0].starts_at == starts_at
    mail = db.session.scalars(select(IncomingMail)).one()
    assert (mail.outcome, bool(mail.why)) == (outcome, True)


def test_who_proposes_another_time_may_come_until_somebody_decides(scene: Scene) -> None:
    starts_at = scene.meetings[0].starts_at

    found = received(reply_of(scene, method="COUNTER", partstat="DECLINED").exchange())

    assert (found.outcome, found.applied, found.partstat) == ("counter", True, "TENTATIVE")
    assert found.why == "Another time is proposed. The session stays as it is."
    assert partstat(scene) == PartStat.TENTATIVE
    assert scene.meetings[0].starts_at == starts_at


@pytest.mark.parametrize("stamp", ["20400101T000000Z", "yesterday"])
def test_a_clock_that_is_ahead_stands_in_the_way_of_no_later_answer(
    scene: Scene, stamp: str
) -> None:
    dated = f"{VOUCHED}Date: {(SOON - timedelta(hours=9)).strftime('%d %b %Y %H:%M:%S +0000')}\n"
    received(reply_of(scene, stamp=stamp, headers=dated).exchange())

    earlier = (SOON - timedelta(hours=8)).strftime("%Y%m%dT%H%M%SZ")
    found = received(reply_of(scene, partstat="DECLINED", stamp=earlier).exchange())

    assert (found.applied, partstat(scene)) == (True, PartStat.DECLINED)


def test_a_machine_that_asks_for_an_invitation_gets_none(scene: Scene) -> None:
    headers = f"{VOUCHED}Auto-Submitted: auto-generated\n"
    before = last_mail(scene.people[0]).id

    found = received(reply_of(scene, method="REFRESH", headers=headers).exchange())

    assert (found.outcome, found.applied) == ("refresh", False)
    assert last_mail(scene.people[0]).id == before


def test_a_bounce_finds_its_invitation_by_the_envelope(scene: Scene) -> None:
    sent = last_mail(scene.people[0])

    found = received(undelivered(sent.recipient, to=sent.envelope_from))

    assert (found.outcome, found.uid, found.address) == ("bounce", sent.lane, sent.recipient)


def test_a_person_who_writes_is_found_by_what_they_answer(scene: Scene) -> None:
    sent = last_mail(scene.people[0])

    found = received(plain("Ik kom later.", headers=f"In-Reply-To: <{sent.message_id}>\n"))

    assert (found.outcome, found.uid) == ("human", sent.lane)


def test_nothing_is_ever_mailed_back(scene: Scene) -> None:
    before = db.session.scalar(select(func.count()).select_from(OutgoingMail))

    for raw in (
        reply_of(scene).exchange(),
        reply_of(scene, method="COUNTER").exchange(),
        reply_of(scene, method="REFRESH").exchange(),
        plain("Weg.", headers="Auto-Submitted: auto-replied\n"),
        undelivered("n.ozturk@enschede.example"),
        b"\x00rubbish",
    ):
        received(raw)

    assert db.session.scalar(select(func.count()).select_from(OutgoingMail)) == before


def test_what_cannot_be_read_is_put_aside() -> None:
    assert [received(raw).outcome for raw in (b"", b"\x00", crlf("x"))] == ["quarantined"] * 3


def test_one_answer_of_several_events_is_ours(scene: Scene) -> None:
    raw = reply_of(scene).google().decode()
    assert VOUCHED in raw
    invited = invitation(scene.meetings[0], scene.people[0])
    calendar = (
        "BEGIN:VCALENDAR\nMETHOD:REPLY\nBEGIN:VEVENT\nUID:other\nATTENDEE:mailto:x@y.example\n"
        f"END:VEVENT\nBEGIN:VEVENT\nUID:{invited.uid.upper()}\n"
        f"ATTENDEE;PARTSTAT=accepted:MAILTO:{invited.address.upper()}\nEND:VEVENT\n"
    )

    found = received(crlf(f"From: {invited.address}\nContent-Type: text/calendar\n\n{calendar}"))

    assert (found.outcome, found.applied, found.partstat) == ("answer", True, "ACCEPTED")
