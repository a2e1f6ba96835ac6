"""Reminders go out once each, to whom they concern, in words that planners choose."""

import re
from datetime import timedelta
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from threading import Event

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from program.accounts.models import Person
from program.core.audit import AuditEntry
from program.core.db import db
from program.invitations.actions import Given, answer
from program.invitations.models import PartStat
from program.mail.actions import pause
from program.mail.models import OutgoingMail
from program.mail.suspension import suspend
from program.meetings.models import Meeting, MeetingTrainer
from program.reminders import jobs
from program.reminders.actions import Wish, add_rule, remind_now, send_due, write_text
from program.reminders.models import ReminderKind, ReminderRule, ReminderText, SentReminder
from tests.conftest import sign_in
from tests.factories import MONDAY_9H, stored
from tests.invitations.cohort import SOON, Scene, invitation, make_scene
from tests.invitations.letters import NASTY

EIGHT = MONDAY_9H - timedelta(hours=1)


@pytest.fixture
def scene(each_app: Flask) -> Scene:
    scene = make_scene(meetings=1)
    scene.publish()
    return scene


def rule(scene: Scene, kind: ReminderKind = ReminderKind.UNANSWERED, days: int = 7) -> None:
    add_rule(scene.cohort.id, Wish(kind, days, EIGHT.time()), by=scene.trainer.id, at=SOON)
    db.session.commit()


def run(scene: Scene, *, days: int = 7) -> int:
    sent = send_due(scene.cohort.id, at=MONDAY_9H - timedelta(days=days))
    db.session.commit()
    return sent


def reminders() -> list[OutgoingMail]:
    chosen = select(OutgoingMail).where(OutgoingMail.key.startswith("reminder:"))
    return list(db.session.scalars(chosen.order_by(OutgoingMail.recipient)))


def text_of(mail: OutgoingMail, kind: str = "text/plain") -> str:
    for part in message_from_bytes(mail.content).walk():
        if part.get_content_type() == kind:
            octets = part.get_payload(decode=True)
            assert isinstance(octets, bytes)
            return octets.decode()
    raise AssertionError(kind)


def test_only_who_did_not_answer_is_reminded_and_only_once(scene: Scene) -> None:
    person = scene.people[0]
    given = Given(PartStat.ACCEPTED, "page", SOON + timedelta(minutes=5))
    answer(invitation(scene.meetings[0], person).id, given, by=person.id)
    rule(scene)

    assert (run(scene, days=8), run(scene), run(scene), run(scene, days=6)) == (0, 1, 0, 0)
    (mail,) = reminders()
    assert mail.recipient == scene.people[1].email
    assert db.session.scalar(select(func.count()).select_from(SentReminder)) == 1


def test_a_cancelled_session_is_not_reminded_of_even_before_the_release(scene: Scene) -> None:
    rule(scene)
    scene.meetings[0].cancelled_at = SOON
    db.session.commit()

    assert run(scene) == 0


def test_the_mail_holds_what_the_text_asks_for_and_a_link_to_answer(scene: Scene) -> None:
    rule(scene)
    run(scene)

    text = text_of(reminders()[0])
    assert "Intervisie 1 – Groep 1" in text
    assert "maandag 7 januari 2030, 10:00" in text
    assert "Spinnerijstraat 15" in text
    assert "/answer/" in text


def test_own_words_hold_for_one_language(scene: Scene) -> None:
    scene.people[0].language = "en"
    rule(scene)
    write_text(scene.cohort.id, ReminderKind.UNANSWERED, "nl", "Hé {{ name }}", "Kom!", by=1)
    run(scene)

    subjects = {str(mail.subject)[:8] for mail in reminders()}
    assert subjects == {"Hé Noor", "Will you"}


def test_a_trainer_reads_who_comes_this_week(scene: Scene) -> None:
    rule(scene, ReminderKind.DIGEST, 3)
    run(scene, days=3)

    (mail,) = reminders()
    assert mail.recipient == scene.trainer.email
    assert "0 komen, 0 misschien, 0 niet, 2 gaven nog geen antwoord" in text_of(mail)


