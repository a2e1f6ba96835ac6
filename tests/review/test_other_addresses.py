"""An address that somebody answers from as well is decided about once."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Thread

import pytest
from flask import Flask
from sqlalchemy import delete, func, select, text

from program.accounts.addresses import forget, remember
from program.accounts.models import OtherAddress, Person
from program.core.audit import AuditEntry
from program.core.db import db
from program.core.errors import Refusal
from program.invitations.actions import Given, Received, answer, receive
from program.invitations.models import Invitation, PartStat
from program.jobs.housekeeping import tidy_up
from program.mail.models import IncomingMail, OutgoingMail
from program.review.actions import decide
from tests.conftest import sign_in
from tests.english import sign_in as sign_in_in_english
from tests.factories import make_person
from tests.invitations.cohort import SOON, Scene, invitation, make_scene
from tests.invitations.incoming import Reply
from tests.invitations.test_at_once import until_somebody_waits

ALIAS = "j.jansen@enschede.example"
CAME = SOON + timedelta(hours=1)
DAY = timedelta(days=1)


def published(meetings: int = 3) -> Scene:
    scene = make_scene(people=2, meetings=meetings)
    scene.publish()
    return scene


@pytest.fixture
def scene(app: Flask) -> Scene:
    assert app.testing
    return published()


def mine(scene: Scene, session: int, person: int = 0) -> Invitation:
    return invitation(scene.meetings[session], scene.people[person])


def reply(scene: Scene, session: int, *, person: int = 0) -> Reply:
    """From the alias, vouched for."""
    return Reply(mine(scene, session, person).uid, ALIAS, stamp=f"{CAME:%Y%m%dT%H%M%SZ}")


def arrives(raw: bytes) -> Received:
    found = receive(raw, via="command", at=CAME)
    db.session.commit()
    return found


def waits(raw: bytes) -> int:
    """The number of a message that waits for a person."""
    assert arrives(raw).outcome == "review"
    return db.session.scalars(select(func.max(IncomingMail.id))).one()


def pressed(mail: int, scene: Scene, *, remembers: bool = True) -> str:
    said = decide(
        mail, "accepted", by=scene.trainer.id, at=CAME + timedelta(minutes=1), remembers=remembers
    )
    db.session.commit()
    return said


def remembered(scene: Scene) -> int:
    remember(scene.people[0].id, ALIAS, by=scene.trainer.id, at=CAME)
    db.session.commit()
    return db.session.scalars(select(OtherAddress.id)).one()


def test_the_next_answer_from_an_address_that_was_remembered_counts(scene: Scene) -> None:
    pressed(waits(reply(scene, 0).exchange()), scene)

    found = arrives(reply(scene, 1).exchange())

    assert (found.outcome, found.applied, found.flagged) == ("answer", True, False)
    assert found.why == "It counts. It names another address of theirs, which was remembered."
    assert mine(scene, 1).partstat is PartStat.ACCEPTED


def test_an_answer_from_there_that_nobody_vouches_for_counts_and_is_flagged(scene: Scene) -> None:
    remembered(scene)

    found = arrives(replace(reply(scene, 1), headers="").exchange())

    assert (found.applied, found.flagged) == (True, True)
    assert found.why.endswith("remembered. Our mail server does not vouch for the sender.")


def test_without_the_tick_the_next_one_waits(scene: Scene) -> None:
    pressed(waits(reply(scene, 0).exchange()), scene, remembers=False)

    assert arrives(reply(scene, 1).exchange()).outcome == "review"


def test_the_invitation_of_somebody_else_is_not_answered_from_there(scene: Scene) -> None:
    remembered(scene)

    found = arrives(reply(scene, 1, person=1).exchange())

    assert (found.outcome, found.applied) == ("review", False)
    assert mine(scene, 1, person=1).partstat is PartStat.NEEDS_ACTION


def test_once_forgotten_the_next_one_waits_again(scene: Scene) -> None:
    number = remembered(scene)

    forget(scene.people[0].id, number, by=scene.trainer.id)
    db.session.commit()

    assert arrives(reply(scene, 1).exchange()).outcome == "review"


def test_what_waits_from_there_counts_at_once(scene: Scene) -> None:
    first = waits(reply(scene, 0).exchange())
    waits(replace(reply(scene, 1), partstat="DECLINED").google())

    said = pressed(first, scene)

    assert mine(scene, 1).partstat is PartStat.DECLINED
    assert "Nog één antwoord vanaf dat adres telt nu mee." in said


def test_what_waits_from_there_gives_way_to_a_newer_answer(scene: Scene) -> None:
    first, other = waits(reply(scene, 0).exchange()), reply(scene, 1)
    waits(other.exchange())
    newer = Given(PartStat.DECLINED, "page", CAME + timedelta(seconds=9))
    answer(mine(scene, 1).id, newer, by=None)

    said = pressed(first, scene)

    assert mine(scene, 1).partstat is PartStat.DECLINED
    assert "Nog één vanaf dat adres telt niet" in said


def test_what_waits_from_elsewhere_or_for_others_stays(scene: Scene) -> None:
    first = waits(reply(scene, 0).exchange())
    waits(replace(reply(scene, 1), address="noor@thuis.example").exchange())
    waits(reply(scene, 1, person=1).exchange())

    pressed(first, scene)

    left = select(func.count()).where(IncomingMail.outcome == "review", IncomingMail.id != first)
    assert db.session.scalars(left).one() == 2


def test_another_time_proposed_from_there_still_waits_for_a_person(scene: Scene) -> None:
    first = waits(reply(scene, 0).exchange())
    waits(replace(reply(scene, 1), method="COUNTER").google())

    pressed(first, scene)

    outcomes = db.session.scalars(select(IncomingMail.outcome).order_by(IncomingMail.id)).all()
    assert outcomes == ["review", "counter"]
    assert mine(scene, 1).partstat is PartStat.TENTATIVE


def test_the_own_address_of_somebody_else_is_refused(scene: Scene) -> None:
    make_person(email=ALIAS)
    first = waits(reply(scene, 0).exchange())

    with pytest.raises(Refusal, match="het adres van iemand anders"):
        remember(scene.people[0].id, ALIAS.upper(), by=scene.trainer.id, at=CAME)
    said = pressed(first, scene, remembers=False)

    assert "onthouden" not in said


def test_an_address_that_became_somebody_else_s_own_counts_no_more(scene: Scene) -> None:
    remembered(scene)
    make_person(email=ALIAS)
    db.session.commit()

    assert arrives(reply(scene, 1).exchange()).outcome == "review"


def test_the_invited_address_leads_where_a_calendar_names_both(scene: Scene) -> None:
    remembered(scene)
    own = replace(reply(scene, 1), address=mine(scene, 1).address, partstat="DECLINED")
    both = own.thunderbird().replace(
        b"SEQUENCE:", f"ATTENDEE;PARTSTAT=ACCEPTED:mailto:{ALIAS}\r\nSEQUENCE:".encode()
    )

    assert arrives(both).partstat == "DECLINED"


def test_who_asks_for_the_invitation_from_there_gets_it_where_they_were_invited(
    scene: Scene,
) -> None:
    remembered(scene)
    before = set(db.session.scalars(select(OutgoingMail.id)))

    found = receive(
        replace(reply(scene, 1), method="REFRESH").exchange(), via="command", at=CAME + 2 * DAY
    )

    sent = select(OutgoingMail.recipient).where(OutgoingMail.id.not_in(before))
    assert found.applied
    assert db.session.scalars(sent).all() == [scene.people[0].email]


def test_remembering_and_forgetting_are_in_the_journal_without_the_address(scene: Scene) -> None:
    person = scene.people[0].id
    number = remembered(scene)
    forget(person, number, by=scene.trainer.id)

    rows = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action.like("address.%")).order_by(AuditEntry.id)
    ).all()
    assert [(row.action, row.object, row.actor) for row in rows] == [
        (f"address.{what}", f"person:{person} address:{number}", f"person:{scene.trainer.id}")
        for what in ("remembered", "forgotten")
    ]


def test_it_goes_with_the_person(each_app: Flask) -> None:
    assert each_app.testing
    person, planner = make_person(), make_person()
    remember(person.id, ALIAS, by=planner.id, at=CAME)

    db.session.execute(delete(Person).where(Person.id == person.id))

    assert db.session.scalars(select(OtherAddress)).all() == []


def last_session(scene: Scene) -> None:
    tidy_up(scene.meetings[-1].ends_at + 89 * DAY)


def a_quarter_later(scene: Scene) -> None:
    tidy_up(scene.meetings[-1].ends_at + 91 * DAY)


def put_out(scene: Scene) -> None:
    scene.people[0].deactivated_at = CAME
    tidy_up(CAME)


@pytest.mark.parametrize(
    ("happens", "left"), [(last_session, 1), (a_quarter_later, 0), (put_out, 0)]
)
def test_it_goes_when_nobody_needs_it_any_more(
    scene: Scene, happens: Callable[[Scene], None], left: int
) -> None:
    remembered(scene)

    happens(scene)

    assert len(db.session.scalars(select(OtherAddress)).all()) == left


def test_the_page_offers_it_and_says_what_came_of_it(app: Flask, scene: Scene) -> None:
    first = waits(reply(scene, 0).exchange())
    waits(reply(scene, 1).exchange())
    browser = sign_in_in_english(app, scene.trainer)

    shown = browser.get("/review").text
    done = browser.post(
        f"/review/{first}", data={"press": "accepted", "remember": "1"}, follow_redirects=True
    )

    assert f"Remember {ALIAS} for {scene.people[0].name}" in shown
    assert f"{ALIAS} is remembered. One more answer from there counts now." in done.text
    assert "Remember" not in done.text


def test_the_page_offers_nothing_for_the_own_address_of_somebody_else(
    app: Flask, scene: Scene
) -> None:
    make_person(email=ALIAS)
    first = waits(reply(scene, 0).exchange())
    browser = sign_in(app, scene.trainer)

    shown = browser.get("/review").text
    forced = browser.post(f"/review/{first}", data={"press": "accepted", "remember": "1"})

    assert 'name="remember"' not in shown
    assert f"{ALIAS} is hier het adres van iemand anders en kan dus niet" in shown
    assert forced.status_code == 422
    assert mine(scene, 0).partstat is PartStat.NEEDS_ACTION


def test_who_presses_on_a_page_of_before_is_told_so(app: Flask, scene: Scene) -> None:
    first, second = waits(reply(scene, 0).exchange()), waits(reply(scene, 1).exchange())
    pressed(first, scene)

    late = sign_in(app, scene.trainer).post(f"/review/{second}", data={"press": "refuse"})

    assert late.status_code == 422
    assert "al over dit bericht beslist" in late.text


def enrolment_page(scene: Scene) -> str:
    number = db.session.scalars(
        text("SELECT id FROM enrolment WHERE person_id = :person"),
        {"person": scene.people[0].id},
    ).one()
    return f"/cohorts/{scene.cohort.id}/people/{number}"


def trainer_page(scene: Scene) -> str:
    return f"/trainers/{scene.trainer.id}"


def test_the_page_of_a_participant_lists_it_with_a_button_to_forget_it(
    app: Flask, scene: Scene
) -> None:
    number, where = remembered(scene), enrolment_page(scene)
    browser = sign_in(app, scene.trainer)

    shown = browser.get(where).text
    gone = browser.post(f"{where}/addresses/{number}/removal", follow_redirects=True).text
    twice = browser.post(f"{where}/addresses/{number}/removal")

    assert "Antwoordt ook vanaf" in shown
    assert ALIAS in shown
    assert f"{ALIAS} is vergeten." in gone
    assert "Antwoordt ook vanaf" not in gone
    assert twice.status_code == 404


def test_the_page_of_a_trainer_lists_it_as_well(app: Flask, scene: Scene) -> None:
    remember(scene.trainer.id, ALIAS, by=scene.trainer.id, at=CAME)
    db.session.commit()
    number = db.session.scalars(select(OtherAddress.id)).one()
    browser, where = sign_in_in_english(app, scene.trainer), trainer_page(scene)

    shown = browser.get(where).text
    gone = browser.post(f"{where}/addresses/{number}/removal", follow_redirects=True).text

    assert "Also answers from" in shown
    assert f"{ALIAS} is forgotten." in gone


def test_the_command_tells_that_it_counts_and_why(app: Flask, scene: Scene, tmp_path: Path) -> None:
    remembered(scene)
    message = tmp_path / "reply.eml"
    message.write_bytes(reply(scene, 1).exchange())

    done = app.test_cli_runner().invoke(args=["mail", "receive", str(message), "--json"])

    found = json.loads(done.stdout)
    assert (found["applied"], found["flagged"]) == (True, False)
    assert found["why"] == "It counts. It names another address of theirs, which was remembered."


def test_of_two_who_press_at_once_the_second_is_told_that_it_counts(
    postgres_app: Flask,
) -> None:
    scene = published()
    first, second = waits(reply(scene, 0).exchange()), waits(reply(scene, 1).exchange())
    trainer, said = scene.trainer.id, list[str]()

    def presses() -> None:
        with postgres_app.app_context():
            try:
                decide(second, "accepted", by=trainer, at=CAME, remembers=True)
            except Refusal as refusal:
                said.append(str(refusal))

    decide(first, "accepted", by=trainer, at=CAME, remembers=True)
    other = Thread(target=presses)
    other.start()
    until_somebody_waits()
    db.session.commit()
    other.join(5)

    assert said == ["Iemand heeft al over dit bericht beslist."]
    assert mine(scene, 1).partstat is PartStat.ACCEPTED
    assert len(db.session.scalars(select(OtherAddress)).all()) == 1


def test_what_somebody_else_decides_about_now_is_left_to_them(postgres_app: Flask) -> None:
    assert postgres_app.testing
    scene = published()
    first, second = waits(reply(scene, 0).exchange()), waits(reply(scene, 1).exchange())

    with db.engine.connect() as deciding:
        deciding.execute(select(IncomingMail.id).where(IncomingMail.id == second).with_for_update())
        db.session.execute(text("SET LOCAL lock_timeout = '3s'"))
        pressed(first, scene)

    assert db.session.get_one(IncomingMail, second).outcome == "review"
    assert len(db.session.scalars(select(OtherAddress)).all()) == 1


def test_two_who_remember_the_same_at_once_remember_it_once(postgres_app: Flask) -> None:
    scene = published()
    person, trainer = scene.people[0].id, scene.trainer.id
    news = list[bool]()

    def remembers() -> None:
        with postgres_app.app_context():
            news.append(remember(person, ALIAS, by=trainer, at=CAME))
            db.session.commit()

    news.append(remember(person, ALIAS, by=trainer, at=CAME))
    other = Thread(target=remembers)
    other.start()
    until_somebody_waits()
    db.session.commit()
    other.join(5)

    assert news == [True, False]