def test_the_runner_sends_what_is_due(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    rule(scene)
    monkeypatch.setattr(jobs, "now", lambda: MONDAY_9H - timedelta(days=7))

    assert (jobs.remind_due(stop=Event()), jobs.remind_due(stop=Event())) == (2, 0)
    assert "reminders.sent" in db.session.scalars(select(AuditEntry.action)).all()


def test_who_trains_two_cohorts_reads_both_weeks(scene: Scene) -> None:
    other = make_scene(meetings=1)
    train(other.meetings[0], scene.trainer)
    other.publish()
    for each in (scene, other):
        rule(each, ReminderKind.DIGEST, 3)
        run(each, days=3)

    mine = [mail for mail in reminders() if mail.recipient == scene.trainer.email]
    assert len(mine) == 2


def train(meeting: Meeting, person: Person) -> None:
    db.session.add(MeetingTrainer(meeting_id=meeting.id, person_id=person.id))
    db.session.commit()


def test_an_address_that_was_corrected_is_not_reminded_before_the_release(scene: Scene) -> None:
    scene.people[0].email = "juist@enschede.example"
    rule(scene)

    run(scene)

    assert [mail.recipient for mail in reminders()] == [scene.people[1].email]


def test_a_cohort_whose_text_cannot_be_filled_in_keeps_no_other_waiting(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = make_scene(meetings=1)
    other.publish()
    for each in (scene, other):
        rule(each)
    text = {"kind": ReminderKind.UNANSWERED, "language": "nl", "subject": "Dag"}
    stored(ReminderText(cohort_id=scene.cohort.id, body="{{ gone }}", **text))
    monkeypatch.setattr(jobs, "now", lambda: MONDAY_9H - timedelta(days=7))

    assert jobs.remind_due(stop=Event()) == 2
    assert {mail.recipient for mail in reminders()} == {each.email for each in other.people}


ONCE = ("From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Auto-Submitted")


def faults(raw: bytes) -> list[str]:
    """What a mail without a calendar can have wrong on the wire."""
    mail: Message = message_from_bytes(raw)
    found = [f"{n} is not there once" for n in ONCE if len(mail.get_all(n, [])) != 1]
    if re.search(rb"(?<!\r)\n|\r(?!\n)", raw) or not raw.isascii():
        found.append("line ends or octets")
    if max(map(len, raw.split(b"\r\n"))) > 78:
        found.append("a long line")
    kinds = [part.get_content_type() for part in mail.walk()]
    if kinds != ["multipart/alternative", "text/plain", "text/html"]:
        found.append(f"made of {kinds}")
    return found


@pytest.mark.parametrize("kind", list(ReminderKind))
def test_a_reminder_is_right_on_the_wire_whatever_people_typed(
    app: Flask, kind: ReminderKind
) -> None:
    scene = make_scene(people=1, meetings=len(NASTY))
    for meeting, text in zip(scene.meetings, NASTY, strict=True):
        storable = "".join(c for c in text if c != "\x00" and not "\ud800" <= c <= "\udfff")
        meeting.title, meeting.note = storable[:200], storable
    scene.people[0].given_name = scene.trainer.given_name = NASTY[2]
    scene.publish()
    rule(scene, kind, 0)
    for n in range(len(NASTY)):
        send_due(scene.cohort.id, at=MONDAY_9H + timedelta(days=7 * n) - timedelta(minutes=30))
    db.session.commit()

    sent = reminders()
    assert len(sent) == len(NASTY)
    for mail in sent:
        assert faults(mail.content) == [], mail.subject
        assert "<script>" not in text_of(mail, "text/html")
        header = message_from_bytes(mail.content)["Subject"]
        assert str(make_header(decode_header(header))) == mail.subject


@pytest.fixture
def planner(app: Flask) -> tuple[FlaskClient, Scene]:
    scene = make_scene(meetings=1)
    scene.publish()
    return sign_in(app, scene.trainer), scene


def test_one_button_reminds_all_who_have_not_answered(planner: tuple[FlaskClient, Scene]) -> None:
    browser, scene = planner
    where = f"/meetings/{scene.meetings[0].id}/reminder"

    page = browser.get(where).text
    for _press in range(2):
        browser.post(where)

    assert "Herinner de 2 die nog niet antwoordden" in page
    assert len(reminders()) == 2
    assert "Niemand te herinneren" in browser.get(where).text


def test_a_planner_who_looks_beforehand_does_not_get_the_links_of_others(
    planner: tuple[FlaskClient, Scene],
) -> None:
    browser, scene = planner
    rule(scene)
    pages = [
        browser.get(f"/cohorts/{scene.cohort.id}/reminders").text,
        browser.get(f"/cohorts/{scene.cohort.id}/reminders/text").text,
        browser.get(f"/meetings/{scene.meetings[0].id}/reminder").text,
    ]

    for page in pages:
        assert "/answer/…" in page
        assert not re.search(r"/answer/\w", page)


AS_FRAGMENT = {"HX-Request": "true"}


def test_the_button_says_how_many_mails_go_to_whom_and_when(
    planner: tuple[FlaskClient, Scene],
) -> None:
    browser, scene = planner
    where = f"/meetings/{scene.meetings[0].id}/reminder"

    part = browser.post(where, headers=AS_FRAGMENT).text
    whole = browser.get(where).text

    assert re.search(r"2 mensen krijgen een herinnering\. Rond \d\d:\d\d zijn de mails weg\.", part)
    assert "<html" not in part
    for page in (part, whole):
        told = re.search(r"Vandaag herinnerd, het laatst om \d\d:\d\d: ([^<]+)\.", page)
        assert told
        assert told[1].split(", ") == [person.name for person in scene.people]


def test_a_second_press_says_what_was_sent_and_sends_nothing(
    planner: tuple[FlaskClient, Scene],
) -> None:
    browser, scene = planner
    where = f"/meetings/{scene.meetings[0].id}/reminder"
    browser.post(where, headers=AS_FRAGMENT)
    said = Given(PartStat.ACCEPTED, "page", SOON)
    answer(invitation(scene.meetings[0], scene.people[0]).id, said, by=None)
    db.session.commit()

    part = browser.post(where, headers=AS_FRAGMENT).text

    assert "Iedereen heeft geantwoord of kreeg vandaag al een herinnering." in part
    assert "Vandaag herinnerd" in part
    assert len(reminders()) == 2


def test_an_address_that_refuses_mail_is_named_and_not_counted(
    planner: tuple[FlaskClient, Scene],
) -> None:
    browser, scene = planner
    dead, reached = scene.people
    suspend(dead.email, at=SOON, by=None)
    db.session.commit()
    where = f"/meetings/{scene.meetings[0].id}/reminder"

    page = browser.get(where).text
    browser.post(where)

    assert "Herinner degene die nog niet antwoordde" in page
    assert f"het adres weigert mail: {dead.name}." in page
    assert [mail.recipient for mail in reminders()] == [reached.email]


def test_while_sending_is_paused_the_button_says_so(planner: tuple[FlaskClient, Scene]) -> None:
    browser, scene = planner
    pause(reason="look first", by=None)
    db.session.commit()

    part = browser.post(f"/meetings/{scene.meetings[0].id}/reminder", headers=AS_FRAGMENT).text

    assert "Het versturen is gepauzeerd." in part


def test_a_session_that_was_moved_is_published_before_anybody_is_reminded(
    planner: tuple[FlaskClient, Scene],
) -> None:
    browser, scene = planner
    scene.meetings[0].starts_at += timedelta(hours=1)
    scene.meetings[0].ends_at += timedelta(hours=1)
    db.session.commit()
    where = f"/meetings/{scene.meetings[0].id}/reminder"

    assert "Publiceer eerst" in browser.get(where).text
    assert "Publiceer eerst" in browser.post(where, headers=AS_FRAGMENT).text
    assert reminders() == []


def test_a_day_of_reminding_ends_at_midnight_where_the_cohort_is(
    planner: tuple[FlaskClient, Scene],
) -> None:
    _browser, scene = planner
    meeting, planner_id = scene.meetings[0], scene.trainer.id
    evening = MONDAY_9H.replace(hour=22, minute=30) - timedelta(days=20)  # 23:30 in Amsterdam

    for hours in (0, 0.25, 1):
        at = evening + timedelta(hours=hours)
        remind_now(scene.cohort.id, meeting.id, by=planner_id, at=at)
    db.session.commit()

    assert len(reminders()) == 2 * 2


def test_what_a_rule_will_send_is_seen_beforehand(planner: tuple[FlaskClient, Scene]) -> None:
    browser, scene = planner
    where = f"/cohorts/{scene.cohort.id}/reminders"

    given = {"kind": "practical", "days_before": "1", "clock": "08:00"}
    page = browser.post(where, data=given, follow_redirects=True).text
    twice = browser.post(where, data=given)

    assert "Binnenkort: Intervisie 1 – Groep 1" in page
    assert "6 jan 2030" in page
    assert scene.people[0].name in page
    assert (reminders(), twice.status_code) == ([], 422)


def test_the_usual_reminders_are_one_button_and_never_come_twice(
    planner: tuple[FlaskClient, Scene],
) -> None:
    client, scene = planner
    page = f"/cohorts/{scene.cohort.id}/reminders"
    client.post(page, data={"kind": "practical", "days_before": "1", "clock": "16:00"})
    for _twice in range(2):
        client.post(f"{page}/usual")

    rules = db.session.scalars(select(ReminderRule).order_by(ReminderRule.days_before)).all()

    assert [(rule.days_before, rule.clock) for rule in rules] == [
        (1, "16:00"), (3, "08:00"), (7, "08:00")
    ]  # fmt: skip


def test_a_text_is_shown_refused_kept_and_reset(planner: tuple[FlaskClient, Scene]) -> None:
    browser, scene = planner
    where = f"/cohorts/{scene.cohort.id}/reminders/text?kind=unanswered&language=nl"
    reset = where.replace("/text", "/text/reset")

    wrong = browser.post(where, data={"subject": "Dag", "body": "{{ nmae }}"})
    seen = browser.post(where, data={"subject": "Dag {{ name }}", "body": "Kom!", "look": "1"}).text
    browser.post(where, data={"subject": "Dag {{ name }}", "body": "Kom!"})
    kept = browser.get(where).text
    browser.post(reset)

    assert wrong.status_code == 422
    assert "Onbekend veld: nmae" in wrong.text
    assert "Dag Noor" in seen
    assert "Dag {{ name }}" in kept
    assert "Komt u ook?" in browser.get(where).text
